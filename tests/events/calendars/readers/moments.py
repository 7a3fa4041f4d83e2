"""When events begin and end, as readers have found it."""

from collections.abc import Iterable
from datetime import UTC, datetime

Moments = dict[str, tuple[datetime, datetime]]  # by UID: from when until when, in UTC


def moments(found: Iterable[tuple[str, datetime, datetime]]) -> Moments:
    """By UID. Refuses a UID that stands there twice, and a time without a zone."""
    listed = [(uid, _utc(starts), _utc(ends)) for uid, starts, ends in found]
    by_uid = {uid: (starts, ends) for uid, starts, ends in listed}
    assert len(by_uid) == len(listed), "two events with one UID"
    return by_uid


def of_seconds(found: Iterable[tuple[str, int, int]]) -> Moments:
    """The same, of the seconds of POSIX."""
    return moments(
        (uid, datetime.fromtimestamp(starts, UTC), datetime.fromtimestamp(ends, UTC))
        for uid, starts, ends in found
    )


def _utc(moment: datetime) -> datetime:
    assert moment.tzinfo is not None
    return moment.astimezone(UTC)
