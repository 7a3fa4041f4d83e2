"""The first time somebody signs in: what are they called? Then they go on to where they were going."""

from starlette.requests import Request
from starlette.responses import Response

from members import access
from members.account import profiles
from members.forms import WelcomeFields, zone_choices
from server import forms
from server.forms import Form
from server.languages.messages import _
from server.pages import own_path, redirect_to, render
from server.presentation import stopped


async def ask(request: Request) -> Response:
    """What are you called? A guest has said so before."""
    me = access.signed_in(request.user)
    return _page(request, forms.blank(name=me.name, next=own_path(request.query_params.get("next"))))


async def answer(request: Request) -> Response:
    """Be called that, and go on."""
    me = access.signed_in(request.user)
    form = await forms.read(request, WelcomeFields)
    if not form.data:
        return _page(request, form)
    await profiles.introduce(me, name=form.data.name, zone=form.data.zone)
    return redirect_to(
        own_path(form.data.next), notice=stopped(_("Hello, %(name)s.", name=me.greeted or me.name))
    )


def _page(request: Request, form: Form[WelcomeFields]) -> Response:
    return render(request, "members/welcome.html", status=form.status, form=form, zones=zone_choices())
