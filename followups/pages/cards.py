"""My contact card: what my connections see of me, and a look at it with their eyes. And the first question about it."""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response

from followups import access
from followups.connections import cards, queries
from followups.forms import CardFields, WayFields
from members.access import signed_in
from members.tables import Person
from server import forms
from server.editing import EditedMeanwhile, version
from server.errors import NotAllowed
from server.forms import Form
from server.languages.messages import _
from server.pages import own_path, redirect, redirect_to, render, url

CHOSEN = _("Saved. You can change it at any time, under Contact card.")
CHOSEN_BEFORE = _("You had chosen already, and nothing was changed. You can change it under Contact card.")


async def show(request: Request) -> Response:
    """What I share, and how it looks."""
    me = signed_in(request.user)
    shown = asdict(await cards.of(me))
    return await _page(request, me, forms.blank(**shown, seen=version(shown)))


async def change(request: Request) -> Response:
    """Share more, or less. It holds at once, for all connections."""
    me = signed_in(request.user)
    form = await forms.read(request, CardFields)
    if not form.data:
        return await _page(request, me, form)
    try:
        await cards.fill_in(me, form.data.card, seen=form.data.seen)
    except EditedMeanwhile as refusal:
        form.refuse(refusal)
        return await _page(request, me, form)
    return redirect("followups:card", notice=_("Saved. Your connections see it like this from now on."))


async def ask_way(request: Request) -> Response:
    """How may my connections reach me? Asked once."""
    me = signed_in(request.user)
    return await _way(request, me, forms.blank(next=own_path(request.query_params.get("next"), default="")))


async def choose_way(request: Request) -> Response:
    """Choose one way, or none but Kith, and go back to where it was asked."""
    me = signed_in(request.user)
    form = await forms.read(request, WayFields)
    if form.data:
        try:
            begun = await cards.choose_way(
                me, form.data.way, phone=form.data.phone, website=form.data.website
            )
            there = own_path(form.data.next, default=url("followups:card"))
            return redirect_to(there, notice=CHOSEN if begun else CHOSEN_BEFORE)
        except NotAllowed as refusal:
            form.refuse(refusal)
    return await _way(request, me, form)


async def ask_way_by_link(request: Request) -> Response:
    """The same behind the link in a letter, without signing in."""
    return await _way(request, await access.person_by_way(request.path_params["token"]), forms.blank())


async def choose_way_by_link(request: Request) -> Response:
    """The same. What was chosen once stays: a link in an old letter does not change it."""
    person = await access.person_by_way(request.path_params["token"])
    form = await forms.read(request, WayFields)
    if form.data:
        try:
            begun = await cards.choose_way(
                person, form.data.way, phone=form.data.phone, website=form.data.website
            )
            return redirect_to(request.url.path, notice=CHOSEN if begun else CHOSEN_BEFORE)
        except NotAllowed as refusal:
            form.refuse(refusal)
    return await _way(request, person, form)


async def _way(request: Request, person: Person, form: Form[WayFields]) -> Response:
    return render(
        request,
        "followups/way.html",
        status=form.status,
        form=form,
        person=person,
        card=await queries.card_of(person.id),
        answered=await queries.has_answered(person.id),
        here=request.url.path,
    )


async def _page(request: Request, me: Person, form: Form[CardFields]) -> Response:
    card = await queries.card_of(me.id)
    return render(request, "followups/card.html", form=form, card=card, person=me, status=form.status)
