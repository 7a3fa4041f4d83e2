"""What the rsvps tell whoever listens. Carried by due work, after the commit."""

from dataclasses import dataclass

from server.jobs import announcement


@announcement("rsvps.walked_in")
@dataclass(frozen=True)
class WalkedIn:
    """Somebody came to an event without an answer, and said who they are: perhaps only afterwards."""

    event: int
    person: int


@announcement("rsvps.told_hosts")
@dataclass(frozen=True)
class ToldHosts:
    """Somebody comes to a gathering of a series, and has said what its hosts ask."""

    series: int
    person: int
