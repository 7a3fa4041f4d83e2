"""What people and machines see when the answer is no: pages in Kith's look, problem+json (RFC 9457)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server import pages
from server.errors import Refusal, SignInNeeded, TooMany
from server.languages.messages import Text, _

TITLES = {
    400: _("We could not read that"),
    401: _("Please sign in"),
    403: _("You cannot change this"),
    404: _("Page not found"),
    405: _("That is not possible here"),
    409: _("Somebody was quicker"),
    410: _("This link no longer works"),
    413: _("That is too large"),
    422: _("Please check what you typed"),
    429: _("Too often"),
    500: _("Something broke on our side"),
    503: _("Back in a moment"),
}
SENTENCES = {
    400: _("What was sent could not be read. Please go back and try again."),
    403: _("This form was sent from somewhere else. Please open the page here and try again."),
    404: _("There is nothing at this address, or it is not for everybody to see."),
    405: _("This page cannot do that."),
    413: _("That is more than Kith can take."),
    500: _("It is not your fault. What you saved before is safe. Please try again in a moment."),
    503: _("Kith cannot reach its database just now. Please try again in a few seconds; nothing is lost."),
}


Kept = Sequence[tuple[str, str]]


def refuse(request: Request, refusal: Refusal, *, kept: Kept = ()) -> Response:
    """A refusal as a page, as problem+json, or as the way to the sign-in page."""
    if isinstance(refusal, SignInNeeded) and not pages.wants_json(request):
        return pages.redirect("members:sign-in", query={"next": _where_they_were(request)})
    headers = {"Retry-After": str(refusal.retry_after)} if isinstance(refusal, TooMany) else {}
    return respond(
        request,
        refusal.status,
        refusal.sentence,
        headers,
        kept=kept,
        title=refusal.title,
        action=refusal.action,
        errors=refusal.errors,
    )


async def http_error(request: Request, error: Exception) -> Response:
    """What Starlette itself refuses: no such route, wrong method, a form that cannot be read."""
    assert isinstance(error, HTTPException)
    return respond(request, error.status_code, headers=dict(error.headers or {}))


def respond(
    request: Request,
    status: int,
    sentence: Text = "",
    headers: dict[str, str] | None = None,
    *,
    kept: Kept = (),
    title: Text = "",
    action: tuple[Text, str] | None = None,
    errors: Mapping[str, Text] | None = None,
) -> Response:
    """One error, in the form the asker reads. `kept` is what they typed: the page offers to send it again.

    One with a `title` of its own needs no more words.
    """
    sentence = sentence or SENTENCES.get(status, "")
    final = bool(title)
    title = title or TITLES.get(status) or HTTPStatus(status).phrase
    headers = {"Cache-Control": "no-store", **(headers or {})}
    if status == 503:
        headers["Retry-After"] = "2"
    if pages.wants_json(request):
        return _problem(request, status, title, sentence, headers, errors or {})
    return pages.render(
        request,
        "errors/error.html",
        status=status,
        headers=headers,
        code=status,
        title=title,
        sentence=sentence,
        final=final,
        action=action,
        kept=kept,
        had_files=request.headers.get("content-type", "").startswith("multipart/"),
        # Keys and choices are for the form alone.
        words=[value for _, value in kept if " " in value or "\n" in value],
    )


def _problem(
    request: Request,
    status: int,
    title: Text,
    detail: Text,
    headers: dict[str, str],
    errors: Mapping[str, Text],
) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": str(title),
        "status": status,
        "detail": str(detail),
    }
    if fields := {field: str(words) for field, words in errors.items() if field}:
        body["errors"] = fields
    if request_id := request.scope.get("request_id"):
        body["instance"] = f"urn:request:{request_id}"
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def _where_they_were(request: Request) -> str:
    # A form cannot be sent again after signing in; the page it was on can be shown again.
    if request.method == "GET":
        query = request.url.query
        return request.url.path + (f"?{query}" if query else "")
    referer = request.headers.get("referer", "")
    return pages.own_path(pages.path_of(referer))
