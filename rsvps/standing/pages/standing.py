"""Being counted in every time: asked for, paused, and ended; signed in, or by the link in a letter."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from rsvps.standing import access, counting_in, panels
from rsvps.standing.access import Standing
from rsvps.standing.forms import PauseFields, StandingFields, StopFields
from server import forms
from server.errors import Refusal
from server.forms import Form
from server.languages.messages import Text, _, sentences
from server.pages import redirect, render
from server.presentation import long_date

Find = Callable[[Request], Awaitable[Standing]]

# By whether a letter tells what it has led to, and whether they were counted in before.
_COUNTED_IN = {
    (True, False): _("You are counted in every time. A letter says where you have a seat already."),
    (True, True): _("You are counted in like that from now on. A letter says where you have a seat already."),
    (False, False): _("You are counted in every time, from the next new date on."),
    (False, True): _(
        "You are counted in like that at new dates. What you have answered already stays as it is."
    ),
}
_NOT_COUNTED_IN = _("You were not counted in any more, so nothing has changed.")


async def look(request: Request) -> Response:
    """How it stands, and what can be done about it."""
    return _show(request, await _own(request), forms.blank())


async def look_by_link(request: Request) -> Response:
    """The same behind a letter's link."""
    return _show(request, await _by_link(request), forms.blank())


async def count_me_in(request: Request) -> Response:
    """Be counted in every time, or with other guests from now on."""
    mine = await _own(request)
    form = await forms.read(request, StandingFields)
    if form.data:
        said = form.data
        try:
            told = await counting_in.count_me_in(
                mine.seen, mine.person, guests=said.guests, online=said.online, listed=said.listed
            )
            return _done(request, _COUNTED_IN[told, mine.answer is not None])
        except Refusal as refusal:
            form.refuse(refusal)
    return _show(request, mine, form)


async def pause(request: Request) -> Response:
    """Not until a day."""
    return await _pause(request, _own)


async def pause_by_link(request: Request) -> Response:
    """The same by link."""
    return await _pause(request, _by_link)


async def take_up_again(request: Request) -> Response:
    """From now on again."""
    return await _take_up_again(request, _own)


async def take_up_again_by_link(request: Request) -> Response:
    """The same by link."""
    return await _take_up_again(request, _by_link)


async def stop(request: Request) -> Response:
    """Not any more."""
    await _stop(request, await _own(request))
    return _done(request, _("You are not counted in every time any more."))


async def stop_by_link(request: Request) -> Response:
    """The same by link, which ends with it."""
    mine = await _by_link(request)
    await _stop(request, mine)
    return render(request, "rsvps/standing_ended.html", pattern=mine.seen.pattern)


async def _stop(request: Request, mine: Standing) -> None:
    form = await forms.read(request, StopFields)
    if mine.answer:
        await counting_in.stop(mine.answer, mine.person, give_back=bool(form.data and form.data.give_back))


async def _pause(request: Request, find: Find) -> Response:
    mine = await find(request)
    if mine.answer is None:
        return _done(request, _NOT_COUNTED_IN)
    form = await forms.read(request, PauseFields)
    if form.data:
        try:
            await counting_in.pause(mine.answer, mine.person, until=form.data.until)
            return _done(
                request, _("You are counted in again from %(day)s on.", day=long_date(form.data.until))
            )
        except Refusal as refusal:
            form.refuse(refusal)
    return _show(request, mine, form)


async def _take_up_again(request: Request, find: Find) -> Response:
    mine = await find(request)
    if mine.answer is None:
        return _done(request, _NOT_COUNTED_IN)
    gave_back = await counting_in.take_up_again(mine.answer, mine.person)
    again = _("You are counted in again from now on.")
    where = _("Seats that you gave back are not yours any more: answer there if you want to come.")
    return _done(request, sentences(again, where if gave_back else ""))


async def _own(request: Request) -> Standing:
    return await access.own(request.user, request.path_params["series"])


async def _by_link(request: Request) -> Standing:
    return await access.behind_link(request.path_params["token"])


def _done(request: Request, notice: Text) -> Response:
    if "token" in request.path_params:
        return redirect("rsvps:counted-in", token=request.path_params["token"], notice=notice)
    return redirect("rsvps:standing", series=request.path_params["series"], notice=notice)


def _show(request: Request, mine: Standing, form: Form[Any]) -> Response:
    token = request.path_params.get("token", "")
    return render(
        request,
        "rsvps/standing.html",
        status=form.status,
        here=panels.behind_link(token) if token else panels.own(mine.seen),
        by_link=bool(token),
        **panels.values(mine, form),
    )
