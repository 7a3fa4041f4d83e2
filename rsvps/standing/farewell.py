"""What becomes of standing answers when somebody leaves a community."""

from members.contributions import Parting
from members.tables import Person
from rsvps.standing import queries, store
from rsvps.tables import StandingAnswer
from server.statements import among


async def part(parting: Parting) -> None:
    """Count them in no longer where they may not come: in all of it when kept out, in what is for members when gone.

    In the transaction in which they go. What they had a seat at is ended by `rsvps.attending.farewell`.
    """
    if parting.becomes == "demoted":
        return
    ended = await queries.in_community(
        parting.community, parting.person.id, members_only=parting.becomes == "gone"
    )
    await StandingAnswer.delete().where(among(StandingAnswer.id, [standing.id for standing in ended]))


async def take_over(person: Person, guest: Person) -> None:
    """Whatever a guest was counted in for is theirs, who has an account, except where both are."""
    await store.take_over(person.id, guest.id)
