"""Pictures that people give: checked when they arrive, made small and stripped of metadata by the worker.

    person.picture = await pictures.keep(form.data.picture)      # raises PictureRefused beside the field "picture"
    shown = await pictures.shown([person.picture])               # addresses, or how far it is

The content says what a picture is, never its name. Only what was decoded and encoded again is ever sent out, so
nothing that hid in the file (a place, a second file) survives.

A picture is shown to whoever knows its name, 128 bits that stand only on pages of those who may see what it belongs
to. It dies with that, in the same transaction: whoever has a `picture` gives it up by showing another or by being
deleted, and a trigger (`discard_picture`) deletes the row. From then on its address is 404.
"""

import asyncio
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from piccolo.columns import Column
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from server import apart, clock, covers, store, tokens
from server.db import transaction
from server.errors import NotFound, Refusal
from server.jobs import TemporaryFailure, job, later
from server.languages.messages import Message, Text, _, key_of
from server.pages import absolute, url
from server.rows import value_of
from server.statements import Query, among, prepared
from server.tables import Picture

LARGEST = 10 * 1024 * 1024  # bytes
ACCEPT = "image/jpeg,image/png,image/webp"  # for the file field; the check is ours
SIZES = frozenset({"small", "large"})  # in pixels: `server/resizing.py`
MEMORY, SECONDS = 170, 30  # What making the sizes of one picture may take, in megabytes and seconds.
HEADS = 40  # Percent from the top, where most pictures have them.
UNUSED_FOR = timedelta(days=1)

# What is taken away must live on nowhere: in no cache that many share, in no index of pictures, and in a browser only
# as long as we say each time (304, one probe of an index) that it is still there.
HEADERS = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
# Mail programs that are browsers inside (Apple Mail, say) show a letter as a page that is not ours.
ELSEWHERE = {"Cross-Origin-Resource-Policy": "cross-origin"}
FOR_LETTERS = {"Cache-Control": "public, max-age=604800", "X-Robots-Tag": "noindex", **ELSEWHERE}

TOO_LARGE = _("That picture has more than 10 MB. Please choose a smaller one.")
BROKEN = _("We could not read that picture to its end. Please try another one.")

# One child at a time in each process, however many pictures come.
_at_work = asyncio.Semaphore(1)


class PictureRefused(Refusal):
    """What was sent is no picture, or too much of one."""

    field = "picture"


@dataclass(frozen=True)
class Shown:
    """How a picture appears: the addresses of its sizes ("" until it is ready), or why it was refused."""

    small: str = ""
    large: str = ""
    refused: Text = ""

    @property
    def ready(self) -> bool:
        """Whether there is something to show."""
        return bool(self.small)

    @property
    def coming(self) -> bool:
        """Whether the worker has still to do its part."""
        return not self.small and not self.refused


async def keep(upload: UploadFile) -> int:
    """Take in a picture and have its sizes made. Returns its id; raises PictureRefused."""
    content = await upload.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise PictureRefused(TOO_LARGE)
    width, height = await asyncio.to_thread(_measure, content)
    async with transaction():
        picture = Picture(original=content, width=width, height=height)
        await Picture.insert(picture)
        await later(make_sizes, picture.id)
    number: int = picture.id
    return number


@job("pictures.make_sizes", formerly="server.pictures.make_sizes", at_once=2)
async def make_sizes(picture: int) -> None:
    """Make the sizes of a picture and empty its original. Twice is harmless. About a second for a phone's picture."""
    original = await value_of(Picture.select(Picture.original).where(Picture.id == picture))
    if original is None:
        return
    try:
        sizes = await _resize(original)
    except PictureRefused as refusal:
        await _replace_original(picture, {Picture.refused: key_of(refusal.sentence)})
        return
    small, large = sizes["small"], sizes["large"]
    await _replace_original(
        picture, {Picture.small: small, Picture.large: large, Picture.ready_at: clock.now()}
    )


async def _replace_original(picture: int, made: dict[Column | str, Any]) -> None:
    await Picture.update({Picture.original: None, **made}).where(Picture.id == picture)


@job("pictures.make_letter_size", at_once=2)
async def make_letter_size(picture: int, x: int = 50, y: int = 50) -> None:
    """Make the size of a picture that letters show, around a point of it: percent from the left and from the top.

    In the middle nobody chose it; then more is cut off below than above, for that is where heads are. Twice is
    harmless. Raises TemporaryFailure before `make_sizes`.
    """
    row = await Picture.select(Picture.large, Picture.refused).where(Picture.id == picture).first()
    if row is None or row["refused"]:
        return
    if row["large"] is None:
        raise TemporaryFailure("its sizes are not made yet")
    async with _at_work:
        around = bytes([x, HEADS if (x, y) == (50, 50) else y]) + row["large"]
        made = await apart.do("server.resizing:for_letter", around, memory=MEMORY, seconds=SECONDS)
    await Picture.update({Picture.letter: b64decode(made)}).where(Picture.id == picture)


async def for_letter(picture: int | None) -> str:
    """The address of a picture for letters, with our host before it; empty for none. At most one query."""
    name = await value_of(_in_letters(picture)) if picture is not None else None
    return absolute("letter-picture", picture=name) if name else ""


@prepared
def _in_letters(picture: int) -> Query:
    return Picture.select(Picture.public_id).where((Picture.id == picture) & Picture.letter.is_not_null())


