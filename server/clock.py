"""The one clock. Everything that asks for the time asks here, so that tests can travel."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, in UTC and aware of it."""
    return datetime.now(UTC)
