"""A shift that is taken on with an answer by letter, by somebody without an account."""

from events.tables import Event
from members.tables import Person
from rsvps.letters.along import Along
from server import clock
from server.languages.messages import Text, _
from volunteers import queries, shifts
from volunteers.queries import Shift
from volunteers.tables import Role


async def told(event: Event, person: Person, name: str) -> Text:
    """The shift and its hours, if it is one of this event's and theirs to take. Two queries."""
    found = await _shift(event, person, name)
    return found[1].in_words if found and found[1].status(clock.now()).open else ""


async def take(event: Event, person: Person, name: str) -> Text:
    """Take it, and say so; or why not, and that there are others. Raises KeptOut."""
    found = await _shift(event, person, name)
    if found is None:
        return _("That shift is not needed any more. What is still needed is below.")
    role, shift = found
    try:
        await shifts.sign_up(role, person, event)
    except shifts.CannotSignUp as refusal:
        # Translators: reason is a whole sentence: "Enough people have signed up."
        return _(
            "%(shift)s is not open to you any more: %(reason)s What is still needed is below.",
            shift=shift.title,
            reason=refusal.sentence,
        )
    # Translators: shift says what, and when: "Door, 17:30 to 19:00"
    return _("Thank you for helping: %(shift)s.", shift=shift.in_words)


async def _shift(event: Event, person: Person | None, name: str) -> tuple[Role, Shift] | None:
    found = await queries.role_by_public_id(name)
    if found is None or found[0].event != event.id:
        return None
    role, _ = found
    shift = await queries.shift(role.id, person, event)
    return (role, shift) if shift else None


along = Along(told, take)
