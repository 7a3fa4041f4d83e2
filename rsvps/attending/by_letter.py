"""Answering without an account: what is typed counts once the owner of the address confirms it by their link.

Until then it is unconfirmed: a seat is held for it for thirty minutes, and after seven days it is gone. Whoever
types an address learns nothing of it: known or not, answered or not, the page is the same.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, Unpack

from events.queries import is_kept_out
from events.tables import Event
from members import strangers
from members.tables import Person
from rsvps.attending import queries
from rsvps.letters import links, mail, unasked
from rsvps.seating import seats, store
from rsvps.seating.rules import HELD_FOR, AnswerDetails, Wish
from rsvps.status import access
from rsvps.status import queries as status_queries
from rsvps.status.queries import Answered
from rsvps.tables import Rsvp
from server import clock
from server.db import transaction
from server.errors import LinkExpired, NotFound, Refusal
from server.jobs import later
from server.languages.language import spoken
from server.languages.messages import _
from server.ratelimit import at_most

KEPT = timedelta(days=7)  # How long an unconfirmed answer is kept.


Becomes = Literal["going", "perhaps", "waiting", "requested", "maybe", "declined"]


class NoSuchAnswer(LinkExpired):
    """The link was good, and the answer it was about is not kept any more."""

    sentence = _(
        "The answer that this link was for is not kept any more. You can answer again on the gathering’s page."
    )


class Asked(NamedTuple):
    """What was said of an answer that was typed, alike for every address.

    `becomes` is what it is once it is confirmed, as far as one can tell ("perhaps": going, if they come for the first
    time); `kept_until` until when its `chairs` are kept, None if they are not, or need not be. `at` is when it was
    typed, `along` the name of what is taken on with it.
    """

    rsvp: int
    at: datetime
    becomes: Becomes
    chairs: int
    kept_until: datetime | None
    along: str = ""


@at_most("20 per hour", "rsvp by letter", of=lambda *_, email, **__: email)
@at_most("200 per 15 minutes", "rsvp by letter from", of=lambda *_, origin=None, **__: origin)
async def ask(
    event: Event,
    *,
    name: str,
    email: str,
    answer: Wish,
    guests: int,
    origin: str | None = None,
    along: str = "",
    **said: Unpack[AnswerDetails],
) -> Asked:
    """Take an answer for an address, and write there to have it confirmed.

    At most three letters a day go to one address, and one a minute about one event; beyond that nothing is said.
    `origin` is the address of the network that asks. Raises as `seats.answer` does, for every address alike; TooMany.
    """
    async with transaction():
        person = await somebody(email, name=name, zone=event.zone, language=spoken().code)
        rsvp = await seats.hold(event, person, answer=answer, guests=guests, **said)
        # Counted once nothing is refused: whoever mends their form gets their letter.
        await _write(event, person, rsvp, along)
        asked = await _told(event, person, rsvp, answer, guests, online=bool(said.get("online")))
        return asked._replace(along=along)


@at_most("10 per hour", "rsvp letter again", of=lambda event, asked: f"{event.id} {asked.rsvp}")
async def write_again(event: Event, asked: Asked) -> bool:
    """Write once more to have an answer confirmed, or with its link once it is. False if that was done a minute ago.

    Beyond three letters a day to one address nothing is said. Raises TooMany.
    """
    answered = await status_queries.answered(asked.rsvp)
    if answered is None or answered.event.id != event.id:
        return True
    async with transaction():
        return await _write(event, answered.person, answered.rsvp, asked.along)


async def take_back_typed(event: Event, asked: Asked) -> None:
    """Forget what was typed, and give its seat back; not what was confirmed, or typed anew since. Twice is harmless."""
    answered = await status_queries.answered(asked.rsvp)
    if answered is None or answered.event.id != event.id or answered.rsvp.answered_at > asked.at:
        return
    async with transaction():
        await store.lock(event.id, seats.LOCK)
        await store.end_hold(answered.rsvp.id, clock.now())
        await seats.settle(event.id)
        if not answered.rsvp.confirmed:
            await _forget(answered)


async def found(token: str) -> Answered:
    """The answer behind a link, untouched.

    Raises NotFound; KeptOut; LinkExpired when it is old, was replaced, or leads to what is not for its holder any more.
    """
    number, version = links.read(token)
    answered = await status_queries.answered(number)
    if answered is None or _gone(answered.rsvp):
        raise NoSuchAnswer
    if answered.rsvp.link != version:
        raise LinkExpired(_("This link was replaced by a newer one."), parts=(number, version))
    await access.behind_link(answered)
    return answered


async def answer(
    token: str,
    *,
    answer: Wish,
    guests: int,
    name: str = "",
    called: str = "",
    form: str = "",
    **said: Unpack[AnswerDetails],
) -> Rsvp:
    """Confirm, change or take back an answer by its link. Raises as `found` and `seats.answer` do."""
    answered = await found(token)
    person = answered.person
    async with transaction():
        await strangers.rename(person, name=name, called=called)
        await strangers.hear(person)
        await unasked.welcome_again(person.email)
    # Not in that transaction: who answers at the same moment is decided together.
    return await seats.answer(
        answered.event, person, answer=answer, guests=guests, by=person, form=form, **said
    )


async def confirm_typed(token: str) -> None:
    """Whoever acts by the link of an answer that was only typed confirms it, as far as that can be. Twice is harmless.

    Somebody who takes a shift comes, whatever was typed. Raises as `found` does.
    """
    answered = await found(token)
    if answered.rsvp.asked:
        wish: Wish = "maybe" if answered.rsvp.wanted == "maybe" else "going"
        with suppress(Refusal):  # Who helps need not have answered.
            await answer(token, answer=wish, guests=answered.rsvp.guests)


async def send_fresh_link(token: str) -> None:
    """Send a new link to the person of the answer. A link that still works stops working by it.

    With an old link the same, without ending the newer one: somebody who finds an old letter cannot lock anybody out.
    """
    number, version = what_it_was(token)
    answered = await status_queries.answered(number)
    if answered is None or not (await access.view_of(answered)).sees_it:
        return
    async with transaction():
        if not await unasked.one_more(answered.person.email, unasked.A_DAY):
            return
        await store.end_link(number, version)
        await later(mail.fresh_link, number, key=f"rsvp link {number}")


async def never_again(token: str) -> None:
    """It was not me: forget what was typed, and write no more letters that others can cause. Twice is harmless.

    Works with old links too. People who have answered themselves keep their answers and the letters about them.
    """
    number, _ = what_it_was(token)
    answered = await status_queries.answered(number)
    if answered is None:
        return
    async with transaction():
        await unasked.never_again(answered.person.email)
        await _forget(answered)


def what_it_was(token: str) -> tuple[int, int]:
    """The answer and the version that a link names, however old it is. Raises NotFound if it was forged."""
    try:
        return links.read(token)
    except LinkExpired as expired:
        if len(expired.parts) != 2:
            raise NotFound from expired
        return int(expired.parts[0]), int(expired.parts[1])


async def somebody(email: str, *, name: str = "", zone: str = "UTC", language: str = "") -> Person:
    """The person with this address; a person without an account if nobody had. See `strangers.by_address`."""
    return await strangers.by_address(email, name=name, zone=zone, language=language, known=queries.CONFIRMED)


async def forget_unconfirmed(before: datetime) -> None:
    """Delete answers from before then that nobody has confirmed, and the people who are known by nothing else."""
    await _forget_people(await store.forget_unconfirmed(before))


async def _forget(answered: Answered) -> None:
    """Delete what was only typed, and give back the seat that was held for it."""
    if not answered.rsvp.asked:
        return
    # The event first, as every decision locks it: the other way round two of them could deadlock.
    await store.lock(answered.event.id, seats.LOCK)
    await store.forget_typed(answered.rsvp.id)
    await seats.settle(answered.event.id)
    await _forget_people([answered.person.id])


async def _forget_people(people: Sequence[int]) -> None:
    await strangers.forget(people, known=queries.ANSWERED)


async def _write(event: Event, person: Person, rsvp: Rsvp, along: str) -> bool:
    """Write to whoever was typed. False if that was done within the last minute."""
    if not await unasked.one_more(f"{event.id} {person.email} {along}".strip(), "1 per minute"):
        return False
    if await unasked.may_be_written_to(person.email):
        letter = mail.known_already if rsvp.confirmed else mail.confirm
        about: list[int | str] = [rsvp.id, along] if along else [rsvp.id]
        if await is_kept_out(event, person):
            letter, about = mail.kept_out, [rsvp.id]
        await later(letter, *about, key=f"rsvp asked {rsvp.id} {along}".strip())
    return True


async def _told(
    event: Event, person: Person, rsvp: Rsvp, answer: Wish, guests: int, *, online: bool
) -> Asked:
    """What is said of what was typed: of somebody who has answered, or is kept out, what it is for everybody else."""
    now, chairs = clock.now(), 1 + guests
    pool = event.pool(online=online and event.mode == "hybrid")
    wishes_seat = answer == "going" and not event.policy.approval
    # Nobody knows yet whether they come for the first time: no chair that is kept for newcomers is held for them.
    kept = event.kept_for_newcomers(now, online=online)
    fits = wishes_seat and (pool.left is None or pool.left - kept >= chairs)
    noted = await store.note_typed(rsvp.id, now + HELD_FOR if fits else None, now)
    until = noted if fits else None
    if wishes_seat and not rsvp.confirmed and not await is_kept_out(event, person):
        until = rsvp.offer_until if rsvp.chairs == chairs else None
    becomes = _becomes(answer, approval=event.policy.approval, kept=until is not None)
    if becomes == "waiting" and kept and pool.left is not None and pool.left >= chairs:
        becomes = "perhaps"
    return Asked(rsvp.id, clock.now(), becomes, chairs, until if pool.seats is not None else None)


def _becomes(answer: Wish, *, approval: bool, kept: bool) -> Becomes:
    if answer != "going":
        return "maybe" if answer == "maybe" else "declined"
    return "requested" if approval else "going" if kept else "waiting"


def _gone(rsvp: Rsvp) -> bool:
    """Whether it would have been deleted by now."""
    return rsvp.asked and rsvp.status == "invited" and rsvp.answered_at < clock.now() - KEPT
