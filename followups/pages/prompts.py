"""What somebody was told about one of their connections, behind the link in its letter. Looking changes nothing."""

from typing import cast, get_args

from starlette.requests import Request
from starlette.responses import Response

from followups import access
from followups.forms import HowOftenFields
from followups.links import words_token
from followups.prompts import links, wishes
from followups.prompts.queries import Prompt
from followups.prompts.telling import told
from followups.prompts.wishes import Choice
from members.access import signed_in
from members.letters.letters_wanted import PROMPTS, wants
from server import clock, forms
from server.errors import NotFound
from server.languages.messages import _
from server.pages import redirect, redirect_to, render, url

SAID = {
    "weekly": _("Saved: at most one a week."),
    "monthly": _("Saved: at most one in four weeks."),
    "never": _("Saved: none from now on."),
}


async def show(request: Request) -> Response:
    """What it says, if it is still true, and what can be said about it: first what its link names."""
    prompt = await access.prompted_by(request.path_params["token"])
    asked = request.query_params.get("choice", "")
    return render(
        request,
        "followups/prompt.html",
        prompt=prompt,
        told=None if prompt.silent else await told(prompt),
        token=links.token(prompt),
        write=url(
            "followups:words", token=words_token(prompt.connection, prompt.person.id, since=clock.now())
        ),
        person=prompt.person,
        first=asked if asked in get_args(Choice) else "",
        never=not await wants(prompt.person.id, PROMPTS),
    )


async def choose(request: Request) -> Response:
    """Not this week, not about this one, less, or never."""
    prompt, choice = await _chosen(request)
    await wishes.choose(prompt, choice)
    return redirect_to(links.path(prompt, choice))


async def take_back(request: Request) -> Response:
    """Take it back."""
    prompt, choice = await _chosen(request)
    await wishes.take_back(prompt, choice)
    return redirect_to(links.path(prompt), notice=_("That is taken back."))


async def settle(request: Request) -> Response:
    """In one's settings: how often."""
    me = signed_in(request.user)
    form = await forms.read(request, HowOftenFields)
    if form.data:
        await wishes.be_told(me, form.data.how_often)
    return redirect(
        "members:letters", notice=SAID[form.data.how_often] if form.data else _("Please choose one.")
    )


async def _chosen(request: Request) -> tuple[Prompt, Choice]:
    """Raises NotFound."""
    choice = request.path_params["choice"]
    if choice not in get_args(Choice):
        raise NotFound
    return await access.prompted_by(request.path_params["token"]), cast(Choice, choice)
