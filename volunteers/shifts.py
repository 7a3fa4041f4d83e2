"""What is needed at an event, and people taking it on and giving it back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from events.tables import Event
from members.access import KeptOut
from members.tables import Person
from server import clock, tokens
from server.db import transaction
from server.editing import unless_edited
from server.errors import NotFound, Refusal
from server.faults import Faults
from server.jobs import later, later_for_each
from server.languages.messages import _
from server.statements import lock, locked
from volunteers import mail, queries, store
from volunteers.hours import hours_of, on_the_wall, typed
from volunteers.queries import Shift
from volunteers.tables import Role, SignUp

# Several edits of a shift make one letter.
QUIET = timedelta(minutes=3)


class CannotSignUp(Refusal):
    """The shift is not open for this person; the sentence says why."""

    status = 409


FURTHEST = timedelta(days=13)  # from the event's start


class TooFarAway(Refusal):
    """A shift belongs to its gathering."""

    sentence = _("That is more than two weeks from the gathering. Please check the date.")
    field = "date"


@dataclass(frozen=True)
class Needed:
    """What an organiser says of a shift. Times are moments."""

    title: str
    about: str
    places: int
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, shift: Shift) -> "Needed":
        """What is said of a shift now."""
        return cls(shift.title, shift.about, shift.places, shift.starts_at, shift.ends_at)


# By organisers


def check(event: Event, needed: Needed) -> None:
    """Raise NotAllowed with all that a shift of this event cannot be, each beside its field. Pure."""
    faults = Faults()
    faults.text("title", needed.title, most=80, least=1)
    faults.text("about", needed.about, most=300)
    faults.number("places", needed.places, least=1, most=500)
    if abs(needed.starts_at - event.starts_at) > FURTHEST:
        faults.note("date", TooFarAway.sentence)
    if needed.ends_at <= needed.starts_at:
        faults.note("ends", _("It ends before it begins. Please look at the times again."))
    faults.refuse()


async def add(event: Event, needed: Needed) -> Role:
    """Say what is needed. Raises NotAllowed."""
    check(event, needed)
    now = clock.now()
    async with transaction():
        role = Role(
            public_id=tokens.public_id(),
            event=event.id,
            title=needed.title,
            about=needed.about,
            places=needed.places,
            **typed(event, needed.starts_at, needed.ends_at)._asdict(),
            changed_at=now,
            created_at=now,
        )
        await role.save()
    return role


async def edit(role: Role, event: Event, needed: Needed, *, seen: str = "") -> None:
    """Change what is needed. Fewer places turn nobody away; other hours are told to those who are in.

    `seen` is the version of the `Needed` that the form was made from. Raises NotAllowed, EditedMeanwhile.
    """
    check(event, needed)
    new = typed(event, needed.starts_at, needed.ends_at)
    async with transaction():
        await lock(Event, event.id)
        before = await locked(Role, role.id)
        now = await queries.shift(role.id, None, event)
        if now is None:
            raise NotFound
        unless_edited(seen, now=asdict(Needed.of(now)), wanted=asdict(needed))
        moved = before is not None and hours_of(before)[:2] != new[:2]
        await Role.update(
            {
                Role.title: needed.title,
                Role.about: needed.about,
                Role.places: needed.places,
                **{getattr(Role, name): value for name, value in new._asdict().items()},
                Role.sequence: Role.sequence + int(moved),
                Role.changed_at: clock.now(),
            }
        ).where(Role.id == role.id)
        if moved:
            await _tell_of_new_hours(role.id)


async def remove(role: Role) -> None:
    """It is not needed any more. Those who were in are told, and it leaves their calendars. Twice is harmless."""
    now = clock.now()
    async with transaction():
        await lock(Event, role.event)
        removed = Role.update(
            {Role.removed_at: now, Role.changed_at: now, Role.sequence: Role.sequence + 1}
        ).where((Role.id == role.id) & Role.removed_at.is_null())
        if await removed.returning(Role.id):
            await later_for_each(
                mail.not_needed, [[role.id, who] for who in await queries.signed_up(role.id)]
            )


async def copy_all(event: Event, copies: Sequence[Event]) -> None:
    """Take what is needed along to copies of an event, at the same hours around their starts; nobody is in yet.

    Two queries.
    """
    needed = [role for role in await queries.roles_of(event.id) if role.removed_at is None]
    hours = [
        (role.id, copied.id, on_the_wall(copied.starts_at, copied.zone, hours_of(role)))
        for copied in copies
        for role in needed
    ]
    await store.copy(hours, now=clock.now())


# By those who help


async def sign_up(role: Role, person: Person, event: Event) -> None:
    """Take a place. Twice is harmless and writes one letter. Raises CannotSignUp with the reason, KeptOut."""
    async with transaction():
        shift = await _locked(role, person, event)
        if shift.mine:
            return
        if shift.kept_out:
            raise KeptOut
        status = shift.status(clock.now())
        if not status.open:
            raise CannotSignUp(status.reason)
        await SignUp.insert(SignUp(role=role.id, person=person.id))
        await later(mail.confirmation, role.id, person.id)


async def withdraw(role: Role, person: Person, event: Event) -> None:
    """Give a place back. Twice is harmless."""
    async with transaction():
        await _locked(role, person, event)
        own = (SignUp.role == role.id) & (SignUp.person == person.id)
        if await SignUp.delete().where(own).returning(SignUp.id):
            await later(mail.withdrawal, role.id, person.id)


async def take_no_part(person: Person, event_ids: Sequence[int]) -> None:
    """Give back somebody's places that are still to come, at these events, whose rows are locked.

    In the caller's transaction.
    """
    for role, event in await queries.places_to_come(person, event_ids):
        await withdraw(role, person, event)


async def _locked(role: Role, person: Person, event: Event) -> Shift:
    """The shift as it is, with nobody else deciding about it, nor this person about another one."""
    # The person first: two shifts at one time, asked for at once, must not both be had. Then the gathering, as whoever
    # moves it or keeps somebody out does.
    await lock(Person, person.id)
    await lock(Event, event.id)
    await lock(Role, role.id)
    shift = await queries.shift(role.id, person, event)
    if shift is None or shift.removed_at:
        raise NotFound
    return shift


async def _tell_of_new_hours(role: int) -> None:
    at = clock.now() + QUIET
    for person in await queries.signed_up(role):
        await later(mail.changed, role, person, at=at, key=f"shift:{role}:{person}")
