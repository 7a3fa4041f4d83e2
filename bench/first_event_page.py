"""What the event page asked in its first version, as it was written then: eight statements, one after the other.

`bench.bare` asks the same for as long as there are these tables, whatever Kith asks by now. Of the event only those
columns are fetched that have stayed in its table.
"""

from typing import Any

from members.queries import mailbox_key
from server import clock, tokens

SESSION = """
    SELECT people.*, sessions.id AS session, sessions.secret, sessions.seen_at, pictures.public_id AS shown
    FROM sessions JOIN people ON people.id = sessions.person
    LEFT JOIN pictures ON pictures.id = people.picture AND pictures.ready_at IS NOT NULL
    WHERE sessions.secret = ANY($1) AND sessions.expires_at > $2
"""

EVENT = """
    SELECT events.id, events.public_id, events.community, events.created_by, events.uid, events.sequence,
        events.status, events.title, events.summary, events.about, events.picture, events.starts_at,
        events.ends_at, events.starts_wall, events.ends_wall, events.zone, events.mode, events.place,
        events.address, events.address_public, events.join_url, events.visibility, events.cancel_reason,
        events.cancelled_at, events.published_at, events.changed_at, events.created_at,
    ARRAY(SELECT person FROM co_hosts WHERE event = events.id AND person = ANY($2)) AS hosts,
    ARRAY(SELECT id FROM people WHERE id = ANY($2) AND (EXISTS (
        SELECT FROM kept_out AS kept WHERE kept.community = events.community AND kept.ended_at IS NULL
            AND (kept.until IS NULL OR kept.until > $3::timestamptz)
            AND (kept.person = people.id OR kept.address = mailbox_digest(people.email, $4))
    ) OR EXISTS (
        SELECT FROM kept_out_of_events AS kept WHERE kept.event = events.id AND kept.ended_at IS NULL
            AND (kept.until IS NULL OR kept.until > $3::timestamptz)
            AND (kept.person = people.id OR kept.address = mailbox_digest(people.email, $4))
    ))) AS kept_out, (
        SELECT jsonb_object_agg(person, role) FROM memberships
        WHERE memberships.community = events.community AND person = ANY($2)
    ) AS roles FROM events WHERE public_id = $1
"""

ANSWERS = """
    SELECT event, rsvps.status, online, confirmed_at IS NOT NULL AS confirmed, invited_at IS NOT NULL AS invited,
        invited_at IS NOT NULL OR approved_at IS NOT NULL AS wanted, coalesce(answered_by = person, false) AS own
    FROM rsvps JOIN events ON events.id = rsvps.event
    WHERE person = $1 AND (
        event = ANY($2) OR ($2 IS NULL AND coalesce(ends_at, starts_at + interval '3 hours') > $3)
    )
"""

HELPS = """
    SELECT DISTINCT roles.event FROM volunteer_sign_ups AS sign_ups
    JOIN volunteer_roles AS roles ON roles.id = sign_ups.role JOIN events ON events.id = roles.event
    WHERE sign_ups.person = $1 AND roles.removed_at IS NULL
        AND CASE WHEN $2::bigint[] IS NULL THEN coalesce(ends_at, starts_at + interval '3 hours') > $3
            ELSE roles.event = ANY($2) END
"""

AROUND = """
    SELECT communities.id AS community, communities.slug, communities.name,
            theirs.public_id AS theirs, theirs.ready_at AS theirs_ready,
            own.public_id AS own, own.ready_at AS own_ready, coalesce(own.refused, '') AS refused,
            hosts.named AS hosts
        FROM communities
        LEFT JOIN pictures AS theirs ON theirs.id = communities.picture
        LEFT JOIN pictures AS own ON own.id = $2
        CROSS JOIN LATERAL (
            SELECT jsonb_agg(jsonb_build_array(people.name, people.called, face.public_id, people.public_id)
                ORDER BY place, people.id) AS named
            FROM (
                SELECT person, 0 AS place FROM memberships
                WHERE community = communities.id AND person = $3 AND role = ANY($5)
                UNION ALL
                SELECT person, id FROM co_hosts WHERE event = $6 AND person IS DISTINCT FROM $3
            ) AS host
            JOIN people ON people.id = host.person AND people.name <> ''
                AND NOT EXISTS (
        SELECT FROM blocks WHERE (blocker, blocked) IN ((people.id, $4::bigint), ($4::bigint, people.id))
    )
            LEFT JOIN pictures AS face ON face.id = people.picture AND face.ready_at IS NOT NULL
        ) AS hosts
        WHERE communities.id = $1
"""

