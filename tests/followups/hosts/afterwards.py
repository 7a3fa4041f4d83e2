"""What people ask for and say after a gathering, without filling in their whole page."""

from events.tables import Event
from followups.asks import asks
from followups.tables import Ask, Reply
from members.tables import Person
from tests.followups.mornings import asked


async def wants(event: Event, person: Person, kind: str = "help", words: str = "") -> str:
    """Somebody asks for something. Returns its key."""
    about = await asked(event, person)
    await asks.say(person, event, about.follow_up, {kind: words})
    found = await Ask.objects().get((Ask.person == person.id) & (Ask.kind == kind))
    assert found
    return str(found.public_id)


async def was_there_first(event: Event, person: Person, *, told: bool = True) -> None:
    """Somebody was there, for the first time, and perhaps agreed that hosts may know."""
    about = await asked(event, person)
    await Reply.update({Reply.was_there: True, Reply.first_time_told: told}).where(Reply.id == about.id)


async def tells(
    event: Event, person: Person, message: str = "", *, felt: str | None = None, signed: bool = False
) -> None:
    """Somebody tells the organisers something."""
    about = await asked(event, person)
    await Reply.update(
        {
            Reply.message: message,
            Reply.message_to: "organisers",
            Reply.felt_welcome: felt,
            Reply.signed: signed,
        }
    ).where(Reply.id == about.id)
