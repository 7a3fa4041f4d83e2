"""That people ask to come, said to the hosts where they look first: on the page of the gathering."""

from markupsafe import Markup
from starlette.requests import Request

from events.access import view
from events.contributions import Panel
from events.tables import Event
from rsvps.hosting import roster
from server.pages import fragment, url


async def _note(request: Request, event: Event) -> Markup | None:
    """How many ask, and the way to them; nothing for who does not decide. At most one query, usually none."""
    if not event.policy.approval or request.user is None or not (await view(request.user, event)).organises:
        return None
    number = (await roster.counts(event.id, request.user.id)).get("requested", 0)
    if not number:
        return None
    queue = url("rsvps:people", event=event.public_id, query={"status": "requested"})
    return fragment(request, "rsvps/asking.html", number=number, queue=queue)


panel = Panel("asking", "answer", _note)
