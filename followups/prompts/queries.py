"""What could be said to people about their connections, and what was. Reads only.

Whatever is said here, its reader could have found out: that the other comes, from the gathering's page or from their
connections; that they belong to a community, because the two were at one of its gatherings.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from events import queries as events
from events.tables import Event
from events.visibility import sees
from followups.prompts.choosing import Candidate, Kind
from followups.prompts.turns import Reader
from followups.tables import Keeping, PromptWish
from members.letters.letters_wanted import PROMPTS
from members.names import NOBODY, first
from members.queries import mailbox_key, not_blocked, person_from
from members.roles import Action, those_who_may
from members.tables import Person
from server import db
from server.languages.messages import Text
from server.rows import loaded, value_of
from server.statements import Query, prepared

NOTICE = timedelta(days=1)  # So long before a gathering one has to know of it.
AHEAD = timedelta(days=14)
SETTLED = timedelta(days=7)  # How long two are connected before anything is said.
SEASON = timedelta(days=90)  # Unless one wishes something else.
RHYTHMS = {"monthly": timedelta(days=30), "seasonal": SEASON, "yearly": timedelta(days=365)}

# Whose turn it is


async def lock_due(now: datetime, *, most: int) -> list[Reader]:
    """Some of those whose turn has come, held until the transaction ends; those in others' hands are left out."""
    rows = await db.rows(
        """
        -- Held before anything else is asked, or all whose turn it is are gone through for each thousand of them.
        WITH turns AS MATERIALIZED (
            SELECT person FROM prompt_turns WHERE due_at <= $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
        )
        SELECT turns.person, people.zone,
            greatest(people.away_until, people.letters_paused_until) AS away_until,
            told.connection AS told_last, told.chosen_at AS told_at,
            coalesce(wishes.how_often = 'monthly', false) AS less,
            EXISTS (SELECT FROM letter_refusals WHERE person = turns.person AND kind = $3) AS refused,
            (SELECT max(put_off_at) FROM prompts WHERE prompts.person = turns.person) AS put_off_at
        FROM turns JOIN people ON people.id = turns.person
        LEFT JOIN prompt_wishes AS wishes ON wishes.person = turns.person
        LEFT JOIN LATERAL (
            SELECT connection, chosen_at FROM prompts WHERE prompts.person = turns.person
            ORDER BY chosen_at DESC, id DESC LIMIT 1
        ) AS told ON true
        """,
        now,
        most,
        PROMPTS,
    )
    return [loaded(Reader, row) for row in rows]


# What could be said

_ROLES = ", ".join(f"'{role}'" for role in those_who_may(Action.ORGANISE))

# Over a row of `soon` and the reader's own answer to it, `mine`; $2 is now.
_INVITED = """(
    mine.id IS NOT NULL AND mine.status NOT IN ('declined', 'withdrawn')
    AND (mine.confirmed_at IS NOT NULL OR mine.invited_at IS NOT NULL)
)"""
_KEPT_OUT = events.kept_out_of_event(
    "events.id", "events.community", person="reader", email="mailbox", now="$2::timestamptz", key="$3"
)
_SEES = f"""(
    CASE events.visibility WHEN 'unlisted' THEN {_INVITED}
        ELSE {sees(member="belongs.id IS NOT NULL", invited=_INVITED)} END
    AND NOT {_KEPT_OUT}
)"""
# Somebody who has not answered could still come: there is a seat, and answers are taken.
_CAN_COME = """(
    (mine.id IS NULL OR mine.status = 'maybe' OR (mine.status = 'invited' AND mine.invited_at IS NOT NULL))
    AND (SELECT bool_or(seats IS NULL OR taken < seats) FROM seat_pools WHERE seat_pools.event = events.id)
    AND (
        SELECT coalesce(answers_open_at, $2) <= $2 AND coalesce(answers_close_at, events.starts_at) > $2
        FROM answer_policies AS policy WHERE policy.event = events.id
    )
)"""
_MINE = """
    LEFT JOIN LATERAL (
        SELECT id, status, confirmed_at, invited_at FROM rsvps
        WHERE rsvps.event = events.id AND rsvps.person = reader OFFSET 0
    ) AS mine ON true
"""


def _went(rsvps: str) -> str:
    """SQL: whoever's answer this is was there, as far as is known."""
    return f"""(
        {rsvps}.status = 'going' OR EXISTS (SELECT FROM arrivals WHERE arrivals.rsvp = {rsvps}.id)
    )"""


