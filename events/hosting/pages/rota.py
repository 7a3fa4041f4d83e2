"""The page behind the letter that asks a member about evenings of a series: yes or no to each."""

from starlette.requests import Request
from starlette.responses import Response

from events.hosting import co_hosts, rota
from events.hosting.forms import AnswerToHostFields
from members import queries as members
from members.access import signed_in
from server.forms import read
from server.languages.messages import _
from server.pages import redirect, render
from server.presentation import short_date


async def asked(request: Request) -> Response:
    """What is asked: shown to whoever has the link, unless a block hides who asks. Changes nothing."""
    token = request.path_params["token"]
    found = await rota.asked(token)
    me = request.user
    if me and await members.are_blocked(found[0].inviter.id, me.id):
        raise co_hosts.NoLongerAsked
    mine = me is not None and me.id == found[0].person.id
    return render(request, "events/hosting_several.html", asked=found, mine=mine, token=token)


async def answer(request: Request) -> Response:
    """Yes, or no, to one of them."""
    me, token = signed_in(request.user), request.path_params["token"]
    form = await read(request, AnswerToHostFields)
    if form.data is None:
        return redirect("events:hosting-several", token=token)
    can = form.data.answer == "yes"
    event = await rota.answer(token, me, evening=form.data.evening, can=can)
    day = short_date(event.local_start)
    said = (
        _("Thank you. You host it: %(day)s.", day=day)
        if can
        else _("Noted: you can’t. Thank you for saying so.")
    )
    try:
        await rota.asked(token)
    except co_hosts.NoLongerAsked:
        return redirect("events:event", event=event.public_id, notice=said)
    return redirect("events:hosting-several", token=token, notice=said)
