"""Which package contributes what: the routes, the timetable, and what travels to the right. For both roots.

Importing a package's `jobs` and `mail` makes its due work and its listeners known.
"""

from dataclasses import dataclass, field
from typing import Any

from starlette.routing import BaseRoute

import events.calendars.pages.calendars
import events.closing
import events.hosting.co_hosts
import events.hosting.keeping_out
import events.jobs
import events.panels
import events.publishing.new_rules
import events.publishing.pages.unfinished
import events.queries
import events.routes
import events.showing.pages
import followups.asks.store
import followups.connections.queries
import followups.connections.store
import followups.hosts.panels
import followups.hosts.seeing_to
import followups.jobs
import followups.panels
import followups.prompts.store
import followups.routes
import followups.writing.mail
import followups.writing.store
import members.communities.keeping_out
import members.contributions
import members.jobs
import members.routes
import members.store
import rsvps.attending.by_letter
import rsvps.attending.farewell
import rsvps.attending.listed
import rsvps.attending.pages.in_this_browser
import rsvps.attending.queries
import rsvps.contributions
import rsvps.door.doors
import rsvps.hosting.approvals
import rsvps.hosting.asked_hosts
import rsvps.hosting.objections
import rsvps.hosting.panels
import rsvps.jobs
import rsvps.letters.along
import rsvps.letters.mail
import rsvps.letters.series_changes
import rsvps.letters.unasked
import rsvps.routes
import rsvps.seating.listeners
import rsvps.seating.seats
import rsvps.standing.farewell
import rsvps.standing.panels
import rsvps.status.queries
import server.demo.signing_in
import server.routes
import volunteers.along
import volunteers.hours
import volunteers.jobs
import volunteers.mail
import volunteers.objections
import volunteers.panels
import volunteers.routes
import volunteers.shifts
import volunteers.store
from events import contributions, relations
from events.contributions import CalendarSource
from members.contributions import CommunityPanel
from server import about, jobs, pages, retention
from server.languages.messages import _, pgettext
from server.settings import settings


