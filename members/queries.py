"""What we ask about people and communities. Reads only."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

import asyncpg

from members import contributions
from members.roles import Action, may, those_who_may
from members.tables import AddressChange, Community, Follow, LetterRefusal, Membership, Person, Session
from server import clock, db, pagination, pictures, tokens
from server.batching import Batching, Take
from server.finding import in_order, names_have, sort_key
from server.languages.language import spoken
from server.languages.messages import Text, _
from server.pagination import START, Key, Listing, Page, Place
from server.presentation import in_zone
from server.rows import loaded, row_as, rows_as, value_of, values_of
from server.settings import settings
from server.statements import Query, among, prepared

PAGE = 50

# People


class Asking(NamedTuple):
    """Who is signed in by a session, its id, and when it was last seen."""

    person: Person
    session: int
    seen_at: datetime


async def person_of_session(secret: bytes) -> Asking | None:
    """Who is signed in by the session with this digest. One query, shared with whoever asks at the same moment."""
    return await _sessions.ask(None, secret)


async def _people_of_sessions(_key: None, take: Take[bytes]) -> list[Asking | None]:
    secrets = take()
    rows = await db.rows(
        f"""
        SELECT people.*, sessions.id AS session, sessions.secret, sessions.seen_at, pictures.public_id AS shown,
            {_organises_anything()} AS organises
        FROM sessions JOIN people ON people.id = sessions.person
        LEFT JOIN pictures ON pictures.id = people.picture AND pictures.ready_at IS NOT NULL
        WHERE sessions.secret = ANY($1) AND sessions.expires_at > $2
        """,  # noqa: S608 - our own words
        list(secrets),
        clock.now(),
        those_who_may(Action.ORGANISE),
    )
    found = {row["secret"]: row for row in rows}
    # A person for each request, even of the same session: nobody shares a row that somebody may change.
    return [_asking(found[secret]) if secret in found else None for secret in secrets]


def _organises_anything() -> str:
    """SQL: the person of a row of `people` organises a community ($3: the roles that do), or hosts anything."""
    community = "EXISTS (SELECT FROM memberships WHERE person = people.id AND role = ANY($3))"
    return f"({' OR '.join([community, *(hosts('people.id') for hosts in contributions.hostings)])})"


def _asking(row: asyncpg.Record) -> Asking:
    person = person_from(row)
    person.picture_url = pictures.address(row["shown"])
    person.organises = row["organises"]
    return Asking(person, row["session"], row["seen_at"])


_sessions: Batching[None, bytes, Asking | None] = Batching(_people_of_sessions)


@dataclass(frozen=True)
class Browser:
    """A browser in which somebody is signed in."""

    id: int
    browser: str
    created_at: datetime
    seen_at: datetime

    @property
    def shown(self) -> Text:
        """What it is, as far as it has said so: see `sessions.browser_of`."""
        name, _on, system = self.browser.partition(" on ")
        known = _("A browser") if name in {"", "A browser"} else name
        # Translators: a browser and what it runs on: "Firefox on Android"
        return _("%(browser)s on %(system)s", browser=known, system=system) if system else known


async def browsers_of(person: Person, *, now: datetime) -> list[Browser]:
    """Where somebody is signed in, what was used last first. At most a hundred."""
    return await rows_as(Browser, _browsers_of(person.id, now))


@prepared
def _browsers_of(person: int, now: datetime) -> Query:
    return (
        Session.select(Session.id, Session.browser, Session.created_at, Session.seen_at)
        .where((Session.person == person) & (Session.expires_at > now))
        .order_by(Session.seen_at, Session.id, ascending=False)
        .limit(100)
    )


async def person_by_email(email: str) -> Person | None:
    """The person with this address."""
    return await row_as(Person, _person_by_email(email.lower()))


async def person_by_id(person: int) -> Person | None:
    """Somebody, if they still exist."""
    return await row_as(Person, _person_by_id(person))


async def person_by_public_id(public_id: str) -> Person | None:
    """Somebody by their name in addresses."""
    return await row_as(Person, _person_by_public_id(public_id))


@prepared
def _person_by_email(email: str) -> Query:
    return Person.select().where(Person.email == email)


@prepared
def _person_by_id(person: int) -> Query:
    return Person.select().where(Person.id == person)


@prepared
def _person_by_public_id(public_id: str) -> Query:
    return Person.select().where(Person.public_id == public_id)


def person_from(row: asyncpg.Record) -> Person:
    """A Person from a row that carries at least the columns of `people`."""
    return loaded(Person, row)


# Communities and roles


async def community_by_slug(slug: str) -> Community | None:
    """A community by its address."""
    return await row_as(Community, _community_by_slug(slug))


async def community_by_id(community: int) -> Community | None:
    """A community, if it still exists."""
    return await row_as(Community, _community_by_id(community))


async def language_of_community(community: int) -> str:
    """The code of the language in which it speaks to everybody, or "". One query."""
    return str(await db.value("SELECT language FROM communities WHERE id = $1", community) or "")


async def language_of_first_community(person: int) -> str:
    """The same of the community that somebody joined first, of those that they belong to. One query."""
    found = await db.value(
        """
        SELECT language FROM memberships JOIN communities ON communities.id = memberships.community
        WHERE person = $1 ORDER BY joined_at, memberships.id LIMIT 1
        """,
        person,
    )
    return str(found or "")


@prepared
def _community_by_slug(slug: str) -> Query:
    return Community.select().where(Community.slug == slug)


@prepared
def _community_by_id(community: int) -> Query:
    return Community.select().where(Community.id == community)


@dataclass(frozen=True)
class Listed:
    """A community in a list."""

    slug: str
    name: str
    summary: str
    place: str
    picture: str


LISTED = "slug, name, summary, place, pictures.public_id AS picture"


_COMMUNITIES = Listing(
    "communities",
    keys=(Key("folded", "text", name="name"), Key("slug", "text")),
    listed="slug, name, summary, place, picture",
    source="FROM communities WHERE true",
    columns=LISTED,
    joins="LEFT JOIN pictures ON pictures.id = listed.picture AND pictures.ready_at IS NOT NULL",
)
_SOUGHT = replace(_COMMUNITIES, source="FROM communities WHERE search @@ (SELECT sought($1))")
_SOUGHT_CLOSELY = replace(_COMMUNITIES, source="FROM communities WHERE search @@ (SELECT sought_closely($1))")


async def communities(words: str = "", place: Place = START) -> Page[Listed]:
    """A page of the communities that have all these words, by name. One query.

    When none has them as they are written, those that a letter may be wrong in are looked for: by one query more.
    """
    if not words:
        return (await pagination.page(_COMMUNITIES, place=place, most=PAGE)).of(listed_from)
    found = await pagination.page(_SOUGHT, words, place=place, most=PAGE)
    if not found.rows:
        found = await pagination.page(_SOUGHT_CLOSELY, words, place=place, most=PAGE)
    return found.of(listed_from)


async def communities_found(words: str, *, closely: bool = False, most: int = 3) -> list[Listed]:
    """The first few communities that have all these words, by name; `closely`: a letter may be wrong. One query."""
    return (
        (await pagination.page(_SOUGHT_CLOSELY if closely else _SOUGHT, words, place=START, most=most))
        .of(listed_from)
        .rows
    )


def listed_from(row: asyncpg.Record) -> Listed:
    """A community in a list, from a row of its columns and of its picture's."""
    return loaded(Listed, row, picture=pictures.address(row["picture"]))


