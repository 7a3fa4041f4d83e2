"""Communities: all of them, a new one, the page of one, and what its organisers change."""

from starlette.requests import Request
from starlette.responses import Response

from members import access, contributions, queries
from members.communities import founding, joining
from members.forms import ClosingFields, CommunityFields, NewCommunityFields, language_choices, zone_choices
from members.roles import BY_NAME, Action, may
from members.tables import Community
from server import forms, pictures
from server.editing import version
from server.errors import Refusal
from server.finding import asked_words
from server.languages import catalogues
from server.languages.language import spoken
from server.languages.messages import _
from server.pages import own_path, redirect, redirect_to, render, url
from server.pagination import asked_place


async def index(request: Request) -> Response:
    """Those one belongs to, and all the others by name, or those that have the words somebody looks for."""
    sought = asked_words(request.query_params)
    mine = await queries.communities_of(request.user) if request.user and not sought else []
    found = await queries.communities(sought, asked_place(request.query_params))
    list_at = url("members:communities", query={"q": sought} if sought else {})
    return render(request, "members/communities.html", mine=mine, found=found, sought=sought, list_at=list_at)


async def new(request: Request) -> Response:
    """What shall it be called?"""
    me = access.signed_in(request.user)
    there = own_path(request.query_params.get("next"), default="")
    language = "" if spoken() is catalogues.of_server() else spoken().code
    return _new(request, forms.blank(zone=me.zone, language=language, next=there))


async def create(request: Request) -> Response:
    """Begin it."""
    me = access.signed_in(request.user)
    form = await forms.read(request, NewCommunityFields)
    if form.data:
        try:
            community = await founding.found(me, form.data)
            there = url("members:community", community=community.slug)
            notice = _(
                "%(community)s has its own page now. Plan your first gathering.", community=community.name
            )
            return redirect_to(own_path(form.data.next, default=there), notice=notice)
        except Refusal as refusal:
            form.refuse(refusal)
    return _new(request, form)


async def show(request: Request) -> Response:
    """A community as anybody may see it, and what one may do there."""
    community = await access.visible_community(request.user, request.path_params["community"])
    role, kept_out = await queries.part_in(request.user, community.id)
    panels = [await panel.draw(request, community) for panel in contributions.community_panels]
    return render(
        request,
        "members/community.html",
        community=community,
        picture=await pictures.shown_one(community.picture),
        role=BY_NAME[role] if role else None,
        kept_out=access.KeptOut.sentence if kept_out else "",
        hears=await queries.hears_of(request.user, community.id) if request.user else None,
        may_edit=may(role, Action.EDIT),
        may_see_people=may(role, Action.SEE_PEOPLE),
        panels=[panel for panel in panels if panel],
    )


async def join(request: Request) -> Response:
    """Become a member."""
    me = access.signed_in(request.user)
    community = await access.visible_community(me, request.path_params["community"])
    await joining.join(me, community)
    return redirect(
        "members:community",
        community=community.slug,
        notice=_("You belong to %(community)s now.", community=community.name),
    )


async def leave(request: Request) -> Response:
    """Be a member no longer."""
    me = access.signed_in(request.user)
    community = await access.visible_community(me, request.path_params["community"])
    await joining.leave(me, community)
    return redirect(
        "members:community",
        community=community.slug,
        notice=_("You have left %(community)s.", community=community.name),
    )


async def edit(request: Request) -> Response:
    """What its page says, to be changed."""
    community = await _editable(request)
    shown = founding.says(community)
    return await _edit(request, community, forms.blank(**shown, seen=version(shown)))


async def change(request: Request) -> Response:
    """Change it."""
    community = await _editable(request)
    form = await forms.read(request, CommunityFields)
    if form.data:
        try:
            await founding.edit(community, form.data)
            return redirect("members:community", community=community.slug, notice=_("Saved."))
        except Refusal as refusal:
            form.refuse(refusal)
    return await _edit(request, community, form)


async def remove_picture(request: Request) -> Response:
    """Show the drawing again."""
    community = await _editable(request)
    await founding.take_picture_away(community)
    return redirect("members:edit-community", community=community.slug, notice=_("The picture is removed."))


async def closing(request: Request) -> Response:
    """Close it for good? Says what that means."""
    community = await _closable(request)
    return render(request, "members/community_closing.html", community=community, form=forms.blank())


async def close(request: Request) -> Response:
    """Close it for good."""
    community = await _closable(request)
    form = await forms.read(request, ClosingFields)
    if form.data:
        try:
            await founding.close(community, name=form.data.name)
            return redirect(
                "members:communities", notice=_("%(community)s is closed.", community=community.name)
            )
        except Refusal as refusal:
            form.refuse(refusal)
    return render(
        request, "members/community_closing.html", status=form.status, community=community, form=form
    )


def _new(request: Request, form: forms.Form[NewCommunityFields]) -> Response:
    return render(
        request,
        "members/community_new.html",
        status=form.status,
        form=form,
        zones=zone_choices(also=form.value("zone")),
        language_choices=language_choices(),
    )


async def _edit(request: Request, community: Community, form: forms.Form[CommunityFields]) -> Response:
    return render(
        request,
        "members/community_edit.html",
        status=form.status,
        community=community,
        form=form,
        zones=zone_choices(also=form.value("zone")),
        language_choices=language_choices(),
        picture=await pictures.shown_one(community.picture),
        may_close=may(await queries.role_in(request.user, community.id), Action.CLOSE),
    )


async def _editable(request: Request) -> Community:
    return await access.community_where_may(request.user, request.path_params["community"], Action.EDIT)


async def _closable(request: Request) -> Community:
    return await access.community_where_may(request.user, request.path_params["community"], Action.CLOSE)
