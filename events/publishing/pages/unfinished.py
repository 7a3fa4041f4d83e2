"""Keeping what is typed into the form of an event or a series, for scripts; and throwing it away."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from events import queries
from events.publishing import unfinished
from events.publishing.forms import EventFields, filled_in
from events.publishing.pages.sheets import Sheet, begin_like_still, new_sheet, sheet_of, take_picture
from members.access import signed_in
from members.queries import community_by_id
from members.tables import Person
from server import editing
from server.forms import Form, read
from server.languages.messages import _
from server.pages import fragment, redirect

# What a form says of itself, and not of the event.
_ITS_OWN = {"picture", "kept", "then", "tab", "unfinished", "version", "agreed"}


async def keep_new(request: Request) -> Response:
    """Keep what is typed into the form of a new event."""
    return await keep(request, await new_sheet(request), EventFields)


async def keep_changed(request: Request) -> Response:
    """Keep what is typed into the form of an event that there is."""
    sheet = await sheet_of(request)
    return await keep(request, sheet, EventFields, filled_in(sheet.changed))


async def throw_away(request: Request) -> Response:
    """Throw it away, and go back to the form."""
    left = await unfinished.throw_away(signed_in(request.user), request.path_params["unfinished"])
    notice = _("It is thrown away.")
    again = unfinished.is_again(left)
    event = await queries.event_by_id(left.event) if left.event else None
    series = await queries.series_of(event) if event and again else None
    if event and series:
        since = {} if event.is_pattern else {"from": event.public_id}
        return redirect("events:edit-series", series=series, query=since, notice=notice)
    if event:
        return redirect("events:edit", event=event.public_id, notice=notice)
    community = await community_by_id(left.community) if again else None
    if community:
        return redirect("events:new-series", community=community.slug, notice=notice)
    return redirect("events:choose", notice=notice)


async def panel(request: Request, person: Person) -> Markup | None:
    """What somebody has not finished, in their home as an organiser. One query."""
    left = await unfinished.of_person(person)
    return fragment(request, "events/unfinished.html", left=left) if left else None


async def keep(
    request: Request, sheet: Sheet, fields: type[EventFields], as_it_is: Mapping[str, Any] | None = None
) -> Response:
    """Keep what is typed into a form of these fields, and say under which name.

    `as_it_is` is the form of what there is already, as long as nobody has typed into it.
    """
    form = await read(request, fields)
    if sheet.event is None:
        await begin_like_still(sheet, str(form.value("like")))
    before = sheet.picture
    form.errors = {}
    await take_picture(form, sheet)
    kept = await unfinished.keep(
        _typed(form, sheet, as_it_is),
        by=sheet.me,
        community=sheet.community,
        event=sheet.event,
        where=unfinished.Written.said(form.values),
        picture=sheet.picture if sheet.picture != before else None,
    )
    return JSONResponse(
        {
            "unfinished": kept.public_id if kept else "",
            "version": str(kept.version) if kept else "",
            "kept": form.value("kept"),
            "refused": str(form.error("picture")),
        },
        headers={"Cache-Control": "no-store"},
    )


def _typed(form: Form[EventFields], sheet: Sheet, as_it_is: Mapping[str, Any] | None) -> unfinished.Typed:
    """What the fields say; nothing when that is as it is already."""
    typed = {
        name: value
        for name, value in form.values.items()
        if name not in _ITS_OWN and isinstance(value, (str, list))
    }
    if as_it_is and not typed.get("without_picture") and _says(typed, as_it_is):
        return {}
    # A series is one also where nobody has chosen yet how often.
    return {**({unfinished.HOW_OFTEN: "week"} if sheet.again else {}), **typed}


def _says(typed: unfinished.Typed, as_it_is: Mapping[str, Any]) -> bool:
    """Whether the fields say what is so already. What is not ticked is not sent."""
    return all(
        editing.same("" if value == [] else value, typed.get(name) or "")
        for name, value in as_it_is.items()
        if name != editing.FIELD
    )
