"""Letters: written down as due work, rendered afresh when sent, sent once, and not sent once they are stale.

    @letter("rsvps/confirmation", until=lambda of: of["event"].over_at)
    async def confirmation(rsvp: int) -> Letter | None: ...   # None: no longer true, or not wanted

    await later(confirmation, rsvp.id)

The Message-ID comes from the row of due work, so that a letter whose fate is unknown after a crash is
repeated under the same name. What it says is one template, `frontend/letters/<name>.jinja` (`server/lettering.py`);
`server/mime.py` writes it out.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, parseaddr
from functools import cache, wraps
from typing import Any
from urllib.parse import urlsplit

import structlog

from server import clock, deliverability, headers, jobs, lettering, mime, smtp, tokens
from server.languages import catalogues
from server.languages.language import Language, speaking
from server.settings import settings
from server.tables import SentLetter

LONGEST_SUBJECT = 250
LONGEST_NAME = 100

log = structlog.get_logger()


@dataclass(frozen=True)
class Address:
    """To whom, or in whose name, and in which language they are written to; "" is the server's."""

    name: str
    email: str
    language: str = ""

    @property
    def reads(self) -> Language:
        """The language they are written to in. What a letter's writer makes text of by itself is said in it."""
        return catalogues.of(self.language)


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

    `unsubscribe` is an absolute address that shows on GET and acts on POST (RFC 8058); letters that always come,
    such as those about one's own answer, have none. `kind` is the kind that it ends, if it is one of several.
    `asked_for`: its receiver asked for this very letter just now, so it goes to an address that refused one before.
    `calendars` are those of a letter about several gatherings, each a file of its own (RFC 6047, section 2.3).
    """

    to: Address
    context: dict[str, Any] = field(default_factory=dict)
    calendar: CalendarPart | None = None
    pictures: tuple[InlinePicture, ...] = ()
    reply_to: Address | None = None
    unsubscribe: str | None = None
    kind: str | None = None
    asked_for: bool = False
    calendars: tuple[CalendarPart, ...] = ()


@dataclass(frozen=True)
class Message:
    """A letter as it goes to the mail server."""

    receiver: str
    message_id: str
    subject: str
    content: bytes


Writer = Callable[..., Awaitable[Letter | None]]
# Until when a letter is worth sending, by what its templates are given.
Until = Callable[[Mapping[str, Any]], datetime]


@dataclass(frozen=True)
class Kind:
    """One of the letters that Kith writes: who writes it, and until when it is worth sending."""

    job: str
    writer: Writer
    until: Until


kinds: dict[str, Kind] = {}
"""Every letter of Kith, by its name."""


def letter(name: str, *, until: Until, formerly: str | None = None) -> Callable[[Writer], jobs.Job]:
    """Make `async def writer(*ids) -> Letter | None` a letter; what comes back is given to `later`.

    After `until` it is not sent, however it came to be late, and the operator is told how many were not.
    Its due work is called like it, `rsvps.promoted` for `rsvps/promoted`; `formerly` as for any `job`.
    """
    package, _, rest = name.partition("/")

    def register(writer: Writer) -> jobs.Job:

        @wraps(writer)
        async def write_and_send(*args: Any) -> None:
            written = await writer(*args)
            if written is None:
                log.info("letter not sent", letter=name)
            elif (ends := until(written.context)) <= clock.now():
                await deliverability.note_unsent(jobs.current_work.get(), name, until=ends)
                log.info("letter not sent: its time is past", letter=name)
            elif not written.asked_for and await deliverability.refuses(written.to.email):
                log.info("letter not sent: the address refuses letters", letter=name)
            else:
                await send(compose(name, written), kind=name, asked_for=written.asked_for)

        job = jobs.job(f"{package}.{rest}", formerly=formerly or f"{package}.mail.{rest}")(write_and_send)
        kinds[name] = Kind(jobs.name_of(job), writer, until)
        return job

    return register


def compose(name: str, letter: Letter) -> Message:
    """The whole message: plain text, HTML, and the calendar part when there is one. About a millisecond."""
    with speaking(letter.to.reads):
        return _composed(name, letter)


def _composed(name: str, letter: Letter) -> Message:
    context = {"to": letter.to, "unsubscribe": letter.unsubscribe, **letter.context}
    words = lettering.write(name, context)
    subject = headers.one_line(words.subject)[:LONGEST_SUBJECT]
    message_id = _message_id()
    content = mime.message(_head(letter, subject, message_id), _parts(letter, words))
    return Message(letter.to.email, message_id, subject, content)


async def send(message: Message, *, kind: str, asked_for: bool = False) -> None:
    """Hand a message to the SMTP server.

    Raises jobs.PermanentFailure when it refuses the receiver, whose address is marked; jobs.TemporaryFailure for
    whatever else it says.
    """
    if settings.smtp_url:
        await _hand_over(message)
        await deliverability.taken()
        if asked_for:
            await deliverability.revive(message.receiver)
    if settings.development:
        await _keep(message, kind)


def sender() -> Address:
    """In whose name all letters are sent."""
    return _parsed(settings.mail_from)


@cache
def _parsed(mailbox: str) -> Address:
    return Address(*parseaddr(mailbox))


async def _hand_over(message: Message) -> None:
    try:
        await smtp.send(
            message.content, sender=sender().email, receiver=message.receiver, once_taken=jobs.ended
        )
    except smtp.AddressRefused as refused:
        await deliverability.mark(message.receiver, refused.code)
        raise jobs.PermanentFailure(str(refused)) from refused
    except smtp.NotTaken as fault:
        deliverability.complain(fault)
        raise jobs.TemporaryFailure(deliverability.reason(fault)) from fault


def _head(letter: Letter, subject: str, message_id: str) -> list[tuple[str, str]]:
    own = sender()
    head = [
        ("Subject", headers.text("Subject", subject)),
        ("From", _mailbox("From", own)),
        ("To", _mailbox("To", letter.to)),
        ("Date", format_datetime(clock.now())),
        ("Message-ID", message_id),
        ("Auto-Submitted", "auto-generated"),
    ]
    if letter.reply_to:
        head.append(("Reply-To", _mailbox("Reply-To", letter.reply_to)))
    if letter.kind:
        list_name = f"{letter.kind}.{urlsplit(settings.base_url).hostname}"
        head.append(("List-Id", headers.mailbox("List-Id", f"{own.name}: {letter.kind}", list_name)))
    if letter.unsubscribe:
        head.append(("List-Unsubscribe", f"<{letter.unsubscribe}>"))
        head.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return head


def _parts(letter: Letter, words: lettering.Words) -> str:
    html = mime.text("html", words.html)
    if letter.pictures:
        pictures = [
            mime.file("image/png", picture.png, name=f"{picture.name}.png", cid=picture.name)
            for picture in letter.pictures
        ]
        html = mime.together("related", [html, *pictures])
    ways = [mime.text("plain", words.text), html]
    if letter.calendars:
        files = [
            mime.text("calendar", each.text, method=each.method, name=f"invitation-{number}.ics")
            for number, each in enumerate(letter.calendars, 1)
        ]
        return mime.together("mixed", [mime.together("alternative", ways), *files])
    if letter.calendar is None:
        return mime.together("alternative", ways)
    # The third alternative is what mail programs act on; the attachment serves those that do not.
    calendar = letter.calendar
    ways.append(mime.text("calendar", calendar.text, method=calendar.method))
    attached = mime.file("application/ics", calendar.text.encode(), name="invitation.ics")
    return mime.together("mixed", [mime.together("alternative", ways), attached])


async def _keep(message: Message, kind: str) -> None:
    sent = SentLetter(
        message_id=message.message_id,
        kind=kind,
        to_email=message.receiver,
        subject=message.subject,
        message=message.content,
    )
    await SentLetter.insert(sent).on_conflict(action="DO NOTHING")


def _mailbox(field_name: str, address: Address) -> str:
    return headers.mailbox(field_name, headers.one_line(address.name)[:LONGEST_NAME], address.email)


def _message_id() -> str:
    # The same for every attempt, and for nobody to guess from another letter's. The number of the work itself would say
    # how much was done between two letters: also what was for one pair of eyes alone.
    seal = tokens.digest(f"{settings.signing_key} letter {jobs.current_work.get()}").hex()[:32]
    return f"<{seal}@{urlsplit(settings.base_url).hostname}>"