def _was_there_before(person: str) -> str:
    """SQL: somebody was at an earlier gathering of the community of a row of `soon`."""
    return f"""EXISTS (
        SELECT FROM rsvps AS earlier JOIN events AS before ON before.id = earlier.event
        WHERE earlier.person = {person} AND before.community = events.community AND before.status = 'published'
            AND before.starts_at < $2 AND {_went("earlier")}
    )"""


# $1: whose, $2: now, $3: `mailbox_key()`, $4: gatherings after this moment and $5: before that one;
# $6: connected before, $7: not seen since a season ago, $8 to $10: nor for as long as each rhythm.
# Each step is kept, and OFFSET 0 has each row ask an index: PostgreSQL, which cannot know how little is left after a
# step, would read whole tables, or go through all pairs of rows of two steps. So what is asked of each connection comes
# last, for the few of which there is something to say.
_KNOWN = f"""
    readers AS MATERIALIZED (
        SELECT people.id AS reader, people.email AS mailbox, past.* FROM people
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(before.id), '{{}}') AS been, array_agg(before.community) AS been_with,
                array_agg(before.starts_at) AS been_at
            FROM rsvps AS mine JOIN events AS before ON before.id = mine.event
            WHERE mine.person = people.id AND before.starts_at < $2 AND before.status = 'published' AND {_went("mine")}
        ) AS past
        WHERE people.id = ANY($1::bigint[])
    ),
    known AS MATERIALIZED (
        SELECT reader, mailbox, known.* FROM readers CROSS JOIN LATERAL (
            SELECT id AS connection, event AS met_at, connected_at, high AS other FROM connections
            WHERE low = reader AND ended_at IS NULL AND connected_at <= $6
            UNION ALL
            SELECT id AS connection, event AS met_at, connected_at, low AS other FROM connections
            WHERE high = reader AND ended_at IS NULL AND connected_at <= $6
        ) AS known
    )
"""  # noqa: S608 - our own words


def _soon(of: str) -> str:
    """SQL: the gatherings that there is notice of (few, whoever asks), which of them the others go to, and which of
    their communities' each reader could go to next."""
    return f"""
    soon AS MATERIALIZED (
        SELECT id, community, visibility, starts_at FROM events
        WHERE status = 'published' AND starts_at > $4 AND starts_at <= $5 AND {of}
    ),
    -- By whom they know, or by who goes to what is soon: for many readers that is much less.
    theirs AS MATERIALIZED (
        SELECT known.*, answers.event, answers.listed
        FROM known JOIN rsvps AS answers ON answers.person = known.other AND answers.status = 'going'
        JOIN soon ON soon.id = answers.event
        WHERE NOT EXISTS (SELECT FROM contact_cards AS cards WHERE cards.person = known.other AND cards.keeps_plans)
    ),
    belonging AS MATERIALIZED (
        SELECT reader, mailbox, belongs.* FROM readers
        CROSS JOIN LATERAL (SELECT id, community FROM memberships WHERE person = reader OFFSET 0) AS belongs
    ),
    next AS MATERIALIZED (
        SELECT DISTINCT ON (reader, events.community) reader, events.community, events.id AS event, events.starts_at,
            coalesce(mine.status = 'going', false) AS going
        FROM belonging AS belongs JOIN soon AS events ON events.community = belongs.community {_MINE}
        WHERE {_SEES} AND (mine.status = 'going' OR {_CAN_COME})
        ORDER BY reader, events.community, events.starts_at, events.id
    )
    """  # noqa: S608 - our own words


# The other is going, and the reader may know it: both are, or they are listed to their connections.
_COMING = f"""
    SELECT reader, connection, met_at, connected_at, other, events.id AS event, events.starts_at, events.community,
        CASE WHEN belongs.id IS NOT NULL
            AND NOT EXISTS (
                SELECT FROM memberships AS lead WHERE lead.person = other
                    AND lead.community = events.community AND lead.role IN ({_ROLES})
            )
            AND NOT EXISTS (SELECT FROM co_hosts WHERE co_hosts.event = events.id AND co_hosts.person = other)
            AND NOT {_was_there_before("other")} AND {_was_there_before("reader")}
        THEN 'first_time' ELSE 'coming' END AS kind, coalesce(mine.status = 'going', false) AS going
    FROM theirs JOIN soon AS events ON events.id = theirs.event
    {_MINE}
    LEFT JOIN memberships AS belongs ON belongs.community = events.community AND belongs.person = reader
    WHERE (mine.status = 'going' OR (theirs.listed = 'connections' AND {_CAN_COME})) AND {_SEES}
"""  # noqa: S608 - our own words