async def role_in(person: Person | None, community: int) -> str | None:
    """Somebody's role in a community; None if they do not belong to it. One query, none for nobody."""
    if person is None:
        return None
    role: str | None = await value_of(_role_in(person.id, community))
    return role


@prepared
def _role_in(person: int, community: int) -> Query:
    return Membership.select(Membership.role).where(
        (Membership.person == person) & (Membership.community == community)
    )


async def organises(person: Person | None, community: int) -> bool:
    """Whether somebody organises a community: publishes its events and sees who is coming."""
    return may(await role_in(person, community), Action.ORGANISE)


async def organisers_of(community: int, *, seen_by: Person) -> list[Person]:
    """Who organises a community, by name, without whom a block hides from a reader. One query."""
    rows = await db.rows(
        f"""
        SELECT people.* FROM memberships JOIN people ON people.id = memberships.person
        WHERE community = $1 AND role = ANY($2) AND people.id <> ALL({hidden("$3")})
        ORDER BY {in_order("fold(name)", name="name")}, people.id
        """,  # noqa: S608 - our own words
        community,
        those_who_may(Action.ORGANISE),
        seen_by.id,
    )
    return [person_from(row) for row in rows]


async def has_other_owner(community: int, person: int) -> bool:
    """Whether anybody but this person (by id) may give roles there."""
    return await Membership.exists().where(
        (Membership.community == community)
        & (Membership.person != person)
        & among(Membership.role, those_who_may(Action.GIVE_ROLES))
    )


