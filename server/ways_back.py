"""The way back: an arrow leads where its reader came from, if that is a page that gathers others; else to the parent.

Known by the Referer, which our pages send to this site alone (`referrer-policy: same-origin`). It counts only if it is
one of our own addresses, of a page in `overviews`; so no arrow leads elsewhere, and from a letter, which sends none,
each leads to its page's parent.
"""

import re
from dataclasses import dataclass

from server.languages.messages import Text

# The addresses of pages that gather others, and what an arrow calls each; the first that fits counts.
overviews: list[tuple[re.Pattern[str], Text]] = []


@dataclass(frozen=True)
class WayBack:
    """The page that somebody came from: what an arrow calls it, and its address with whatever was asked of it."""

    label: Text
    href: str

    def instead_of(self, label: Text, href: str) -> tuple[Text, str]:
        """What an arrow says that would lead to a page's parent, and where it leads. The two may be the same page."""
        same = self.href.partition("?")[0] == href.partition("?")[0]
        return (label if same else self.label), self.href


def way_back(here: str, before: str | None) -> WayBack | None:
    """The way from an address to the one before it, both paths of ours; None unless that is another, an overview's."""
    path = before.partition("?")[0] if before else ""
    if before is None or path == here:
        return None
    return next((WayBack(label, before) for fits, label in overviews if fits.match(path)), None)
