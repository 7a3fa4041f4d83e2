"""What an organiser says of an event: the part of its row that the form writes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from events.tables import Event

Mode = Literal["in_person", "online", "hybrid"]
Visibility = Literal["public", "unlisted", "members", "invited"]


@dataclass(frozen=True, kw_only=True)
class Details:
    """The names are the columns' names. Times are moments; `zone` says on whose wall clock they are read."""

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
    about: str = ""
    visibility: Visibility = "public"
    seats: int | None = None
    guests_allowed: int = 0
    online_seats: int | None = None
    approval: bool = False
    answers_open_at: datetime | None = None
    answers_close_at: datetime | None = None
    asks_first: int = 24
    replies_kept: int = 30

    def that_differ(self, event: Event) -> dict[str, Any]:
        """What an event would have to become, by column: empty when it says all this already."""
        return {name: value for name, value in vars(self).items() if getattr(event, name) != value}
