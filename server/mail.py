"""Letters: written down as due work, rendered afresh when sent, sent once.

    @letter("rsvps/confirmation")
    async def confirmation(rsvp: int) -> Letter | None: ...   # None: no longer useful

    await later(confirmation, rsvp.id)

The Message-ID comes from the row of due work, so that a letter whose fate is unknown after a crash is
repeated under the same name. Templates live in `frontend/letters/<name>/{subject.txt,body.txt,body.html}`.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import wraps
from typing import Any, cast
from urllib.parse import urlsplit

import aiosmtplib
import structlog

from server import clock, db, jobs, pages, smtp, tokens
from server.settings import settings

log = structlog.get_logger()


@dataclass(frozen=True)
class Address:
    """To whom, or in whose name."""

    name: str
    email: str


@dataclass(frozen=True)
class CalendarPart:
    """An iTIP message (RFC 6047): `method` is REQUEST or CANCEL, `text` the VCALENDAR."""

    method: str
    text: str


@dataclass(frozen=True)
class InlinePicture:
    """A PNG that travels inside the letter; its HTML shows it as `<img src="cid:NAME">`. Nothing is fetched."""

    name: str
    png: bytes


@dataclass(frozen=True)
class Letter:
    """One mail to one person: what its templates need, and what travels beside them.

    `unsubscribe` is an absolute address that shows on GET and acts on POST (RFC 8058); letters about one's
    own answer have none. `even_if_dead`: somebody asked for this very letter just now.
    """

    to: Address
    context: dict[str, Any] = field(default_factory=dict)
    calendar: CalendarPart | None = None
    pictures: tuple[InlinePicture, ...] = ()
    reply_to: Address | None = None
    unsubscribe: str | None = None
    even_if_dead: bool = False


Writer = Callable[..., Awaitable[Letter | None]]


def letter(name: str) -> Callable[[Writer], jobs.Job]:
    """Make `async def writer(*ids) -> Letter | None` a letter; what comes back is given to `later`."""

    def register(writer: Writer) -> jobs.Job:
        @wraps(writer)
        async def write_and_send(*args: Any) -> None:
            written = await writer(*args)
            if written is None or not await _worth_sending(written):
                log.info("letter not sent", letter=name)
                return
            await send(compose(name, written), kind=name)

        return jobs.job(write_and_send)

    return register


def compose(name: str, letter: Letter) -> EmailMessage:
    """The whole message: plain text, HTML, and the calendar part when there is one."""
    context = {"to": letter.to, "unsubscribe": letter.unsubscribe, **letter.context}
    message = EmailMessage(policy=SMTP.clone(max_line_length=998, refold_source="none"))
    message["Subject"] = _one_line(pages.render_text(f"{name}/subject.txt", context))[:250]
    message["From"] = _header(_sender())
    message["To"] = _header(letter.to)
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = _message_id()
    message["Auto-Submitted"] = "auto-generated"
    if letter.reply_to:
        message["Reply-To"] = _header(letter.reply_to)
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_spaced(pages.render_text(f"{name}/body.txt", context)), cte="quoted-printable")
    message.add_alternative(
        pages.render_text(f"{name}/body.html", context), subtype="html", cte="quoted-printable"
    )
    for picture in letter.pictures:
        _add_picture(message, picture)
    if letter.calendar:
        _add_calendar(message, letter.calendar)
    return message


async def send(message: EmailMessage, *, kind: str) -> None:
    """Hand a message to the SMTP server. 5xx marks the address; anything else raises, to be tried again."""
    receiver = message["To"].addresses[0].addr_spec
    if settings.smtp_url:
        try:
            await smtp.send(message, sender=_sender().email, receiver=receiver)
        except aiosmtplib.SMTPResponseException as error:
            if error.code < 500:
                raise
            await _mark_dead(receiver, f"{error.code}")
            raise jobs.GiveUp(f"the mail server refused it for good: {error.code}") from error
    if settings.development:
        await _keep(message, kind, receiver)


async def _worth_sending(letter: Letter) -> bool:
    if letter.even_if_dead:
        return True
    return not await db.value("SELECT true FROM dead_addresses WHERE email = lower($1)", letter.to.email)


async def _mark_dead(email: str, reason: str) -> None:
    await db.run(
        "INSERT INTO dead_addresses (email, reason, since) VALUES (lower($1), $2, $3) ON CONFLICT DO NOTHING",
        email,
        reason,
        clock.now(),
    )


async def _keep(message: EmailMessage, kind: str, receiver: str) -> None:
    await db.run(
        """
        INSERT INTO sent_letters (message_id, kind, to_email, subject, message, sent_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (message_id) DO NOTHING
        """,
        message["Message-ID"],
        kind,
        receiver,
        message["Subject"],
        message.as_bytes(),
        clock.now(),
    )


def _add_picture(message: EmailMessage, picture: InlinePicture) -> None:
    # Beside the HTML part alone (multipart/related), the last one so far.
    html = cast(list[EmailMessage], message.get_payload())[-1]
    html.add_related(
        picture.png,
        maintype="image",
        subtype="png",
        cid=f"<{picture.name}>",
        filename=f"{picture.name}.png",
        disposition="inline",
    )


def _add_calendar(message: EmailMessage, part: CalendarPart) -> None:
    # The third alternative is what mail programs act on; the attachment serves those that do not.
    message.add_alternative(
        part.text, subtype="calendar", params={"method": part.method}, cte="quoted-printable"
    )
    message.add_attachment(
        part.text.encode(), maintype="application", subtype="ics", filename="invitation.ics"
    )


def _sender() -> Address:
    return Address(*parseaddr(settings.mail_from))


def _header(address: Address) -> HeaderAddress:
    return HeaderAddress(display_name=_one_line(address.name)[:100], addr_spec=address.email)


def _one_line(text: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def _spaced(text: str) -> str:
    """One blank line between paragraphs, however the templates came to it."""
    return re.sub(r"\n[ \t]*(\n[ \t]*)+\n", "\n\n", text).strip() + "\n"


def _message_id() -> str:
    # The same for every attempt, and for nobody to guess from another letter's.
    work = jobs.current_work.get()
    seal = tokens.digest(f"{settings.signing_key} letter {work}").hex()[:16]
    return f"<{work}.{seal}@{urlsplit(settings.base_url).hostname}>"
