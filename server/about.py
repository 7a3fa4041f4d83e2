"""Pages about this Kith: who runs it, what it keeps of people, whom to ask. Their texts are the operator's.

Each is a Markdown file in `TEXTS_DIR`, or else the one that comes with Kith (`frontend/texts/`). `{operator}`,
`{address}` and `{email}` in it stand for the settings of that name; one that is not set says so. Its links may begin
with a slash.
"""

from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server import markdown, pages
from server.retention import Kept
from server.settings import settings

TITLES = {"help": "Help", "contact": "Contact", "privacy": "Privacy", "imprint": "Imprint"}
OWN = pages.FRONTEND / "texts"  # Those that come with Kith.

kept: list[Kept] = []  # Filled by the composition.


async def page(request: Request) -> Response:
    """One of them. What people read of privacy ends with how long each kind of data is kept."""
    name = request.url.path.strip("/")
    return pages.render(
        request,
        "about.html",
        title=TITLES[name],
        text=markdown.html(text(name), highest=2),
        kept=kept if name == "privacy" else [],
    )


def text(name: str) -> str:
    """The Markdown of one of these pages, with the operator's name and addresses in it."""
    written = file(name).read_text(encoding="utf-8", errors="replace")
    for mark, value in _facts().items():
        written = written.replace(f"{{{mark}}}", value)
    return written.replace("](/", f"]({settings.base_url}/")


def file(name: str) -> Path:
    """Where the text of a page is: the operator's own, or the one that comes with Kith."""
    theirs = settings.texts_dir / f"{name}.md" if settings.texts_dir else None
    return theirs if theirs and theirs.is_file() else OWN / f"{name}.md"


def missing() -> list[str]:
    """The settings that say who runs this Kith and are not set."""
    given = {
        "OPERATOR_NAME": settings.operator_name,
        "OPERATOR_ADDRESS": settings.operator_address,
        "OPERATOR_EMAIL": settings.operator_email,
    }
    return [name for name, value in given.items() if not value]


def _facts() -> Mapping[str, str]:
    return {
        "operator": settings.operator_name or "Whoever runs this Kith has not said who they are.",
        "address": settings.operator_address or "No postal address has been given.",
        "email": settings.operator_email or "No e-mail address has been given.",
        "site": settings.base_url,
    }


routes = [Route(f"/{name}", page, name=f"about:{name}") for name in TITLES]
