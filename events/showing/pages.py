"""One event: its page, and the same for machines and calendars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from events import access, contributions, maps
from events.calendars import calendar, entries, links
from events.contributions import Tool
from events.showing import queries, telling
from events.showing.queries import EventContext
from events.tables import Event
from events.view import EventView
from members.tables import Person
from server import clock, markdown
from server.errors import NotFound
from server.languages import choosing
from server.languages.language import Language, spoken
from server.languages.messages import Text, _
from server.page_cache import CachedAnswer, CachedPage, Header, PageCache, Stamp
from server.pages import NOTICE, SECRET, absolute, redirect, render, render_parts, url
from server.presentation import day_from, excerpt, in_zone, time_range, weekday
from server.rows import bare
from server.settings import settings

_FOLDER = "/events/"
_HERE = Route("/events/{event}", lambda _request: Response())
_HTML: Header = (b"content-type", b"text/html; charset=utf-8")


@dataclass(frozen=True)
class Written:
    """The page for strangers in one language: its bytes, cut where each answer puts its own nonce, and its headers."""

    pieces: list[bytes]
    headers: list[Header]


_kept: PageCache[Written] = PageCache(most=1_000)


async def show(request: Request) -> Response:
    """The page, as whoever asks may see it. Signed out it is kept, and costs no query until something changes."""
    # Somebody's own page, or one with a notice on it, is nobody else's.
    if request.user is None:
        for known_here in contributions.known_here:
            if page := await known_here(request):
                return page
    if request.user or NOTICE in request.cookies:
        return await _page(request, request.user)
    name, minute = request.path_params["event"], _minute()
    written = _kept.fresh(_key(name, spoken()), until=minute) or await _for_strangers(request, name, minute)
    return HTMLResponse(_nonce(request).join(written.pieces))


def cached(scope: Scope) -> CachedAnswer | None:
    """The page that is kept, for whoever comes without a cookie but their language: what `show` would answer them."""
    if not scope["path"].startswith(_FOLDER) or not choosing.says_no_more(scope):
        return None
    key = _key(scope["path"].removeprefix(_FOLDER), choosing.of_request(scope))
    written = _kept.fresh(key, until=_minute())
    if written is None:
        return None
    body = scope["nonce"].encode().join(written.pieces)
    headers = [(b"content-length", b"%d" % len(body)), *written.headers]
    return CachedAnswer(_HERE, 200, headers, body, compressible=True)


def _key(name: str, language: Language) -> str:
    """Under which a page is kept: the event's name, and the language."""
    return f"{name} {language.code}"


