"""What the events tell whoever listens. Each is carried by due work, after the commit."""

from dataclasses import dataclass

from server.jobs import announcement


@announcement("events.published")
@dataclass(frozen=True)
class EventPublished:
    """A draft became visible to those it is for."""

    event: int


@announcement("events.gatherings_made")
@dataclass(frozen=True)
class GatheringsMade:
    """Gatherings of a series were made, published at once. They are not announced one by one as `EventPublished`."""

    series: int
    events: list[int]


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


@announcement("events.series_changed")
@dataclass(frozen=True)
class SeriesChanged:
    """Several gatherings of a series have moved or were called off at once, which is told in one letter.

    `changes` are closed rows of event_changes, one for each event that moved; `cancelled` are events. Announced instead
    of `EventChanged` and `EventCancelled`, one by one.
    """

    series: int
    changes: list[int]
    cancelled: list[int]


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
