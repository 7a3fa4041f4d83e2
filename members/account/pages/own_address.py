"""Changing one's address. Behind the letters' links, looking changes nothing; the button does."""

from starlette.requests import Request
from starlette.responses import Response

from members import access, queries
from members.account import mail, own_address
from members.forms import AddressFields
from members.tables import Person
from server import forms
from server.errors import Refusal
from server.forms import Form
from server.languages.messages import _
from server.pages import redirect, render


async def show(request: Request) -> Response:
    """Which address I have, and which one waits for me."""
    return await _page(request, access.signed_in(request.user), forms.blank())


async def ask(request: Request) -> Response:
    """Write to another address. Whether anybody has it is not told."""
    me = access.signed_in(request.user)
    form = await forms.read(request, AddressFields)
    if form.data:
        try:
            await own_address.ask(me, form.data.email)
            return redirect("members:new-address")
        except Refusal as refusal:
            form.refuse(refusal)
    return await _page(request, me, form)


async def stop(request: Request) -> Response:
    """Keep the address I have."""
    await own_address.stop(access.signed_in(request.user).id)
    return redirect("members:new-address", notice=_("You keep your address."))


async def look(request: Request) -> Response:
    """Behind the letter to the new address: a button for whoever asked, and for others where to open it."""
    change = await own_address.change_of(request.path_params["token"])
    return _confirming(request, change.email, mine=_mine(request, change.person), form=forms.blank())


async def confirm(request: Request) -> Response:
    """Use it."""
    me = access.signed_in(request.user)
    change = await own_address.change_of(request.path_params["token"])
    form: Form[AddressFields] = forms.blank()
    try:
        await own_address.confirm(change, by=me)
    except own_address.AddressTaken as refusal:
        form.refuse(refusal)
        return _confirming(request, change.email, mine=True, form=form)
    return redirect("members:account", notice=_("Your address is %(email)s now.", email=change.email))


async def look_at_stopping(request: Request) -> Response:
    """Behind the letter to the old address."""
    change = await own_address.change_of(request.path_params["token"], mail.KEEP_ADDRESS)
    return render(request, "members/keep_address.html", changed=bool(change.confirmed_at), stopped=False)


async def stop_by_letter(request: Request) -> Response:
    """Keep it: whoever reads the letters to it may say so, without signing in."""
    change = await own_address.change_of(request.path_params["token"], mail.KEEP_ADDRESS)
    await own_address.stop(change.person)
    changed = bool(change.confirmed_at)
    return render(request, "members/keep_address.html", changed=changed, stopped=not changed)


def _mine(request: Request, person: int) -> bool:
    return bool(request.user) and request.user.id == person


async def _page(request: Request, me: Person, form: Form[AddressFields]) -> Response:
    waiting = await queries.address_change_of(me.id)
    return render(request, "members/address.html", status=form.status, form=form, waiting=waiting)


def _confirming(request: Request, email: str, *, mine: bool, form: Form[AddressFields]) -> Response:
    here = request.url.path
    return render(
        request, "members/new_address.html", status=form.status, email=email, mine=mine, form=form, here=here
    )
