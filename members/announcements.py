"""What has happened among people and communities, for whoever listens."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MemberLeft:
    """Somebody left a community, or was removed from it."""

    community: int
    person: int
