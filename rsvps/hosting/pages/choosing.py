"""What the pages of a gathering's organisers share: which gathering it is, and the form by which they choose people."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from events.tables import Event
from members.access import signed_in
from members.communities import picking
from rsvps.hosting import queries
from rsvps.hosting.access import knows_the_members
from server.forms import Form
from server.pages import render


async def choose_people(
    request: Request,
    template: str,
    event: Event,
    form: Form[Any],
    *,
    field: str,
    shown: int = picking.SHOWN,
    **more: Any,
) -> Response:
    """The form with the members that can be chosen, where the reader may know them; empty, or to be mended."""
    me = signed_in(request.user)
    knows = await knows_the_members(me, event)
    return render(
        request,
        template,
        status=form.status,
        event=event,
        form=form,
        knows=knows,
        picked=await picking.members(
            event.community, form, field, reader=me, without=queries.ANSWERED, about=event.id, shown=shown
        )
        if knows
        else None,
        **more,
    )
