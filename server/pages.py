"""Pages: templates in, responses out. Addresses are made here, so that links and letters agree.

`render` gives every template the request, who is looking (`me`), the nonce of this response and the notice
that the page before left behind.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from contextvars import ContextVar
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import BaseRoute, Route

from server import assets, clock, markdown, presentation, tokens, ways_back
from server.compiled_templates import CompiledTemplates, OneModule, compile_all
from server.errors import NotFound, Refusal, TooMany
from server.forms import Form
from server.fragment_cache import Cache, Part, frozen, hole
from server.languages import speech
from server.languages.language import Language, spoken
from server.languages.messages import Text
from server.settings import settings
from server.ways_back import WayBack, way_back

FRONTEND = Path(__file__).parent.parent / "frontend"
NOTICE = "notice"  # The cookie of the flash message: said once, on the next page.
# For what opens to whoever has its address. Patterns with {token} or {secret} get it from the middleware.
SECRET = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}

MOST_CHARACTERS = 20_000_000  # of the parts of pages that one process keeps

_routes: dict[str, BaseRoute] = {}
_parts = Cache(MOST_CHARACTERS)
_keeping: ContextVar[bool] = ContextVar("keeping", default=False)


def routes_are(routes: Iterable[BaseRoute]) -> None:
    """Say which routes there are, so that `url` can name them. Called by the roots."""
    _routes.clear()
    # Of several routes with one name (GET and POST of an address), the first one is asked.
    for route in reversed(list(routes)):
        if name := getattr(route, "name", None):
            _routes[name] = route


def overviews_are(names: Mapping[str, Text]) -> None:
    """Say which routes lead to pages that gather others, and what a back arrow calls each. After `routes_are`."""
    found = [(_routes[name], label) for name, label in names.items()]
    ways_back.overviews[:] = [(route.path_regex, label) for route, label in found if isinstance(route, Route)]


def url(name: str, *, query: Mapping[str, Any] | None = None, **params: Any) -> str:
    """The path of a named route: `url("events:event", event=event.public_id, query={"page": 2})`."""
    path = str(_routes[name].url_path_for(name, **params))
    return f"{path}?{urlencode(query, doseq=True)}" if query else path


def absolute(name: str, *, query: Mapping[str, Any] | None = None, **params: Any) -> str:
    """The same with BASE_URL before it, for letters and feeds."""
    return settings.base_url + url(name, query=query, **params)


def render(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """A page. 422 when a form in it has errors is for the caller to say: `status=form.status`."""
    notice = _notice(request)
    html = _drawn(
        template,
        request=request,
        current_path=request.url.path,
        came_from=came_from(request),
        me=request.scope.get("user"),
        is_organiser=getattr(request.scope.get("user"), "organises", False),
        nonce=request.scope.get("nonce", ""),
        notice=notice,
        **context,
    )
    response = HTMLResponse(html, status, headers)
    if status == TooMany.status:
        response.headers.setdefault("Retry-After", str(_retry_after(context)))
    if notice:
        response.delete_cookie(NOTICE)
    return response


def _retry_after(context: Mapping[str, Any]) -> int:
    """How many seconds the form on a page has to wait that was sent too often."""
    return max((each.retry_after for each in context.values() if isinstance(each, Form)), default=60)


def fragment(request: Request, template: str, **context: Any) -> Markup:
    """A part of a page, for another page to show: what a panel draws."""
    html = _drawn(template, request=request, me=request.scope.get("user"), **context)
    return Markup(html)  # noqa: S704 - the template escapes


def part(template: str, **values: Any) -> Part:
    """A part of a page that depends on nothing but these values; rendered once for them. Some 20 µs when it is kept.

    Values: text, numbers, times, and dataclasses, tuples, lists, mappings and forms of them. Raises TypeError for any
    other. The template gets neither the request nor the reader; what is theirs alone is a `hole`, filled each time.
    """
    return _parts.get((template, spoken(), _edition(), frozen(values)), lambda: _rendered(template, values))


def render_parts(request: Request, template: str, *, holes: Mapping[str, str], **values: Any) -> HTMLResponse:
    """A page for somebody signed in that is kept as `part` keeps its parts. `holes` fills those of its own.

    The reader's name and picture, the notice and the nonce are filled in here.
    """
    me, notice = request.scope["user"], _notice(request)
    account = part(
        "components/account.html", name=me.name or me.email, picture=me.picture_url, key=me.public_id
    )
    own = {"nonce": hole("nonce"), "account": hole("account"), "notice": hole("notice")}
    page = part(
        template,
        current_path=request.url.path,
        me=True,
        is_organiser=me.organises,
        **own,
        **{name: hole(name) for name in holes},
        **values,
    )
    said = part("components/said.html", notice=notice).fill() if notice else ""
    response = HTMLResponse(
        page.fill(nonce=request.scope["nonce"], account=account.fill(), notice=said, **holes)
    )
    if notice:
        response.delete_cookie(NOTICE)
    return response


def _drawn(template: str, **values: Any) -> str:
    """A template with its values. Twice when a form has to be mended: what is said above it names its fields."""
    page = _pages().get_template(template)
    if any(isinstance(each, Form) and each.errors for each in values.values()):
        page.render(values)
    return page.render(values)


def _rendered(template: str, values: Mapping[str, Any]) -> str:
    before = _keeping.set(True)
    try:
        return _drawn(template, **values)
    finally:
        _keeping.reset(before)


def _form_key() -> str:
    """A name for one filling-in of a form, never kept: sent twice by two people, the second would be lost."""
    if _keeping.get():
        raise RuntimeError("a form's key cannot be part of what is kept: fill a hole with it")
    return tokens.public_id()


def _edition() -> Hashable:
    """What the templates themselves are, which change under a running process in development only."""
    if not assets.shelf().fresh:
        return None
    newest = max(file.stat().st_mtime_ns for file in (FRONTEND / "templates").rglob("*.html"))
    return newest, assets.static("kith.css"), assets.static("kith.js")


def redirect(
    name: str, *, notice: Text = "", query: Mapping[str, Any] | None = None, **params: Any
) -> RedirectResponse:
    """303 to a named route; the next page shows `notice` once."""
    return redirect_to(url(name, query=query, **params), notice=notice)


def redirect_to(path: str, *, notice: Text = "") -> RedirectResponse:
    """303 to a path of this site, which the caller has made or checked (`own_path`)."""
    response = RedirectResponse(path, 303)
    if notice:
        token = tokens.sign(NOTICE, str(notice), expires=clock.now() + timedelta(minutes=2))
        secure = "; Secure" if settings.secure else ""
        response.headers.append(
            "set-cookie", f"{NOTICE}={token}; HttpOnly; Max-Age=120; Path=/; SameSite=lax{secure}"
        )
    return response


def compile_pages() -> int:
    """Compile all pages that have changed, for the processes to come; how many there are. Up to 2 s."""
    return compile_all(_pages())


def own_path(path: str | None, *, default: str = "/") -> str:
    """`path` if it stays on this site, else `default`. For `next=`, which anybody may write."""
    if not path or not path.startswith("/") or path[1:2] in {"/", "\\"}:
        return default
    if any(ord(character) <= 32 or character == "\\" or ord(character) == 127 for character in path):
        return default
    return path


def path_of(address: str) -> str | None:
    """The path of one of our addresses (a Referer, say), or None if it is another site's."""
    own, base, path = address.partition(f"{settings.base_url}/")
    return None if own or not base else f"/{path.partition('#')[0]}"


