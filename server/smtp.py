"""A few SMTP connections, kept open between letters; and about whom a mail server said no.

A letter passes these stages, in this order: connection, greeting, hello, encryption, sign-in, sender, receiver,
letter. What is refused at `receiver` concerns that address alone; a 5xx anywhere else says nothing of it.
"""

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Literal
from urllib.parse import unquote, urlsplit

import aiosmtplib

from server.settings import settings

CONNECTIONS = 8
LAST_STAGES = 2  # letters at once of which the server may have one and we do not know it yet
TIMEOUT = 20.0  # seconds for each command

Stage = Literal["connection", "greeting", "hello", "encryption", "sign-in", "sender", "receiver", "letter"]

_ENHANCED = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")  # RFC 3463, at the head of what a server says.
# Many servers say at the receiver what they think of us: authentication needed, relaying denied, a bad sender,
# commands out of order. `.7.` is policy, `.5.` protocol, `.3.` the server's own system (RFC 3463, RFC 5248).
_CODES_OF_US = {500, 502, 503, 504, 530, 534, 535, 538}
_ENHANCED_OF_US = re.compile(r"^5\.(?:[357]\.\d+|1\.[78])$")
# And some look for the mailbox only once they have the letter.
_ENHANCED_OF_RECEIVER = re.compile(r"^5\.(?:1\.(?:1|2|3|6|10)|2\.[12])$")

_idle: list[aiosmtplib.SMTP] = []
_slots = asyncio.Semaphore(CONNECTIONS)
_last_stages = asyncio.Semaphore(LAST_STAGES)


class AddressRefused(Exception):
    """The mail server says that there is no writing to this receiver. `code` as it said it: "550 5.1.1"."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the address was refused: {code}")
        self.code = code


class NotTaken(Exception):
    """The mail server did not take it, for now or for a reason of ours; nothing is said of the receiver.

    `what` is a code ("535 5.7.8") or a word about the connection. Never what the server said beside: that may
    quote an address.
    """

    def __init__(self, stage: Stage, what: str) -> None:
        super().__init__(f"{stage}: {what}")
        self.stage = stage
        self.what = what

    @property
    def of_receiver(self) -> bool:
        """Whether it is merely "try this one later", as greylisting says it."""
        return self.stage == "receiver" and self.what[:1] == "4" and self.what[:3] != "421"


async def send(
    message: bytes, *, sender: str, receiver: str, once_taken: Callable[[], Awaitable[None]]
) -> None:
    """Send one message over a kept connection. Raises AddressRefused or NotTaken; the connection is then dropped.

    `once_taken` writes down that the server has it. Only few letters are between these two at any time: those would go
    out again if this process were killed.
    """
    async with _slots:
        while True:
            client, kept = await _connected()
            try:
                await _hand_over(client, message, sender, receiver, once_taken)
            except NotTaken as fault:
                client.close()
                # A kept connection may have been ended by the server, as it may at any time: not a word about us.
                if kept and fault.stage == "sender" and not fault.what.startswith("5"):
                    continue
                raise
            except BaseException:
                client.close()
                raise
            _idle.append(client)
            return


async def check() -> None:
    """Greet the server and sign in. Raises NotTaken."""
    async with _slots:
        client, _ = await _connected()
        _idle.append(client)


async def close() -> None:
    """Say goodbye on every kept connection."""
    while _idle:
        with suppress(aiosmtplib.SMTPException, OSError):
            await _idle.pop().quit()


async def _hand_over(
    client: aiosmtplib.SMTP,
    message: bytes,
    sender: str,
    receiver: str,
    once_taken: Callable[[], Awaitable[None]],
) -> None:
    with _at("sender"):
        await client.mail(sender)
    with _at("receiver"):
        await client.rcpt(receiver)
    async with _last_stages:
        with _at("letter"):
            await client.data(message)
        await once_taken()


async def _connected() -> tuple[aiosmtplib.SMTP, bool]:
    """A connection that is ready for a letter, and whether it was kept from an earlier one."""
    while _idle:
        client = _idle.pop()
        if client.is_connected:
            return client, True
    client = _client()
    try:
        await _introduce(client)
    except BaseException:
        client.close()
        raise
    return client, False


async def _introduce(client: aiosmtplib.SMTP) -> None:
    url = urlsplit(settings.smtp_url or "")
    with _at("connection"):
        await client.connect()
    with _at("hello"):
        await _say_hello(client)
    if url.scheme != "smtps" and client.supports_extension("starttls"):
        with _at("encryption"):
            await client.starttls()
        with _at("hello"):
            await client.ehlo()
    if url.username:
        with _at("sign-in"):
            await client.login(unquote(url.username), unquote(url.password or ""))


async def _say_hello(client: aiosmtplib.SMTP) -> None:
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError as error:
        if error.code not in {500, 502, 504}:
            raise
        await client.helo()


def _client() -> aiosmtplib.SMTP:
    url = urlsplit(settings.smtp_url or "")
    tls = url.scheme == "smtps"
    return aiosmtplib.SMTP(
        hostname=url.hostname,
        port=url.port or (465 if tls else 587),
        use_tls=tls,
        start_tls=False,
        timeout=TIMEOUT,
    )


@contextmanager
def _at(stage: Stage) -> Iterator[None]:
    """Turn whatever goes wrong at a stage into a word about us or about the receiver."""
    try:
        yield
    except aiosmtplib.SMTPConnectResponseError as error:
        raise NotTaken("greeting", _code(error)) from error
    except aiosmtplib.SMTPResponseException as error:
        if _is_of_receiver(stage, error):
            raise AddressRefused(_code(error)) from error
        raise NotTaken(stage, _code(error)) from error
    except ssl.SSLError as error:
        raise NotTaken("encryption", error.reason or "failed") from error
    except TimeoutError as error:
        raise NotTaken(stage, "no reply in time") from error
    except aiosmtplib.SMTPServerDisconnected as error:
        raise NotTaken(stage, "it hung up") from error
    except OSError as error:
        raise NotTaken(stage, _reason(error)) from error
    except (aiosmtplib.SMTPException, ValueError) as error:
        # ValueError: an address that no command can carry.
        if stage == "receiver":
            raise AddressRefused("not an address") from error
        raise NotTaken(stage, type(error).__name__) from error


def _is_of_receiver(stage: Stage, error: aiosmtplib.SMTPResponseException) -> bool:
    if not 500 <= error.code < 600:
        return False
    enhanced = _enhanced(error)
    if stage == "letter":
        return bool(_ENHANCED_OF_RECEIVER.match(enhanced))
    return stage == "receiver" and error.code not in _CODES_OF_US and not _ENHANCED_OF_US.match(enhanced)


def _code(error: aiosmtplib.SMTPResponseException) -> str:
    return f"{error.code} {_enhanced(error)}".strip() if error.code > 0 else "no SMTP"


def _enhanced(error: aiosmtplib.SMTPResponseException) -> str:
    found = _ENHANCED.match(error.message)
    return found[1] if found else ""


def _reason(error: OSError) -> str:
    # aiosmtplib wraps what the system said; its own text carries the host's name alone.
    cause = error.__cause__
    if isinstance(cause, ssl.SSLError):
        return cause.reason or "encryption failed"
    return (cause.strerror if isinstance(cause, OSError) else None) or error.strerror or "it hung up"
