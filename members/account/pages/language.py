"""The menu in the footer of every page: which language Kith speaks from now on."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from members.account import profiles
from members.forms import LanguageFields
from server import forms
from server.errors import Refusal
from server.languages import choosing
from server.languages.messages import _
from server.pages import own_path, path_of, redirect_to


class NoSuchLanguage(Refusal):
    """Somebody asks for a language that is not offered (any more)."""

    sentence = _("Kith does not speak that language. Please choose one from the list below every page.")


async def choose(request: Request) -> Response:
    """Speak it, in this browser and to whoever is signed in, and go back to where it was chosen."""
    form = await forms.read(request, LanguageFields)
    if form.data is None:
        raise NoSuchLanguage
    if request.user:
        await profiles.read_in(request.user, form.data.language)
    response = redirect_to(_back(request, form.data.next))
    choosing.choose(response, form.data.language)
    return response


def _back(request: Request, chosen_on: str) -> str:
    """The page with its query, if the browser says it; else the page; home for what cannot be opened again."""
    for page in (path_of(request.headers.get("referer", "")), chosen_on):
        if (own := own_path(page, default="")) and _opens(request, own):
            return choosing.without_language(own)
    return "/"


def _opens(request: Request, page: str) -> bool:
    scope = {**request.scope, "path": page.partition("?")[0], "method": "GET"}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)
