"""What an organiser says of an event, and in which of its rows each of it is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from events.tables import AnswerPolicy, Event

Mode = Literal["in_person", "online", "hybrid"]
Visibility = Literal["public", "unlisted", "members", "invited"]


@dataclass(frozen=True, kw_only=True)
class Details:
    """The names are the columns' names, but that `online_seats` are the `seats` of the call's pool.

    Times are moments; `zone` says in which local time they are read.
    """

    title: str
    starts_at: datetime
    ends_at: datetime | None = None
    zone: str
    mode: Mode = "in_person"
    place: str = ""
    address: str = ""
    address_public: bool = False
    join_url: str = ""
    summary: str = ""
    motif: str = ""
    about: str = ""
    picture_x: int = 50
    picture_y: int = 50
    visibility: Visibility = "public"
    first_timers: bool = False
    seats: int | None = None
    guests_allowed: int = 0
    online_seats: int | None = None
    approval: bool = False
    answers_open_at: datetime | None = None
    answers_close_at: datetime | None = None
    asks_first: int = 24
    replies_kept: int = 30
    newcomer_seats: int = 0
    newcomer_hours: int = 48

    def that_differ(self, event: Event) -> dict[str, Any]:
        """What an event would have to become, by column: empty when it says all this already."""
        return {name: value for name, value in self.all().items() if value_in(event, name) != value}

    def all(self) -> dict[str, Any]:
        """Everything it says, by column."""
        return vars(self) | {"online_seats": self.online_seats if self.mode == "hybrid" else None}


# What is kept in an event's policy, and what in its pools.
OF_POLICY = frozenset(column._meta.name for column in AnswerPolicy._meta.columns) - {"id", "event"}
OF_POOLS = frozenset({"seats", "online_seats"})


def value_in(event: Event, name: str) -> Any:
    """What an event says by one of these names, or of the wall clocks beside its moments."""
    if name == "online_seats":
        return event.pool(online=True).seats if event.mode == "hybrid" else None
    if name == "seats":
        return event.pool().seats
    return getattr(event.policy if name in OF_POLICY else event, name)