async def shown(pictures: Iterable[int | None]) -> dict[int, Shown]:
    """How these pictures (by id) appear. One query, none when there are none."""
    wanted = {picture for picture in pictures if picture is not None}
    if not wanted:
        return {}
    found = await _appearing(list(wanted))
    return {row["id"]: _shown(row["public_id"], bool(row["ready_at"]), row["refused"]) for row in found}


@prepared
def _appearing(pictures: list[int]) -> Query:
    return Picture.select(Picture.id, Picture.public_id, Picture.ready_at, Picture.refused).where(
        among(Picture.id, pictures)
    )


async def shown_one(picture: int | None) -> Shown | None:
    """How one picture appears; None when there is none. At most one query."""
    return next(iter((await shown([picture])).values()), None)


def address(public_id: str | None, size: str = "small") -> str:
    """The address of one size of a picture that is ready: "small" (480 px) or "large" (1600 px).

    Empty for none, so that a page shows its drawing.
    """
    return url("picture", picture=public_id, size=size) if public_id else ""


async def largest(picture: int | None) -> bytes | None:
    """The large size of a picture, as a file; None for none, and until it is ready. At most one query."""
    content: bytes | None = await value_of(_of_id(picture)) if picture is not None else None
    return content


@prepared
def _of_id(picture: int) -> Query:
    return Picture.select(Picture.large).where((Picture.id == picture) & Picture.ready_at.is_not_null())


async def copy(picture: int | None) -> int | None:
    """The same picture once more, for something else that shows it: each dies with its own. None stays None."""
    if picture is None:
        return None
    async with transaction():
        copied = await store.copy_picture(picture, name=tokens.secret_name(), now=clock.now())
        if copied:
            await later(make_sizes, copied)  # It may have been copied before its sizes were made.
    return copied


async def rename(picture: int | None) -> None:
    """Give a picture another name: whoever knew the old one finds nothing there. None does nothing."""
    if picture is not None:
        await Picture.update({Picture.public_id: tokens.secret_name()}).where(Picture.id == picture)


async def discard_unused(before: datetime) -> None:
    """Delete the pictures from before then that nothing has come to refer to: forms that were never sent.

    Who may refer to a picture is asked of the database's own foreign keys, so a new one cannot be forgotten.
    """
    await store.discard_unused_pictures(before=before)


async def give_up(picture: int) -> None:
    """Delete a picture that a form held and no longer holds, unless something has come to refer to it."""
    await store.discard_unused_picture(picture)


async def picture(request: Request) -> Response:
    """One size of a picture, which never changes under this address. 404 until it is ready, and once it is gone."""
    name, size = request.path_params["picture"], request.path_params["size"]
    if size not in SIZES:
        raise NotFound
    return await _sent(request, name, size, "image/webp")


async def letter_picture(request: Request) -> Response:
    """The same for letters, which mail programs fetch without anybody being signed in."""
    response = await _sent(request, request.path_params["picture"], "letter", "image/jpeg")
    response.headers.update(ELSEWHERE)
    return response


async def letter_cover(request: Request) -> Response:
    """The drawn picture that a letter shows of what has none."""
    try:
        content = covers.drawn_for_letters(request.path_params["cover"])
    except KeyError as error:
        raise NotFound from error
    return Response(content, headers=FOR_LETTERS, media_type="image/png")


async def _sent(request: Request, name: str, size: str, media_type: str) -> Response:
    etag = f'"{name}-{size}"'
    known = etag in request.headers.get("if-none-match", "")
    content = await value_of(_is_ready(name) if known else _content[size](name))
    if not content:
        raise NotFound
    headers = {"ETag": etag, **HEADERS}
    return Response(b"" if known else content, 304 if known else 200, headers, media_type=media_type)


@prepared
def _is_ready(name: str) -> Query:
    return Picture.exists().where((Picture.public_id == name) & Picture.ready_at.is_not_null())


@prepared
def _small(name: str) -> Query:
    return Picture.select(Picture.small).where((Picture.public_id == name) & Picture.ready_at.is_not_null())


@prepared
def _large(name: str) -> Query:
    return Picture.select(Picture.large).where((Picture.public_id == name) & Picture.ready_at.is_not_null())


@prepared
def _letter(name: str) -> Query:
    return Picture.select(Picture.letter).where((Picture.public_id == name) & Picture.letter.is_not_null())


_content = {"small": _small, "large": _large, "letter": _letter}


routes: list[BaseRoute] = [
    Route("/pictures/{picture}/{size}.webp", picture, name="picture"),
    Route("/pictures/{picture}/letter.jpg", letter_picture, name="letter-picture"),
    Route("/covers/{cover}.png", letter_cover, name="letter-cover"),
]


def _shown(public_id: str, ready: bool, refused: str) -> Shown:
    if not ready:
        return Shown(refused=Message(refused) if refused else "")
    return Shown(small=address(public_id, "small"), large=address(public_id, "large"))


def _measure(content: bytes) -> tuple[int, int]:
    """Width and height by the header alone. Raises PictureRefused."""
    from server.resizing import measure  # Pillow: loaded with the first picture, not with every web process.

    try:
        return measure(content)
    except Refusal as refusal:
        raise PictureRefused(refusal.sentence) from refusal


async def _resize(original: bytes) -> dict[str, bytes]:
    """The sizes, made by a child that gives its memory back. Raises PictureRefused."""
    async with _at_work:
        try:
            sizes = await apart.do("server.resizing:resize", original, memory=MEMORY, seconds=SECONDS)
        except apart.Ended as error:
            raise PictureRefused(BROKEN) from error
        except Refusal as refusal:
            raise PictureRefused(refusal.sentence) from refusal
    return {name: b64decode(sizes[name]) for name in SIZES}
