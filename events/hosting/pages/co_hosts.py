"""Who hosts an event apart from its community's organisers: to see, to add, to take off, to step down."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from events import access
from events.hosting import co_hosts, queries
from events.hosting.forms import CoHostFields
from events.tables import Event
from members import queries as members
from members.access import chosen_member, signed_in
from members.communities import picking
from members.queries import community_by_id
from members.tables import Community, Person
from server import clock, forms
from server.errors import NotFound, Refusal
from server.forms import Form
from server.languages.messages import Text, _
from server.pages import redirect, render


async def index(request: Request) -> Response:
    """Who hosts it."""
    event = await access.organised_event(request.user, request.path_params["event"])
    return await _page(request, event, forms.blank())


async def add(request: Request) -> Response:
    """Add a member of the community, or ask somebody by their address."""
    me = signed_in(request.user)
    event = await access.event_of_own_community(me, request.path_params["event"])
    form = await forms.read(request, CoHostFields)
    if picking.only_finds(form):
        form = picking.unfinished(form)
    if form.data:
        try:
            return _back(event, await _added(event, form.data, me))
        except Refusal as refusal:
            if isinstance(refusal, NotFound):
                raise
            form.refuse(refusal)
    return await _page(request, event, form)


async def remove(request: Request) -> Response:
    """Take somebody off, or step down oneself."""
    me = signed_in(request.user)
    event = await access.organised_event(me, request.path_params["event"])
    if request.path_params["person"] == me.public_id:
        await co_hosts.remove(event, me)
        return redirect("home", notice=_("You are no longer a co-host of %(title)s.", title=event.title))
    await access.event_of_own_community(me, event.public_id)
    person = await members.person_by_public_id(request.path_params["person"])
    if person is None or await members.are_blocked(me.id, person.id):
        raise NotFound
    removed = await co_hosts.remove(event, person)
    if removed and person.name:
        return _back(event, _("%(name)s is no longer a co-host.", name=person.name))
    return _back(event, _("This person is no longer a co-host."))


async def take_back(request: Request) -> Response:
    """Take back an invitation."""
    event = await access.event_of_own_community(request.user, request.path_params["event"])
    await co_hosts.take_back(event, request.path_params["invitation"])
    return _back(event, _("The invitation is taken back. Its link does not work any more."))


async def asked(request: Request) -> Response:
    """The invitation behind a letter's link: shown to whoever has it, unless a block hides who asks."""
    token = request.path_params["token"]
    found = await co_hosts.asked(token, request.user)
    if request.user and await members.are_blocked(found.inviter.id, request.user.id):
        raise co_hosts.NoLongerAsked
    mine = request.user is not None and request.user.email == found.invitation.email
    return render(request, "events/hosting.html", asked=found, mine=mine, token=token)


async def accept(request: Request) -> Response:
    """Take it up."""
    event = await co_hosts.accept(request.path_params["token"], signed_in(request.user))
    return redirect(
        "events:event",
        event=event.public_id,
        notice=_("Thank you. You host this series now.")
        if event.is_pattern
        else _("Thank you. You host this gathering now."),
    )


async def _added(event: Event, data: CoHostFields, me: Person) -> Text:
    if data.person:
        person = await chosen_member(me, await _community(event), data.person, field="person")
        await co_hosts.add(event, person, by=me)
        if person.name:
            return _("%(name)s hosts this gathering now, and is told so by a letter.", name=person.name)
        return _("This person hosts this gathering now, and is told so by a letter.")
    if not data.email:
        raise Refusal(_("Please write an e-mail address, or choose somebody."), field="email")
    await co_hosts.invite(event, data.email, by=me)
    return _(
        "We have written to %(email)s. Whoever reads it hosts once they have said yes.", email=data.email
    )


async def _page(request: Request, event: Event, form: Form[Any]) -> Response:
    me = signed_in(request.user)
    view = await access.view(me, event)
    hosts = await queries.co_hosts_of(event, seen_by=me)
    adds = view.organises_community
    return render(
        request,
        "events/hosts.html",
        status=form.status,
        event=event,
        hosts=hosts,
        steps_down=any(host.public_id == me.public_id for host in hosts),
        adds=adds,
        invitations=await queries.invitations_to_host(event, seen_by=me, now=clock.now()) if adds else [],
        picked=await picking.members(
            event.community, form, "person", reader=me, without=queries.HOSTING, about=event.id
        )
        if adds
        else None,
        form=form,
    )


async def _community(event: Event) -> Community:
    community = await community_by_id(event.community)
    if community is None:
        raise NotFound
    return community


def _back(event: Event, notice: Text) -> Response:
    return redirect("events:hosts", event=event.public_id, notice=notice)
