"""What an organiser's home shows of the morning after: what people chose to say, in their own words."""

from datetime import timedelta
from itertools import groupby

from markupsafe import Markup
from starlette.requests import Request

from followups.hosts import queries
from members.tables import Person
from server import clock
from server.pages import fragment

LATELY = timedelta(days=30)
EVENTS = 3
WORDS = 2  # of each


async def said_lately(request: Request, organiser: Person) -> Markup | None:
    """Some of what was said after their last gatherings, and the way to all of it. One query."""
    now = clock.now()
    found = await queries.said_lately(organiser, now, since=now - LATELY, events=EVENTS, each=WORDS)
    if not found:
        return None
    after = [(event, list(words)) for event, words in groupby(found, lambda word: (word.event, word.title))]
    return fragment(request, "followups/said_lately.html", after=after)
