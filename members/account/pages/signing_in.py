"""Signing in and out. Looking at a link changes nothing; the button on the page does."""

from starlette.requests import Request
from starlette.responses import Response

from members.account import sessions, signing_in
from members.account.signing_in import SignedIn, SignInLinkExpired
from members.forms import SignInFields
from members.tables import SignInLink
from server import forms, once
from server.db import transaction
from server.languages.messages import _
from server.pages import own_path, redirect, redirect_to, render, wants_json
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
    """Show the button. Mail scanners open links; they must not use them up. Who is signed in already is led on."""
    token = request.path_params["token"]
    try:
        link = await signing_in.link_of(token)
    except SignInLinkExpired as expired:
        return _old(request, expired)
    if _theirs(request, link):
        return redirect_to(own_path(link.next_path))
    return render(request, "members/sign_in_link.html", token=token, email=link.email)


async def use(request: Request) -> Response:
    """Sign in, once."""
    token, browser = request.path_params["token"], sessions.browser_of(request)
    try:
        signed_in = await signing_in.sign_in(token, browser=browser)
    except SignInLinkExpired as expired:
        return _old(request, expired)
    if request.user:
        # Somebody else, or the same again: the cookie of the session before is about to be overwritten.
        await sessions.end(request.user, request.scope["session_id"])
    return sessions.remember(_onwards(signed_in), signed_in.secret)


async def sign_out(request: Request) -> Response:
    """Sign this browser out."""
    if request.user:
        await sessions.end(request.user, request.scope["session_id"])
    return sessions.forget(redirect_to("/", notice=_("You are signed out.")))


def _onwards(signed_in: SignedIn) -> Response:
    person, next_path = signed_in.person, own_path(signed_in.next_path)
    if signed_in.newcomer:
        return redirect("members:welcome", query={"next": next_path})
    return redirect_to(next_path, notice=stopped(_("Hello, %(name)s.", name=person.greeted or person.name)))


def _old(request: Request, expired: SignInLinkExpired) -> Response:
    """Who is signed in is led to where the link was leading; anybody else can have a new one."""
    if wants_json(request):
        raise expired
    link = expired.link
    next_path = own_path(link.next_path if link else None)
    if _theirs(request, link):
        return redirect_to(next_path)
    form = forms.blank(email=link.email if link else "", next=next_path)
    return render(request, "members/sign_in_old_link.html", status=expired.status, form=form)


def _theirs(request: Request, link: SignInLink | None) -> bool:
    return bool(request.user) and (link is None or link.email == request.user.email)


def _from(request: Request) -> str:
    return request.client.host if request.client else "nowhere"
