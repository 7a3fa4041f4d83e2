"""How I hear of a community's new gatherings; and the one press, in a letter, after which none come any more."""

from starlette.requests import Request
from starlette.responses import Response

from members import access, queries
from members.forms import HearingFields
from members.letters import following
from members.tables import Community, Person
from server import forms
from server.pages import own_path, redirect, redirect_to, render, url


async def ask(request: Request) -> Response:
    """How I wish to hear of it. Whoever is not signed in comes here by way of that."""
    me = access.signed_in(request.user)
    community = await _visible(request)
    hears = await queries.hears_of(me, community.id)
    if (await queries.part_in(me, community.id)).kept_out:
        raise access.KeptOut
    return render(request, "members/following.html", community=community, hears=hears)


async def choose(request: Request) -> Response:
    """Hear of it in this way."""
    me = access.signed_in(request.user)
    community = await _visible(request)
    form = await forms.read(request, HearingFields)
    if form.data is None:
        hears = await queries.hears_of(me, community.id)
        return render(request, "members/following.html", community=community, hears=hears, status=form.status)
    await following.choose(me, community, form.data.hears)
    return _back(form.data.next, community, form.data.hears)


async def unfollow(request: Request) -> Response:
    """Follow it no longer."""
    me = access.signed_in(request.user)
    community = await _visible(request)
    await following.unfollow(me, community)
    there = (await forms.sent(request)).get("next")
    return _back(there if isinstance(there, str) else "", community, None)


async def stopping(request: Request) -> Response:
    """Ask. Mail scanners open links; they must not end anything."""
    me, community = await following.stopped_by(request.path_params["token"])
    done = await _has_stopped(me, community)
    return render(request, "members/stop_hearing.html", community=community, done=done, to=me.email)


async def stop(request: Request) -> Response:
    """Stop them. A mail program's one press (RFC 8058) is answered at once, a person led on."""
    token = request.path_params["token"]
    me, community = await following.stopped_by(token)
    await following.stop(me.id, community.id if community else following.ALL)
    if "List-Unsubscribe" in await forms.sent(request):
        return render(request, "members/stop_hearing.html", community=community, done=True, to=me.email)
    return redirect("members:stop-hearing", token=token)


async def _has_stopped(person: Person, community: Community | None) -> bool:
    """Whether no such letters come to somebody, by whichever way; None: no weekly ones."""
    if community is None:
        return not await queries.weekly(person)
    return await queries.hears_of(person, community.id) in ("never", None)


async def _visible(request: Request) -> Community:
    return await access.visible_community(request.user, request.path_params["community"])


def _back(there: str, community: Community, hears: str | None) -> Response:
    page = own_path(there, default=url("members:community", community=community.slug))
    return redirect_to(page, notice=following.heard(hears, community.name))
