"""What somebody types into the form of an event or a series, kept while they type.

It is not lost, and nobody else sees it. It is written down under the name of the page (`tab`) that it is typed in.
Whoever goes on with it in another page takes it over, unless it has been written on since: then there are two of it. It
ends when it is saved or thrown away, when nothing is left of it, or 90 days after its last word.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeAlias

from events.tables import Event, UnfinishedEvent
from members.tables import Community, Person
from server import clock, pictures
from server.db import transaction
from server.errors import NotFound, Refusal
from server.languages.messages import _
from server.ratelimit import at_most
from server.rows import row_as, rows_as

KEPT = timedelta(days=90)
LARGEST = 30_000  # characters in all fields together
MOST = 50  # for one person
LONGEST_TAB = 40
# What is worth keeping: the other fields of a new form say something by themselves.
WORDS = ("title", "summary", "about", "date", "place", "address", "join_url", "rule")
HOW_OFTEN = "every"  # The field that only the form of a series has: what says that it was typed there.

# What the fields of a form say, by name; several for what can be ticked several times.
Typed: TypeAlias = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Written:
    """Where it was written: the page, and what that page knows of it (its public id, and which version)."""

    tab: str
    public_id: str = ""
    version: int = 0

    @classmethod
    def said(cls, values: Mapping[str, object]) -> "Written":
        """As a form says it, in its hidden fields."""
        tab, public_id, version = (str(values.get(name) or "") for name in ("tab", "unfinished", "version"))
        return cls(tab[:LONGEST_TAB], public_id, int(version) if re.fullmatch(r"[0-9]{1,9}", version) else 0)


class TooMuchUnfinished(Refusal):
    """Somebody has begun more than anybody finishes."""

    sentence = _(
        "You have begun very many gatherings. Finish some, or throw them away: then this one is kept, too."
    )


@at_most("3000 per hour", "unfinished event", of=lambda *_, by, **__: by.id)
async def keep(
    typed: Typed,
    *,
    by: Person,
    community: Community,
    event: Event | None,
    where: Written,
    picture: int | None,
) -> UnfinishedEvent | None:
    """Write down what has been typed so far. None when there is nothing worth it, and then nothing is left of it.

    Raises TooMuchUnfinished; a Refusal for more than anybody types; TooMany.
    """
    if _length(typed) > LARGEST:
        raise Refusal(_("That is more than can be kept. Please save it."))
    async with transaction():
        if not picture and not any(typed.get(name) for name in WORDS):
            await finish(by, where)
            return None
        found = await _of_page(by, where)
        if found is None:
            return await _begin(typed, by=by, community=community, event=event, where=where, picture=picture)
        return await _go_on(found, typed, where=where, picture=picture)


async def finish(person: Person, where: Written) -> None:
    """It has been saved, or nothing is left of it. What another page has written on since stays."""
    found = await _of_page(person, where)
    if found:
        await UnfinishedEvent.delete().where(UnfinishedEvent.id == found.id)


async def throw_away(person: Person, public_id: str) -> UnfinishedEvent:
    """Delete it, and the picture that nothing else shows. Raises NotFound for what is not theirs."""
    async with transaction():
        found = await one(person, public_id)
        await UnfinishedEvent.delete().where(UnfinishedEvent.id == found.id)
        if found.picture:
            await pictures.give_up(found.picture)
    return found


async def one(person: Person, public_id: str) -> UnfinishedEvent:
    """One that is somebody's own. Raises NotFound. One query."""
    mine = (UnfinishedEvent.person == person.id) & (UnfinishedEvent.public_id == public_id)
    found = await row_as(UnfinishedEvent, UnfinishedEvent.select().where(mine))
    if found is None:
        raise NotFound
    return found


async def of_form(
    person: Person, community: Community, event: Event | None, *, again: bool = False
) -> list[UnfinishedEvent]:
    """What somebody has not finished of a new event of a community, or of changes to an event; typed into the form of a
    series (`again`), or into its own. One query.
    """
    about = UnfinishedEvent.event == event.id if event else UnfinishedEvent.event.is_null()
    mine = (UnfinishedEvent.person == person.id) & (UnfinishedEvent.community == community.id) & about
    newest_first = UnfinishedEvent.select().where(mine).order_by(UnfinishedEvent.changed_at, ascending=False)
    return [each for each in await rows_as(UnfinishedEvent, newest_first) if is_again(each) == again]


def is_again(left: "UnfinishedEvent | Left") -> bool:
    """Whether it was typed into the form of a series."""
    return HOW_OFTEN in left.typed


class Left(NamedTuple):
    """Something unfinished, as its writer's list shows it: of which community, and of which event (None: a new one).

    `series` and `series_date` are that event's.
    """

    public_id: str
    typed: Typed
    changed_at: datetime
    community: str
    event: str | None
    series: str | None
    series_date: date | None

    @property
    def again(self) -> bool:
        """Whether it was typed into the form of a series."""
        return is_again(self)


async def of_person(person: Person) -> list[Left]:
    """All that somebody has not finished, newest first. One query."""
    newest_first = (
        UnfinishedEvent.select(
            UnfinishedEvent.public_id,
            UnfinishedEvent.typed,
            UnfinishedEvent.changed_at,
            UnfinishedEvent.community.slug.as_alias("community"),
            UnfinishedEvent.event.public_id.as_alias("event"),
            UnfinishedEvent.event.series.public_id.as_alias("series"),  # type: ignore[union-attr]
            UnfinishedEvent.event.series_date.as_alias("series_date"),
        )
        .where(UnfinishedEvent.person == person.id)
        .order_by(UnfinishedEvent.changed_at, ascending=False)
    )
    return await rows_as(Left, newest_first)


async def forget_old(before: datetime) -> None:
    """Delete what nobody has written on since then."""
    await UnfinishedEvent.delete().where(UnfinishedEvent.changed_at < before)


def _length(typed: Typed) -> int:
    return sum(len(value) if isinstance(value, str) else sum(map(len, value)) for value in typed.values())


async def _of_page(person: Person, where: Written) -> UnfinishedEvent | None:
    """What this page has written, or what it was opened with, unless another page has written on."""
    own = UnfinishedEvent.tab == where.tab
    taken_up = (UnfinishedEvent.public_id == where.public_id) & (UnfinishedEvent.version == where.version)
    for written in (own, taken_up):
        mine = UnfinishedEvent.select().where((UnfinishedEvent.person == person.id) & written)
        found = await row_as(UnfinishedEvent, mine.lock_rows("NO KEY UPDATE"))
        if found:
            return found
    return None


async def _begin(
    typed: Typed,
    *,
    by: Person,
    community: Community,
    event: Event | None,
    where: Written,
    picture: int | None,
) -> UnfinishedEvent:
    if await UnfinishedEvent.count().where(UnfinishedEvent.person == by.id) >= MOST:
        raise TooMuchUnfinished
    begun = UnfinishedEvent(
        person=by.id,
        community=community.id,
        event=event.id if event else None,
        picture=picture,
        typed=dict(typed),
        tab=where.tab,
    )
    await UnfinishedEvent.insert(begun)
    return begun


async def _go_on(
    found: UnfinishedEvent, typed: Typed, *, where: Written, picture: int | None
) -> UnfinishedEvent:
    found.version += 1
    await UnfinishedEvent.update(
        {
            UnfinishedEvent.typed: dict(typed),
            UnfinishedEvent.picture: picture,
            UnfinishedEvent.tab: where.tab,
            UnfinishedEvent.version: found.version,
            UnfinishedEvent.changed_at: clock.now(),
        }
    ).where(UnfinishedEvent.id == found.id)
    return found
