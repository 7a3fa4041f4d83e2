"""One person's page of a follow-up, behind the link in their letter. Looking changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from followups import access
from followups.asks import asks
from followups.asks import queries as asks_queries
from followups.asks.asks import KEPT as ASKS_KEPT
from followups.asks.queries import OwnAsk
from followups.connections import cards
from followups.connections.queries import card_of
from followups.days import reveal_after
from followups.forms import ReplyFields, filled_in
from followups.pages import left
from followups.survey import answering, encounters, links, queries
from followups.survey.queries import Asked, Marked, Names
from members.access import other_of
from members.blocking.pages import blocks
from members.queries import person_by_id
from members.tables import Person
from server import clock, forms, pictures
from server.db import transaction
from server.errors import LinkExpired, NotFound, Refusal
from server.finding import asked_words
from server.forms import Form
from server.languages.messages import Text, _
from server.pages import redirect_to, render, url
from server.pagination import asked_place
from server.presentation import clock_time, in_zone, long_date, when, zone_name


@dataclass(frozen=True)
class AskedFor:
    """Something that somebody asked for, on the page's end: who reads it, and until which day."""

    kind: str
    reader: Text
    until: Text


@dataclass(frozen=True)
class Next:
    """What will happen with what somebody said: whom they wished to hear from, when they would hear, who reads what
    they ask for, when their note comes back or that it has, and until when they can change all this."""

    marked: Marked
    heard: Text
    asks: list[AskedFor]
    note_back: Text
    note_came: Text
    closes: Text


async def show(request: Request) -> Response:
    """The questions, with what has been said; once they are closed, what is left to whoever was asked."""
    try:
        asked = await access.asked_by(request.path_params["token"])
    except LinkExpired as closed:
        return await left.show_if_any(request, closed)
    names = await _names(request, asked)
    own = await asks_queries.of(asked.person, asked.follow_up)
    form = filled_in(asked, names, await card_of(asked.person.id), own)
    return await _page(request, asked, names, form, own)


async def answer(request: Request) -> Response:
    """Keep what was said, and show it again with what happens next."""
    asked = await access.asked_by(request.path_params["token"])
    form = await forms.read(request, ReplyFields)
    if form.data:
        try:
            return await _keep(asked, form.data)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.refuse(refusal)
    own = await asks_queries.of(asked.person, asked.follow_up)
    return await _page(request, asked, await _names(request, asked), form, own)


async def ask_block(request: Request) -> Response:
    """Block somebody who was there? Says what that means."""
    asked, other = await _met(request)
    return blocks.ask_about(request, other, settings=_settings(request, asked))


async def block(request: Request) -> Response:
    """Not see them and not be seen by them."""
    asked, other = await _met(request)
    return await blocks.block_and_go(asked.person, other, settings=_settings(request, asked))


async def blocked(request: Request) -> Response:
    """People somebody has blocked, for a reader who is not signed in."""
    asked = await access.asked_by(request.path_params["token"])
    return await blocks.show_behind_link(
        request,
        asked.person,
        back=links.path(asked),
        unblock=lambda person: url("followups:unblock", token=links.token(asked), person=person),
    )


async def unblock(request: Request) -> Response:
    """Take it back."""
    asked = await access.asked_by(request.path_params["token"])
    other = await other_of(asked.person, request.path_params["person"])
    return await blocks.unblock_and_go(asked.person, other, settings=_settings(request, asked))


async def _met(request: Request) -> tuple[Asked, Person]:
    """Somebody whom the list shows, and to whom. Raises NotFound."""
    asked, key = await access.asked_by(request.path_params["token"]), request.path_params["met"]
    found = (await queries.names_by_key(asked, [key])).get(key) if asked.sees_names else None
    other = await person_by_id(found.person) if found else None
    if other is None:
        raise NotFound
    return asked, other


def _settings(request: Request, asked: Asked) -> str:
    """Where they take it back: in their settings when they are signed in, else behind the same link."""
    if request.user and request.user.id == asked.person.id:
        return url("members:blocks")
    return url("followups:blocks", token=links.token(asked))


async def _keep(asked: Asked, data: ReplyFields) -> Response:
    if data.act == "dismiss":
        await answering.dismiss(asked)
        return redirect_to(
            links.path(asked), notice=_("We will not write to you about this gathering again.")
        )
    async with transaction():
        await answering.answer(asked, data.said, data.marks, finished=data.finished, step=data.step)
        if data.take_back:
            await encounters.withdraw_wishes(asked)
        if data.asks_card:
            await cards.share_email(asked.person, data.shares_email)
        if data.offers:
            await asks.say(asked.person, asked.event, asked.follow_up, data.asks)
    return redirect_to(_onwards(asked, data), notice=_("Saved. You can change it until this page closes."))


def _onwards(asked: Asked, data: ReplyFields) -> str:
    """Where the button leads: on in the list of names, or to the top of the page."""
    if data.act == "find":
        return links.path(asked, q=data.find) + "#met"
    if data.after or data.before:
        return links.path(asked, q=data.find, after=data.after, before=data.before) + "#met"
    if data.findable and not asked.findable:
        return links.path(asked) + "#met"
    return links.path(asked)


async def _names(request: Request, asked: Asked) -> Names:
    if not asked.sees_names:
        return Names()
    query = request.query_params
    return await queries.names(asked, place=asked_place(query), words=asked_words(query))


async def _page(
    request: Request, asked: Asked, names: Names, form: Form[ReplyFields], own: Mapping[str, OwnAsk]
) -> Response:
    return render(
        request,
        "followups/followup.html",
        status=form.status,
        form=form,
        asked=asked,
        event=asked.event,
        person=asked.person,
        picture=await pictures.shown_one(asked.person.picture),
        names=names,
        wishes=await queries.wishes_beside(asked, []),
        most_wishes=encounters.MOST_WISHES,
        reader=await asks_queries.reader_for(asked.person, asked.event),
        asks=own,
        first_time=await queries.first_time(asked),
        begun=asked.step in answering.STEPS and asked.unfinished,
        next=await _next(asked, own),
        here=links.path(asked),
        token=links.token(asked),
    )


async def _next(asked: Asked, own: Mapping[str, OwnAsk]) -> Next:
    zone = asked.event.zone
    batch = reveal_after(clock.now(), opened_at=asked.opened_at, closes_at=asked.closes_at, zone=zone)
    heard = in_zone(batch or asked.closes_at, zone)
    closes = in_zone(asked.closes_at, zone)
    return Next(
        marked=await queries.marked(asked) if asked.sees_names else Marked([], []),
        # Translators: when a letter comes: "Thursday, 12 March 2026 at 18:00, Berlin time"
        heard=_(
            "%(day)s at %(time)s, %(zone)s",
            day=long_date(heard),
            time=clock_time(heard),
            zone=zone_name(zone),
        ),
        asks=[
            AskedFor(each.kind, each.reader, long_date(in_zone(each.asked_at + ASKS_KEPT, zone)))
            for each in own.values()
        ],
        note_back=_day(asked.note_back_at, asked) if not asked.note_sent_at else "",
        note_came=_day(asked.note_sent_at, asked),
        closes=when(closes, zone=zone),
    )


def _day(moment: datetime | None, asked: Asked) -> Text:
    return long_date(in_zone(moment, asked.zone)) if moment else ""