async def owned_alone(person: int) -> list[Community]:
    """The communities that somebody (by id) is the only owner of, by name."""
    alone = db.rows(
        f"""
        SELECT communities.* FROM memberships AS mine
        JOIN communities ON communities.id = mine.community
        WHERE mine.person = $1 AND mine.role = ANY($2) AND NOT EXISTS (
            SELECT FROM memberships AS other
            WHERE other.community = mine.community AND other.person <> $1 AND other.role = ANY($2)
        )
        ORDER BY {in_order("folded", name="name")}, communities.id
        """,  # noqa: S608 - our own words
        person,
        those_who_may(Action.GIVE_ROLES),
    )
    return await rows_as(Community, alone)


@dataclass(frozen=True)
class Belonging:
    """A community somebody belongs to, and as what."""

    community: int
    slug: str
    name: str
    role: str

    @property
    def organises(self) -> bool:
        """Whether they organise it."""
        return may(self.role, Action.ORGANISE)


async def communities_of(person: Person) -> list[Belonging]:
    """Every community somebody belongs to, by name. One query."""
    return await rows_as(Belonging, _communities_of(person.id, spoken().alphabet.tailoring))


@prepared
def _communities_of(person: int, alphabet: list[str]) -> Query:
    community = Membership.community
    return (
        Membership.select(
            community, community.slug.as_alias("slug"), community.name.as_alias("name"), Membership.role
        )
        .where(Membership.person == person)
        .order_by(sort_key(community.name, alphabet), community)
    )


# Keeping out


class Scope(NamedTuple):
    """What somebody is kept out of: a row, and the table and its column that say so. Names of our own code."""

    table: str
    column: str
    id: int

    @classmethod
    def of(cls, community: Community) -> "Scope":
        """A community, and all that belongs to it."""
        return cls("kept_out", "community", community.id)


def mailbox_key() -> str:
    """What the digests of addresses are made with."""
    return tokens.digest(f"{settings.signing_key} kept out").hex()


def meets(table: str, scope: str, *, person: str, email: str, now: str, key: str) -> str:
    """SQL: whether a row of this table keeps somebody out, where `scope` holds ("kept.community = $1").

    All are expressions of the statement that it is part of; `key` is a placeholder for `mailbox_key()`. Costs a probe
    of an index, and a digest where anybody is kept out at all.
    """
    return f"""EXISTS (
        SELECT FROM {table} AS kept WHERE {scope} AND kept.ended_at IS NULL
            AND (kept.until IS NULL OR kept.until > {now})
            AND (kept.person = {person} OR kept.address = mailbox_digest({email}, {key}))
    )"""


def kept_out_of_community(community: str, *, person: str, email: str, now: str, key: str) -> str:
    """The same for a community."""
    return meets("kept_out", f"kept.community = {community}", person=person, email=email, now=now, key=key)


def last_day(until: datetime, zone: str) -> datetime:
    """The last day of what ends at a moment, on a zone's wall clock. What ends where a day does ends with that day."""
    return in_zone(until - timedelta(microseconds=1), zone)


@dataclass(frozen=True)
class Kept:
    """One keeping-out, as organisers read it: whom, by whom, why, since when and until when (None: for good)."""

    public_id: str
    name: str
    email: str
    key: str
    note: str
    by: str
    since: datetime
    until: datetime | None

    def last_day(self, zone: str) -> datetime:
        """The last day of it, on a zone's wall clock. It ends where that day does."""
        assert self.until is not None
        return last_day(self.until, zone)

    @property
    def label(self) -> Text:
        """Who it is, as far as that is known still."""
        return self.email or self.name or _("Somebody whose account is deleted")


