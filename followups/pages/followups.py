"""One person's page of a follow-up, behind the link in their letter. Looking changes nothing."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from followups import access, cards, encounters, links, queries, surveys
from followups.days import reveal_after
from followups.forms import ReplyFields, filled_in, part
from followups.queries import Asked, Names
from server import clock, forms, pictures
from server.db import transaction
from server.errors import Refusal
from server.forms import Form
from server.pages import redirect_to, render
from server.presentation import in_zone, long_date, zone_name


@dataclass(frozen=True)
class Next:
    """What will happen with what somebody said: whom they wished to hear from, and when they would hear."""

    wished: list[str]
    heard: str
    closes: str


async def show(request: Request) -> Response:
    """The questions, with what has been said."""
    asked = await access.asked_by(request.path_params["token"])
    names = await _names(request, asked)
    form = filled_in(asked, names, await queries.card_of(asked.person.id))
    return await _page(request, asked, names, form)


async def answer(request: Request) -> Response:
    """Keep what was said, and show it again with what happens next."""
    asked = await access.asked_by(request.path_params["token"])
    form = await forms.read(request, ReplyFields)
    if form.data:
        try:
            return await _keep(asked, form.data)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.refuse(refusal)
    return await _page(request, asked, await _names(request, asked), form)


async def _keep(asked: Asked, data: ReplyFields) -> Response:
    if data.act == "dismiss":
        await surveys.dismiss(asked)
        return redirect_to(links.path(asked), notice="We will not write to you about this gathering again.")
    async with transaction():
        await surveys.answer(asked, data.said, data.marks)
        if data.take_back:
            await encounters.withdraw_wishes(asked)
        if data.asks_card:
            await cards.share_email(asked.person, data.shares_email)
    return redirect_to(_onwards(asked, data), notice="Saved. You can change it until this page closes.")


def _onwards(asked: Asked, data: ReplyFields) -> str:
    """Where the button leads: on in the list of names, or to the top of the page."""
    if data.act == "find":
        return links.path(asked, q=data.find) + "#met"
    if data.act.startswith("page-") and data.act[5:].isdecimal():
        return links.path(asked, q=data.find, page=data.act[5:]) + "#met"
    if data.findable and not asked.findable:
        return links.path(asked) + "#met"
    return links.path(asked)


async def _names(request: Request, asked: Asked) -> Names:
    if not asked.sees_names:
        return Names([])
    wanted = part(request.query_params)
    return await queries.names(asked, page=wanted.page, words=wanted.words)


async def _page(request: Request, asked: Asked, names: Names, form: Form[ReplyFields]) -> Response:
    return render(
        request,
        "followups/followup.html",
        status=form.status,
        form=form,
        asked=asked,
        event=asked.event,
        person=asked.person,
        picture=await pictures.shown_one(asked.person.picture),
        names=names,
        wishes=await queries.wishes_beside(asked, []),
        most_wishes=encounters.MOST_WISHES,
        next=await _next(asked),
        here=links.path(asked),
    )


async def _next(asked: Asked) -> Next:
    zone = asked.event.zone
    batch = reveal_after(clock.now(), opened_at=asked.opened_at, closes_at=asked.closes_at, zone=zone)
    heard = in_zone(batch or asked.closes_at, zone)
    closes = in_zone(asked.closes_at, zone)
    return Next(
        wished=await queries.wished(asked) if asked.sees_names else [],
        heard=f"{long_date(heard)} at {heard:%H:%M}, {zone_name(zone)}",
        closes=f"{long_date(closes)}, {closes:%H:%M}, {zone_name(zone)}",
    )
