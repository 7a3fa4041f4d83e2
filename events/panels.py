"""What the events put on other packages' pages: a community's gatherings, and the feeds that signing out leaves."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from markupsafe import Markup
from starlette.requests import Request

from events import contributions
from events.calendars import feeds
from events.calendars import queries as calendars_queries
from events.calendars.entries import entry
from events.contributions import AgendaItem, Asked, InCalendar
from events.hosting import mail as hosting_mail
from events.hosting import queries as hosting_queries
from events.hosting.queries import AskedOnRota, AskedToHost
from events.lists import queries as lists_queries
from events.series import queries as series_queries
from events.series import rule
from events.series.cadence import words_of
from events.series.queries import Rhythm
from events.tables import Event, Series
from members.contributions import Outlives
from members.roles import Action, may
from members.tables import Community, Person
from server import clock
from server.forms import blank
from server.languages.messages import Text, _, pgettext
from server.pages import fragment, url
from server.presentation import hours, in_zone, medium_date, zone_name

MOST_RUN = 2_000  # entries in one person's calendar
AT_A_GLANCE = 8  # of what comes again: what is further is folded away


async def calendar(person: Person, since: datetime, until: datetime) -> list[InCalendar]:
    """What somebody runs, as organiser or co-host, for their own calendar. Drafts are not in it: nobody has been
    told yet when they are. One query."""
    run = await calendars_queries.run_by(person.id, clock.now(), since=since, until=until, most=MOST_RUN)
    return [InCalendar(event, partial(entry, event, community=community)) for event, community in run]


async def gatherings(request: Request, community: Community) -> Markup | None:
    """What comes again in a community, what it has before it and behind it, as whoever asks may see it.

    Four queries at most.
    """
    now = clock.now()
    part_of = await contributions.part_of(request.user)
    listed = await lists_queries.of_community(community.id, request.user, part_of=part_of, now=now)
    today = in_zone(now, community.zone).date()
    again = await series_queries.of_community(community.id, request.user, today)
    rhythms = [_comes(each, community, today) for each in again.rhythms]
    return fragment(
        request,
        "events/of_community.html",
        community=community,
        rhythms=rhythms[:AT_A_GLANCE],
        further=rhythms[AT_A_GLANCE:],
        coming=listed.coming,
        goes_on=listed.goes_on,
        past=listed.past,
        organises=may(again.role, Action.ORGANISE),
    )


@dataclass(frozen=True)
class Comes:
    """What comes again, as components/events.html draws it: how often, what, and a word on it (a badge's, or None)."""

    often: Text
    title: str
    note: tuple[Text, ...] | None
    href: str


def _comes(found: Rhythm, community: Community, today: date) -> Comes:
    series = found.series
    times: Text = hours(found.starts, found.ends)
    if found.online or found.zone != community.zone:
        times = _("%(hours)s, %(zone)s", hours=times, zone=zone_name(found.zone))
    last = series.ended_on - timedelta(days=1) if series.ended_on else None
    # Translators: how often a gathering comes again, and when on the day: "Every Tuesday, 18:30 to 21:00"
    often = _("%(often)s, %(hours)s", often=words_of(series.rule, series.first_on, last=last), hours=times)
    return Comes(often, found.title, _note(series, today), url("events:series", series=series.public_id))


def _note(series: Series, today: date) -> tuple[Text, ...] | None:
    if not series.started_at:
        return ("", pgettext("series", "Not started"), "pencil")
    if series.paused_from and (series.paused_until is None or today < series.paused_until):
        return ("wait", _pause(series.paused_from, series.paused_until, today), "hourglass")
    if _would_come_before(series, today):
        return ("", _("From %(day)s on", day=medium_date(series.first_on)), "calendar-days")
    return None


def _would_come_before(series: Series, today: date) -> bool:
    """Whether its rule has days from today on before the first one, so that its words alone would lead people there."""
    before = series.first_on - timedelta(days=1)
    return today <= before and bool(rule.days(series.rule, today, since=today, most=1, until=before))


def _pause(since: date, until: date | None, today: date) -> Text:
    if since <= today:
        if until is None:
            return pgettext("series", "Paused")
        # Translators: on a series that goes on with this day: "Paused until 1 Feb 2027"
        return pgettext("series", "Paused until %(day)s", day=medium_date(until))
    if until is None:
        # Translators: on a series that is still to pause: "Pauses from 20 Dec 2026"
        return pgettext("series", "Pauses from %(first)s", first=medium_date(since))
    # Translators: on a series that is still to pause: "Pauses from 20 Dec 2026 until 15 Jan 2027"
    return pgettext(
        "series",
        "Pauses from %(first)s until %(day)s",
        first=medium_date(since),
        day=medium_date(until),
    )


async def hosting(person: Person, now: datetime) -> list[AgendaItem | Asked]:
    """What somebody hosts that is not over, and who would like them to host. One query, more if somebody would."""
    found = await hosting_queries.hosting_of(person, now=now)
    asked = [*map(_asked_to_host, found.asked), *map(_asked_on_rota, found.on_rota)]
    return [*asked, *map(_hosted, found.events)]


def _asked_to_host(found: AskedToHost) -> Asked:
    return Asked(
        title=found.event.title,
        note=_(
            "%(name)s would like you to host it with them.",
            name=found.inviter.signing_for(found.community),
        ),
        label=pgettext("button", "Answer"),
        href=url("events:hosting", token=hosting_mail.token(found.invitation, found.event)),
        until=found.invitation.expires_at,
    )


def _asked_on_rota(found: AskedOnRota) -> Asked:
    return Asked(
        title=found.series_title,
        note=_("%(name)s asks when you would host it.", name=found.inviter.signing_for(found.community)),
        label=pgettext("button", "Answer"),
        href=url("events:hosting-several", token=hosting_mail.batch_token(found.question)),
        until=found.event.over_at,
    )


def _hosted(event: Event) -> AgendaItem:
    return AgendaItem(
        event=event,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        title=event.title,
        note=pgettext("gathering", "Cancelled") if event.status == "cancelled" else _("You host it"),
        href=url("events:event", event=event.public_id),
        kind="" if event.status != "published" else "accent",
    )


async def _feeds_go_on(request: Request, person: Person) -> Markup | None:
    """That feeds are read by their secret addresses, not by signing in, with the box that ends those. One query."""
    mine = await calendars_queries.feeds_of(person)
    return fragment(request, "events/feeds_go_on.html", feeds=mine, form=blank()) if mine else None


async def _end_addresses(person: Person) -> Text:
    ended = await feeds.rotate_all(person)
    if not ended:
        return ""
    return _(
        "The addresses of your calendar feeds have ended too. New ones are waiting for you under Calendars."
    )


lasting_feeds = Outlives("end-feeds", _feeds_go_on, _end_addresses)
