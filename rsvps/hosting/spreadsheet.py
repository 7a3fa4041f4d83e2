"""The organiser's list as a table for any spreadsheet, made a thousand rows at a time."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime

from events.tables import Event
from members.tables import Person
from rsvps.door import queries as door
from rsvps.door.queries import WalkedIn
from rsvps.hosting import roster
from rsvps.hosting.roster import RosterFilter, Row
from rsvps.questions import sheet
from rsvps.questions.queries import replies_of
from rsvps.status import words
from rsvps.tables import Question
from server.languages.messages import Text, pgettext
from server.presentation import in_zone

BEGINNING = "\ufeff"  # By it spreadsheets know that what follows is UTF-8.


async def csv_of(event: Event, reader: Person, asked: RosterFilter) -> AsyncIterator[bytes]:
    """All who fit what is asked, and those who came without an answer. Two or three queries a thousand; never more than
    that in memory."""
    asking = await sheet.of(event)
    yield (BEGINNING + _lines([_heads(event, asking)])).encode()
    async for rows in roster.everybody(event.id, reader.id, asked):
        replies = await replies_of(event.id, [row.public_id for row in rows]) if asking and rows else {}
        yield _lines(_cells(event, row, asking, replies.get(row.public_id, {})) for row in rows).encode()
    if asked.status in {"", "walked_in"}:
        walk_ins = await door.known_by_name_alone(event.id, seen_by=reader, words=asked.words)
        yield _lines(_walk_in(event, row, len(asking)) for row in walk_ins).encode()


def _heads(event: Event, asking: Sequence[Question]) -> list[Text]:
    side = [pgettext("column", "Room or call")] if event.mode == "hybrid" else []
    return [
        # Translators: heads of the columns of a table of people: what each is called, has answered, whom they bring
        pgettext("column", "Name"),
        pgettext("column", "Answer"),
        pgettext("column", "Guests"),
        pgettext("column", "Names of guests"),
        *side,
        pgettext("column", "Place in line"),
        # Translators: whether they have confirmed their address: "yes" or "no"
        pgettext("column", "Confirmed"),
        # Translators: since when the answer stands; a time zone: "Since (Europe/Berlin)"
        pgettext("column", "Since (%(zone)s)", zone=event.zone),
        pgettext("column", "Arrived (%(zone)s)", zone=event.zone),
        *(each.prompt for each in asking),
    ]


def _cells(event: Event, row: Row, asking: Sequence[Question], replies: Mapping[int, str]) -> list[object]:
    side = [_side(online=row.online)] if event.mode == "hybrid" else []
    return [
        row.shown_name,
        words.label(row.status, confirmed=row.confirmed, by_host=row.by_host),
        row.guests,
        _in_one_line(row.guest_names),
        *side,
        row.place or "",
        pgettext("confirmed", "yes") if row.confirmed else pgettext("confirmed", "no"),
        f"{in_zone(row.answered_at, event.zone):%Y-%m-%d %H:%M}",
        _arrival(event, row.arrived_at) if row.arrived else "",
        *(_in_one_line(replies.get(each.id, "")) for each in asking),
    ]


def _walk_in(event: Event, row: WalkedIn, questions: int) -> list[object]:
    side = [_side(online=False)] if event.mode == "hybrid" else []
    label = words.label("walked_in")
    return [row.name, label, row.guests, "", *side, "", "", "", _arrival(event, row.at), *[""] * questions]


def _side(*, online: bool) -> Text:
    # Translators: how somebody takes part: in the room, or by the call
    return pgettext("side", "Call") if online else pgettext("side", "Room")


def _arrival(event: Event, at: datetime | None) -> Text:
    # Translators: in place of when somebody arrived, where that is not known
    return f"{in_zone(at, event.zone):%Y-%m-%d %H:%M}" if at else pgettext("arrived", "was there")


def _lines(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def _in_one_line(text: str) -> str:
    return "; ".join(text.splitlines())


def _cell(value: object) -> str:
    """A cell that a spreadsheet shows and does not compute."""
    text = str(value)
    return f"'{text}" if text.lstrip()[:1] in {"=", "+", "-", "@"} or text[:1] in {"\t", "\r", "\n"} else text
