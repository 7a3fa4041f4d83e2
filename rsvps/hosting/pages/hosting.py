"""What hosts do about the list: put somebody on it, move somebody up the line, take somebody off."""

from starlette.requests import Request
from starlette.responses import Response

from events.hosting import keeping_out
from events.publishing.pages.organising import event_of
from members.access import signed_in
from members.communities import keeping_out as of_communities
from members.communities import picking
from members.communities.keeping_out import Whom
from members.queries import community_by_id
from members.tables import Person
from rsvps.hosting import adding, hosts, invitations
from rsvps.hosting.access import knows_the_members, organised_answer
from rsvps.hosting.forms import AddingFields, KeepingOutFields, MovingUpFields, TakingOffFields
from rsvps.hosting.invitations import ForOrganisers
from rsvps.hosting.pages.approvals import name
from rsvps.hosting.pages.choosing import choose_people
from rsvps.hosting.pages.people import show_person
from rsvps.status.queries import Answered
from server import forms
from server.errors import Conflict, Forbidden, Refusal
from server.languages.messages import Text, _
from server.pages import redirect

FORM = "rsvps/adding.html"


async def ask(request: Request) -> Response:
    """Whom shall we put on the list?"""
    return await choose_people(request, FORM, await event_of(request), forms.blank(), field="person")


async def add(request: Request) -> Response:
    """Put them on it, and have them told."""
    me = signed_in(request.user)
    event = await event_of(request)
    form = await forms.read(request, AddingFields)
    if picking.only_finds(form):
        return await choose_people(request, FORM, event, picking.unfinished(form), field="person")
    if not form.data:
        return await choose_people(request, FORM, event, form, field="person")
    data, knows = form.data, await knows_the_members(me, event)
    try:
        if not knows and event.visibility == "members":
            raise ForOrganisers(field="email")
        person, rsvp = await adding.add_chosen(
            event,
            member=data.person if knows else "",
            addressee=data.addressee,
            guests=data.guests,
            online=data.online,
            by=me,
        )
    except Refusal as refusal:
        form.refuse(_beside(refusal, data))
        return await choose_people(request, FORM, event, form, field="person")
    who = person.name or person.email
    notice = (
        _("%(name)s is in line, and is told by letter.", name=who)
        if rsvp.status == "waitlisted"
        else _("%(name)s is on the list, and is told by letter.", name=who)
    )
    return redirect("rsvps:people", event=event.public_id, notice=notice)


async def move_up(request: Request) -> Response:
    """Put somebody first in line, with the reason that other hosts read."""
    found = await organised_answer(request.user, request.path_params["rsvp"])
    form = await forms.read(request, MovingUpFields)
    if not form.data:
        return await show_person(request, found, moving=form)
    await hosts.move_up(found.rsvp, by=signed_in(request.user), note=form.data.note)
    return _to_person(request, _("%(name)s is first in line, and has been told.", name=name(found)))


async def take_off(request: Request) -> Response:
    """Take somebody's answer back for them, with words that they read."""
    found = await organised_answer(request.user, request.path_params["rsvp"])
    form = await forms.read(request, TakingOffFields)
    if not form.data:
        return await show_person(request, found, leaving=form)
    if await invitations.withdraw(found.rsvp):
        return _to_people(found, _withdrawn(found))
    await hosts.take_off(found.rsvp, by=signed_in(request.user), note=form.data.note)
    return _to_person(request, _("%(name)s is off the list, and has been told.", name=name(found)))


async def withdraw_invitation(request: Request) -> Response:
    """Take an invitation back, and its link with it."""
    found = await organised_answer(request.user, request.path_params["rsvp"])
    if not await invitations.withdraw(found.rsvp):
        raise Conflict(
            _("They have answered meanwhile, so there is no invitation to take back. Please look again.")
        )
    return _to_people(found, _withdrawn(found))


async def keep_out(request: Request) -> Response:
    """Keep them out: of this gathering or, by an organiser of its community, of all of it."""
    me = signed_in(request.user)
    found = await organised_answer(me, request.path_params["rsvp"])
    form = await forms.read(request, KeepingOutFields)
    if form.data:
        try:
            return _to_people(found, await _kept_out(found, form.data, by=me))
        except Refusal as refusal:
            form.refuse(refusal)
    return await show_person(request, found, keeping_out=form)


async def _kept_out(found: Answered, said: KeepingOutFields, *, by: Person) -> Text:
    whom, event = Whom.named(found.person), found.event
    note, until = said.note, said.end(event.zone)
    if said.of == "event":
        await keeping_out.keep_out(event, whom, by=by, note=note, until=until)
        return _("%(name)s is kept out of this gathering.", name=name(found))
    community = await community_by_id(event.community)
    if community is None or not await knows_the_members(by, event):
        raise Forbidden(_("You host this gathering. This is for the community’s organisers."))
    await of_communities.keep_out(community, whom, by=by, note=note, until=until)
    return _("%(name)s is kept out of %(community)s.", name=name(found), community=community.name)


async def put_back(request: Request) -> Response:
    """Put who was taken off on the list again, and have them told."""
    me = signed_in(request.user)
    found = await organised_answer(request.user, request.path_params["rsvp"])
    rsvp = await adding.put_back(found, by=me)
    notice = (
        _("%(name)s is in line again, and has been told.", name=name(found))
        if rsvp.status == "waitlisted"
        else _("%(name)s is on the list again, and has been told.", name=name(found))
    )
    return _to_person(request, notice)


def _beside(refusal: Refusal, data: AddingFields) -> Refusal:
    """A refusal beside the field by which the person was chosen."""
    if refusal.field == "email" and data.person:
        refusal.field = "person"
    return refusal


def _withdrawn(found: Answered) -> Text:
    return _(
        "%(name)s is not invited any more. The link in their letter leads nowhere now.", name=name(found)
    )


def _to_people(found: Answered, notice: Text) -> Response:
    return redirect("rsvps:people", event=found.event.public_id, notice=notice)


def _to_person(request: Request, notice: Text) -> Response:
    return redirect("rsvps:person", rsvp=request.path_params["rsvp"], notice=notice)
