"""The settings page of one's own calendar addresses."""

from collections.abc import Mapping
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

from events.calendars import feeds, queries
from events.calendars.forms import FeedFields
from events.tables import Feed
from members.access import signed_in
from server import one_time_secret
from server.errors import NotFound, Refusal
from server.forms import Form, blank, read
from server.languages.messages import _
from server.pages import absolute, redirect, render, url

# The address of a new feed travels to the next page in this cookie, is shown there once, and is gone.
NEW = "new_feed"

GIVES = (Feed.name, Feed.holds, Feed.cancelled, Feed.alarm, Feed.days_back)
USUAL = {"holds": "mine", "cancelled": "keep", "days_back": 90}


async def index(request: Request) -> Response:
    """My feeds, and the address of the one that was just made."""
    return await _page(request, blank(**USUAL))


async def make(request: Request) -> Response:
    """Make one."""
    me = signed_in(request.user)
    form = await read(request, FeedFields)
    if form.data:
        try:
            public_id, secret = await feeds.make(me, **form.data.model_dump())
            return _show_once(redirect("events:feeds", notice=_("Your feed is ready.")), public_id, secret)
        except Refusal as refusal:
            form.refuse(refusal)
    return await _page(request, form)


async def rotate(request: Request) -> Response:
    """Give it a new address; the old one is dead."""
    me, public_id = signed_in(request.user), request.path_params["feed"]
    secret = await feeds.rotate(me, public_id)
    notice = _("The feed has a new address. The old one no longer works.")
    return _show_once(redirect("events:feeds", notice=notice), public_id, secret)


async def change(request: Request) -> Response:
    """Call it something else, or have it give something else. Its address stays."""
    me, public_id = signed_in(request.user), request.path_params["feed"]
    form = await read(request, FeedFields)
    if form.data:
        try:
            await feeds.change(me, public_id, **form.data.model_dump())
            notice = _("Saved. Your calendar has it as soon as it looks again.")
            return redirect("events:feeds", notice=notice)
        except Refusal as refusal:
            form.refuse(refusal)
    return await _page(request, blank(**USUAL), changed={public_id: form})


async def revoke(request: Request) -> Response:
    """Take it back."""
    await feeds.revoke(signed_in(request.user), request.path_params["feed"])
    return redirect("events:feeds", notice=_("The feed is deleted, and its address no longer works."))


async def _page(
    request: Request,
    form: Form[FeedFields],
    *,
    changed: Mapping[str, Form[FeedFields]] = MappingProxyType({}),
) -> Response:
    """With what was typed to make one, or to change one (by public id). Raises NotFound if that is not theirs."""
    mine = await queries.feeds_of(signed_in(request.user))
    if not changed.keys() <= {feed.public_id for feed in mine}:
        raise NotFound
    new, address = _new_feed(request, mine)
    page = render(
        request,
        "events/feeds.html",
        status=max(each.status for each in (form, *changed.values())),
        headers={"Cache-Control": "no-store"},
        form=form,
        feeds=[(feed, changed.get(feed.public_id) or blank(**feed.to_dict(*GIVES))) for feed in mine],
        new=new,
        address=address,
        webcal="webcal" + address.removeprefix("https").removeprefix("http") if address else "",
    )
    return one_time_secret.forget(page, NEW, path=url("events:feeds"))


def _show_once(response: Response, public_id: str, secret: str) -> Response:
    return one_time_secret.keep(response, NEW, public_id, secret, path=url("events:feeds"))


def _new_feed(request: Request, mine: list[Feed]) -> tuple[Feed | None, str]:
    public_id, secret = one_time_secret.kept(request, NEW) or ("", "")
    new = next((feed for feed in mine if feed.public_id == public_id), None)
    return new, absolute("events:feed", secret=secret) if new else ""
