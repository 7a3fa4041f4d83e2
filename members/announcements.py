"""What the members tell whoever listens. Each is carried by due work, after the commit."""

from dataclasses import dataclass

from server.jobs import announcement


@announcement("members.away_changed")
@dataclass(frozen=True)
class AwayChanged:
    """Somebody is away until another day than before, or back, or lives by another clock or week.

    Letters that wait for that day may come sooner.
    """

    person: int