# A community of the reader meets, at whose gatherings they were, or the two met.
_SEASON = """
    SELECT reader, connection, met_at, connected_at, other, next.event, next.starts_at, next.community,
        'season' AS kind, next.going
    FROM known JOIN next USING (reader) JOIN readers USING (reader)
    LEFT JOIN LATERAL (SELECT community FROM events WHERE id = met_at OFFSET 0) AS met ON true
    WHERE next.community = ANY(been_with) OR next.community = met.community
"""

# The other is not away, no block is between the two, and the reader has not left this connection out. Where it is said
# that a season has passed, the community is one of both.
_PAIRS = f"""
    SELECT said.*, been, been_with, been_at, met.starts_at AS met_on, met.community AS met_with,
        coalesce(keeping.rhythm, 'none') AS rhythm, keeping.since
    FROM said JOIN readers USING (reader)
    CROSS JOIN LATERAL (SELECT away_until FROM people WHERE id = other OFFSET 0) AS others
    LEFT JOIN LATERAL (SELECT starts_at, community FROM events WHERE id = met_at OFFSET 0) AS met ON true
    LEFT JOIN LATERAL (
        SELECT rhythm, since, unprompted FROM keepings
        WHERE keepings.connection = said.connection AND keepings.person = reader OFFSET 0
    ) AS keeping ON true
    WHERE NOT coalesce(keeping.unprompted, false) AND (others.away_until IS NULL OR others.away_until <= $2)
        AND {not_blocked("reader", "other")}
        AND (kind <> 'season' OR EXISTS (
            SELECT FROM memberships AS theirs WHERE theirs.community = said.community AND theirs.person = other
        ))
"""  # noqa: S608 - our own words

# When the two of a row of `pairs` were last together, and in which communities they ever were.
_TOGETHER = f"""
    SELECT max(past.at) AS at, array_agg(past.community) AS communities
    FROM unnest(been, been_with, been_at) AS past (event, community, at)
    CROSS JOIN LATERAL (
        SELECT FROM rsvps AS theirs
        WHERE theirs.event = past.event AND theirs.person = other AND {_went("theirs")} OFFSET 0
    ) AS too
"""  # noqa: S608 - our own words

# They have not been in touch for as long as the reader wishes.
_LONG_AGO = """(
    CASE rhythm WHEN 'none' THEN greatest(connected_at, since, seen.at) <= $7
        WHEN 'monthly' THEN greatest(since, seen.at) <= $8
        WHEN 'seasonal' THEN greatest(since, seen.at) <= $9
        ELSE greatest(since, seen.at) <= $10 END
)"""


def _candidates(of: str = "true") -> str:
    return f"""
    WITH {_KNOWN}, {_soon(of)}, said AS MATERIALIZED ({_COMING} UNION ALL {_SEASON}), pairs AS MATERIALIZED ({_PAIRS})
    SELECT reader AS person, connection, kind, event, starts_at, going, seen.at AS seen_at
    FROM pairs CROSS JOIN LATERAL ({_TOGETHER}) AS together
    CROSS JOIN LATERAL (SELECT coalesce(together.at, least(met_on, connected_at)) AS at) AS seen
    WHERE (
        kind <> 'season'
        OR ({_LONG_AGO} AND (met_with = community OR community = ANY(together.communities)))
    )
    """  # noqa: S608 - our own words


_ALL = _candidates()
_OF_ONE = f"{_candidates('id = $12')} AND connection = $11"


async def candidates(people: Collection[int], now: datetime) -> list[Candidate]:
    """Everything that could be said to these people now, with a day's notice. One query."""
    rows = await db.rows(_ALL, list(people), *_given(now, notice=NOTICE))
    return [loaded(Candidate, row) for row in rows]


def _given(now: datetime, *, notice: timedelta) -> list[object]:
    begin, end = now + notice, now + AHEAD
    rhythms = [now - RHYTHMS[rhythm] for rhythm in ("monthly", "seasonal", "yearly")]
    return [now, mailbox_key(), begin, end, now - SETTLED, now - SEASON, *rhythms]


