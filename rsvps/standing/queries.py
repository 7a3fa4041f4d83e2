"""What we ask about standing answers. Reads only."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from events.queries import organises
from events.visibility import sees
from rsvps.tables import StandingAnswer
from server import db
from server.rows import row_as, rows_as, value_of, values_of


async def of_person(series: int, person: int) -> StandingAnswer | None:
    """Somebody's standing answer for a series. One query."""
    theirs = (StandingAnswer.series == series) & (StandingAnswer.person == person)
    return await row_as(StandingAnswer, StandingAnswer.select().where(theirs).run())


async def called(number: int) -> StandingAnswer | None:
    """A standing answer by its number. One query."""
    return await row_as(StandingAnswer, StandingAnswer.select().where(StandingAnswer.id == number).run())


async def series_of(person: int) -> list[int]:
    """The series in which somebody is counted in. One query."""
    return await values_of(
        StandingAnswer.select(StandingAnswer.series).where(StandingAnswer.person == person)
    )


async def of_event(event: int) -> int | None:
    """The series of a gathering at which people are counted in; None where nobody is. One query."""
    found: int | None = await value_of(
        db.rows(
            """
            SELECT series FROM events WHERE id = $1 AND series_date IS NOT NULL
                AND EXISTS (SELECT FROM standing_answers WHERE standing_answers.series = events.series)
            """,
            event,
        )
    )
    return found


async def ahead(series: int, now: datetime) -> list[int]:
    """The gatherings of a series that are still to begin, soonest first. One query."""
    return await values_of(
        db.rows(
            """
            SELECT id FROM events
            WHERE series = $1 AND series_date IS NOT NULL AND status = 'published' AND starts_at > $2
            ORDER BY starts_at, id
            """,
            series,
            now,
        )
    )


# To what is for invited people, somebody's word for a whole series does not let them in: only who is asked to this one.
_INVITED = f"""({organises("people.id")} OR EXISTS (
    SELECT FROM rsvps
    WHERE rsvps.event = events.id AND rsvps.person = people.id AND rsvps.invited_at IS NOT NULL
))"""


class Due(NamedTuple):
    """A standing answer that is to be given to a gathering."""

    id: int
    person: int
    guests: int
    online: bool
    listed: str


async def due(event: int, *, only: int | None, besides: Collection[int], most: int) -> list[Due]:
    """The standing answers to be given to a gathering, of everybody or of one person; who was first comes first.

    Not to it again, nor over somebody's own word, nor while they are away or pause, nor where they are not invited to
    what is for invited people. Whether they are members is for the decision to see. Of one person, also where they had
    to answer themselves: they may have said since what is asked. `besides` are people to leave out. One query; the
    event is locked by the caller.
    """
    rows = await db.rows(
        f"""
        SELECT standing.id, standing.person, standing.guests, standing.online, standing.listed
        FROM events JOIN standing_answers AS standing USING (series) JOIN people ON people.id = standing.person
        WHERE events.id = $1 AND ($2::bigint IS NULL OR standing.person = $2) AND NOT standing.person = ANY($3)
            AND (standing.paused_until IS NULL
                OR standing.paused_until <= coalesce(events.starts_wall::date, events.series_date))
            AND (people.away_until IS NULL OR people.away_until <= events.starts_at)
            AND NOT EXISTS (
                SELECT FROM counted_in WHERE counted_in.standing = standing.id AND counted_in.event = events.id
                    AND NOT (asks AND $2::bigint IS NOT NULL)
            )
            AND NOT EXISTS (
                SELECT FROM rsvps
                WHERE rsvps.event = events.id AND rsvps.person = standing.person AND confirmed_at IS NOT NULL
            )
            AND {sees(member="true", invited=_INVITED)}
        ORDER BY standing.since, standing.id LIMIT $4
        """,  # noqa: S608 - our own words
        event,
        only,
        list(besides),
        most,
    )
    return [Due(*row) for row in rows]


async def said_before(event: int, people: Sequence[int]) -> Mapping[int, Mapping[int, str]]:
    """What these people said last, at another gathering of the series, where they were asked the very same as here.

    By person, and by the question here. One query.
    """
    rows = await db.rows(
        """
        SELECT DISTINCT ON (rsvps.person, question.id) rsvps.person, question.id AS question, replies.words
        FROM questions AS question JOIN events AS here ON here.id = question.event
        JOIN events AS other ON other.series = here.series AND other.series_date IS NOT NULL AND other.id <> here.id
        JOIN questions AS before ON before.event = other.id AND (before.prompt, before.kind, before.options)
            = (question.prompt, question.kind, question.options)
        JOIN replies ON replies.question = before.id
        JOIN rsvps ON rsvps.id = replies.rsvp AND rsvps.person = ANY($2)
        WHERE question.event = $1
        ORDER BY rsvps.person, question.id, replies.id DESC
        """,
        event,
        list(people),
    )
    found: dict[int, dict[int, str]] = {}
    for row in rows:
        found.setdefault(row["person"], {})[row["question"]] = row["words"]
    return found


async def given_before(standing: int, until: date | None, now: datetime) -> list[int]:
    """The gatherings ahead to which a standing answer was given and still stands: all, or those before a day.

    Also what is off with its series, and may be on again. One query.
    """
    return await values_of(
        db.rows(
            """
            SELECT events.id FROM counted_in
            JOIN standing_answers AS standing ON standing.id = counted_in.standing
            JOIN events ON events.id = counted_in.event
            JOIN rsvps ON rsvps.event = events.id AND rsvps.person = standing.person
            WHERE standing.id = $1 AND (events.status = 'published' OR events.off_with_series) AND events.starts_at > $3
                AND ($2::date IS NULL OR coalesce(events.starts_wall::date, events.series_date) < $2)
                AND rsvps.status IN ('going', 'waitlisted', 'offered', 'requested')
            ORDER BY events.id
            """,
            standing,
            until,
            now,
        )
    )


async def gave_back(standing: int, now: datetime) -> bool:
    """Whether somebody has taken back, at a gathering ahead, what they were counted in for. One query."""
    found: bool = await value_of(
        db.rows(
            """
            SELECT EXISTS (
                SELECT FROM counted_in JOIN standing_answers AS standing ON standing.id = counted_in.standing
                JOIN events ON events.id = counted_in.event
                JOIN rsvps ON rsvps.event = events.id AND rsvps.person = standing.person
                WHERE standing.id = $1 AND events.status = 'published' AND events.starts_at > $2
                    AND rsvps.status = 'withdrawn' AND rsvps.answered_by = rsvps.person
            )
            """,
            standing,
            now,
        )
    )
    return found


async def all_of(person: int) -> list[StandingAnswer]:
    """All of somebody's standing answers. One query."""
    theirs = StandingAnswer.select().where(StandingAnswer.person == person)
    return await rows_as(StandingAnswer, theirs.run())


async def in_community(community: int, person: int, *, members_only: bool) -> list[StandingAnswer]:
    """Somebody's standing answers for the series of a community: all, or those for members only. One query."""
    return await rows_as(
        StandingAnswer,
        db.rows(
            """
            SELECT standing.* FROM standing_answers AS standing JOIN series ON series.id = standing.series
            JOIN events AS pattern ON pattern.series = series.id AND pattern.series_date IS NULL
            WHERE series.community = $1 AND standing.person = $2
                AND (NOT $3 OR pattern.visibility NOT IN ('public', 'unlisted'))
            """,
            community,
            person,
            members_only,
        ),
    )
