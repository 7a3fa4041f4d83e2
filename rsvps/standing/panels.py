"""Being counted in every time, as the page of a series and of each of its gatherings show it."""

from collections.abc import Collection
from datetime import date
from typing import Any, Literal, NamedTuple

from markupsafe import Markup
from starlette.requests import Request

from events.access import sees_series, view, visible_event
from events.contributions import Panel, Press, SeriesPanel
from events.tables import Event
from events.view import SeriesView
from members.tables import Person
from rsvps.attending import queries as attending
from rsvps.attending.panels import ABSENT
from rsvps.seating.rules import window
from rsvps.standing import access, counting_in, queries
from rsvps.standing.access import Standing
from server import clock, forms, tokens
from server.errors import NotFound
from server.forms import Form
from server.fragment_cache import hole
from server.languages.messages import _
from server.pages import fragment, part, url
from server.presentation import in_zone

ANSWERED = {"going", "waitlisted", "offered", "requested"}


class Addresses(NamedTuple):
    """Where the forms of a standing answer go. It cannot be `set` where that is empty."""

    set: str
    pause: str
    again: str
    stop: str


def own(seen: SeriesView) -> Addresses:
    """Those of who is signed in."""
    series = seen.series.public_id
    return Addresses(
        url("rsvps:standing", series=series) if seen.pattern.is_pattern else "",
        url("rsvps:standing-pause", series=series),
        url("rsvps:standing-pause-removal", series=series),
        url("rsvps:standing-removal", series=series),
    )


def behind_link(token: str) -> Addresses:
    """Those behind a letter's link."""
    return Addresses(
        "",
        url("rsvps:counted-in-pause", token=token),
        url("rsvps:counted-in-pause-removal", token=token),
        url("rsvps:counted-in-removal", token=token),
    )


def values(mine: Standing, form: Form[Any]) -> dict[str, Any]:
    """What a standing answer is drawn from."""
    pattern, answer = mine.seen.pattern, mine.answer
    if answer:
        known = {"guests": answer.guests, "online": "true" if answer.online else "", "listed": answer.listed}
        form.values = {**known, **form.values}
    return {
        "series": mine.seen.series,
        "pattern": pattern,
        "answer": answer,
        "paused_until": _pauses(answer.paused_until, mine.person) if answer else None,
        "form": form,
        "comes_again": counting_in.comes_again(mine.seen),
    }


def _pauses(until: date | None, person: Person) -> date | None:
    return until if until and until > _today(person.zone) else None


def _today(zone: str) -> date:
    return in_zone(clock.now(), zone).date()


async def on_series(request: Request, seen: SeriesView) -> Markup | None:
    """On the page of the series, as long as it comes again, to who takes part; to others, that they may.

    One query.
    """
    if seen.view.kept_out or not seen.series.started_at:
        return None
    answer = await queries.of_person(seen.series.id, request.user.id) if request.user else None
    if answer is None and not counting_in.comes_again(seen):
        return None
    if request.user is None:
        here = url("events:series", series=seen.series.public_id)
        return fragment(request, "rsvps/standing_signed_out.html", here=here)
    mine = Standing(seen, request.user, answer)
    return fragment(
        request,
        "rsvps/standing_panel.html",
        here=own(seen),
        **values(mine, forms.blank()),
    )


async def on_event(request: Request, event: Event) -> Markup | None:
    """On the page of one of its gatherings, beside the answer. Costs as `of_reader`, usually nothing."""
    if request.user is None or event.series is None or event.status != "published":
        return None
    seen = await view(request.user, event)
    if event.starts_at <= clock.now() or seen.kept_out:
        return None
    theirs = await attending.of_reader(event, request.user)
    standing = theirs.standing
    if standing is None or not (standing.counted_in or sees_series(seen, standing.visibility)):
        return None
    drawn = part(
        "rsvps/standing_on_event.html",
        counted_in=standing.counted_in,
        paused_until=standing.pauses(event),
        answered=bool(theirs.rsvp and theirs.rsvp.confirmed and theirs.rsvp.status in ANSWERED),
        silent=not (theirs.rsvp and theirs.rsvp.confirmed),
        closed=_closed(event),
        guests=theirs.rsvp.guests if theirs.rsvp else 0,
        most_guests=event.policy.guests_allowed,
        listed=theirs.rsvp.listed if theirs.rsvp else "",
        online=bool(theirs.rsvp and theirs.rsvp.online and event.mode == "hybrid"),
        set_at=url("rsvps:standing", series=standing.series),
        answer_at=url("rsvps:answer", event=event.public_id),
        key=hole("key"),
    )
    return drawn.fill(key=tokens.public_id())


def _closed(event: Event) -> Literal["", "yet", "now"]:
    """Whether nobody can say yes: not yet, or not any more."""
    if not window(event, clock.now()):
        return ""
    opens = event.policy.answers_open_at
    return "yet" if opens and clock.now() < opens else "now"


async def in_settings(request: Request, person: Person, _refused: Collection[str]) -> Markup:
    """The series in which somebody is counted in, in their settings; nothing without one. Costs as `all_own`."""
    mine = [
        (one.seen.series, one.seen.pattern, _pauses(one.answer.paused_until, person))
        for one in await access.all_own(person)
        if one.answer
    ]
    return fragment(request, "rsvps/standing_in_settings.html", mine=mine) if mine else Markup()


async def after_absence(request: Request, person: Person) -> Markup | None:
    """In the agenda, once somebody has said "not this time" there: which one it is, and the way back.

    Nothing, and no query, otherwise.
    """
    event = await _absent_from(request)
    if event is None or event.series is None or event.status != "published" or event.starts_at <= clock.now():
        return None
    answer = await queries.of_person(event.series, person.id)
    rsvp = (await attending.of_reader(event, person)).rsvp
    if answer is None or rsvp is None or rsvp.status != "declined" or rsvp.answered_by != person.id:
        return None
    again = Press(
        # Translators: a button: somebody who has said "not this time" comes
        _("I come after all"),
        url("rsvps:answer", event=event.public_id),
        {"answer": "going", "guests": str(answer.guests), "then": "agenda"},
    )
    return fragment(request, "rsvps/after_absence.html", event=event, again=again)


async def _absent_from(request: Request) -> Event | None:
    """The gathering that the agenda's address names, if they may see it."""
    try:
        return await visible_event(request.user, request.query_params[ABSENT])
    except (KeyError, NotFound):
        return None


panel = Panel("counted in", "answer", on_event)
series_panel = SeriesPanel("counted in", on_series)
