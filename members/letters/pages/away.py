"""Being away: until when, and coming back sooner."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from members import access
from members.forms import AwayFields
from members.letters import away
from members.tables import Person
from server import clock, forms
from server.errors import Refusal
from server.languages.messages import _
from server.pages import redirect, render
from server.presentation import in_zone, long_date


async def show(request: Request) -> Response:
    """Whether I am away, and what that means."""
    me = access.signed_in(request.user)
    back = _back(me)
    return await _show(request, me, forms.blank(until=back.date().isoformat() if back else ""))


async def go(request: Request) -> Response:
    """Be away until a day."""
    me = access.signed_in(request.user)
    form = await forms.read(request, AwayFields)
    if form.data:
        try:
            await away.go(me, form.data.until)
            return redirect(
                "members:away",
                notice=_("Until %(day)s we ask nothing of you.", day=long_date(form.data.until)),
            )
        except Refusal as refusal:
            form.refuse(refusal)
    return await _show(request, me, form)


async def come_back(request: Request) -> Response:
    """Be back."""
    await away.come_back(access.signed_in(request.user))
    return redirect("members:away", notice=_("Welcome back. We ask you again as before."))


async def _show(request: Request, me: Person, form: forms.Form[AwayFields]) -> Response:
    return render(request, "members/away.html", status=form.status, form=form, back=_back(me))


def _back(me: Person) -> datetime | None:
    """The day on which somebody who is away is back, on their own clock."""
    if me.away_until is None or not away.is_away(me, clock.now()):
        return None
    return in_zone(me.away_until, me.zone)
