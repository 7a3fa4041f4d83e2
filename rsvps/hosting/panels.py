"""That people ask to come, said to the hosts where they look first: on the page of the gathering."""

from markupsafe import Markup
from starlette.requests import Request

from events.contributions import Panel
from events.tables import Event
from rsvps.attending import queries
from server.pages import part, url


async def _note(request: Request, event: Event) -> Markup | None:
    """How many ask, and the way to them; nothing if the reader does not decide.

    Costs as `of_reader`, usually nothing.
    """
    if not event.policy.approval or request.user is None:
        return None
    number = (await queries.of_reader(event, request.user)).asking
    if not number:
        return None
    queue = url("rsvps:people", event=event.public_id, query={"status": "requested"})
    return part("rsvps/asking.html", number=number, queue=queue).fill()


panel = Panel("asking", "answer", _note)
