"""The people of a community, for those who look after it."""

from starlette.requests import Request
from starlette.responses import Response

from members import access, joining, queries
from members.forms import RoleFields
from members.roles import BY_NAME, ROLES, Action, may_give, may_remove
from members.tables import Community, Person
from server import forms
from server.errors import NotFound
from server.finding import asked_words
from server.pages import page_number, redirect, render


async def people(request: Request) -> Response:
    """Who belongs to it, and as what. A page at a time."""
    community = await _peopled(request)
    words, page = asked_words(request.query_params), page_number(request)
    members, pages = await queries.members_of(community, seen_by=request.user, words=words, page=page)
    return render(
        request,
        "members/people.html",
        community=community,
        members=members,
        role=await queries.role_in(request.user, community.id),
        roles=ROLES,
        role_names=BY_NAME,
        may_give=may_give,
        may_remove=may_remove,
        q=words,
        page=page,
        pages=pages,
    )


async def change_role(request: Request) -> Response:
    """Give somebody another role."""
    community = await _peopled(request)
    person = await _member(request, community)
    form = await forms.read(request, RoleFields)
    if not form.data:
        raise NotFound("There is no such role.")
    await joining.change_role(person, community, form.data.role, by=request.user)
    now = f"{person.name or 'This person'} is now {BY_NAME[form.data.role].phrase}."
    return redirect("members:people", community=community.slug, notice=now)


async def remove(request: Request) -> Response:
    """Have somebody be a member no longer."""
    community = await _peopled(request)
    person = await _member(request, community)
    await joining.remove(person, community, by=request.user)
    gone = f"{person.name or 'This person'} is not a member any more."
    return redirect("members:people", community=community.slug, notice=gone)


async def _peopled(request: Request) -> Community:
    return await access.community_where_may(request.user, request.path_params["community"], Action.SEE_PEOPLE)


async def _member(request: Request, community: Community) -> Person:
    return await access.visible_member(request.user, community, request.path_params["person"])