@dataclass(frozen=True)
class Timed:
    """A line of the timetable: what is done by the clock (UTC), and when (arq's cron fields)."""

    function: jobs.Job
    when: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name in logs and in Valkey."""
        package = self.function.__module__.partition(".")[0]
        return f"timed:{package}.{self.function.__name__}"


# Parts of addresses that are in small letters, however they are typed.
SMALL = ("community", "event")

# The pages that gather others, and what a back arrow calls them: see `server.ways_back`.
OVERVIEWS = {
    "home": _("Agenda"),
    "events:organising": pgettext("page", "Organising"),
    "events:organised": pgettext("page", "Organising"),
    "followups:been": _("Where I have been"),
    "events:list": _("What’s on"),
    "events:choose": _("A new gathering"),
    "events:event": pgettext("page", "The gathering"),
    "rsvps:people": _("Who is coming"),
    "volunteers:volunteers": pgettext("page", "Volunteers"),
    "followups:came": _("Who came"),
    "members:communities": _("Communities"),
    "members:community": pgettext("page", "The community"),
    "events:month": pgettext("page", "The month"),
    "members:people": pgettext("page", "People"),
    "followups:connections": _("Connections"),
}

# Who keeps pages that are the same for everybody.
CACHES = (events.showing.pages.cached, events.calendars.pages.calendars.cached)

EVERY_MINUTE = {"second": 0}
EVERY_HOUR = {"minute": 7, "second": 0}
EVERY_NIGHT = {"hour": 3, "minute": 17, "second": 0}

# How long each kind of data is kept: what the privacy page prints, in its order.
kept = [
    *members.jobs.kept,
    *rsvps.jobs.kept,
    *volunteers.jobs.kept,
    *followups.jobs.kept,
    *events.jobs.kept,
    *retention.kept,
]

timetable = [
    *[Timed(kind.job(), EVERY_HOUR if kind.hourly else EVERY_NIGHT) for kind in kept if kind.forget],
    Timed(events.jobs.have_pictures_for_letters, EVERY_NIGHT),
    Timed(events.jobs.follow_new_rules, EVERY_NIGHT),
    Timed(events.jobs.make_gatherings_of_series, EVERY_MINUTE),
    Timed(events.jobs.keep_calendars_in_step, EVERY_MINUTE),
    Timed(events.jobs.tell_what_is_new, EVERY_MINUTE),
    Timed(events.jobs.tell_of_the_week, EVERY_MINUTE),
    Timed(rsvps.jobs.lapse_offers, EVERY_MINUTE),
    Timed(rsvps.jobs.give_what_was_kept, EVERY_MINUTE),
    Timed(rsvps.jobs.remind, EVERY_MINUTE),
    Timed(rsvps.jobs.ask_who_is_still_coming, EVERY_MINUTE),
    Timed(volunteers.jobs.remind, EVERY_MINUTE),
    Timed(followups.jobs.ask_the_morning_after, EVERY_MINUTE),
    Timed(followups.jobs.tell_those_who_host, EVERY_MINUTE),
    Timed(followups.jobs.connect_at_six, EVERY_MINUTE),
    Timed(followups.jobs.prompt, EVERY_MINUTE),
    Timed(followups.jobs.send_notes_back, EVERY_MINUTE),
]


def routes() -> list[BaseRoute]:
    """Every address of Kith, in the order in which they are tried: those that are asked for most come first."""
    return [
        *events.routes.routes,
        *rsvps.routes.routes,
        *server.routes.routes(),
        *members.routes.routes,
        *volunteers.routes.routes,
        *followups.routes.routes,
        *(server.demo.signing_in.routes if settings.development else []),
    ]


async def follow_new_rules() -> int:
    """Move what has to move after a country has changed its clocks. Returns how much that was."""
    compose()
    return await events.publishing.new_rules.follow()


def compose() -> None:
    """Put the packages together. Called once by each process."""
    pages.routes_are(routes())
    about.kept[:] = kept
    pages.overviews_are(OVERVIEWS)
    # Put in place, not appended: composing twice is harmless.
    members.contributions.community_panels[:] = [CommunityPanel("gatherings", events.panels.gatherings)]
    members.contributions.outlives[:] = [events.panels.lasting_feeds]
    members.contributions.goodbyes[:] = [events.hosting.keeping_out.part, rsvps.standing.farewell.part]
    members.contributions.welcomes[:] = [rsvps.hosting.approvals.let_in_organiser]
    members.contributions.farewells[:] = [
        rsvps.attending.farewell.give_back,
        followups.hosts.seeing_to.pass_on,
        events.hosting.co_hosts.forget,
        events.hosting.keeping_out.forget_person,
        members.communities.keeping_out.forget_person,
    ]
    members.contributions.takeovers[:] = [
        members.store.take_over,
        events.hosting.keeping_out.take_over,
        rsvps.attending.farewell.take_over,
        rsvps.standing.farewell.take_over,
        volunteers.store.take_over,
        followups.asks.store.take_over,
        followups.connections.store.take_over,
        followups.writing.store.take_over,
        followups.prompts.store.take_over,
    ]
    members.contributions.address_changes[:] = [events.hosting.co_hosts.readdress]
    members.contributions.objections_to_closing[:] = [events.closing.gatherings_to_come]
    rsvps.seating.listeners.steps[:] = [rsvps.letters.mail.after_step, rsvps.hosting.asked_hosts.after_step]
    rsvps.seating.listeners.skips[:] = [rsvps.letters.mail.skipped]
    contributions.panels[:] = [
        followups.panels.panel,
        rsvps.hosting.panels.panel,
        rsvps.contributions.panel,
        rsvps.standing.panels.panel,
        rsvps.contributions.bar,
        rsvps.attending.listed.panel,
        volunteers.panels.panel,
    ]
    contributions.series_panels[:] = [rsvps.standing.panels.series_panel]
    rsvps.letters.along.sources[:] = [volunteers.along.along]
    rsvps.letters.series_changes.besides[:] = [volunteers.mail.moved_along]
    contributions.known_here[:] = [rsvps.attending.pages.in_this_browser.page]
    contributions.tools[:] = [*rsvps.contributions.tools, volunteers.panels.tool, *followups.panels.tools]
    members.contributions.meetings[:] = [rsvps.status.queries.met]
    rsvps.attending.queries.acquaintances[:] = [followups.connections.queries.connected]
    contributions.agenda_sources[:] = [
        rsvps.contributions.agenda,
        followups.panels.agenda,
        volunteers.panels.agenda,
        events.panels.hosting,
        rsvps.hosting.panels.wait_for_hosts,
    ]
    contributions.asked_of_hosts[:] = [rsvps.hosting.panels.who_asks, followups.hosts.panels.asked_for]
    contributions.host_facts[:] = [rsvps.hosting.panels.facts, volunteers.panels.facts]
    contributions.agenda_panels[:] = [rsvps.standing.panels.after_absence, followups.panels.prompt]
    members.contributions.letter_choices[:] = [followups.panels.how_often, rsvps.standing.panels.in_settings]
    contributions.home_panels[:] = [
        events.publishing.pages.unfinished.panel,
        followups.hosts.panels.said_lately,
    ]
    members.contributions.hostings[:] = [events.queries.hosts_anything]
    relations.facts[:] = [rsvps.contributions.relation_fact, volunteers.panels.relation_fact]
    contributions.answers[:] = [rsvps.status.queries.answers]
    contributions.relations[:] = [rsvps.contributions.relations, volunteers.panels.relations]
    contributions.calendar_sources[:] = [
        CalendarSource("answers", rsvps.contributions.calendar),
        CalendarSource("shifts", volunteers.panels.calendar),
        CalendarSource("run", events.panels.calendar),
    ]
    contributions.objections_to_editing[:] = [
        rsvps.hosting.objections.to_editing,
        volunteers.objections.to_editing,
    ]
    contributions.letters_allowed[:] = [rsvps.letters.unasked.may_be_written_to]
    contributions.endings[:] = [rsvps.attending.farewell.take_no_part, volunteers.shifts.take_no_part]
    contributions.hosting_endings[:] = [rsvps.door.doors.end_theirs]
    contributions.hosting_beginnings[:] = [rsvps.hosting.approvals.let_in_host]
    contributions.moving[:] = [rsvps.door.doors.take_along, volunteers.hours.take_along]
    contributions.following[:] = [volunteers.hours.follow_new_rules]
    contributions.reviving[:] = [rsvps.door.doors.end_with_series]
    contributions.returning[:] = [rsvps.door.doors.end_of_cancelled, rsvps.seating.seats.hold_offers]
    contributions.concerned[:] = [rsvps.contributions.concerned, volunteers.panels.helping]
    contributions.copying[:] = [rsvps.contributions.copy, rsvps.door.doors.copy, volunteers.panels.copy]
