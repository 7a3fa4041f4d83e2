"""What the events do by the clock."""

from datetime import datetime

from events import queries
from events.hosting import co_hosts, keeping_out
from events.importing import importing
from events.publishing import new_rules, unfinished
from events.series import making
from events.tables import (
    CalendarSource,
    CoHost,
    CoHostInvitation,
    Event,
    Feed,
    ImportedEvent,
    KeptOutOfEvent,
    Series,
    SkippedDate,
    UnfinishedEvent,
)
from members.keeping_out import KEPT
from server import clock, jobs, pictures
from server.languages.messages import _, pgettext
from server.retention import Kept


async def forget_old_invitations(before: datetime) -> None:
    """Delete invitations to host that were sent before then, and were not taken up in time."""
    await CoHostInvitation.delete().where(CoHostInvitation.expires_at < before + co_hosts.LASTS)


async def make_gatherings_of_series() -> None:
    """Make what has come within reach of series."""
    await making.make_due()


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
    Kept(_("Your calendar feeds"), _("Until you delete them"), tables=(Feed,)),
]
