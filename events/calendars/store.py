"""What calendars write in raw SQL: many feeds at once, and since when one gives what it does."""

from collections.abc import Mapping
from datetime import datetime

from server import db


async def give_secrets(digests: Mapping[int, bytes]) -> int:
    """Give feeds (by id) new secrets, which nobody has read yet. Returns how many there were."""
    changed = await db.rows(
        """
        UPDATE feeds SET secret = new.secret, read_at = NULL FROM unnest($1::bigint[], $2::bytea[]) AS new (id, secret)
        WHERE feeds.id = new.id RETURNING feeds.id
        """,
        [*digests],
        [*digests.values()],
    )
    return len(changed)


async def date(feed: int, etag: str, now: datetime) -> datetime | None:
    """Since when a feed (by id) gives what has this ETag, in full seconds: now, if it gave something else until now.

    Each time later than the time before. None if there is no such feed any more.
    """
    since: datetime | None = await db.value(
        """
        UPDATE feeds SET etag = $2::text, given_since = CASE WHEN etag = $2::text THEN given_since
            ELSE greatest(date_trunc('second', $3::timestamptz), given_since + interval '1 second')
        END WHERE id = $1 RETURNING given_since
        """,
        feed,
        etag,
        now,
    )
    return since
