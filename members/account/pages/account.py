"""My account: who I am, and deleting it."""

from contextlib import AbstractAsyncContextManager, nullcontext

from starlette.requests import Request
from starlette.responses import Response

from members import access, queries
from members.account import erasing, profiles, sessions
from members.forms import AccountFields, ErasureFields, language_choices, zone_choices
from members.tables import Person
from server import forms, pictures
from server.editing import version
from server.errors import Refusal
from server.languages.choosing import of_reader
from server.languages.language import speak
from server.languages.messages import _
from server.pages import redirect, redirect_to, render
from server.ratelimit import limited


async def settings(_request: Request) -> Response:
    """The settings begin with the account."""
    return redirect("members:account")


async def account(request: Request) -> Response:
    """Who I am."""
    me = access.signed_in(request.user)
    form = forms.blank(
        name=me.name,
        called=me.called,
        zone=me.zone,
        language=me.language,
        seen=version(profiles.says(me)),
    )
    return await _account(request, me, form)


async def change(request: Request) -> Response:
    """Be somebody else, or the same in another place."""
    me = access.signed_in(request.user)
    form = await forms.read(request, AccountFields)
    if form.data:
        try:
            async with _as_many_pictures_as_one_may_send(me, form.data):
                await profiles.change(me, form.data)
            speak(of_reader(request.scope, form.data.language))
            return redirect("members:account", notice=_("Saved."))
        except Refusal as refusal:
            form.refuse(refusal)
    return await _account(request, me, form)


async def remove_picture(request: Request) -> Response:
    """Show initials again."""
    await profiles.take_picture_away(access.signed_in(request.user))
    return redirect("members:account", notice=_("Your picture is removed."))


async def erasing_page(request: Request) -> Response:
    """Delete my account? Says what that means."""
    return await _erasing(request, access.signed_in(request.user), forms.blank())


async def erase(request: Request) -> Response:
    """Delete my account."""
    me = access.signed_in(request.user)
    form = await forms.read(request, ErasureFields)
    if form.data:
        try:
            await erasing.erase(me, email=form.data.email)
            gone = redirect_to("/", notice=_("Your account is deleted, with everything that was yours."))
            return sessions.forget(gone)
        except Refusal as refusal:
            form.refuse(refusal)
    return await _erasing(request, me, form)


def _as_many_pictures_as_one_may_send(me: Person, fields: AccountFields) -> AbstractAsyncContextManager[None]:
    return limited("pictures", str(me.id), "30 per hour") if fields.picture else nullcontext()


async def _account(request: Request, me: Person, form: forms.Form[AccountFields]) -> Response:
    return render(
        request,
        "members/account.html",
        status=form.status,
        form=form,
        zones=zone_choices(also=form.value("zone")),
        language_choices=language_choices(),
        picture=await pictures.shown_one(me.picture),
    )


async def _erasing(request: Request, me: Person, form: forms.Form[ErasureFields]) -> Response:
    alone = await queries.owned_alone(me.id)
    return render(request, "members/account_removal.html", status=form.status, form=form, alone=alone)
