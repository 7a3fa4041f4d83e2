"""What has happened among people and communities, for whoever listens."""

from dataclasses import dataclass

from server.jobs import announcement


@announcement("members.left")
@dataclass(frozen=True)
class MemberLeft:
    """Somebody left a community, or was removed from it."""

    community: int
    person: int
