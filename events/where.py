"""Where people meet, in words: without the address, which only some may know."""

from server.languages.messages import Text, _


def where(mode: str, place: str) -> Text:
    """The place, "Online", or both; empty for a place that is not known yet."""
    if mode == "online":
        return _("Online")
    if mode == "hybrid":
        # Translators: where a gathering is that one can also join from afar: "Parkside Library and online"
        return _("%(place)s and online", place=place) if place else _("In person and online")
    return place
