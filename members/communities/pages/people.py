"""The people of a community, for those who look after it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from members import access, queries
from members.communities import joining, keeping_out, roster
from members.communities.keeping_out import CannotKeepOut, Whom
from members.forms import RemovalFields, RoleFields
from members.roles import BY_NAME, ROLES, Action, may_give, may_remove
from members.tables import Community, Person
from server import forms
from server.errors import Forbidden, NotFound
from server.finding import asked_words
from server.forms import Form
from server.languages.messages import Text, _
from server.pages import redirect, render, url
from server.pagination import asked_place


async def people(request: Request) -> Response:
    """Who belongs to it, and as what. A page at a time."""
    community = await _peopled(request)
    words, me = asked_words(request.query_params), access.signed_in(request.user)
    place = asked_place(request.query_params)
    return render(
        request,
        "members/people.html",
        community=community,
        found=await roster.page(community, seen_by=me, words=words, place=place),
        role=await queries.role_in(request.user, community.id),
        roles=ROLES,
        role_names=BY_NAME,
        may_give=may_give,
        may_remove=may_remove,
        q=words,
        list_at=url("members:people", community=community.slug, query={"q": words} if words else {}),
    )


async def change_role(request: Request) -> Response:
    """Give somebody another role."""
    community = await _peopled(request)
    person = await _member(request, community)
    form = await forms.read(request, RoleFields)
    if not form.data:
        raise NotFound(_("There is no such role."))
    await joining.change_role(person, community, form.data.role, by=request.user, seen=form.data.seen)
    now = BY_NAME[form.data.role].now.given(name=person.name or _("This person"))
    return redirect("members:people", community=community.slug, notice=now)


async def ask(request: Request) -> Response:
    """Remove somebody? Says what that means, and that they are kept out by it unless they may come back."""
    community = await _peopled(request)
    return await _ask(request, community, await _member(request, community), forms.blank())


async def remove(request: Request) -> Response:
    """Have somebody be a member no longer, and keep them out unless they may come back."""
    community = await _peopled(request)
    person = await _member(request, community)
    form = await forms.read(request, RemovalFields)
    if not form.data:
        return await _ask(request, community, person, form)
    try:
        notice = await _removed(community, person, form.data, by=access.signed_in(request.user))
    except CannotKeepOut as refusal:
        form.refuse(refusal)
        return await _ask(request, community, person, form)
    return redirect("members:people", community=community.slug, notice=notice)


async def _removed(community: Community, person: Person, said: RemovalFields, *, by: Person) -> Text:
    name = person.name or _("This person")
    if said.may_return:
        await joining.remove(person, community, by=by)
        return _("%(name)s is not a member any more, and can join again.", name=name)
    until = said.end(community.zone)
    await keeping_out.keep_out(community, Whom.named(person), by=by, note=said.note, until=until)
    return _("%(name)s is not a member any more, and is kept out.", name=name)


async def _ask(request: Request, community: Community, person: Person, form: Form[Any]) -> Response:
    if not may_remove(await queries.role_in(request.user, community.id), await _role(person, community)):
        raise Forbidden(_("Only an owner can remove somebody with that role."))
    return render(
        request, "members/removal.html", status=form.status, community=community, person=person, form=form
    )


async def _role(person: Person, community: Community) -> str:
    role = await queries.role_in(person, community.id)
    if role is None:
        raise NotFound
    return role


async def _peopled(request: Request) -> Community:
    return await access.community_where_may(request.user, request.path_params["community"], Action.SEE_PEOPLE)


async def _member(request: Request, community: Community) -> Person:
    return await access.visible_member(request.user, community, request.path_params["person"])
