"""The life of an event: a draft, then published, edited, perhaps cancelled. Only a draft is deleted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from events import contributions, pools, queries, versions, wall_clock
from events.announcements import ApprovalEnded, EventCancelled, EventPublished, SeatsChanged
from events.details import OF_POLICY, OF_POOLS, Details
from events.publishing import changes, rules
from events.tables import AnswerPolicy, Event
from events.visibility import is_news
from members.tables import Community, Person
from server import clock, editing, pictures
from server.db import transaction
from server.errors import NotFound, Refusal
from server.jobs import announce, later
from server.languages.messages import _
from server.presentation import day_gone, in_zone
from server.ratelimit import at_most

# What decides whether the line may move.
SEATS = {
    "seats", "online_seats", "guests_allowed", "approval", "answers_open_at", "answers_close_at", "mode", "asks_first",
    "newcomer_seats", "newcomer_hours",
}  # fmt: skip


MOVING = {*wall_clock.KEPT, "zone"}


class EditedMeanwhile(editing.EditedMeanwhile):
    """Somebody else saved a change while this form was being filled in. `event` is what it is now."""

    def __init__(self, event: Event) -> None:
        super().__init__({}, seen=event.changed_at.isoformat())
        self.event = event


class StandsAgainst(Refusal):
    """What people have answered speaks against a change; `field` says of what."""

    status = 409


class IsOver(Refusal):
    """What would be published is over already: is its date right? Whoever means it says so (`though_over`)."""

    status = 409
    field = "date"

    def __init__(self, starts_at: datetime, zone: str) -> None:
        day = day_gone(in_zone(starts_at, zone), clock.now())
        # Translators: day is "today", "yesterday", "last Thursday", or "on Thursday, 12 March 2026"
        super().__init__(_("That was %(day)s. Is the date right?", day=day))


class NoLongerYours(Refusal):
    """A step that the event's state does not allow."""

    status = 409


@at_most("100 per day", "new event", of=lambda *_, by, counted=True, **__: by.id if counted else None)
async def draft(
    community: Community,
    details: Details,
    *,
    by: Person,
    public_id: str,
    picture: int | None = None,
    like: Event | None = None,
    series: int | None = None,
    counted: bool = True,
) -> Event:
    """Write a draft down. The same `public_id` again gives the event that is there.

    `series` (by id) is the one of which it is the pattern. `like` is the event it is a copy of: other packages add
    what they kept of that one. What is not `counted` is one of many whose number is bounded otherwise. Raises
    NotAllowed with all that `rules` refuse; TooMany.
    """
    rules.check(details)
    async with transaction():
        said = details.all() | wall_clock.kept(vars(details), details.zone)
        event = Event(
            community=community.id,
            created_by=by.id,
            public_id=public_id,
            picture=picture,
            series=series,
            **_of_event(said),
        )
        number = await _inserted(event)
        if number is None:
            return await _already_there(public_id, community)
        await AnswerPolicy.insert(AnswerPolicy(event=number, **_of_policy(said)))
        seats = [details.seats, details.online_seats] if details.mode == "hybrid" else [details.seats]
        await pools.make(number, *seats)
        await _for_letters(picture, details)
        created = await _event(public_id)
        if like:
            for copy in contributions.copying:
                await copy(like, [created])
    return created


async def edit(
    event: Event,
    details: Details,
    *,
    seen: datetime,
    picture: int | None = None,
    though_over: bool = False,
    tells: bool = True,
) -> Event:
    """Change what an event says. `seen` is its `changed_at` when the form was made; `picture` its picture now.

    Moves are noted, so that people are told once it has come to rest; SEQUENCE rises at once. Saying what is
    true already changes nothing. Fewer seats than are taken take nobody's away. Raises NotAllowed with all
    that `rules` refuse; EditedMeanwhile; StandsAgainst beside a field, NoLongerYours when it was cancelled; IsOver
    when what is published and still to come would be over, unless that is meant (`though_over`). `tells` is as in
    `rewrite`.
    """
    rules.check(details)
    async with transaction():
        current = await _locked(event)
        changed = details.that_differ(current)
        if current.picture != picture:
            changed["picture"] = picture
        if not {"picture", "picture_x", "picture_y"}.isdisjoint(changed):
            await _for_letters(picture, details)
        if not changed:
            return current
        if current.status == "cancelled":
            raise NoLongerYours(
                _("This gathering is cancelled, so it stays as it is. You can copy it to a new one.")
            )
        if current.changed_at != seen:
            raise EditedMeanwhile(current)
        if current.status == "published" and current.over_at > clock.now() and not though_over:
            _refuse_what_is_over(details)
        await _ask_others(current, details)
        if not MOVING.isdisjoint(changed):
            changed |= wall_clock.kept(vars(details), details.zone)
        if current.series_date:
            changed["by_hand"] = True
        return await rewrite(current, changed, tells=tells)


async def _for_letters(picture: int | None, details: Details) -> None:
    """Have a picture made ready for letters, around the point of it that was chosen."""
    if picture is not None:
        await later(pictures.make_letter_size, picture, details.picture_x, details.picture_y)


async def rewrite(current: Event, changed: dict[str, Any], *, tells: bool = True) -> Event:
    """Write what is different about an event, and tell those who have to know. In a transaction, its row locked.

    A caller who tells of moves in another way (`SeriesChanged`) says so by `tells`.
    """
    if current.status == "published":
        if tells and versions.moves(changed):
            await changes.note(current)
        await _tell_of_answers(current, changed)
        if tells and is_news(changed.get("visibility", "")) and not is_news(current.visibility):
            changed = changed | {"published_at": clock.now()}
            await announce(EventPublished(current.id))
    await _write(current, changed)
    after = await _event(current.public_id)
    if not MOVING.isdisjoint(changed):
        for take_along in contributions.moving:
            await take_along(current, after)
    return after


