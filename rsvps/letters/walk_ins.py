"""The letter to whoever left an address at a door: was it you, and may we ask you whom you met?"""

from events.access import view
from events.card import Card, card
from events.tables import Event
from members.letters.receivers import language_of
from rsvps.letters import links, queries
from server.languages.messages import _
from server.mail import Address, Letter, letter
from server.pages import absolute


@letter("rsvps/came", until=lambda of: of["until"])
async def came(walk_in: int) -> Letter | None:
    """Asks whoever has the address to confirm it. Uses nothing that was typed."""
    found = await queries.left_address(walk_in)
    if found is None or found.walk_in.rsvp or found.event.status != "published":
        return None
    event, token = found.event, links.came(found.walk_in)
    # Whose address it is nobody knows yet, and what they may not see is not named to them.
    seen = (await view(found.person, event)).sees_it
    return Letter(
        to=Address("", found.person.email, await language_of(found.person, event.community)),
        context={
            "card": await card(event, shows_address=False) if seen else _unnamed(event),
            "seen": seen,
            "link": absolute("rsvps:came", token=token),
            "until": found.walk_in.left_at + links.KEPT,
        },
        unsubscribe=absolute("rsvps:came-refusal", token=token),
        asked_for=True,
    )


def _unnamed(event: Event) -> Card:
    return Card(_("A gathering"), event.local_start, event.local_end, event.zone)
