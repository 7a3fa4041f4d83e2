"""What is on: the list, and the front door. Signed in, the front door is one's own agenda."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from starlette.requests import Request
from starlette.responses import Response

from events import access, contributions
from events.contributions import AgendaItem, Asked
from events.lists import queries
from events.lists.forms import asked_day, asked_month, is_lived_in, weekend
from events.lists.queries import EventCard, Face, ListFilter, card_of
from members import access as members_access
from members.queries import Listed, communities_found
from members.tables import Community, Person
from server import clock, timezones
from server.finding import asked_words
from server.languages.messages import Text, _, pgettext
from server.months import Month, month_of
from server.pages import part, render, url
from server.pagination import MOST_COUNTED, START, asked_place
from server.presentation import in_zone

PAGE = 20
_NO_HURRY = timedelta(days=10_000)
_CLOSELY = "close"
_KEPT = ("q", "from", "to", "online", "when", "first-timers", _CLOSELY)
_WHERE = {"yes": True, "no": False}
_NEARNESS = (
    # Translators: the parts of somebody's agenda, by how near it is
    pgettext("a part of an agenda", "Today"),
    pgettext("a part of an agenda", "This week"),
    pgettext("a part of an agenda", "Later"),
)
_CHIPS = (
    ("when", "weekend", _("This weekend"), "calendar-days"),
    ("online", "yes", _("Online"), "video"),
    ("first-timers", "yes", _("First-timers welcome"), "sprout"),
)


async def whats_on(request: Request) -> Response:
    """Public gatherings that are not over, by words, days and where; each page of it has an address.

    When nothing has the words as they are written, those that a letter may be wrong in are looked for.
    """
    query = request.query_params
    kept = {name: query[name] for name in _KEPT if query.get(name)}
    asked, place, now = _asked(request), asked_place(query), clock.now()
    found = await queries.whats_on(asked, now=now, place=place, size=PAGE)
    if asked.words and not asked.closely and not found.rows and place == START:
        asked = replace(asked, closely=True)
        found = await queries.whats_on(asked, now=now, place=place, size=PAGE)
        kept |= {_CLOSELY: "yes"} if found.rows else {}
    whole = found.first and not found.after
    total = len(found.rows) if whole or not kept else await queries.how_many_are_on(asked, now=now)
    return render(
        request,
        "events/list.html",
        found=found,
        total=total,
        many=total > MOST_COUNTED,
        further_on=place != START,
        asked=kept,
        closely=_CLOSELY in kept,
        words_sought=asked.words,
        chips=_chips(kept),
        communities=await _communities(asked) if place == START else [],
        list_at=url("events:list", query=kept),
    )


async def _communities(asked: ListFilter) -> list[Listed]:
    return await communities_found(asked.words, closely=asked.closely) if asked.words else []


async def home(request: Request) -> Response:
    """Signed out, what Kith is and what is on; signed in, what is before me."""
    if request.user is None:
        now = clock.now()
        found = await queries.whats_on(ListFilter(), now=now, size=6)
        communities = await queries.communities_that_meet(now=now)
        return render(request, "home.html", events=found.rows, communities=communities)
    agenda = await _agenda(request.user)
    empty = not agenda.sections and not agenda.asked
    ideas = (await queries.whats_on(ListFilter(), now=clock.now(), size=3)).rows if empty else []
    panels = [drawn for draw in contributions.agenda_panels if (drawn := await draw(request, request.user))]
    return render(request, "events/agenda.html", agenda=agenda, ideas=ideas, panels=panels)


async def past(request: Request) -> Response:
    """What a community has done, year by year, the latest first."""
    community = await members_access.visible_community(request.user, request.path_params["community"])
    part_of = await contributions.part_of(request.user)
    found = await queries.past_of_community(
        community.id, request.user, part_of=part_of, now=clock.now(), place=asked_place(request.query_params)
    )
    years: dict[int, list[EventCard]] = {}
    for card in found.rows:
        years.setdefault(card.starts.year, []).append(card)
    return render(request, "events/past.html", community=community, found=found, years=years)


async def month(request: Request) -> Response:
    """A month of a community, as a calendar on the wall has it; this one, unless another is asked for."""
    community = await members_access.visible_community(request.user, request.path_params["community"])
    now = clock.now()
    # The day of whoever looks, or of those who meet.
    today = in_zone(now, request.user.zone if request.user else community.zone).date()
    shown = asked_month(request.query_params, today) or month_of(today)
    part_of = await contributions.part_of(request.user)
    found = await queries.month_of_community(
        community.id, request.user, part_of=part_of, month=shown, now=now
    )
    return render(
        request,
        "events/month.html",
        community=community,
        month=shown,
        drawn=part("events/month_drawn.html", month=shown, today=today, days=found.days).fill(),
        empty=not found.days,
        more=found.more,
        past=shown.last < today,
        turning=_turning(community, shown, today),
    )


def _turning(community: Community, shown: Month, today: date) -> dict[str, str]:
    here, now = url("events:month", community=community.slug), month_of(today)
    around = {"previous": shown.previous, "next": shown.next}
    pages = {
        name: f"{here}?month={month}" if is_lived_in(month, today) else "" for name, month in around.items()
    }
    return {**pages, "now": "" if shown == now else here}


@dataclass(frozen=True)
class Section:
    """A part of the agenda, and what is in it."""

    title: Text
    items: Sequence[EventCard]


@dataclass(frozen=True)
class Agenda:
    """What is asked of somebody, by when it has to be answered, after what says that it comes `first`; and what is
    before them, by how near it is."""

    asked: Sequence[Asked]
    sections: Sequence[Section]


async def _agenda(person: Person) -> Agenda:
    now = clock.now()
    found = [each for source in contributions.agenda_sources for each in await source(person, now)]
    asked = [each for each in found if isinstance(each, Asked)]
    items = _once([each for each in found if isinstance(each, AgendaItem)])
    faces = await queries.faces(person, [item.event.id for item in items]) if items else {}
    items = await _seen(person, items, faces)
    items.sort(key=lambda item: (item.starts_at, str(item.title)))
    asked += [item.asked for item in items if item.asked]
    asked.sort(key=lambda each: (not each.first, each.until or now + _NO_HURRY))
    return Agenda(asked, _by_nearness(person, [item for item in items if not item.asked], faces, now))


def _by_nearness(
    person: Person, items: Sequence[AgendaItem], faces: Mapping[int, Face], now: datetime
) -> list[Section]:
    today = in_zone(now, person.zone).date()
    cards: tuple[list[EventCard], ...] = ([], [], [])
    for item in items:
        distance = (in_zone(item.starts_at, person.zone).date() - today).days
        near = 0 if distance <= 0 else 1 if distance < 7 else 2
        cards[near].append(_card(item, faces[item.event.id], now))
    return [Section(title, found) for title, found in zip(_NEARNESS, cards, strict=True) if found]


async def _seen(person: Person, items: Sequence[AgendaItem], faces: Mapping[int, Face]) -> list[AgendaItem]:
    """Those of which they may see the event now, whatever they were to it when it came into their agenda."""
    events = [access.with_part(item.event, person, faces[item.event.id].part) for item in items]
    views = await access.views(person, events)
    return [item for item in items if views[item.event.id].takes_part]


def _once(items: Sequence[AgendaItem]) -> list[AgendaItem]:
    """What two sources say about the same thing is listed once, as the first one says it."""
    return list({(item.href, item.starts_at): item for item in reversed(items)}.values())


def _card(item: AgendaItem, face: queries.Face, now: datetime) -> EventCard:
    event = item.event
    return replace(
        card_of(event, face, now=now),
        href=item.href,
        title=str(item.title),
        starts=in_zone(item.starts_at, event.zone),
        ends=in_zone(item.ends_at, event.zone) if item.ends_at else None,
        draft=False,
        badge=(item.kind, item.note) if item.note else None,
        press=item.press,
    )


@dataclass(frozen=True)
class Chip:
    """Something people often look for, as a link that asks for it, or for it no longer."""

    label: Text
    icon: str
    href: str
    on: bool


def _chips(kept: Mapping[str, str]) -> list[Chip]:
    kept = {name: value for name, value in kept.items() if name != _CLOSELY}
    return [_chip(name, value, label, icon, kept) for name, value, label, icon in _CHIPS]


def _chip(name: str, value: str, label: Text, icon: str, kept: Mapping[str, str]) -> Chip:
    on = kept.get(name) == value
    without = {key: said for key, said in kept.items() if key != name}
    return Chip(label, icon, url("events:list", query=without if on else without | {name: value}), on)


def _asked(request: Request) -> ListFilter:
    query = request.query_params
    since, until = asked_day(query, "from"), asked_day(query, "to")
    # The day of whoever looks; for somebody who is not signed in, UTC's is the fairest guess.
    zone = request.user.zone if request.user else "UTC"
    if query.get("when") == "weekend":
        since, until = weekend(in_zone(clock.now(), zone).date())
    return ListFilter(
        words=asked_words(query),
        closely=query.get(_CLOSELY) == "yes",
        since=_midnight(since, zone) if since else None,
        until=_midnight(until + timedelta(days=1), zone) if until else None,
        online=_WHERE.get(query.get("online", "")),
        first_timers=query.get("first-timers") == "yes",
    )


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), timezones.zone(zone))
