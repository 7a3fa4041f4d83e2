"""What the volunteers' package does by the clock, and when events tell it something."""

from datetime import timedelta

from events import queries as events_queries
from events.announcements import EventCancelled, EventChanged, SeriesChanged
from events.publishing import changes
from server import clock, db
from server.db import transaction
from server.jobs import later_for_each, later_once, on
from server.languages.messages import _
from server.retention import Kept
from volunteers import mail, queries, store
from volunteers.tables import Role, SignUp

BEFORE = timedelta(hours=24)
SETTLED = timedelta(hours=2)  # Who signed up within the last two hours needs no reminder.
AT_ONCE = 500


async def remind() -> None:
    """Each minute: remind those whose shift is within a day, once. Hours that move move the reminder."""
    while await _remind_some():
        pass


@on(EventChanged, "volunteers.tell_of_change", formerly="volunteers.jobs.tell_of_change")
async def tell_of_change(announcement: EventChanged) -> None:
    """The gathering moved, and its shifts with it.

    When it moved only by new rules of a zone's clocks, one letter tells each: whoever is a guest too has got it.
    """
    by_rules = await changes.are_by_new_rules(announcement.change)
    told = await queries.signed_up_at(announcement.event, besides_guests=by_rules)
    letters = {
        f"shift:{role}:{person}": [role, person, announcement.change, by_rules] for role, person in told
    }
    await later_once(mail.changed, letters, at=clock.now())


@on(EventCancelled, "volunteers.tell_of_cancellation", formerly="volunteers.jobs.tell_of_cancellation")
async def tell_of_cancellation(announcement: EventCancelled) -> None:
    """It does not happen, so nobody has to help."""
    told = await queries.signed_up_at(announcement.event)
    await later_for_each(mail.not_needed, [list(each) for each in told])


@on(SeriesChanged, "volunteers.tell_of_series")
async def tell_of_series(news: SeriesChanged) -> None:
    """One letter about all their shifts, to whoever is not told of them in the letter that they get as a guest."""
    moved = [found.event for found in await events_queries.sides_of_changes(news.changes)]
    told = await queries.who_only_helps_at([*moved, *news.cancelled, *news.back])
    first = (*news.changes, *news.cancelled, *news.back)[0]
    letters = {
        f"shifts:{news.series}:{first}:{person}": [
            news.series,
            person,
            news.changes,
            news.cancelled,
            news.back,
        ]
        for person in told
    }
    await later_once(mail.series_changed, letters, at=clock.now())


async def _remind_some() -> bool:
    async with transaction(first=db.BY_INDEX):
        claimed = await store.claim_reminders(clock.now(), before=BEFORE, settled=SETTLED, most=AT_ONCE)
        await later_for_each(mail.reminder, [list(each) for each in claimed])
    return bool(claimed)


kept = [
    Kept(
        _("What you have signed up to help with"),
        _("Until you give it back or delete your account, or the gathering’s community is closed"),
        tables=(Role, SignUp),
    ),
]
