"""My contact card: what my connections see of me, and a look at it with their eyes."""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response

from followups.connections import cards, queries
from followups.forms import CardFields
from members.access import signed_in
from members.tables import Person
from server import forms
from server.editing import EditedMeanwhile, version
from server.forms import Form
from server.pages import redirect, render


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
    return redirect("followups:card", notice="Saved. Your connections see it like this from now on.")


async def _page(request: Request, me: Person, form: Form[CardFields]) -> Response:
    card = await queries.card_of(me.id)
    return render(request, "followups/card.html", form=form, card=card, person=me, status=form.status)