def came_from(request: Request) -> WayBack | None:
    """Where a back arrow leads instead of to the page's parent: a page of ours that gathers others."""
    return way_back(request.url.path, path_of(request.headers.get("referer", "")))


def wants_json(request: Request) -> bool:
    """Whether a machine is asking."""
    accept = request.headers.get("accept", "")
    return "json" in accept and "text/html" not in accept


def _notice(request: Request) -> str:
    cookie = request.cookies.get(NOTICE)
    if not cookie:
        return ""
    try:
        return str(tokens.read(NOTICE, cookie)[0])
    except (NotFound, Refusal):
        return ""


def environment(
    language: Language, *folders: str, escape: bool | Callable[[str | None], bool]
) -> Environment:
    """Templates from these folders of `frontend/`, the first that has one, with all that pages and letters share.

    One for each language: what a template says while it is loaded, it says for good.
    """
    environment = Environment(
        loader=FileSystemLoader([FRONTEND / folder for folder in folders]),
        autoescape=escape,  # noqa: S701 - the plain text of letters is no HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=settings.development,
    )
    environment.template_class = OneModule
    environment.globals.update(url=url, absolute=absolute, static=assets.static, settings=settings)
    environment.globals["form_key"] = _form_key
    environment.filters.update(markdown=markdown.html, plain=markdown.plain)
    presentation.install(environment)
    speech.install(environment, language, html=bool(escape))
    environment.bytecode_cache = CompiledTemplates(f"{folders[0]}-{language.code}", edition=language.edition)
    return environment


def _pages() -> Environment:
    return _pages_in(spoken())


@cache
def _pages_in(language: Language) -> Environment:
    return environment(language, "templates", escape=select_autoescape(["html", "svg", "xml"]))