async def kept_out(scope: Scope, *, seen_by: Person) -> list[Kept]:
    """Who is kept out now, the newest first; a thousand at most. One query.

    People whom a block hides from the reader are left out, and not named as who did it.
    """
    kept = db.rows(
        f"""
        SELECT kept.public_id, coalesce(people.name, '') AS name, kept.email, coalesce(people.public_id, '') AS key,
            note, CASE WHEN {not_blocked("host.id", "$3")} THEN coalesce(host.name, '') ELSE '' END AS by, since, until
        FROM {scope.table} AS kept LEFT JOIN people ON people.id = kept.person
        LEFT JOIN people AS host ON host.id = kept.by
        WHERE kept.{scope.column} = $1 AND ended_at IS NULL AND (until IS NULL OR until > $2)
            AND {not_blocked("kept.person", "$3")}
        ORDER BY kept.id DESC LIMIT 1000
        """,  # noqa: S608 - names of our own
        scope.id,
        clock.now(),
        seen_by.id,
    )
    return await rows_as(Kept, kept)


_KEPT_OUT = kept_out_of_community(
    "$1", person="people.id", email="people.email", now="$3::timestamptz", key="$4"
)


class CommunityRole(NamedTuple):
    """What somebody is to a community: their role (None if they do not belong), and whether they are kept out."""

    role: str | None
    kept_out: bool = False


async def part_in(person: Person | None, community: int) -> CommunityRole:
    """Somebody's part in a community. One query, none for nobody."""
    if person is None:
        return CommunityRole(None)
    part = db.row(
        f"""
        SELECT role, {_KEPT_OUT} AS kept_out FROM people
        LEFT JOIN memberships ON memberships.person = people.id AND memberships.community = $1 WHERE people.id = $2
        """,  # noqa: S608
        community,
        person.id,
        clock.now(),
        mailbox_key(),
    )
    return await row_as(CommunityRole, part) or CommunityRole(None)


# Following


async def hears_of(person: Person, community: int) -> str | None:
    """How somebody hears of a community's new gatherings; None if they have not said. One query."""
    hears: str | None = await value_of(_hears_of(person.id, community))
    return hears


@prepared
def _hears_of(person: int, community: int) -> Query:
    return Follow.select(Follow.hears).where((Follow.person == person) & (Follow.community == community))


async def weekly(person: Person) -> bool:
    """Whether somebody hears of any community once a week. One query."""
    return await Follow.exists().where((Follow.person == person.id) & (Follow.hears == "weekly"))


class Heard(NamedTuple):
    """A community that somebody follows or belongs to, and how they hear of its gatherings, if they have said."""

    slug: str
    name: str
    hears: str | None
    member: bool


async def heard_by(person: Person) -> list[Heard]:
    """Every community that somebody follows or belongs to, by name. One query."""
    heard = db.rows(
        """
        SELECT slug, name, hears, memberships.id IS NOT NULL AS member
        FROM (
            SELECT community FROM follows WHERE person = $1 UNION SELECT community FROM memberships WHERE person = $1
        ) AS theirs
        JOIN communities ON communities.id = theirs.community
        LEFT JOIN follows ON follows.community = theirs.community AND follows.person = $1
        LEFT JOIN memberships ON memberships.community = theirs.community AND memberships.person = $1
        ORDER BY folded, communities.id
        """,
        person.id,
    )
    return await rows_as(Heard, heard)


# Blocks: everything that shows people to somebody leaves out those a block hides, by one of these two.


def not_blocked(one: str, other: str) -> str:
    """SQL: neither of these two people has blocked the other; true where one of them is null. Two index probes."""
    return f"""NOT EXISTS (
        SELECT FROM blocks WHERE (blocker, blocked) IN (({one}, {other}), ({other}, {one}))
    )"""


def hidden(reader: str) -> str:
    """SQL: an array of all whom a block hides from this reader; empty for null. Asked once a statement: for long
    lists, as in `person <> ALL({hidden("$2")})`."""
    return f"""ARRAY(
        SELECT blocked FROM blocks WHERE blocker = {reader} UNION ALL
        SELECT blocker FROM blocks WHERE blocked = {reader}
    )"""  # noqa: S608 - our own words


def not_away(person: str, now: str) -> str:
    """SQL: a letter may ask something of this person (an expression for their id) now; true for null. An index probe.

    They are not away, and have not paused their letters. Only for whether something is asked of them: what others see
    of somebody never depends on it.
    """
    return f"""NOT EXISTS (
        SELECT FROM people AS away WHERE away.id = {person}
            AND (away.away_until > {now} OR away.letters_paused_until > {now})
    )"""


