"""What the events do by the clock."""

from datetime import datetime

from events import queries
from events.announcements import EventPublished, GatheringsMade, GatheringsPublished
from events.hosting import co_hosts, keeping_out, rota
from events.importing import importing
from events.news import each, store, weekly
from events.publishing import new_rules, unfinished
from events.series import making
from events.tables import (
    CalendarSource,
    CoHost,
    CoHostInvitation,
    Event,
    Feed,
    HostQuestion,
    ImportedEvent,
    KeptOutOfEvent,
    NewsDue,
    Series,
    SkippedDate,
    UnfinishedEvent,
    WeeklyTurn,
)
from members.announcements import AwayChanged
from members.communities.keeping_out import KEPT
from server import clock, jobs, pictures
from server.jobs import on
from server.languages.messages import _, pgettext
from server.retention import Kept


async def forget_old_invitations(before: datetime) -> None:
    """Delete invitations to host that were sent before then, and were not taken up in time."""
    await CoHostInvitation.delete().where(CoHostInvitation.expires_at < before + co_hosts.LASTS)


async def make_gatherings_of_series() -> None:
    """Make what has come within reach of series."""
    await making.make_due()


async def tell_what_is_new() -> None:
    """Each minute: write to those who hear of each new gathering, some minutes after it is published."""
    await each.tell_due()


async def tell_of_the_week() -> None:
    """Each minute: write to those whose week has begun."""
    await weekly.tell_due()


@on(EventPublished, "events.note_what_is_new")
async def note_what_is_new(news: EventPublished) -> None:
    """A gathering is published: those who hear of each are told soon."""
    await each.note([news.event])


@on(GatheringsMade, "events.note_new_series")
async def note_new_series(news: GatheringsMade) -> None:
    """A series has begun: one entry in one letter, however many gatherings it has."""
    if news.news:
        await each.note_series(news.series, news.events)


@on(GatheringsPublished, "events.note_new_gatherings")
async def note_new_gatherings(news: GatheringsPublished) -> None:
    """A calendar has come in: one letter tells of all that is new in it."""
    await each.note(news.events)


@on(AwayChanged, "events.bring_what_is_new")
async def bring_what_is_new(news: AwayChanged) -> None:
    """What waits for somebody waits no longer than they say now."""
    await store.bring_forward(news.person, clock.now())


async def follow_new_rules() -> None:
    """After an update of the tz database: keep local times as they are, and move the moments."""
    await new_rules.follow_if_newer()


async def keep_calendars_in_step() -> None:
    """Read the calendars again that communities keep in step, each when its time has come."""
    await importing.step_due()


async def have_pictures_for_letters() -> None:
    """Have the size for letters made of pictures that came before there was one, while they are of use."""
    lacking = await queries.pictures_without_letter_size(clock.now())
    await jobs.later_for_each(pictures.make_letter_size, [list(one) for one in lacking])


kept = [
    Kept(
        _("Gatherings, and who hosts them"),
        _("Until their community is closed; drafts until they are deleted"),
        tables=(Event, CoHost),
    ),
    Kept(
        _("What comes again, and the days on which it does not"),
        _("Until their community is closed"),
        tables=(Series, SkippedDate),
    ),
    Kept(
        _("Invitations to host that nobody took up"),
        # Translators: how long it is kept: "30 days after they were sent"
        _("after they were sent"),
        co_hosts.LASTS,
        forget_old_invitations,
        (CoHostInvitation,),
    ),
    Kept(
        _("Who was asked to host a date of a series, and who cannot"),
        _("Until that date is over, or it is taken back"),
        forget=rota.forget_over,
        tables=(HostQuestion,),
    ),
    Kept(
        _("Who is kept out of a gathering, by whom and why"),
        # Translators: how long it is kept: "30 days after it has ended"
        _("after it has ended"),
        KEPT,
        keeping_out.forget_ended,
        (KeptOutOfEvent,),
    ),
    Kept(
        _("What you typed into the form of a gathering and did not save"),
        # Translators: how long it is kept: "30 days after your last word in it"
        _("after your last word in it"),
        unfinished.KEPT,
        unfinished.forget_old,
        (UnfinishedEvent,),
    ),
    Kept(
        _("Calendars that were brought along, and are not kept in step"),
        # Translators: how long it is kept: "14 days after they came"
        pgettext("calendars", "after they came"),
        importing.UNDECIDED,
        importing.forget_old,
        (CalendarSource,),
    ),
    Kept(
        _("Calendars that are kept in step, and which gathering came from which calendar"),
        _("Until you stop them; for gatherings, as long as those are kept"),
        tables=(CalendarSource, ImportedEvent),
    ),
    Kept(
        _("Of which new gatherings you are to be told, and when your weekly letter is due"),
        _("Until you are told, or delete your account"),
        tables=(NewsDue, WeeklyTurn),
    ),
    Kept(_("Your calendar feeds"), _("Until you delete them"), tables=(Feed,)),
]
