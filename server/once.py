"""A form that makes something makes it once, however often it is sent.

    Route("/communities/new", once(communities.create), methods=["POST"])

Such a form carries a key that was made with it (`{{ forms.key() }}`). The page runs in the transaction that writes
the key down, and what it answered is kept beside it. The same form again (a double click, the back button, a retry
when no reply came) changes nothing and gets that answer; while the first is under way, it waits. The same key with
other words is another wish, and nothing of it is lost.

An answer may hold a secret (a door's address, a session). It is kept so that only somebody who sends the form again,
with its key, can have it read: the database has neither.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from server import clock, forms
from server.db import transaction
from server.errors import Conflict
from server.languages.language import spoken
from server.languages.messages import _
from server.pages import NOTICE
from server.rows import row_as
from server.settings import settings
from server.statements import Query, prepared
from server.tables import TakenForm

FIELD = "ref"
KEPT = timedelta(days=14)  # Nobody goes back to an older page and sends it again.
MADE = (
    201,
    202,
    303,
)  # What says that something has come of a form. With anything else it may be sent again.

Page = Callable[[Request], Awaitable[Response]]


class SentBefore(Conflict):
    """It was taken, and what was answered cannot be read any more."""

    sentence = _("This form has been sent before. Please open the page again if there is more to do.")


def once(page: Page, *, within: timedelta = KEPT, whoever: bool = False) -> Page:
    """Have a page take each form once; the same form is answered the same for so long. Two statements more.

    `whoever`: also when its sender has signed in or out since. For a form at a secret address.
    """

    @wraps(page)
    async def once_only(request: Request) -> Response:
        form = await _form(request, whoever=whoever)
        if form is None:
            return await page(request)
        async with transaction():
            if not await _first(form):
                return await _again(form, page, request, within)
            response = await page(request)
            await (_keep(form, response) if response.status_code in MADE else _forget(form))
            return response

    return once_only


async def first(request: Request) -> bool:
    """Whether this form has not been taken before; from now on it has. In the transaction of what it makes.

    For a page that answers the same again by itself.
    """
    form = await _form(request)
    return form is None or await _first(form)


async def forget_old(before: datetime) -> None:
    """Delete the keys of forms that were sent before then."""
    await TakenForm.delete().where(TakenForm.at < before)


# A form is known by the digest of who sent what to where. What opens its answer is a digest with the server's key.


async def _form(request: Request, *, whoever: bool = False) -> bytes | None:
    """All that makes a form the same form; None for one without a key."""
    sent = await forms.sent(request)
    key = request.headers.get("idempotency-key") or sent.get(FIELD)
    if not key or not isinstance(key, str):
        return None
    user = None if whoever else request.scope.get("user")
    said = [request.url.path, user.id if user else None, key, *_said(sent)]
    return json.dumps(said).encode()


def _said(sent: FormData) -> list[list[Any]]:
    return [
        [name, value if isinstance(value, str) else [value.filename, value.size]]
        for name, value in sent.multi_items()
    ]


async def _first(form: bytes) -> bool:
    # Whoever sends the same at this moment waits here, until the other transaction has ended.
    return bool(await TakenForm.insert(TakenForm(digest=_digest(form))).on_conflict(action="DO NOTHING"))


async def _again(form: bytes, page: Page, request: Request, within: timedelta) -> Response:
    found = await row_as(TakenForm, TakenForm.select().where(TakenForm.digest == _digest(form)))
    if found is None or found.at < clock.now() - within:
        return await page(request)
    try:
        status, headers, body, *language = json.loads(_sealed(form, found.answer or b""))
    except ValueError as error:  # The server's key is another one by now.
        raise SentBefore from error
    response = Response(body, status)
    response.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    if language and language != [spoken().code]:
        _in_another(response, *language)
    return response


def _in_another(response: Response, language: str) -> None:
    """It was answered in another language than is read now: a page says so, and a notice on the next is left out."""
    if response.body:
        response.headers["Content-Language"] = language
    response.raw_headers = [
        (name, value)
        for name, value in response.raw_headers
        if not (name == b"set-cookie" and value.startswith(f"{NOTICE}=".encode()))
    ]


async def _keep(form: bytes, response: Response) -> None:
    headers = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in response.raw_headers]
    answer = json.dumps([response.status_code, headers, bytes(response.body).decode(), spoken().code])
    await _write_answer(_sealed(form, answer.encode()), _digest(form))


@prepared
def _write_answer(answer: bytes, digest: bytes) -> Query:
    return TakenForm.update({TakenForm.answer: answer}).where(TakenForm.digest == digest)


async def _forget(form: bytes) -> None:
    await TakenForm.delete().where(TakenForm.digest == _digest(form))


def _digest(form: bytes) -> bytes:
    return hashlib.sha256(form).digest()


def _sealed(form: bytes, text: bytes) -> bytes:
    """A text made unreadable, or readable again. Each form is kept once, so its pad is used for one text only."""
    pad = hashlib.shake_256(settings.signing_key.encode() + b"\0once\0" + form).digest(len(text))
    return bytes(one ^ other for one, other in zip(text, pad, strict=True))
