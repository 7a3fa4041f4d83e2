"""What the form of an event is about, and the picture that it holds between two requests."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from events import access
from events.tables import Event
from members.access import organised_community, signed_in
from members.queries import community_by_id
from members.tables import Community, Person
from server import clock, pictures, tokens
from server.errors import LinkExpired, NotFound, Refusal
from server.forms import Form

_PICTURE = "picture of an event's form"


@dataclass
class Sheet:
    """What the form is about: whose event it is, or will be, of which it is a copy, and the picture it has so far.

    `again`: it is the form of a series: a new one, or one that is changed, from this event on.
    """

    me: Person
    community: Community
    event: Event | None = None
    picture: int | None = None
    like: Event | None = None
    again: bool = False

    @property
    def changed(self) -> Event:
        """The event that is changed, where there is one."""
        assert self.event
        return self.event

    def begin_like(self, event: Event | None) -> None:
        """It is to be a copy of this one."""
        self.like = event
        self.picture = event.picture if event else None


async def new_sheet(request: Request, *, again: bool = False) -> Sheet:
    """For a new event, or series, of the community in a request's address. Raises NotFound, Forbidden, SignInNeeded."""
    community = await organised_community(request.user, request.path_params["community"])
    return Sheet(signed_in(request.user), community, again=again)


async def sheet_of(request: Request) -> Sheet:
    """For the event in a request's address. Raises NotFound, Forbidden, SignInNeeded."""
    event = await access.organised_event(request.user, request.path_params["event"])
    community = await community_by_id(event.community)
    if community is None:
        raise NotFound
    return Sheet(signed_in(request.user), community, event, event.picture)


async def event_like(person: Person, public_id: str) -> Event | None:
    """The event that somebody copies; None for none. Raises NotFound for one that is not theirs to copy."""
    return await access.event_of_own_community(person, public_id) if public_id else None


async def begin_like_still(sheet: Sheet, public_id: str) -> bool:
    """Have a new one be like the event that its form was begun from. False where that is not there any more."""
    try:
        sheet.begin_like(await event_like(sheet.me, public_id))
    except NotFound:
        return False
    return True


async def take_picture(form: Form[Any], sheet: Sheet) -> None:
    """Keep a picture as soon as it arrives: a form that has to be mended does not ask for it again."""
    upload, kept = form.values.get("picture"), _opened(sheet.me, str(form.value("kept")))
    if isinstance(upload, UploadFile):
        try:
            sheet.picture = await pictures.keep(upload)
            form.values["kept"] = sealed_picture(sheet.me, sheet.picture)
            await _give_up(kept)
        except Refusal as refusal:
            form.refuse(refusal)
    elif form.value("without_picture"):
        sheet.picture = None
        await _give_up(kept)
    elif kept:
        # A form that lay open overnight may have outlived its picture.
        sheet.picture = int(kept) if await pictures.shown_one(int(kept)) else sheet.picture


async def _give_up(kept: tokens.Part | None) -> None:
    """What the form held before, and holds no more."""
    if kept:
        await pictures.give_up(int(kept))


def sealed_picture(person: Person, picture: int) -> str:
    """A picture that a form holds, so that only this person can send it back."""
    return tokens.sign(_PICTURE, person.id, picture, expires=clock.now() + timedelta(days=7))


def _opened(person: Person, token: str) -> tokens.Part | None:
    try:
        owner, part = tokens.read(_PICTURE, token)
    except (NotFound, LinkExpired):
        return None
    return part if owner == person.id else None
