"""What the follow-ups do by the clock. Each may be called at any time, and twice."""

from followups.connections import revealing
from followups.survey import asking


async def ask_the_morning_after() -> None:
    """Each minute: open what has been over for two hours, by daylight; remind once, after three days."""
    await asking.open_due()
    await asking.remind_due()


async def connect_at_six() -> None:
    """Each minute: hold the daily batches whose 18:00 has come, wherever in the world that is."""
    await revealing.reveal_due()


async def forget_what_has_had_its_time() -> None:
    """Each night: marks a month after closing, messages after a year."""
    await asking.forget_old()