async def told(people: Collection[int]) -> dict[int, set[tuple[int, int]]]:
    """What these people have been told of, by person: (connection, event). One query."""
    rows = await db.rows("SELECT person, connection, event FROM prompts WHERE person = ANY($1)", list(people))
    found: dict[int, set[tuple[int, int]]] = {}
    for row in rows:
        found.setdefault(row["person"], set()).add((row["connection"], row["event"]))
    return found


# What was said


@dataclass(frozen=True)
class Prompt:
    """What somebody is told in one week, as its row is: about whom, and what it leads to.

    `name` is what the other is called, empty when the two are not connected any more, or a block is between them; `key`
    the connection's public id. `met`: where they met, if that is known. `silent`: no more about this one.
    """

    id: int
    public_id: str
    person: Person
    connection: int
    key: str
    name: Text
    met: int | None
    kind: Kind
    event: Event
    community: str
    chosen_at: datetime
    put_off_at: datetime | None
    silent: bool
    less: bool


_PROMPT = f"""
    SELECT prompts.id AS prompt, prompts.public_id AS prompt_key, prompts.connection, prompts.kind, prompts.chosen_at,
        prompts.put_off_at, connections.public_id AS key, connections.event AS met,
        connections.ended_at IS NULL AND {not_blocked("low", "high")} AS alive,
        others.name AS other_name, others.called AS other_called, communities.name AS community_name,
        coalesce(keepings.unprompted, false) AS silent, coalesce(wishes.how_often = 'monthly', false) AS less,
        people.*, {events.NAMED}
    FROM prompts JOIN people ON people.id = prompts.person
    JOIN connections ON connections.id = prompts.connection
    JOIN people AS others ON others.id = CASE WHEN low = prompts.person THEN high ELSE low END
    JOIN events ON events.id = prompts.event {events.PARTS}
    JOIN communities ON communities.id = events.community
    LEFT JOIN keepings ON keepings.connection = prompts.connection AND keepings.person = prompts.person
    LEFT JOIN prompt_wishes AS wishes ON wishes.person = prompts.person
"""  # noqa: S608 - our own words


async def prompt(id: int) -> Prompt | None:
    """What somebody was told. One query."""
    row = await db.row(f"{_PROMPT} WHERE prompts.id = $1", id)
    return _prompt(row) if row else None


async def prompt_called(public_id: str) -> Prompt | None:
    """The same by its name in links. One query."""
    row = await db.row(f"{_PROMPT} WHERE prompts.public_id = $1", public_id)
    return _prompt(row) if row else None


async def prompt_of(person: Person, week: str) -> Prompt | None:
    """What somebody is told this week, unless they have put it off. One query."""
    row = await db.row(
        f"{_PROMPT} WHERE prompts.person = $1 AND prompts.week = $2 AND put_off_at IS NULL", person.id, week
    )
    return _prompt(row) if row else None


async def as_it_is(prompt: Prompt, now: datetime) -> Candidate | None:
    """What can still be said of it, if anything: asked anew, by the same rules. One query."""
    begun = _given(now, notice=timedelta())
    rows = await db.rows(_OF_ONE, [prompt.person.id], *begun, prompt.connection, prompt.event.id)
    found = [loaded(Candidate, row) for row in rows]
    return next((each for each in found if each.kind == prompt.kind), None)


async def how_often(person: Person) -> str:
    """How often somebody wishes to be told, unless never: "weekly" or "monthly". One query."""
    return await value_of(_how_often(person.id)) or "weekly"


@prepared
def _how_often(person: int) -> Query:
    return PromptWish.select(PromptWish.how_often).where(PromptWish.person == person)


async def left_out(person: Person, connection: int) -> bool:
    """Whether somebody wishes no prompts about this connection. One query."""
    return bool(await value_of(_left_out(person.id, connection)))


@prepared
def _left_out(person: int, connection: int) -> Query:
    own = (Keeping.person == person) & (Keeping.connection == connection)
    return Keeping.select(Keeping.unprompted).where(own)


def _prompt(row: asyncpg.Record) -> Prompt:
    name = (first(row["other_name"], row["other_called"]) or NOBODY) if row["alive"] else ""
    return Prompt(
        id=row["prompt"],
        public_id=row["prompt_key"],
        person=person_from(row),
        connection=row["connection"],
        key=row["key"],
        name=name,
        met=row["met"],
        kind=row["kind"],
        event=events.event_from(row, prefix=events.AS_EVENT),
        community=row["community_name"],
        chosen_at=row["chosen_at"],
        put_off_at=row["put_off_at"],
        silent=row["silent"],
        less=row["less"],
    )
