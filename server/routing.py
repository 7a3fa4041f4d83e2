"""Routes found by the shape of an address, instead of trying one after the other."""

from collections.abc import Collection, Mapping, Sequence

from starlette.datastructures import URLPath
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Match, NoMatchFound, Route
from starlette.types import Message, Receive, Scope, Send

# The first word of a path, how many it has, and the last one; None for one that can be anything.
Shape = tuple[str, int, str | None]


class ByShape(BaseRoute):
    """Many routes as one: only those are tried, in their order, that have as many words and the same ends.

    Routes that match paths of several shapes (a mount, `{x:path}`) are tried for each. About 2 µs, instead of
    1 µs a route.

    `small`: the parts of addresses that are in small letters. A capital in one, typed by hand or made by a phone, is
    forgiven: forms and feeds go there, and a reader is led to the address as it is. What is not there stays a 404.
    """

    def __init__(self, routes: Sequence[BaseRoute], *, small: Collection[str] = ()) -> None:
        self.routes = list(routes)
        self.small = frozenset(small)
        places: dict[Shape | None, list[int]] = {}
        for place, route in enumerate(self.routes):
            places.setdefault(_shape(route), []).append(place)
        self._of_any = [self.routes[place] for place in places.get(None, ())]
        self._by_shape = {
            shape: [self.routes[place] for place in _that_may_fit(shape, places)] for shape in places if shape
        }

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The first route that takes the path and the method, or else the first that takes the path."""
        partial: Scope | None = None
        for route in self._that_may_fit(scope["path"]):
            match, found = route.matches(scope)
            if match is Match.FULL:
                return match, {**found, "route": route}
            if match is Match.PARTIAL and partial is None:
                partial = {**found, "route": route}
        return (Match.PARTIAL, partial) if partial else (Match.NONE, {})

    def _that_may_fit(self, path: str) -> list[BaseRoute]:
        first, words, last = _shape_of(path)
        found = self._by_shape.get((first, words, last)) or self._by_shape.get((first, words, None))
        return found or self._of_any

    def url_path_for(self, name: str, /, **path_params: object) -> URLPath:
        """The address of a named route. Raises NoMatchFound."""
        for route in self.routes:
            try:
                return route.url_path_for(name, **path_params)
            except NoMatchFound:
                continue
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over to the route that was found."""
        typed = scope["path_params"]
        meant = {name: value.lower() if name in self.small else value for name, value in typed.items()}
        if meant == typed:
            await scope["route"].handle(scope, receive, send)
            return
        scope["path_params"] = meant
        await scope["route"].handle(scope, receive, _led_from(scope, typed, send))


def _led_from(scope: Scope, typed: dict[str, str], send: Send) -> Send:
    """Send what a page answers; but instead of a page that was looked at, the way to its address."""
    if scope["method"] not in {"GET", "HEAD"}:
        return send
    there = str(scope["route"].url_path_for(scope["route"].name, **scope["path_params"]))
    query = Request(scope).url.query
    redirect = RedirectResponse(f"{there}?{query}" if query else there, 301, {"Cache-Control": "no-store"})
    leads = False

    async def instead(message: Message) -> None:
        nonlocal leads
        if message["type"] == "http.response.start" and message["status"] == 200:
            leads = True
            await redirect(scope, _nothing, send)
        elif not leads:
            await send(message)

    return instead


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


def _shape_of(path: str) -> Shape:
    return path[1:].partition("/")[0], path.count("/"), path.rpartition("/")[2]


def _that_may_fit(shape: Shape, places: Mapping[Shape | None, Sequence[int]]) -> list[int]:
    """The places of the routes that may take a path of this shape, in their order."""
    return sorted(place for own in {None, shape, (*shape[:2], None)} for place in places.get(own, ()))


def _shape(route: BaseRoute) -> Shape | None:
    if not isinstance(route, Route) or ":" in route.path or route.path.startswith("/{"):
        return None
    first, words, last = _shape_of(route.path)
    return None if "{" in first else (first, words, None if last is None or "{" in last else last)