async def are_blocked(one: int, other: int) -> bool:
    """Whether one of two people (by id) has blocked the other. Who blocked whom is nobody's business."""
    blocked: bool = await db.value(
        f"SELECT NOT {not_blocked('$1::bigint', '$2::bigint')}",
        one,
        other,
    )
    return blocked


async def blocked_by(person: Person) -> list[Person]:
    """Whom somebody has blocked, by name. Whether these have blocked them makes no difference."""
    blocked = db.rows(
        f"""
        SELECT people.* FROM blocks JOIN people ON people.id = blocks.blocked
        WHERE blocks.blocker = $1 ORDER BY {by_name()}, people.id
        """,  # noqa: S608 - our own words
        person.id,
    )
    return await rows_as(Person, blocked)


# Finding people by their names

# SQL, of a row of `people`: all that somebody is called, which `people.folded` is made of.
CALLED = "people.name || ' ' || people.called"


def by_name() -> str:
    """SQL: what rows of `people` are sorted by, for whoever reads."""
    return in_order("people.folded", name=CALLED)


def called(person: str) -> str:
    """SQL: all that a person is called, by their id: a probe of an index."""
    return f"(SELECT {CALLED} FROM people WHERE people.id = {person})"  # noqa: S608 - our own words


async def people_met(me: Person, word: str, *, most: int) -> list[Person]:
    """Those whom somebody has met, or could have, and whose names have this word, by name. 100 ms among 50,000.

    Among people with whom one shares a community, or whatever packages to the right call meeting. One query.
    """
    met = db.rows(
        f"""
        SELECT people.* FROM people WHERE people.id <> $1 AND people.id <> ALL ({hidden("$1")})
            AND {names_have("people.folded", "$2")} AND ({_met("$1", "people.id")})
        ORDER BY {by_name()}, people.id LIMIT $3
        """,  # noqa: S608 - our own words
        me.id,
        word,
        most,
    )
    return await rows_as(Person, met)


def _met(one: str, other: str) -> str:
    members = f"""EXISTS (
        SELECT FROM memberships AS mine JOIN memberships AS theirs ON theirs.community = mine.community
        WHERE mine.person = {one} AND theirs.person = {other}
    )"""
    return " OR ".join([members, *(met(one, other) for met in contributions.meetings)])


class Pick(NamedTuple):
    """Somebody who can be chosen, or is."""

    public_id: str
    name: str
    picture: str
    chosen: bool

    @property
    def label(self) -> Text:
        """Their name, or what stands for it."""
        return self.name or _("A member without a name")


async def picks(
    community: int, words: str, chosen: list[str], *, seen_by: Person, without: str, about: int, most: int
) -> list[Pick]:
    """The members who are chosen, by their public ids, and up to `most` others whose names have these words.

    `without` selects the ids of people who are left out, by what $5 is (`about`). Nobody is there whom a block hides
    from the reader. One query, 50 ms among 50,000.
    """
    rows = await db.rows(
        f"""
        SELECT people.public_id, people.name, pictures.public_id AS picture, people.public_id = ANY($4) AS chosen
        FROM memberships JOIN people ON people.id = memberships.person
        LEFT JOIN pictures ON pictures.id = people.picture AND pictures.ready_at IS NOT NULL
        WHERE memberships.community = $1 AND people.id <> $2 AND people.id <> ALL({hidden("$2")})
            AND people.id NOT IN ({without})
            AND (people.public_id = ANY($4) OR {names_have("people.folded", "$3")})
        ORDER BY people.public_id = ANY($4) DESC, {by_name()}, people.id LIMIT $6 + cardinality($4)
        """,  # noqa: S608 - names of our own
        community,
        seen_by.id,
        words,
        chosen,
        about,
        most,
    )
    return [loaded(Pick, row, picture=pictures.address(row["picture"])) for row in rows]


# Letters


async def refused_letters(person: int) -> set[str]:
    """The kinds of letters somebody does not want."""
    return set(await values_of(_refused_letters(person)))


@prepared
def _refused_letters(person: int) -> Query:
    return LetterRefusal.select(LetterRefusal.kind).where(LetterRefusal.person == person)


async def address_change_of(person: int) -> AddressChange | None:
    """The other address that somebody has asked for and not confirmed. One query."""
    pending = AddressChange.confirmed_at.is_null() & (AddressChange.expires_at > clock.now())
    return await AddressChange.objects().where((AddressChange.person == person) & pending).first()