OWN = """
    SELECT rsvps.*, (
        SELECT count(*) FROM rsvps AS ahead
        WHERE ahead.event = rsvps.event AND ahead.online = rsvps.online AND ahead.queued <= rsvps.queued
    ) AS place FROM rsvps WHERE event = $1 AND person = $2
"""

LISTED = r"""
    SELECT people.id, people.name, people.called FROM rsvps JOIN people ON people.id = rsvps.person
    WHERE event = $1 AND status = 'going' AND listed <> 'nobody' AND person <> $2 AND people.name ~ '\S'
        AND CASE listed WHEN 'coming' THEN EXISTS (
            SELECT FROM rsvps AS mine WHERE mine.event = $1 AND mine.person = $2 AND mine.status = 'going'
        ) ELSE EXISTS (
        SELECT FROM connections WHERE ended_at IS NULL AND NOT EXISTS (
        SELECT FROM blocks WHERE (blocker, blocked) IN ((low, high), (high, low))
    )
            AND low = least(people.id, $2) AND high = greatest(people.id, $2)
    ) END
        AND person <> ALL (ARRAY(
        SELECT blocked FROM blocks WHERE blocker = $2 UNION ALL
        SELECT blocker FROM blocks WHERE blocked = $2
    ))
    ORDER BY people.folded, rsvps.id LIMIT $3 OFFSET $4
"""

SHIFTS = """
    SELECT roles.*, hours.starts_at, hours.ends_at, mine.created_at AS signed_up_at,
       EXISTS (SELECT FROM people WHERE people.id = $1 AND (EXISTS (
           SELECT FROM kept_out AS kept WHERE kept.community = events.community AND kept.ended_at IS NULL
               AND (kept.until IS NULL OR kept.until > $2::timestamptz)
               AND (kept.person = people.id OR kept.address = mailbox_digest(people.email, $3))
       ) OR EXISTS (
           SELECT FROM kept_out_of_events AS kept WHERE kept.event = events.id AND kept.ended_at IS NULL
               AND (kept.until IS NULL OR kept.until > $2::timestamptz)
               AND (kept.person = people.id OR kept.address = mailbox_digest(people.email, $3))
       ))) AS kept_out, EXISTS (
           SELECT FROM volunteer_sign_ups AS theirs
           JOIN volunteer_roles AS others ON others.id = theirs.role AND others.removed_at IS NULL
           JOIN events AS elsewhere ON elsewhere.id = others.event AND elsewhere.status = 'published'
           WHERE theirs.person = $1 AND others.id <> roles.id
               AND elsewhere.starts_at + others.begins * interval '1 minute' < hours.ends_at
               AND elsewhere.starts_at + (others.begins + others.lasts) * interval '1 minute' > hours.starts_at
       ) AS collides
       FROM volunteer_roles AS roles JOIN events ON events.id = roles.event
       CROSS JOIN LATERAL (
           SELECT events.starts_at + roles.begins * interval '1 minute' AS starts_at,
               events.starts_at + (roles.begins + roles.lasts) * interval '1 minute' AS ends_at
       ) AS hours
       LEFT JOIN volunteer_sign_ups AS mine ON mine.role = roles.id AND mine.person = $1
    WHERE roles.event = $4 AND roles.removed_at IS NULL
           ORDER BY roles.begins, roles.id LIMIT $5
"""


def queries(
    event: int, public_id: str, community: int, person: int, cookie: str
) -> list[tuple[str, list[Any]]]:
    """The eight of them with their arguments, for one reader and one event that nobody in particular has made."""
    now, key = clock.now(), mailbox_key()
    digest = tokens.digest(cookie.partition("=")[2])
    return [
        (SESSION, [[digest], now]),
        (EVENT, [public_id, [person], now, key]),
        (ANSWERS, [person, [event], now]),
        (HELPS, [person, [event], now]),
        (AROUND, [community, None, None, person, ["owner", "organiser"], event]),
        (OWN, [event, person]),
        (LISTED, [event, person, 61, 0]),
        (SHIFTS, [person, now, key, event, 500]),
    ]
