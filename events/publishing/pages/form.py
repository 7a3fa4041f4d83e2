"""The one form of an event: to write a new one, and to change one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar, cast

from starlette.requests import Request
from starlette.responses import Response

from events import wall_clock
from events.details import value_in
from events.publishing import forms, publishing, unfinished
from events.publishing.answer_fields import ASKS_FIRST, hours_before
from events.publishing.forms import EventFields
from events.publishing.pages.sheets import (
    Sheet,
    begin_like_still,
    event_like,
    new_sheet,
    sealed_picture,
    sheet_of,
    take_picture,
)
from events.publishing.publishing import EditedMeanwhile, IsOver
from events.queries import series_of
from events.tables import Event, UnfinishedEvent
from members.access import signed_in
from members.forms import zone_choices
from members.queries import communities_of
from server import clock, pictures, tokens
from server.db import transaction
from server.errors import NotFound, Refusal
from server.forms import Form, blank, read
from server.languages.messages import Text, _, ngettext, pgettext, sentences
from server.pages import redirect, redirect_to, render

F = TypeVar("F", bound=EventFields)

STARTS_ONE = _("Gatherings belong to a community. Start one: it may be just you and a few friends at first.")
PUBLISHED = _("It is published. Now tell people.")
PREVIEW, PUBLISH, DATES = "preview", "publish", "dates"
PREVIEWS = {
    PREVIEW,
    DATES,
}  # Of the text, and of the days on which it comes again: nothing has to be right yet.
ANYWAY = "anyway"  # After having been asked: publish it, or save it, though it is over.
FIRST = {
    "mode": "in_person",
    "visibility": "public",
    "guests_allowed": 0,
    "picture_x": 50,
    "picture_y": 50,
    "asks_first": 24,
    "replies_kept": 30,
    "newcomer_seats": 0,
    "newcomer_hours": 48,
}
# What is folded away in the form, and what it says as long as nobody has touched it.
_FOLDED = {
    "days": {"last_day": ""},
    "address": {"address": "", "address_public": ""},
    "summary": {"summary": ""},
    "answers": {
        "guests_allowed": "0", "approval": "", "opens": "", "opens_time": "", "closes": "", "closes_time": "",
        "asks_first": "24", "replies_kept": "30", "newcomer_seats": "0", "newcomer_hours": "48",
    },
}  # fmt: skip


class BegunFromNothing(Refusal):
    """What a form was begun from has been deleted meanwhile. The same for what its reader may not see."""

    sentence = _(
        "The gathering that this was begun from is not there any more: its questions, shifts and co-hosts do not come "
        "along. What you have typed is all here."
    )


async def choose(request: Request) -> Response:
    """In which community shall it be? Whoever organises none starts one on the way."""
    me = signed_in(request.user)
    mine = [each for each in await communities_of(me) if each.organises]
    if len(mine) == 1:
        return redirect("events:new", community=mine[0].slug)
    if not mine:
        return redirect("members:new-community", query={"next": request.url.path}, notice=STARTS_ONE)
    return render(request, "events/choose.html", communities=mine)


async def new(request: Request) -> Response:
    """The form, empty, begun from an event that is to be copied (`?like=`), or gone on with (`?unfinished=`)."""
    sheet = await new_sheet(request)
    if name := request.query_params.get("unfinished"):
        return await _gone_on_with(request, sheet, name)
    sheet.begin_like(await event_like(sheet.me, request.query_params.get("like", "")))
    begun = forms.copied(sheet.like) if sheet.like else {**FIRST, "zone": sheet.community.zone}
    return await _page(request, sheet, blank(**begun))


async def create(request: Request) -> Response:
    """Write it down as a draft, or publish it at once."""
    sheet = await new_sheet(request)
    form, asks = await read_form(request, sheet, EventFields), False
    if form.data and not form.errors and form.data.then != PREVIEW:
        try:
            event = await _create(sheet, form.data)
            return redirect("events:event", event=event.public_id, notice=_created(event, form.data))
        except IsOver as refusal:
            form.refuse(refusal)
            asks = True
        except Refusal as refusal:
            form.refuse(refusal)
    return await _page(request, sheet, form, asks=asks)


async def edit(request: Request) -> Response:
    """The form, as the event is, or as somebody has not finished changing it (`?unfinished=`)."""
    sheet = await sheet_of(request)
    if name := request.query_params.get("unfinished"):
        return await _gone_on_with(request, sheet, name)
    return await _page(request, sheet, blank(**forms.filled_in(sheet.changed)))


async def change(request: Request) -> Response:
    """Save what was changed. What somebody else has changed since is shown, not overwritten."""
    sheet = await sheet_of(request)
    form, asks = await read_form(request, sheet, EventFields), False
    if form.data and not form.errors and form.data.then != PREVIEW:
        try:
            event = await _change(sheet, form.data)
            return redirect("events:event", event=event.public_id, notice=await _saved(sheet.changed, event))
        except EditedMeanwhile as refusal:
            _show_theirs(form, refusal)
        except IsOver as refusal:
            form.refuse(refusal)
            asks = True
        except Refusal as refusal:
            form.refuse(refusal)
    return await _page(request, sheet, form, asks=asks)


async def read_form(request: Request, sheet: Sheet, fields: type[F]) -> Form[F]:
    """What was typed into a form of these fields, with all that is wrong with it, and the picture that it brings."""
    form = await read(request, fields)
    is_there = sheet.event is not None or await begin_like_still(sheet, str(form.value("like")))
    previewing = form.value("then") in PREVIEWS
    if previewing:
        form.errors = {}
    elif form.data is None:
        form.errors = {**forms.also_wrong(form, fields), **form.errors}
    if not is_there and not previewing:
        form.values["like"] = ""
        form.refuse(BegunFromNothing())
    # A preview within the page leaves the file where it was chosen; a page made again could not choose it again.
    if not (previewing and "hx-request" in request.headers):
        await take_picture(form, sheet)
    return form


async def left_with(sheet: Sheet, name: str) -> Form[Any] | None:
    """The form as somebody left it, and the picture that it had. None once it is saved or thrown away."""
    left = await _left(sheet, name)
    if left is None:
        return None
    typed = dict(cast(unfinished.Typed, left.typed))
    if sheet.event is None:
        await begin_like_still(sheet, str(typed.get("like", "")))
    if left.picture:
        sheet.picture, typed["kept"] = left.picture, sealed_picture(sheet.me, left.picture)
    elif typed.get("without_picture"):
        sheet.picture = None
    return blank(**typed, unfinished=left.public_id, version=left.version)


async def _left(sheet: Sheet, name: str) -> UnfinishedEvent | None:
    """What somebody has not finished under this name, if this is the form that it was typed into."""
    try:
        left = await unfinished.one(sheet.me, name)
    except NotFound:
        return None
    of = (left.community, left.event, unfinished.is_again(left))
    return left if of == (sheet.community.id, sheet.event and sheet.event.id, sheet.again) else None


async def others_left(sheet: Sheet, form: Form[Any]) -> list[UnfinishedEvent]:
    """What else somebody has typed into this form and not finished."""
    left = await unfinished.of_form(sheet.me, sheet.community, sheet.event, again=sheet.again)
    return [each for each in left if each.public_id != form.value("unfinished")]


async def _gone_on_with(request: Request, sheet: Sheet, name: str) -> Response:
    """The form as somebody left it. Once it is saved or thrown away: as it is."""
    form = await left_with(sheet, name)
    return await _page(request, sheet, form) if form else redirect_to(request.url.path)


async def _page(request: Request, sheet: Sheet, form: Form[EventFields], *, asks: bool = False) -> Response:
    left = await others_left(sheet, form)
    series = await series_of(sheet.event) if sheet.event else None
    return await show_form(
        request, "events/form.html", sheet, form, left=left, asks_whether_over=asks, series=series
    )


async def show_form(
    request: Request, template: str, sheet: Sheet, form: Form[Any], **context: Any
) -> Response:
    """A page with the form of a gathering, and what else its template is to know."""
    return render(
        request,
        template,
        days_copied=forms.days_of(sheet.like) if sheet.like else 0,
        status=form.status,
        form=form,
        community=sheet.community,
        event=sheet.event,
        picture=await pictures.shown_one(sheet.picture),
        zones=zone_choices(also=form.value("zone")),
        accept=pictures.ACCEPT,
        asks_first=_asks_first(form),
        unfolded=[name for name, fields in _FOLDED.items() if _says_more(form, fields)],
        preview=form.value("about") if form.value("then") == PREVIEW else "",
        **context,
    )


def _asks_first(form: Form[EventFields]) -> list[tuple[str, Text]]:
    """The usual hours, and those that the event has."""
    hours = str(form.value("asks_first"))
    known = {str(usual): label for usual, label in ASKS_FIRST.items()}
    return [
        *known.items(),
        *([(hours, hours_before(int(hours)))] if hours.isdecimal() and hours not in known else []),
    ]


def _says_more(form: Form[EventFields], folded: Mapping[str, str]) -> bool:
    """Whether what is folded away has something to show."""
    return any(
        form.error(name) or str(form.value(name)) not in {"", "False", usual}
        for name, usual in folded.items()
    )


async def _create(sheet: Sheet, data: EventFields) -> Event:
    like = sheet.like
    async with transaction():
        if like and sheet.picture == like.picture:
            sheet.picture = await pictures.copy(like.picture)
        event = await publishing.draft(
            sheet.community,
            data.details(like),
            by=sheet.me,
            public_id=tokens.public_id(),
            picture=sheet.picture,
            like=like,
        )
        if data.then in {PUBLISH, ANYWAY}:
            await publishing.publish(event, though_over=data.then == ANYWAY)
        await unfinished.finish(sheet.me, data.written)
    return event


async def _change(sheet: Sheet, data: EventFields) -> Event:
    async with transaction():
        event = await publishing.edit(
            sheet.changed,
            data.details(),
            seen=_moment(data.seen),
            picture=sheet.picture,
            though_over=data.then == ANYWAY,
        )
        if data.then in {PUBLISH, ANYWAY}:
            await publishing.publish(event, though_over=data.then == ANYWAY)
        await unfinished.finish(sheet.me, data.written)
    return event


def _moment(seen: str) -> datetime:
    try:
        return datetime.fromisoformat(seen)
    except ValueError:
        return datetime.min.replace(tzinfo=clock.now().tzinfo)


def _show_theirs(form: Form[EventFields], refusal: EditedMeanwhile) -> None:
    form.refuse(refusal)
    theirs = forms.filled_in(refusal.event)
    form.meanwhile = forms.written_otherwise(theirs, form.values) or [
        # Translators: what somebody else has changed of a gathering
        (_("The picture"), pgettext("a picture", "another one"))
    ]


def _created(event: Event, data: EventFields) -> Text:
    done = PUBLISHED if data.then in {PUBLISH, ANYWAY} else _("The draft is saved. Only organisers see it.")
    return sentences(done, *_warnings(event))


async def _saved(before: Event, after: Event) -> Text:
    done = [PUBLISHED if after.status != before.status else _("Saved.")]
    if after.sequence > before.sequence:
        done.append(
            _("Everybody who is coming gets a letter about it in a few minutes.")
            if await publishing.how_many_are_concerned(after)
            else _("Nobody is coming yet, so no letter goes out.")
        )
    return sentences(*done, *_warnings(after))


def _warnings(event: Event) -> list[Text]:
    warnings: list[Text] = []
    if event.status == "draft" and event.starts_at < clock.now():
        warnings.append(_("It begins in the past: is the date right?"))
    moments = [value_in(event, name) for name in wall_clock.KEPT]
    return [*warnings, *wall_clock.said_of_twice(moments, event.zone), *_overfull(event)]


def _overfull(event: Event) -> list[Text]:
    """Fewer seats than are taken, in words."""
    tellings = (_too_many_in_the_room, _too_many_in_the_call) if event.mode == "hybrid" else (_too_many,)
    return [
        tell(pool.taken)
        for pool, tell in zip(event.pools, tellings, strict=True)
        if pool.seats is not None and pool.taken > pool.seats
    ]


def _too_many(coming: int) -> Text:
    return ngettext(
        "%(num)s is coming: nobody is turned away, and no seat is free until fewer are coming.",
        "%(num)s are coming: nobody is turned away, and no seat is free until fewer are coming.",
        coming,
    )


def _too_many_in_the_room(coming: int) -> Text:
    return ngettext(
        "%(num)s is coming to the room: nobody is turned away, and no seat is free until fewer are coming.",
        "%(num)s are coming to the room: nobody is turned away, and no seat is free until fewer are coming.",
        coming,
    )


def _too_many_in_the_call(coming: int) -> Text:
    return ngettext(
        "%(num)s is coming by the call: nobody is turned away, and no seat is free until fewer are coming.",
        "%(num)s are coming by the call: nobody is turned away, and no seat is free until fewer are coming.",
        coming,
    )
