"""The letter about what a standing answer has led to: one for all that is new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from events import access
from events import queries as events_queries
from events.card import Card, card
from events.series import queries as series_queries
from events.tables import Event
from members import queries as members_queries
from members.letters.receivers import address_of
from members.tables import Person
from rsvps.letters import links as answer_links
from rsvps.letters import writing
from rsvps.standing import links, queries
from rsvps.status import queries as status_queries
from rsvps.status.access import view_of
from rsvps.status.queries import Answered
from server import clock
from server.languages.language import speaking
from server.mail import CalendarPart, Letter, letter
from server.pages import absolute

TOLD = ("going", "waitlisted", "offered", "requested")


@dataclass(frozen=True)
class Occasion:
    """One gathering of the letter: how somebody is counted in there, in a word, and where they say "not this time".

    `status` is empty where they have to answer themselves. `place` is theirs in line; `kept`: there are seats free, for
    people who come for the first time.
    """

    card: Card
    page: str
    starts_at: datetime
    over_at: datetime
    status: str = ""
    place: int | None = None
    kept: bool = False
    guests: int = 0
    not_this_time: str = ""

    @property
    def press(self) -> str:
        """Where it is answered otherwise; a seat that is kept, and what asks for a word, on the gathering's page."""
        return self.page if self.status in {"", "offered"} else self.not_this_time


def _until_the_last(of: Mapping[str, Any]) -> datetime:
    occasions: Sequence[Occasion] = of["occasions"]
    return max(occasion.over_at for occasion in occasions)


@letter("rsvps/counted_in", until=_until_the_last)
async def counted_in(series: int, person: int, events: list[int]) -> Letter | None:
    """At which gatherings somebody is counted in now, as it stands when the letter goes; with each calendar part."""
    reader = await members_queries.person_by_id(person)
    known = await series_queries.series_by_id(series)
    if reader is None or known is None:
        return None
    answered = [found for found in await status_queries.answered_to(person, events) if found.rsvp.confirmed]
    told = [found for found in answered if await _is_told(found)]
    asks = await _asks(reader, set(events) - {found.event.id for found in answered})
    if not told and not asks:
        return None
    to = await address_of(reader, known.community)
    with speaking(to.reads):
        parts = [
            writing.calendar_part(found, await view_of(found))
            for found in told
            if found.rsvp.status == "going"
        ]
        occasions = [await _occasion(found) for found in told] + [await _open(event) for event in asks]
    standing = await queries.of_person(series, person)
    return _letter(
        Letter(
            to=to,
            context={
                "title": await series_queries.title_of(series),
                "occasions": sorted(occasions, key=lambda occasion: occasion.starts_at),
                "page": absolute("rsvps:standing", series=known.public_id),
                "stop": links.address(standing) if standing else "",
            },
        ),
        parts,
    )


def _letter(letter: Letter, parts: Sequence[CalendarPart]) -> Letter:
    """The letter with its calendar parts: a single one as any letter has it."""
    if len(parts) == 1:
        return replace(letter, calendar=parts[0])
    return replace(letter, calendars=tuple(parts))


async def _is_told(found: Answered) -> bool:
    if found.rsvp.status not in TOLD or writing.called_off(found):
        return False
    return (await view_of(found)).takes_part


async def _asks(reader: Person, numbers: set[int]) -> list[Event]:
    """Those gatherings at which they have to answer themselves, if they may see them."""
    events = list((await events_queries.events_by_id(sorted(numbers))).values())
    views = await access.views(reader, events)
    return [event for event in events if event.status == "published" and views[event.id].takes_part]


async def _occasion(found: Answered) -> Occasion:
    event, view = found.event, await view_of(found)
    return Occasion(
        await card(event, shows_address=view.shows_address),
        absolute("events:event", event=event.public_id),
        event.starts_at,
        event.over_at,
        found.rsvp.status,
        found.place,
        bool(event.kept_for_newcomers(clock.now(), online=found.rsvp.online)) and not found.newcomer,
        found.rsvp.guests,
        absolute("rsvps:absence", token=answer_links.token(found.rsvp, event)),
    )


async def _open(event: Event) -> Occasion:
    page = absolute("events:event", event=event.public_id)
    return Occasion(await card(event, shows_address=False), page, event.starts_at, event.over_at)
