"""Telling others of an event: in words, on a poster, by a picture."""

from starlette.requests import Request
from starlette.responses import Response

from events import access
from events.calendars.calendar import etag, unchanged
from events.showing import queries
from events.showing.queries import EventContext
from events.tables import Event
from events.where import where
from server import covers
from server.errors import NotFound
from server.languages import catalogues
from server.languages.language import speak
from server.languages.messages import Text, _
from server.pages import absolute, render
from server.pictures import HEADERS, largest
from server.presentation import long_date, when


def in_words(event: Event) -> str:
    """What, when and where in three lines, without what only some may know."""
    return "\n".join(
        str(line)
        for line in (
            event.title,
            when(event.local_start, event.local_end, event.zone),
            where(event.mode, event.place),
        )
        if line
    )


async def poster(request: Request) -> Response:
    """A page to print and put up, with a code that leads to the event. In its community's language."""
    event, context = await _for_everybody(request)
    speak(catalogues.of(context.language))
    address = absolute("events:event", event=event.public_id)
    return render(request, "events/poster.html", event=event, context=context, address=address)


async def picture(request: Request) -> Response:
    """What previews elsewhere show of it: a PNG with its title and day, in its community's language."""
    event, context = await _for_everybody(request)
    speak(catalogues.of(context.language))
    from events.showing import share_picture  # Pillow: loaded with the first one, not with every web process.

    own = await largest(event.picture)
    said = share_picture.Said(
        title=event.title,
        day=str(_day(event)),
        place=str(where(event.mode, event.place)),
        community=context.name,
        picture=own or covers.drawn(event.public_id, motif=event.motif, words=event.title),
        point=(event.picture_x, event.picture_y) if own else (50, 50),
    )
    content = await share_picture.png(said)
    headers = HEADERS | {"ETag": etag(content)}
    if unchanged(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="image/png")


def _day(event: Event) -> Text:
    if event.status == "cancelled":
        # Translators: on the picture of a gathering that is called off; day is when it was to be
        return _("Cancelled (%(day)s)", day=long_date(event.local_start))
    return when(event.local_start, event.local_end)


async def _for_everybody(request: Request) -> tuple[Event, EventContext]:
    """The event, if anybody may see it who has its address. Raises NotFound; two queries at most."""
    found = await queries.shown(request.path_params["event"], None)
    if found is None:
        raise NotFound
    return access.if_seen(None, found.found), found.context
