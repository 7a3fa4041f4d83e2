"""Pages that exist in development only: every letter that was sent, and the components side by side."""

from base64 import b64encode
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from server import clock
from server.covers import every_cover
from server.errors import NotFound
from server.forms import Fields, Form, blank
from server.middleware import content_security_policy
from server.months import month_of
from server.pages import render
from server.rows import value_of
from server.settings import settings
from server.tables import SentLetter

SHOWN = 100

# A letter's own styles are inline, as mail programs want them; it is framed here and nowhere else.
LETTER_POLICY = (
    f"default-src 'none'; style-src 'unsafe-inline'; img-src data: {settings.base_url}; frame-ancestors 'self'; "
    "sandbox allow-popups allow-top-navigation-by-user-activation"
)


async def letters(request: Request) -> Response:
    """The newest letters, and the one that is open as its receiver sees it."""
    newest = (
        await SentLetter.select(*SentLetter.all_columns(exclude=["message"]))
        .order_by(SentLetter.sent_at, SentLetter.id, ascending=False)
        .limit(SHOWN)
    )
    number = request.path_params.get("letter") or (newest[0]["id"] if newest else None)
    message = await _message(number) if number else None
    return render(
        request,
        "dev/letters.html",
        headers={
            "content-security-policy": content_security_policy(request.scope["nonce"], "frame-src 'self'")
        },
        letters=newest,
        open_letter=number,
        message=message,
        plain=_part(message, "text/plain") if message else "",
        calendar=_part(message, "text/calendar") if message else "",
    )


async def letter_html(request: Request) -> Response:
    """The HTML part alone, with the pictures that travel beside it, for the frame."""
    message = await _message(request.path_params["letter"])
    html = _with_pictures(_part(message, "text/html"), message)
    return HTMLResponse(html, headers={"content-security-policy": LETTER_POLICY})


async def covers(request: Request) -> Response:
    """Every motif in each of its palettes; `make pictures` takes them from here."""
    return render(request, "dev/covers.html", covers=every_cover("square"), for_letters=every_cover("letter"))


async def components(request: Request) -> Response:
    """Every component, in every state."""
    broken: Form[Fields] = Form(
        {"name": "Ana", "email": "ana@"},
        None,
        {"email": "That is not an e-mail address.", "seats": "The smallest possible is 1."},
    )
    now = clock.now()
    return render(
        request, "dev/components.html", now=now, this_month=month_of(now), empty=blank(), broken=broken
    )


async def _message(number: int) -> EmailMessage:
    if number.bit_length() > 63:  # More than the database counts.
        raise NotFound
    raw = await value_of(SentLetter.select(SentLetter.message).where(SentLetter.id == number))
    if raw is None:
        raise NotFound
    return message_from_bytes(raw, policy=default)


def _part(message: EmailMessage, kind: str) -> str:
    for part in message.walk():
        if part.get_content_type() == kind:
            return str(part.get_content())
    return ""


def _with_pictures(html: str, message: EmailMessage) -> str:
    for part in message.walk():
        if part.get_content_type() == "image/png" and part["Content-ID"]:
            picture = b64encode(part.get_content()).decode()
            html = html.replace(f"cid:{part['Content-ID'].strip('<>')}", f"data:image/png;base64,{picture}")
    return html


routes: list[BaseRoute] = [
    Route("/dev/letters", letters, name="dev:letters"),
    Route("/dev/letters/{letter:int}", letters, name="dev:letter"),
    Route("/dev/letters/{letter:int}.html", letter_html, name="dev:letter-html"),
    Route("/dev/components", components, name="dev:components"),
    Route("/dev/covers", covers, name="dev:covers"),
]
