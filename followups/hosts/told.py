"""What those who host are told of the morning after: on their page, and once in a letter, by the same sentences."""

from dataclasses import dataclass, field

from events.tables import Event
from followups.days import ASKS_KEPT
from followups.hosts import queries, words
from followups.hosts.queries import AskOf
from followups.hosts.words import Sentence
from members.tables import Person
from server import clock
from server.pagination import START, Page, Place

MOST = 100  # of each on a page


@dataclass(frozen=True)
class Told:
    """What one reader is told about one gathering.

    `asks` wait to be seen to, `done` are; `first_time`: who was there for the first time; `felt`: how it felt to those
    who said no more; `said`: what people wrote, and how it felt to who signed that; `not_noted`: of somebody who was
    going nobody has said whether they were there. `more`: there is more than this.
    """

    asks: list[tuple[AskOf, Sentence]] = field(default_factory=list)
    done: list[tuple[AskOf, Sentence]] = field(default_factory=list)
    first_time: list[Sentence] = field(default_factory=list)
    felt: list[Sentence] = field(default_factory=list)
    said: Page[Sentence] = field(default_factory=lambda: Page([]))
    not_noted: bool = False
    more: bool = False

    @property
    def anything(self) -> bool:
        """Whether people said or asked for anything. What is left to do alone is no news."""
        return bool(self.asks or self.first_time or self.felt or self.said.rows)


async def to_organiser(event: Event, reader: Person, *, place: Place = START, most: int = MOST) -> Told:
    """What somebody who organises the community is told: all of it, up to `most` of each kind. Six queries."""
    since = clock.now() - ASKS_KEPT
    asks = await queries.asks_after(event, seen_by=reader, since=since, most=most + 1)
    done = await queries.asks_after(event, seen_by=reader, since=since, done=True, most=most)
    said = await queries.said_to_organisers(
        event, seen_by=reader, place=place, most=min(most, queries.ROWS_ON_A_PAGE)
    )
    as_host = await to_host(event, reader, most=most)
    return Told(
        asks=[(ask, words.of_ask(ask)) for ask in asks[:most]],
        done=[(ask, words.of_ask(ask)) for ask in done],
        first_time=as_host.first_time,
        felt=words.of_welcomes(await queries.felt_unsigned(event)),
        said=said.of(words.of_word),
        not_noted=as_host.not_noted,
        more=len(asks) > most or bool(said.after) or as_host.more,
    )


async def to_host(event: Event, reader: Person, *, most: int = MOST) -> Told:
    """What a co-host is told: who was there for the first time, and what is left to do. To the organisers people
    said the rest. Two queries."""
    names = await queries.first_timers(event, seen_by=reader, most=most + 1)
    return Told(
        first_time=[words.of_first_time(name) for name in names[:most]],
        not_noted=await queries.somebody_is_not_noted(event, seen_by=reader),
        more=len(names) > most,
    )