def _minute() -> int:
    return int(clock.now().timestamp() // 60)


async def ics(request: Request) -> Response:
    """The event as a calendar file, with what whoever asks may know of it."""
    event, view, context = await _shown(request)
    return calendar_file(request, event, view, context.name)


def calendar_file(request: Request, event: Event, view: EventView, community: str) -> Response:
    """An event as a calendar file, with what somebody who sees so much of it may know."""
    content = calendar.single(entries.entry(event, view, community=community))
    etag = calendar.etag(content, spoken().code)
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", **choosing.said_in(spoken())}
    if calendar.unchanged(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{event.public_id}.ics"'
    return Response(content, headers=headers, media_type="text/calendar")


async def as_json(request: Request) -> Response:
    """The event for machines, with what whoever asks may know of it."""
    event, view, context = await _shown(request)
    kept = "no-store" if request.user else "private, no-cache"
    return JSONResponse(_facts(event, view, context), headers={"Cache-Control": kept})


async def _shown(request: Request) -> tuple[Event, EventView, EventContext]:
    """The event that is asked for, what the reader may see of it, and what surrounds it. One query."""
    found = await queries.shown(request.path_params["event"], request.user)
    if found is None:
        raise NotFound
    event = access.if_seen(request.user, found.found)
    return event, await access.view(request.user, event), found.context


async def _for_strangers(request: Request, name: str, minute: int) -> Written:
    stamp = Stamp()
    found = await queries.version_for_strangers(name)
    if found is None:
        raise NotFound
    key = _key(name, spoken())
    written = _kept.of_version(key, found.version, until=minute)
    if written is None:
        page = await _page(request, None)
        headers = [_HTML, *choosing.headers_in(spoken())]
        written = Written(bytes(page.body).split(_nonce(request)), headers)
    return _kept.keep(key, CachedPage(written, found.version, found.topics, stamp, until=minute))


def _nonce(request: Request) -> bytes:
    nonce: str = request.scope["nonce"]
    return nonce.encode()


@dataclass(frozen=True)
class Seen:
    """What a reader sees of an event on its page, the panels aside. The page is kept under these values.

    The event comes without its seats: those are for the panels, and change with each answer. `own_time` is the time
    on the reader's own clock, in `own_zone`, if it differs; `own_key` theirs if they host it. `own_file` is the address
    of the event as a calendar file, for a reader whom a letter's link let in; for others it is beside the page.
    """

    event: Event
    view: EventView
    context: EventContext
    day: Text
    over: bool
    on_now: bool
    own_time: Text
    own_zone: str
    own_key: str
    tools: Sequence[tuple[Text, str, str]]
    own_file: str = ""

    @property
    def starts(self) -> datetime:
        """The start on the event's own clock."""
        return self.event.local_start

    @property
    def ends(self) -> datetime | None:
        """The end on the event's own clock, if it says one."""
        return self.event.local_end

    @property
    def description(self) -> str:
        """It in a sentence or two, for previews elsewhere."""
        return _description(self.event)

    @property
    def calendar_links(self) -> links.Links:
        """The ways to put it into a calendar."""
        entry = entries.entry(self.event, self.view, community=self.context.name)
        found = links.add_to_calendar_links(entry)
        return found._replace(ics=self.own_file) if self.own_file else found

    @property
    def maps(self) -> dict[str, str]:
        """Where its address is looked up."""
        return maps.links(self.event)

    @property
    def in_words(self) -> str:
        """What, when and where, in three lines, to be passed on."""
        return telling.in_words(self.event)

    @property
    def sees_series(self) -> bool:
        """Whether the page of its series is one for this reader, too: not for who is invited to this one only."""
        return _sees_series(self.event, self.view, self.context)

    @property
    def linked_data(self) -> dict[str, Any]:
        """What search engines read."""
        return _linked_data(self.event, self.context)


async def _page(request: Request, person: Person | None) -> Response:
    event, view, context = await _shown(request)
    if event.is_pattern and context.series:
        return redirect("events:series", series=context.series.public_id)
    answers, more = await _panels(request, event, "answer"), await _panels(request, event, "more")
    first, bar = await _panels(request, event, "first"), await _panels(request, event, "bar")
    seen = _seen(person, event, view, context)
    if person is None:
        return render(
            request, "events/event.html", seen=seen, first=first, answers=answers, more=more, bar=bar
        )
    panels = {"first": first, "answers": answers, "more": more, "bar": bar}
    return render_parts(request, "events/event.html", holes=panels, seen=seen)


def _seen(person: Person | None, event: Event, view: EventView, context: EventContext) -> Seen:
    now = clock.now()
    own_key = person.public_id if person else ""
    return Seen(
        event=bare(event),
        view=view,
        context=context,
        day=day_from(event.local_start, now),
        over=event.over_at <= now,
        on_now=event.starts_at <= now < event.over_at,
        own_time=(own_time := _own_time(person, event)),
        own_zone=person.zone if person and own_time else "",
        own_key=own_key if any(host.key == own_key for host in context.hosts) else "",
        tools=_tools(event, view) if view.organises else [],
    )


def _sees_series(event: Event, view: EventView, context: EventContext) -> bool:
    # Of what is for more people than those who are invited, the page is kept for all who are the same to it.
    series = context.series
    return series is not None and (
        event.visibility != "invited" or access.sees_series(view, series.visibility)
    )


def _tools(event: Event, view: EventView) -> list[tuple[Text, str, str]]:
    """What those who organise it can open from here: label, address, icon."""
    # Translators: links for hosts of a gathering: to its form, to who hosts it, to whom it keeps out
    own = [] if event.status == "cancelled" else [Tool(_("Change it"), "pencil", "events:edit")]
    hosts = Tool(_("Co-hosts"), "handshake", "events:hosts")
    kept_out = Tool(_("Kept out"), "user-x", "events:kept-out", offered="ahead")
    return [
        (tool.label, url(tool.route, event=event.public_id), tool.icon)
        for tool in [*own, *contributions.tools, hosts, kept_out]
        if (tool.for_co_hosts or view.organises_community) and _of_use(tool, event, clock.now())
    ]


def _of_use(tool: Tool, event: Event, now: datetime) -> bool:
    """Whether there is something to be done with it just now."""
    return {
        "always": True,
        "published": event.status != "draft",
        "ahead": event.status == "published" and now < event.over_at,
        "held": event.status != "cancelled",
        "afterwards": event.status != "cancelled" and event.starts_at <= now,
    }[tool.offered]


async def for_one_browser(request: Request) -> Response:
    """The page for somebody who is not signed in, with what the panels draw for their browser alone. Never kept."""
    page = await _page(request, None)
    page.headers["Cache-Control"] = "no-store"
    return page


async def behind_link(
    request: Request,
    event: Event,
    person: Person,
    *,
    own_file: str,
    answers: Markup,
    more: Markup,
    bar: Markup,
    status: int = 200,
) -> Response:
    """The whole page, as the receiver of a letter sees it by its link, without its tools. At most two queries.

    In a browser where somebody is signed in it names nobody whom a block hides from them either.

    `answers`, `more` and `bar` are what the panels draw for them.
    """
    context = await queries.event_context(event, person, request.user)
    view = replace(await access.view(person, event), organises=False, organises_community=False)
    seen = replace(_seen(person, event, view, context), own_file=own_file)
    return render(
        request,
        "events/event.html",
        status=status,
        headers=SECRET,
        seen=seen,
        first=Markup(),
        answers=answers,
        more=more,
        bar=bar,
    )


async def _panels(request: Request, event: Event, place: str) -> Markup:
    drawn = [await panel.draw(request, event) for panel in contributions.panels if panel.place == place]
    return Markup("\n").join(panel for panel in drawn if panel)


def _own_time(person: Person | None, event: Event) -> Text:
    """The time on the reader's own clock, when it shows another than the event's. Guests have told us of none."""
    if person is None or not person.has_account:
        return ""
    zone = person.zone
    starts, ends = in_zone(event.starts_at, zone), in_zone(event.ends_at, zone) if event.ends_at else None
    if starts.replace(tzinfo=None) == event.local_start.replace(tzinfo=None):
        return ""
    hours = time_range(starts, ends)
    if starts.date() == event.local_start.date():
        return hours
    return _("%(day)s, %(hours)s", day=weekday(starts), hours=hours)


def _description(event: Event) -> str:
    return event.summary or excerpt(markdown.plain(event.about))


def _facts(event: Event, view: EventView, context: EventContext) -> dict[str, Any]:
    call = event.pool(online=True) if event.mode == "hybrid" else None
    facts = {
        "id": event.public_id,
        "uid": event.uid,
        "url": absolute("events:event", event=event.public_id),
        "title": event.title,
        "summary": event.summary,
        "about": event.about,
        "about_html": markdown.html(event.about),
        "status": event.status,
        "cancel_reason": event.cancel_reason,
        "cancel_reason_html": markdown.html(event.cancel_reason),
        "starts_at": event.local_start.isoformat(),
        "ends_at": event.local_end.isoformat() if event.local_end else None,
        "zone": event.zone,
        "mode": event.mode,
        "place": event.place,
        "community": {"name": context.name, "url": absolute("members:community", community=context.slug)},
        "seats": event.pool().seats,
        "seats_left": event.pool().left,
        "online_seats": call.seats if call else None,
        "online_seats_left": call.left if call else None,
        "approval": event.policy.approval,
        "answers_open_at": _local(event.policy.answers_open_at, event),
        "answers_close_at": _local(event.policy.answers_close_at, event),
        "picture": settings.base_url + context.picture if context.picture else None,
        "series": absolute("events:series", series=context.series.public_id)
        if context.series and _sees_series(event, view, context)
        else None,
        "sequence": event.sequence,
        "changed_at": event.changed_at.isoformat(),
    }
    return {**facts, **_for_those_who_come(event, view)}


def _local(moment: datetime | None, event: Event) -> str | None:
    return in_zone(moment, event.zone).isoformat() if moment else None


def _for_those_who_come(event: Event, view: EventView) -> Mapping[str, str]:
    address = {"address": event.address} if view.shows_address else {}
    join_url = {"join_url": event.join_url} if view.shows_join_link else {}
    return {**address, **join_url}


def _linked_data(event: Event, context: EventContext) -> dict[str, Any]:
    """schema.org's Event, for search engines: what every stranger may know."""
    url = absolute("events:event", event=event.public_id)
    status = "EventCancelled" if event.status == "cancelled" else "EventScheduled"
    modes = {"in_person": "Offline", "online": "Online", "hybrid": "Mixed"}
    data = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.title,
        "description": _description(event),
        "startDate": event.local_start.isoformat(),
        "endDate": event.local_end.isoformat() if event.local_end else None,
        "eventStatus": f"https://schema.org/{status}",
        "eventAttendanceMode": f"https://schema.org/{modes[event.mode]}EventAttendanceMode",
        "location": _locations(event, url),
        "image": [settings.base_url + context.picture] if context.picture else None,
        "organizer": {
            "@type": "Organization",
            "name": context.name,
            "url": absolute("members:community", community=context.slug),
        },
        "url": url,
        "isAccessibleForFree": True,
    }
    return {name: value for name, value in data.items() if value}


def _locations(event: Event, url: str) -> list[dict[str, str]]:
    locations = []
    if event.mode != "online" and event.place:
        address = entries.location(event, shows_address=event.address_public)
        locations.append({"@type": "Place", "name": event.place, "address": str(address)})
    if event.mode != "in_person":
        # The way to the call leads over our page: its own address is for those who come.
        locations.append({"@type": "VirtualLocation", "url": url})
    return locations
