"""What the events put on other packages' pages: a community's gatherings, and the feeds that signing out leaves."""

from datetime import datetime
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
from events.hosting.queries import AskedToHost
from events.lists import queries as lists_queries
from events.tables import Event
from members.contributions import Outlives
from members.queries import organises
from members.tables import Community, Person
from server import clock
from server.forms import blank
from server.languages.messages import Text, _, pgettext
from server.pages import fragment, url

MOST_RUN = 2_000  # entries in one person's calendar


async def calendar(person: Person, since: datetime, until: datetime) -> list[InCalendar]:
    """What somebody runs, as organiser or co-host, for their own calendar. Drafts are not in it: nobody has been
    told yet when they are. One query."""
    run = await calendars_queries.run_by(person.id, clock.now(), since=since, until=until, most=MOST_RUN)
    return [InCalendar(event, partial(entry, event, community=community)) for event, community in run]


async def gatherings(request: Request, community: Community) -> Markup | None:
    """What a community has before it and behind it, as whoever asks may see it. Four queries at most."""
    part_of = await contributions.part_of(request.user)
    listed = await lists_queries.of_community(community.id, request.user, part_of=part_of, now=clock.now())
    return fragment(
        request,
        "events/of_community.html",
        community=community,
        coming=listed.coming,
        past=listed.past,
        organises=await organises(request.user, community.id),
    )


async def hosting(person: Person, now: datetime) -> list[AgendaItem | Asked]:
    """What somebody hosts that is not over, and who would like them to host. One query, two if somebody would."""
    found = await hosting_queries.hosting_of(person, now=now)
    return [*map(_asked_to_host, found.asked), *map(_hosted, found.events)]


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
