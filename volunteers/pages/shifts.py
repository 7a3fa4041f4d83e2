"""What is needed at an event: to see, to take, and for organisers to say."""

from starlette.requests import Request
from starlette.responses import Response

from events import wall_clock
from events.access import organised_event, view
from events.tables import Event
from members import strangers
from members.tables import Person
from rsvps.attending import by_letter
from rsvps.attending.pages import in_this_browser
from server import clock, forms
from server.editing import EditedMeanwhile
from server.errors import Refusal
from server.forms import Form
from server.languages.messages import Text, _, sentences
from server.pages import SECRET, redirect, render
from volunteers import access, queries, shifts
from volunteers.forms import ShiftFields, as_typed, blank, filled_in
from volunteers.shifts import Needed


async def index(request: Request) -> Response:
    """What is needed, and whether I can do it."""
    token = request.query_params.get("rsvp", "")
    token = token or await in_this_browser.token(request, request.path_params["event"])
    person, event = await access.helping_event(request.user, request.path_params["event"], token)
    return await _page(request, event, person, blank(event), token)


async def add(request: Request) -> Response:
    """Say what is needed."""
    event = await organised_event(request.user, request.path_params["event"])
    form = await forms.read(request, ShiftFields)
    if form.data:
        try:
            needed = form.data.needed(event)
            await shifts.add(event, needed)
            notice = _noted(_("Added: %(shift)s.", shift=form.data.title), needed, event)
            return redirect("volunteers:volunteers", event=event.public_id, notice=notice)
        except Refusal as refusal:
            form.refuse(refusal)
    return await _page(request, event, request.user, form, "")


async def edit(request: Request) -> Response:
    """The form of one shift."""
    role, event = await access.organised_role(request.user, request.path_params["shift"])
    shift = await queries.shift(role.id, None, event)
    assert shift is not None
    return _edit_page(request, event, role.public_id, shift.taken, filled_in(shift))


async def change(request: Request) -> Response:
    """Say it otherwise."""
    role, event = await access.organised_role(request.user, request.path_params["shift"])
    form = await forms.read(request, ShiftFields)
    if form.data:
        try:
            needed = form.data.needed(event)
            await shifts.edit(role, event, needed, seen=form.data.seen)
            notice = _noted(_("Saved."), needed, event)
            return redirect("volunteers:volunteers", event=event.public_id, notice=notice)
        except EditedMeanwhile as refusal:
            refusal.theirs = as_typed(refusal.theirs, event)
            form.refuse(refusal)
        except Refusal as refusal:
            form.refuse(refusal)
    return _edit_page(request, event, role.public_id, role.taken, form)


async def remove(request: Request) -> Response:
    """It is not needed any more."""
    role, event = await access.organised_role(request.user, request.path_params["shift"])
    await shifts.remove(role)
    notice = _("%(shift)s is not needed any more. Whoever had signed up is told.", shift=role.title)
    return redirect("volunteers:volunteers", event=event.public_id, notice=notice)


async def sign_up(request: Request) -> Response:
    """Take a place."""
    token = await _token(request)
    person, role, event = await access.needed_role(request.user, request.path_params["shift"], token)
    await strangers.hear(person)
    try:
        await shifts.sign_up(role, person, event)
        if token and not request.user:
            await by_letter.confirm_typed(token)
    except shifts.CannotSignUp as refusal:
        return _back(event, token, refusal.sentence)
    return _back(event, token, _("Thank you. You are signed up: %(shift)s.", shift=role.title))


async def withdraw(request: Request) -> Response:
    """Give a place back."""
    token = await _token(request)
    person, role, event = await access.needed_role(request.user, request.path_params["shift"], token)
    await strangers.hear(person)
    await shifts.withdraw(role, person, event)
    return _back(
        event, token, _("You are no longer signed up: %(shift)s. Thank you for saying so.", shift=role.title)
    )


async def _token(request: Request) -> str:
    return str((await forms.sent(request)).get("rsvp", ""))


def _noted(done: Text, needed: Needed, event: Event) -> Text:
    return sentences(done, *wall_clock.said_of_twice([needed.starts_at, needed.ends_at], event.zone))


def _back(event: Event, token: str, notice: Text) -> Response:
    query = {"rsvp": token} if token else None
    return redirect("volunteers:volunteers", event=event.public_id, query=query, notice=notice)


async def _page(
    request: Request, event: Event, person: Person | None, form: Form[ShiftFields], token: str
) -> Response:
    organises = (await view(person, event)).organises and request.user is not None
    helpers = await queries.helpers_of(event, seen_by=request.user) if organises else []
    return render(
        request,
        "volunteers/volunteers.html",
        status=form.status,
        headers=SECRET if token else None,
        event=event,
        person=person,
        shifts=await queries.shifts_of(event, person),
        organises=organises,
        helpers=helpers,
        form=form,
        token=token,
        now=clock.now(),
    )


def _edit_page(request: Request, event: Event, shift: str, taken: int, form: Form[ShiftFields]) -> Response:
    return render(
        request, "volunteers/shift.html", status=form.status, event=event, shift=shift, taken=taken, form=form
    )
