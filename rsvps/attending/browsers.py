"""What a browser remembers of an answer that was given in it without an account, in one cookie for each gathering.

`Typed` is what somebody filled in. It proves nothing: anybody can type an address. So whoever typed it sees what they
typed, alike for every address, and that it is confirmed once it is; no more. `Known` is a browser in which the link of
a letter was used: it sees what the link shows, and leads to it.

Both are sealed for their gathering, so that nobody reads or makes one, and sent to the pages of that gathering only.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from events.tables import Event
from rsvps.attending.by_letter import KEPT, Asked
from rsvps.seating.rules import HELD_FOR
from rsvps.tables import Rsvp
from server import clock, tokens
from server.errors import NotFound
from server.pages import url
from server.settings import settings

PURPOSE = "guest"
COOKIE = "__Secure-guest" if settings.secure else "guest"
AFTERWARDS = timedelta(days=1)  # How long a browser knows somebody once the gathering is over.
LARGEST = 3_500  # characters of a cookie; browsers take 4,096 with its name and path
_FEW = ("name", "email", "answer", "guests", "online")  # what is kept of a form that is too large


@dataclass(frozen=True)
class Typed:
    """An answer as it was typed: its fields by name, and what was said of it. `wrong`: the address was not theirs.

    `along`: what is taken on with it, in words. `form`: the path where it was filled in, if that is not the event's.
    """

    asked: Asked
    values: Mapping[str, Any] = field(default_factory=dict)
    along: str = ""
    form: str = ""
    wrong: bool = False

    @property
    def email(self) -> str:
        """The address that was typed."""
        return str(self.values.get("email", "")).strip()

    @property
    def lapsed(self) -> bool:
        """Whether a seat was kept, and is not any more."""
        return self.asked.kept_until is not None and self.asked.kept_until <= clock.now()


@dataclass(frozen=True)
class Known:
    """Whose link was used in this browser: their answer, and the version of its link."""

    rsvp: int
    link: int


def remember_typed(response: Response, event: Event, typed: Typed) -> Response:
    """Keep what was typed for as long as it can be confirmed; with a wrong address only until it is typed again."""
    values = dict(typed.values)
    lasts = HELD_FOR if typed.wrong else KEPT
    if len(token := _sealed_typed(event, replace(typed, values=values))) > LARGEST:
        values = {name: values[name] for name in _FEW if name in values}
        token = _sealed_typed(event, replace(typed, values=values))
    return _set(response, event, token, lasts)


def remember_known(response: Response, event: Event, rsvp: Rsvp) -> Response:
    """Know somebody here until their gathering is over."""
    expires = event.over_at + AFTERWARDS
    if expires <= clock.now():
        return response
    token = tokens.seal(PURPOSE, event.public_id, "known", str(rsvp.id), str(rsvp.link), _said(expires))
    return _set(response, event, token, expires - clock.now())


def forget(response: Response, event_name: str) -> Response:
    """Know nobody here any more."""
    response.delete_cookie(
        COOKIE,
        path=url("events:event", event=event_name),
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )
    return response


def kept(request: Request, event_name: str) -> Typed | Known | None:
    """What this browser remembers of a gathering, by its public id; None if nothing that still holds."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    try:
        event, kind, *parts = tokens.unseal(PURPOSE, token)
    except NotFound:
        return None
    if event != event_name:
        return None
    return _typed(*parts) if kind == "typed" else _known(*parts)


def _typed(words: str) -> Typed | None:
    rsvp, at, becomes, chairs, until, name, values, *more = json.loads(words)
    asked = Asked(int(rsvp), _moment(at), becomes, chairs, _moment(until) if until else None, name)
    return None if asked.at + KEPT <= clock.now() else Typed(asked, values, *more)


def _known(rsvp: str, link: str, expires: str) -> Known | None:
    return Known(int(rsvp), int(link)) if _moment(expires) > clock.now() else None


def _sealed_typed(event: Event, typed: Typed) -> str:
    asked = typed.asked
    # Of one length for every answer: how many there were before it would tell whether it is a new one.
    rsvp, until = f"{asked.rsvp:020d}", _said(asked.kept_until) if asked.kept_until else ""
    said = [rsvp, _said(asked.at), asked.becomes, asked.chairs, until, asked.along]
    words = [*said, dict(typed.values), typed.along, typed.form, typed.wrong]
    return tokens.seal(PURPOSE, event.public_id, "typed", json.dumps(words, ensure_ascii=False))


def _set(response: Response, event: Event, token: str, lasts: timedelta) -> Response:
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(lasts.total_seconds()),
        path=url("events:event", event=event.public_id),
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )
    return response


def _said(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(said: str) -> datetime:
    return datetime.fromisoformat(said)
