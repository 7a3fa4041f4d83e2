"""A few SMTP connections, kept open between letters."""

import asyncio
from contextlib import suppress
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

from server.settings import settings

CONNECTIONS = 8
TIMEOUT = 20.0

_idle: list[aiosmtplib.SMTP] = []
_slots = asyncio.Semaphore(CONNECTIONS)


async def send(message: EmailMessage, *, sender: str, receiver: str) -> None:
    """Send one message over a kept connection. Raises what aiosmtplib raises; the connection is then dropped."""
    async with _slots:
        client = await _connected()
        try:
            await client.send_message(message, sender=sender, recipients=[receiver])
        except BaseException:
            client.close()
            raise
        _idle.append(client)


async def check() -> None:
    """Raise unless the server answers."""
    async with _slots:
        _idle.append(await _connected())


async def close() -> None:
    """Say goodbye on every kept connection."""
    while _idle:
        with suppress(aiosmtplib.SMTPException, OSError):
            await _idle.pop().quit()


async def _connected() -> aiosmtplib.SMTP:
    while _idle:
        client = _idle.pop()
        if client.is_connected:
            return client
    client = _client()
    await client.connect()
    return client


def _client() -> aiosmtplib.SMTP:
    url = urlsplit(settings.smtp_url or "")
    tls = url.scheme == "smtps"
    return aiosmtplib.SMTP(
        hostname=url.hostname,
        port=url.port or (465 if tls else 587),
        username=unquote(url.username) if url.username else None,
        password=unquote(url.password) if url.password else None,
        use_tls=tls,
        timeout=TIMEOUT,
    )
