"""An answer by the link in a letter. Looking changes nothing; the buttons do."""

from dataclasses import replace
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from events import contributions
from events.showing import pages as showing
from members.access import KeptOut
from rsvps.attending import browsers, by_letter, panels
from rsvps.attending.forms import LinkFields
from rsvps.attending.pages import filling_in
from rsvps.attending.pages.answering import facts
from rsvps.door import tickets
from rsvps.letters import along
from rsvps.seating.rules import AnswerDetails
from rsvps.seating.seats import MIGHT_COME
from rsvps.status import words
from rsvps.status.access import view_of
from rsvps.status.queries import Answered
from rsvps.status.words import Status
from server import clock, forms, tokens
from server.errors import LinkExpired, NotAllowed, Refusal
from server.forms import Form
from server.languages.messages import Text, sentences
from server.pages import fragment, redirect, render, url, wants_json


async def look(request: Request) -> Response:
    """The event as its holder may see it, and their answer with its buttons."""
    return await _show(request, forms.blank())


async def answer(request: Request) -> Response:
    """Confirm, change or take back."""
    token = request.path_params["token"]
    try:
        found = await by_letter.found(token)
    except LinkExpired as expired:
        return expired_page(request, expired)
    form, extras = await filling_in.read(request, LinkFields, found.event, found.person)
    if not form.data:
        return await _again(request, form)
    return await _answer(request, found, form, form.data, extras)


async def _answer(
    request: Request, found: Answered, form: Form[LinkFields], said: LinkFields, extras: AnswerDetails
) -> Response:
    event, person = found.event, found.person
    token = request.path_params["token"]
    try:
        rsvp = await by_letter.answer(
            token,
            answer=said.answer,
            guests=said.guests,
            name=said.name,
            called=said.called,
            form=said.form,
            **extras,
        )
    except LinkExpired as expired:
        return expired_page(request, expired)
    except Refusal as refusal:
        return await _again(request, form, refusal)
    notice: Text = filling_in.said(rsvp, said.answer)
    if said.along and said.answer in MIGHT_COME:
        notice = sentences(notice, await along.take(event, person, said.along))
    if wants_json(request):
        return JSONResponse(await facts(event, rsvp))
    response = redirect("rsvps:link", token=token, notice=notice)
    # Who is signed in is known already, and leaves nothing behind when they sign out.
    return response if request.user else browsers.remember_known(response, event, rsvp)


async def calendar(request: Request) -> Response:
    """The event as a calendar file, with what its holder may know of it."""
    found = await by_letter.found(request.path_params["token"])
    return showing.calendar_file(request, found.event, await view_of(found), found.community)


async def send_fresh(request: Request) -> Response:
    """Send a new link to the person of the answer; say the same whether there is one or not."""
    await by_letter.send_fresh_link(request.path_params["token"])
    return render(request, "rsvps/fresh_link_sent.html")


async def ask_never(request: Request) -> Response:
    """It was not me? The page says what the button does."""
    by_letter.what_it_was(request.path_params["token"])
    return render(request, "rsvps/refusal.html", done=False)


async def never_again(request: Request) -> Response:
    """Forget what was typed and write no more: by the page's button, or by a mail program's one click."""
    await by_letter.never_again(request.path_params["token"])
    return render(request, "rsvps/refusal.html", done=True)


async def _again(request: Request, form: Form[Any], refusal: Refusal | None = None) -> Response:
    if isinstance(refusal, KeptOut):
        raise refusal
    if refusal:
        form.refuse(refusal)
    if wants_json(request):
        raise NotAllowed(form.errors) if len(form.errors) > 1 or not refusal else refusal
    return await _show(request, form, status=refusal.status if refusal else form.status)


async def _show(request: Request, form: Form[Any], *, status: int = 200) -> Response:
    token = request.path_params["token"]
    try:
        found = await by_letter.found(token)
    except LinkExpired as expired:
        return expired_page(request, expired)
    return await page(request, found, token, form, status=status)


async def page(
    request: Request,
    found: Answered,
    token: str,
    form: Form[Any],
    *,
    status: int = 200,
    known_here: bool = False,
) -> Response:
    """The whole page of the event as the person of an answer may see it, with what they can press about theirs.

    `known_here`: they came without their link, to a browser that knows them.
    """
    event, person = found.event, found.person
    drawing = [panel.behind_link for panel in contributions.panels if panel.behind_link]
    drawn = [await draw(request, event, person, token) for draw in drawing]
    values = await _values(request, found, token, form)
    return await showing.behind_link(
        request,
        event,
        person,
        own_file=url("rsvps:link-calendar", token=token),
        answers=fragment(
            request,
            "rsvps/panel_behind_link.html",
            **values,
            token=token,
            known_here=known_here,
            found=found,
            rsvp=found.rsvp,
            ticket=tickets.address(found.rsvp, event),
        ),
        more=Markup("\n").join(panel for panel in drawn if panel),
        bar=_bar(request, values),
        status=status,
    )


def _bar(request: Request, values: dict[str, Any]) -> Markup:
    """The same in a line; not where there is more to be said than an answer."""
    if values["taken_on"] or not values["status"].options:
        return Markup()
    return fragment(request, "rsvps/bar.html", **values)


async def _values(request: Request, found: Answered, token: str, form: Form[Any]) -> dict[str, Any]:
    """What their answer is drawn from."""
    view = await view_of(found)
    name = str(form.values.get("along") or request.query_params.get("along", ""))[:40]
    asked, said = await panels.asked_and_said(found.event, found.rsvp)
    status = words.status(
        found.event,
        found.rsvp,
        found.place,
        clock.now(),
        hosts=view.organises,
        newcomer=found.newcomer,
        pauses=found.paused_until is not None,
    )
    status, meant = _meant(status, request.query_params.get("answer", ""))
    return {
        "event": found.event,
        "status": status,
        "meant": meant,
        "form": panels.filled_in(form, found.rsvp, asked, said),
        "asked": asked,
        "stranger": False,
        "key": tokens.public_id(),
        "along": name,
        "taken_on": await along.told(found.event, found.person, name),
        "action": url("rsvps:link", token=token),
    }


def _meant(status: Status, pressed: str) -> tuple[Status, Text]:
    """Who pressed an answer in an invitation finds it first here, and what it is called; nothing is said yet."""
    meant = next((option for option in status.options if option.value == pressed), None)
    if meant is None or status.kind != "invited":
        return status, ""
    others = tuple(option for option in status.options if option != meant)
    return replace(status, options=(meant, *others)), meant.label


def expired_page(request: Request, expired: LinkExpired) -> Response:
    """410, with a way to a fresh link while there is an answer that it could be for."""
    if wants_json(request):
        raise expired
    return render(
        request,
        "rsvps/expired.html",
        status=expired.status,
        sentence=expired.sentence,
        token=request.path_params["token"] if expired.parts else "",
    )
