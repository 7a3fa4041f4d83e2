"""Whom a community keeps out: to see, to add by address, to lift. For those who look after its people.

A gathering has the same pages (`events.hosting.pages.kept_out`): what differs is its `Place`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from members import access, queries
from members.communities import keeping_out
from members.communities.keeping_out import Whom
from members.forms import KeepingOutFields
from members.queries import Scope
from members.roles import Action
from members.tables import Community
from server import forms
from server.errors import NotFound, Refusal
from server.forms import Form
from server.languages.messages import Message, Text, _
from server.pages import redirect_to, render, url


@dataclass(frozen=True)
class Place:
    """What somebody can be kept out of: its rows, the zone of its days, its page, its verbs, and how they are noted.

    `keep_out` takes `Whom` and who does it (`by`), `note` and `until`; `lift` takes a public id and `by`. `context` is
    what else its template needs.
    """

    scope: Scope
    zone: str
    address: str
    template: str
    keep_out: Callable[..., Awaitable[None]]
    lift: Callable[..., Awaitable[bool]]
    kept_out: Message  # "%(email)s is kept out."
    lifted: Text
    context: Callable[[], Awaitable[Mapping[str, Any]]]


async def index(request: Request) -> Response:
    """All of them, and the form."""
    return await show(request, await _community(request), forms.blank())


async def add(request: Request) -> Response:
    """Keep out the person with an address."""
    return await keep_out(request, await _community(request))


async def lift(request: Request) -> Response:
    """Let them come again."""
    return await let_in(request, await _community(request))


# The same for every place


async def show(request: Request, place: Place, form: Form[Any]) -> Response:
    """All whom a place keeps out, and the form."""
    return render(
        request,
        place.template,
        status=form.status,
        kept_out=await queries.kept_out(place.scope, seen_by=access.signed_in(request.user)),
        form=form,
        **await place.context(),
    )


async def keep_out(request: Request, place: Place) -> Response:
    """Keep the person with an address out of a place."""
    me = access.signed_in(request.user)
    form = await forms.read(request, KeepingOutFields)
    if form.data:
        try:
            whom = Whom(form.data.address())
            await place.keep_out(whom, by=me, note=form.data.note, until=form.data.end(place.zone))
            return redirect_to(place.address, notice=place.kept_out.given(email=whom.email))
        except Refusal as refusal:
            form.refuse(refusal)
    return await show(request, place, form)


async def let_in(request: Request, place: Place) -> Response:
    """Lift one of a place's."""
    if not await place.lift(request.path_params["kept"], by=access.signed_in(request.user)):
        raise NotFound
    return redirect_to(place.address, notice=place.lifted)


async def _community(request: Request) -> Place:
    slug = request.path_params["community"]
    community = await access.community_where_may(request.user, slug, Action.REMOVE_PEOPLE)
    return Place(
        scope=Scope.of(community),
        zone=community.zone,
        address=url("members:kept-out", community=slug),
        template="members/kept_out.html",
        keep_out=partial(keeping_out.keep_out, community),
        lift=partial(keeping_out.lift, community),
        kept_out=_("%(email)s is kept out."),
        lifted=_("They can join again. Nothing that they had before comes back by itself."),
        context=partial(_context, community),
    )


async def _context(community: Community) -> dict[str, Any]:
    return {"community": community}
