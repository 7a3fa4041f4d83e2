"""Where on a map an event is: its address, looked up. Whether a reader may know the address is for others to say."""

from urllib.parse import quote

from events.tables import Event
from server.languages.messages import Text, _

OPEN_STREET_MAP = "OpenStreetMap"
_MAPS: tuple[tuple[Text, str], ...] = (
    (_("Apple Maps"), "https://maps.apple.com/?q={}"),
    (_("Google Maps"), "https://www.google.com/maps/search/?api=1&query={}"),
    (OPEN_STREET_MAP, "https://www.openstreetmap.org/search?query={}"),
)


def links(event: Event) -> dict[str, str]:
    """The address of an event in each of the maps that people use, by the map's name; none without an address."""
    lines = [line.strip() for line in event.address.splitlines() if line.strip()]
    return {str(name): address.format(quote(", ".join(lines))) for name, address in _MAPS} if lines else {}
