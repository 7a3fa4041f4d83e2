"""What the events tell whoever listens. Each is carried by due work, after the commit."""

from dataclasses import dataclass, field
from typing import Any

from server.jobs import announcement


@announcement("events.published")
@dataclass(frozen=True)
class EventPublished:
    """A draft became visible to those it is for; or what was for few, such as who has its address, to all of them."""

    event: int


@announcement("events.gatherings_published")
@dataclass(frozen=True)
class GatheringsPublished:
    """Many became visible at once, of a calendar that came in. Announced instead of `EventPublished`, one by one."""

    events: list[int]


@announcement("events.gatherings_made", version=2)
@dataclass(frozen=True)
class GatheringsMade:
    """Gatherings of a series were made, published at once. They are not announced one by one as `EventPublished`.

    Whether they are `news`; else what is new of them is told along with more (`GatheringsPublished`).
    """

    series: int
    events: list[int]
    news: bool = True

    @classmethod
    def of_version(cls, _version: int, content: dict[str, Any]) -> "GatheringsMade":
        """What still waits from before there was anything else."""
        return cls(**content)


@announcement("events.changed")
@dataclass(frozen=True)
class EventChanged:
    """Time, zone, place or join link moved, and stayed moved for a while. `change` is a row of event_changes.

    The listener writes to those who are coming, one letter each; `changes.differences` has the words.
    """

    event: int
    change: int


@announcement("events.cancelled")
@dataclass(frozen=True)
class EventCancelled:
    """It does not happen. Told at once; `cancel_reason` says why."""

    event: int


@announcement("events.series_changed", version=2)
@dataclass(frozen=True)
class SeriesChanged:
    """Several gatherings of a series have moved, were called off or are on again at once: told in one letter.

    `changes` are closed rows of event_changes, one for each event that moved; `cancelled` and `back` are events.
    Announced instead of `EventChanged` and `EventCancelled`, one by one.
    """

    series: int
    changes: list[int]
    cancelled: list[int]
    back: list[int] = field(default_factory=list)

    @classmethod
    def of_version(cls, _version: int, content: dict[str, Any]) -> "SeriesChanged":
        """The first knew of none that is on again."""
        return cls(**content)


@announcement("events.seats_changed")
@dataclass(frozen=True)
class SeatsChanged:
    """Seats, guests, approval or the time for answers have changed. Nobody loses a seat by it."""

    event: int


@announcement("events.approval_ended")
@dataclass(frozen=True)
class ApprovalEnded:
    """Nobody has to be accepted any more: those who were waiting for a host's word are in line with everybody else."""

    event: int
