"""Signing in and out. Looking at a link changes nothing; the button on the page does."""

from starlette.requests import Request
from starlette.responses import Response

from members import sessions, signing_in
from members.forms import SignInFields
from server import forms, once
from server.db import transaction
from server.pages import own_path, redirect, redirect_to, render
from server.presentation import stopped


async def ask(request: Request) -> Response:
    """Where shall the link go?"""
    if request.user:
        return redirect_to(own_path(request.query_params.get("next")))
    form = forms.blank(next=own_path(request.query_params.get("next")))
    return render(request, "members/sign_in.html", form=form)


async def send_link(request: Request) -> Response:
    """Send it, and say the same whether the address is known or not."""
    form = await forms.read(request, SignInFields)
    if not form.data:
        return render(request, "members/sign_in.html", form=form, status=form.status)
    await signing_in.count(form.data.email, origin=_from(request))
    async with transaction():
        if await once.first(request):
            await signing_in.ask(form.data.email, next_path=own_path(form.data.next))
    return render(request, "members/link_sent.html", email=form.data.email)


async def look(request: Request) -> Response:
    """Show the button. Mail scanners open links; they must not use them up."""
    token = request.path_params["token"]
    link = await signing_in.link_of(token)
    return render(request, "members/sign_in_link.html", token=token, email=link.email)


async def use(request: Request) -> Response:
    """Sign in, once."""
    person, secret, next_path = await signing_in.sign_in(
        request.path_params["token"], browser=sessions.browser_of(request)
    )
    if request.user:
        # Somebody else, or the same again: the cookie of the session before is about to be overwritten.
        await sessions.end(request.user, request.scope["session_id"])
    if person.name:
        response = redirect_to(own_path(next_path), notice=stopped(f"Hello, {person.greeted or person.name}"))
    else:
        response = redirect("members:account", query={"next": own_path(next_path)})
    return sessions.remember(response, secret)


async def sign_out(request: Request) -> Response:
    """Sign this browser out."""
    if request.user:
        await sessions.end(request.user, request.scope["session_id"])
    return sessions.forget(redirect_to("/", notice="You are signed out."))


def _from(request: Request) -> str:
    return request.client.host if request.client else "nowhere"
