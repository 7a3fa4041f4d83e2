"""The people of a community, for those who look after it: by role and name, a page at a time however many they are.

Their order is kept in `member_names`, by triggers.
"""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from members.queries import called, hidden
from members.tables import Community, Person
from server import pagination, pictures
from server.finding import names_have
from server.languages.messages import Text, _
from server.pagination import START, Key, Listing, Page, Place
from server.rows import loaded

PAGE = 50


@dataclass(frozen=True)
class Member:
    """Somebody in a list of members."""

    public_id: str
    name: str
    role: str
    joined_at: datetime
    picture: str

    @property
    def label(self) -> Text:
        """Their name, or what stands for it."""
        return self.name or _("Somebody who has given no name yet")


# $1: the community, $2: the reader, $3: words.
_MEMBERS = Listing(
    "members",
    keys=(
        Key("member_names.rank", "integer"),
        Key("member_names.name", "text", name=called("member_names.person")),
        Key("member_names.membership", "bigint"),
    ),
    listed="membership, person",
    source=f"""
        FROM member_names WHERE member_names.community = $1 AND member_names.person <> ALL ({hidden("$2")})
            AND {names_have("member_names.name", "$3")}
    """,
    columns="people.public_id, people.name, memberships.role, joined_at, pictures.public_id AS picture",
    joins="""
        JOIN memberships ON memberships.id = listed.membership JOIN people ON people.id = listed.person
        LEFT JOIN pictures ON pictures.id = people.picture AND pictures.ready_at IS NOT NULL
    """,
)


async def page(
    community: Community, *, seen_by: Person, words: str = "", place: Place = START
) -> Page[Member]:
    """A page of PAGE members by role and name, without those hidden from `seen_by`. One query."""
    found = await pagination.page(_MEMBERS, community.id, seen_by.id, words, place=place, most=PAGE)
    return found.of(_member)


def _member(row: asyncpg.Record) -> Member:
    return loaded(Member, row, picture=pictures.address(row["picture"]))
