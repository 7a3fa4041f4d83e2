"""Pages that are the same for everybody who is not signed in: rendered once, kept, and never shown when old.

A page is kept under a version that the database gives, so all processes agree, and a change shows at once. Its
nonce is cut out and a fresh one set in for every response.
"""

from collections import OrderedDict
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

MOST = 1_000  # pages of about 20 kB


@dataclass(frozen=True)
class Kept:
    """A page's bytes, cut where the nonce stood, and of what version it is."""

    version: tuple[object, ...]
    pieces: list[bytes]


class Shelf:
    """The pages that this process keeps; the one that was not asked for the longest goes first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._pages: OrderedDict[str, Kept] = OrderedDict()

    def find(self, request: Request, name: str, version: tuple[object, ...]) -> Response | None:
        """The page as it would be rendered now, or None if it has to be. About 5 µs."""
        kept = self._pages.get(name)
        if kept is None or kept.version != version:
            return None
        self._pages.move_to_end(name)
        return HTMLResponse(_nonce(request).join(kept.pieces))

    def keep(self, request: Request, name: str, version: tuple[object, ...], page: Response) -> Response:
        """Keep a page that was just rendered for nobody in particular. Returns it."""
        self._pages[name] = Kept(version, bytes(page.body).split(_nonce(request)))
        self._pages.move_to_end(name)
        if len(self._pages) > self._most:
            self._pages.popitem(last=False)
        return page


def _nonce(request: Request) -> bytes:
    nonce: str = request.scope["nonce"]
    return nonce.encode()
