"""From the bytes of a calendar's file to its components, and what a component says. Runs apart, as `reading` does."""

import re
from collections.abc import Iterable
from typing import Any, cast

import icalendar

from events.importing import zones
from events.importing.bounds import LONGEST_TITLE, MOST_ENTRIES
from server.errors import Refusal
from server.languages.messages import Message, _
from server.plain_text import one_line

EMPTY = _("That file is empty.")
PAGE = _(
    "That is a web page, and not a calendar. Where it shows one, look for “Export” or “Subscribe”: that "
    "address often ends in .ics."
)
DATA = _("That is data for programs (JSON), and not a calendar. A calendar’s file often ends in .ics.")
CONTACTS = _("Those are addresses of people (vCard), and not a calendar.")
OTHER_FILE = _("That is a file of another kind, and not a calendar. A calendar’s file often ends in .ics.")
NO_CALENDAR = _("That is not a calendar that Kith can read. A calendar’s file begins with BEGIN:VCALENDAR.")
CUT_SHORT = _("That calendar breaks off in the middle. Please export it once more.")
TOO_MANY = _(
    "That calendar has more entries than Kith takes in at once. Please export fewer, those of one year, say."
)
NOTHING = _("There is no gathering in that calendar.")

UNREADABLE = _("We cannot read it.")

_KINDS = [
    (re.compile(rb"\s*(?:<!doctype|<html|<\?xml|<head|<body|<!--)", re.IGNORECASE), PAGE),
    (re.compile(rb"\s*BEGIN:VCARD", re.IGNORECASE), CONTACTS),
    (re.compile(rb"\s*[\[{]"), DATA),
    (
        re.compile(rb"%PDF|PK\x03\x04|\x1f\x8b|\x89PNG|GIF8|\xff\xd8\xff|\xd0\xcf\x11\xe0|RIFF|7z\xbc\xaf"),
        OTHER_FILE,
    ),
]
_MARKS_OF_ENCODINGS = [
    (b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
]  # fmt: skip
_ESCAPED = re.compile(r"\\([\\,;])")
_ENTRY = re.compile(rb"^BEGIN:VEVENT", re.IGNORECASE | re.MULTILINE)


class Unread(Exception):
    """One entry that cannot become a gathering, and why."""

    def __init__(self, sentence: Message) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def calendars_in(content: bytes) -> list[icalendar.Component]:
    """The calendars of a file. Raises Refusal for what is none, or too much of one."""
    text = _text(content)
    if len(_ENTRY.findall(text.encode())) > MOST_ENTRIES:
        raise Refusal(TOO_MANY)
    try:
        calendars = icalendar.Calendar.from_ical(text, multiple=True)
    except (
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        OSError,
    ) as error:  # OSError: a zone's name is no file's.
        raise Refusal(NO_CALENDAR) from error
    if not calendars:
        raise Refusal(CUT_SHORT)
    return cast(list[icalendar.Component], calendars)


def _text(content: bytes) -> str:
    content = _in_utf8(content)
    if not content.strip(b"\0 \t\r\n"):
        raise Refusal(EMPTY)
    for kind, sentence in _KINDS:
        if kind.match(content):
            raise Refusal(sentence)
    if not re.match(rb"\s*BEGIN:V(?:CALENDAR|EVENT)", content, re.IGNORECASE):
        raise Refusal(NO_CALENDAR)
    # Lines are folded by octets, some programs do so within a character: together first, then read.
    content = re.sub(rb"\r\n?", b"\n", content.replace(b"\0", b""))
    content = re.sub(rb"\n[ \t]", b"", content)
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _in_utf8(content: bytes) -> bytes:
    for mark, name in _MARKS_OF_ENCODINGS:
        if content.startswith(mark):
            return content.decode(name, "replace").lstrip("\ufeff").encode()
    if content[:40:2].count(0) > 10 or content[1:40:2].count(0) > 10:  # UTF-16 that does not say so.
        return content.decode("utf-16-be" if content[:1] == b"\0" else "utf-16-le", "replace").encode()
    return content


def name_of(calendars: Iterable[icalendar.Component]) -> str:
    """What they are called, if they say so."""
    names = (line(calendar, name) for calendar in calendars for name in ("NAME", "X-WR-CALNAME"))
    # Nobody knows these two by type, so what was escaped in them still is.
    return _ESCAPED.sub(r"\1", next((name for name in names if name), ""))[:LONGEST_TITLE]


def home_of(calendars: Iterable[icalendar.Component], home: str) -> str:
    """The zone of times that name none: what they say of it, else `home`."""
    named = (zones.named(line(calendar, "X-WR-TIMEZONE")) for calendar in calendars)
    return next((zone for zone in named if zone), home)


def value(component: icalendar.Component, name: str) -> Any:
    """The first value of a property, as icalendar read it; None for none, or for one that it could not."""
    found = component.get(name)
    return found[0] if isinstance(found, list) and found else found


def line(component: icalendar.Component, name: str) -> str:
    """The same in one line of text; empty for none."""
    found = value(component, name)
    return one_line(str(found)) if found is not None else ""


def moment(component: icalendar.Component, name: str) -> Any:
    """The date, time or length that a property says; None for none. Raises Unread."""
    found = value(component, name)
    try:
        return getattr(found, "dt", None)
    except ValueError as error:  # icalendar's word for what it could not read.
        raise Unread(UNREADABLE) from error
