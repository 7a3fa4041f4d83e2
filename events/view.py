"""What somebody is to an event, and how much of it they may therefore see. `events.access` finds it out."""

from dataclasses import dataclass
from datetime import date
from enum import Flag

from events.tables import Event, Series


class Relation(Flag):
    """What somebody is to an event, beyond their role in its community. What several sources say adds up.

    Of a hybrid event, people who come to the room may also see its private address, and people in the call the link
    to join; of any other event, all who come may see both, on whichever side they are noted.
    """

    STRANGER = 0
    INVITED = 1  # May see an event that is for invited people.
    IN_THE_ROOM = 3
    IN_THE_CALL = 5
    COMING = 7  # On both sides.


@dataclass(frozen=True)
class EventView:
    """What one reader is to one event, and what they may therefore see of it.

    `organises` this event; `organises_community` is for what goes beyond it: copying it, saying who hosts it, and
    choosing from the community's lists. `kept_out`: they take no part here, whatever they had.
    """

    role: str | None
    relation: Relation
    organises: bool
    sees_it: bool
    shows_address: bool
    shows_join_link: bool
    organises_community: bool = False
    kept_out: bool = False

    @property
    def takes_part(self) -> bool:
        """Whether anything may lead them there, or ask them about it: not people kept out, even if all see it."""
        return self.sees_it and not self.kept_out


@dataclass(frozen=True)
class SeriesView:
    """A series as somebody may see it: with its pattern, and how much they may see of a gathering like it.

    `skipped` are the days that it leaves out.
    """

    series: Series
    pattern: Event
    view: EventView
    skipped: frozenset[date] = frozenset()
