"""What an organiser's home shows of the morning after: what people asked for, and what they chose to say."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from markupsafe import Markup
from starlette.requests import Request

from events.contributions import Asked, Press
from followups.days import ASKS_KEPT
from followups.hosts import queries, words
from followups.hosts.queries import AskOf
from members.tables import Person
from server import clock
from server.languages.messages import _, pgettext
from server.pages import fragment, url

LATELY = timedelta(days=30)
EVENTS = 3
WORDS = 2  # of each
MOST_ASKED = 10  # So much of what people asked for stands there; the next comes when these are done.


async def asked_for(organiser: Person, now: datetime) -> Sequence[Asked]:
    """What people asked for and nobody has seen to yet: done with one press. One query."""
    return [
        _asked(ask) for ask in await queries.asks_waiting(organiser, since=now - ASKS_KEPT, most=MOST_ASKED)
    ]


async def said_lately(request: Request, organiser: Person) -> Markup | None:
    """Some of what was said after their last gatherings, and the way to all of it. One query."""
    now = clock.now()
    found = await queries.said_lately(organiser, now, since=now - LATELY, events=EVENTS, each=WORDS)
    if not found:
        return None
    after = [(event, list(words)) for event, words in groupby(found, lambda word: (word.event, word.title))]
    return fragment(request, "followups/said_lately.html", after=after)


def _asked(ask: AskOf) -> Asked:
    return Asked(
        title=words.of_ask(ask).line,
        note=_("After “%(title)s”", title=ask.title),
        label=pgettext("button", "Look"),
        href=url("followups:said", event=ask.event),
        press=Press(pgettext("what was asked for", "Done"), url("followups:ask-done", ask=ask.key)),
    )
