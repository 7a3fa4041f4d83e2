"""Routes found by the shape of an address, instead of trying one after the other."""

from collections.abc import Sequence

from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, NoMatchFound, Route
from starlette.types import Receive, Scope, Send

Shape = tuple[str, int]  # The first word of a path, and how many it has.


class ByShape(BaseRoute):
    """Many routes as one: only those are tried, in their order, whose first word and number of words are the same.

    Routes that match paths of several shapes (a mount, `{x:path}`) are tried for each. About 2 µs, instead of
    1 µs a route.
    """

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self.routes = list(routes)
        shapes = [_shape(route) for route in self.routes]
        self._of_any = [route for route, shape in zip(self.routes, shapes, strict=True) if shape is None]
        self._by_shape = {
            shape: [r for r, own in zip(self.routes, shapes, strict=True) if own in {shape, None}]
            for shape in set(shapes)
            if shape
        }

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The first route that takes the path and the method, or else the first that takes the path."""
        partial: Scope | None = None
        for route in self._by_shape.get(_shape_of(scope["path"]), self._of_any):
            match, found = route.matches(scope)
            if match is Match.FULL:
                return match, {**found, "route": route}
            if match is Match.PARTIAL and partial is None:
                partial = {**found, "route": route}
        return (Match.PARTIAL, partial) if partial else (Match.NONE, {})

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
        await scope["route"].handle(scope, receive, send)


def _shape_of(path: str) -> Shape:
    return path[1:].partition("/")[0], path.count("/")


def _shape(route: BaseRoute) -> Shape | None:
    if not isinstance(route, Route) or ":" in route.path or route.path.startswith("/{"):
        return None
    first, words = _shape_of(route.path)
    return None if "{" in first else (first, words)
