"""A gathering as letters show it: what, when and where, as much of it as their reader may know."""

from dataclasses import dataclass
from datetime import datetime

from events import maps
from events.calendars.entries import location
from events.tables import Event
from server import covers, pictures
from server.languages.messages import Text
from server.pages import absolute
from server.presentation import when


@dataclass(frozen=True)
class Card:
    """A gathering in a letter. `starts` and `ends` are on its own wall clock; without `starts` it has no time to tell.

    `picture` is the address of its own, or of the drawing that it has instead. `where` is one line; `map` leads to it
    on a map if everybody may know it. Empty is what is not there, or not for this reader.
    """

    title: Text
    starts: datetime | None = None
    ends: datetime | None = None
    zone: str = ""
    where: Text = ""
    map: str = ""
    summary: str = ""
    picture: str = ""

    @property
    def when(self) -> Text:
        """Thursday, 12 March 2026, 18:30 to 21:00, Berlin time; empty without a time."""
        return when(self.starts, self.ends, self.zone) if self.starts else ""


async def card(event: Event, *, shows_address: bool) -> Card:
    """The card of an event for somebody who sees it, and its address or not."""
    return Card(
        title=event.title,
        starts=event.local_start,
        ends=event.local_end,
        zone=event.zone,
        where=location(event, shows_address=shows_address),
        map=on_map(event) if shows_address else "",
        summary=event.summary,
        picture=await pictures.for_letter(event.picture) or _drawing(event),
    )


def _drawing(event: Event) -> str:
    name = covers.named(event.public_id, motif=event.motif, words=event.title)
    return absolute("letter-cover", cover=name)


def on_map(event: Event) -> str:
    """Where a map shows an event's address; empty unless everybody may know it."""
    return maps.links(event).get(maps.OPEN_STREET_MAP, "") if event.address_public else ""