async def publish(event: Event, *, though_over: bool = False, tells: bool = True) -> bool:
    """Let those see it for whom it is. Returns whether it was a draft; twice is harmless.

    A caller who tells of it in another way, with others, says so by `tells`.
    Raises IsOver unless that is meant (`though_over`); NoLongerYours when it was cancelled.
    """
    async with transaction():
        current = await _locked(event)
        if current.status == "cancelled":
            raise NoLongerYours(_("This gathering is cancelled. You can copy it to a new one."))
        if current.status == "published":
            return False
        if current.is_pattern:
            raise NoLongerYours(_("This is what the gatherings of a series have in common, and none itself."))
        if not though_over:
            _refuse_what_is_over(current)
        await versions.write(current, {"status": "published", "published_at": clock.now()})
        if tells:
            await announce(EventPublished(event.id))
        return True


async def cancel(event: Event, *, reason: str, tells: bool = True, with_series: bool = False) -> bool:
    """Call a published event off. Those it concerns are told at once, and why. Twice is harmless.

    A caller who tells them in another way (`SeriesChanged`) says so by `tells`; `with_series`: it may be on again
    (`bring_back`). Returns whether it was on until now. Raises NotAllowed without a reason, or with too long a one;
    NoLongerYours for a draft, which can simply be deleted.
    """
    rules.check_reason(reason)
    async with transaction():
        current = await _locked(event)
        if current.status == "draft":
            raise NoLongerYours(_("This is still a draft, and nobody is coming yet. You can delete it."))
        if current.status == "cancelled":
            return False
        await changes.close(current)
        off = {"status": "cancelled", "cancel_reason": reason, "cancelled_at": clock.now()}
        await versions.write(current, off | {"off_with_series": with_series})
        if tells:
            await announce(EventCancelled(event.id))
        return True


async def bring_back(event: Event) -> bool:
    """Have an event again that was called off with its series: the same one, in calendars by a higher SEQUENCE.

    Its caller tells of it (`SeriesChanged`), with the event's row locked. Returns whether it was off until now.
    """
    async with transaction():
        current = await _locked(event)
        if not current.off_with_series:
            return False
        on = {"status": "published", "cancel_reason": "", "cancelled_at": None, "off_with_series": False}
        await versions.write(current, on)
        await changes.record(current, await _event(current.public_id))
        return True


async def how_many_are_concerned(*events: Event) -> int:
    """How many people have to be told when these are called off, each counted once: who answered, who helps.

    A query for each of the two, however many events.
    """
    numbers = [event.id for event in events]
    found = [await concerned(numbers) for concerned in contributions.concerned] if numbers else []
    return len({person for people in found for person in people})


async def remove(event: Event) -> None:
    """Delete a draft. What was published stays and can be cancelled: raises NoLongerYours."""
    async with transaction():
        current = await _locked(event)
        if current.is_pattern:
            raise NoLongerYours(_("This is what the gatherings of a series have in common, and none itself."))
        if current.status != "draft":
            raise NoLongerYours(
                _("People may have seen this gathering, so it stays. You can cancel it instead.")
            )
        await Event.delete().where(Event.id == event.id)


def _refuse_what_is_over(it: Event | Details) -> None:
    if rules.over_at(it) <= clock.now():
        raise IsOver(it.starts_at, it.zone)


async def _ask_others(event: Event, details: Details) -> None:
    for objection in contributions.objections_to_editing:
        if found := await objection(event, details):
            field, sentence = found
            raise StandsAgainst(sentence, field=field)


async def _tell_of_answers(event: Event, changed: Mapping[str, Any]) -> None:
    if not SEATS.isdisjoint(changed):
        await announce(SeatsChanged(event.id))
    if event.policy.approval and changed.get("approval") is False:
        await announce(ApprovalEnded(event.id))


async def _write(event: Event, changed: Mapping[str, Any]) -> None:
    await versions.write(event, _of_event(changed))
    if policy := _of_policy(changed):
        await AnswerPolicy.update(**policy).where(AnswerPolicy.event == event.id)
    await _write_pools(event, changed)


async def _write_pools(event: Event, changed: Mapping[str, Any]) -> None:
    if "seats" in changed:
        await pools.resize(event.id, changed["seats"])
    hybrid = changed.get("mode", event.mode) == "hybrid"
    if hybrid and ("online_seats" in changed or "mode" in changed):
        await pools.resize(event.id, changed.get("online_seats"), online=True)
    elif "mode" in changed and not hybrid:
        await pools.remove_call(event.id)


def _of_event(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in OF_POLICY and name not in OF_POOLS}


def _of_policy(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name in OF_POLICY}


async def _locked(event: Event) -> Event:
    current = await queries.locked(event.id)
    if current is None:
        raise NotFound
    return current


async def _event(public_id: str) -> Event:
    found = await queries.found(public_id, None)
    if found is None:
        raise NotFound
    return found.event


async def _inserted(event: Event) -> int | None:
    written = await Event.insert(event).on_conflict(target=Event.public_id, action="DO NOTHING")
    return int(written[0]["id"]) if written else None


async def _already_there(public_id: str, community: Community) -> Event:
    event = await _event(public_id)
    if event.community != community.id:
        raise NotFound
    return event
