"""Whom a community keeps out: to see, to add by address, to lift. For those who look after its people."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from members import access, keeping_out, queries
from members.forms import KeepingOutFields
from members.keeping_out import Whom
from members.queries import Scope
from members.roles import Action
from members.tables import Community
from server import forms
from server.errors import NotFound, Refusal
from server.forms import Form
from server.pages import redirect, render


async def index(request: Request) -> Response:
    """All of them, and the form."""
    return await _page(request, await _community(request), forms.blank())


async def add(request: Request) -> Response:
    """Keep out whoever has an address."""
    me = access.signed_in(request.user)
    community = await _community(request)
    form = await forms.read(request, KeepingOutFields)
    if form.data:
        try:
            whom = Whom(form.data.address())
            until = form.data.end(community.zone)
            await keeping_out.keep_out(community, whom, by=me, note=form.data.note, until=until)
            return _back(community, f"{whom.email} is kept out.")
        except Refusal as refusal:
            form.refuse(refusal)
    return await _page(request, community, form)


async def lift(request: Request) -> Response:
    """Let them come again."""
    community = await _community(request)
    if not await keeping_out.lift(community, request.path_params["kept"], by=access.signed_in(request.user)):
        raise NotFound
    return _back(community, "Lifted. They can join again; nothing that they had before comes back by itself.")


async def _page(request: Request, community: Community, form: Form[Any]) -> Response:
    return render(
        request,
        "members/kept_out.html",
        status=form.status,
        community=community,
        kept_out=await queries.kept_out(Scope.of(community), seen_by=access.signed_in(request.user)),
        form=form,
    )


async def _community(request: Request) -> Community:
    slug = request.path_params["community"]
    return await access.community_where_may(request.user, slug, Action.REMOVE_PEOPLE)


def _back(community: Community, notice: str) -> Response:
    return redirect("members:kept-out", community=community.slug, notice=notice)
