"""Pages about this Kith: who runs it, what it keeps of people, whom to ask. Their texts are the operator's.

Each is a Markdown file in `TEXTS_DIR`, or else the one that comes with Kith (`frontend/texts/`); in either folder one
for the language that is spoken, `de/privacy.md`, comes before the one for all. `{operator}`, `{address}` and `{email}`
in it stand for the settings of that name; one that is not set says so. Its links may begin with a slash.
"""

from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server import markdown, pages
from server.languages.catalogues import ENGLISH, offered
from server.languages.language import spoken
from server.languages.messages import _, pgettext
from server.retention import Kept
from server.settings import settings

TITLES = {
    "help": pgettext("page", "Help"),
    "contact": pgettext("page", "Contact"),
    "privacy": pgettext("page", "Privacy"),
    # Translators: who runs this Kith, as German law asks
    "imprint": pgettext("page", "Imprint"),
}
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
        text_language=language_of(name),
        kept=kept if name == "privacy" else [],
    )


def text(name: str) -> str:
    """The Markdown of one of these pages, with the operator's name and addresses in it."""
    written = file(name).read_text(encoding="utf-8", errors="replace")
    for mark, value in _facts().items():
        written = written.replace(f"{{{mark}}}", value)
    return written.replace("](/", f"]({settings.base_url}/")


def file(name: str) -> Path:
    """Where the text of a page is: the operator's own, or the one that comes with Kith; in the language spoken now."""
    folders = [settings.texts_dir, OWN] if settings.texts_dir else [OWN]
    language = spoken().code
    found = (file for folder in folders for file in (folder / language / f"{name}.md", folder / f"{name}.md"))
    return next(file for file in found if file.is_file())


def language_of(name: str) -> str:
    """The language of a text, where another is spoken: those for all that come with Kith are English."""
    return "en" if file(name).parent == OWN and spoken().code not in ENGLISH else ""


def unread(folder: Path) -> list[str]:
    """What is in an operator's folder of texts that no page reads."""
    texts = {f"{name}.md" for name in TITLES}
    known = texts | {f"{code}/{text}" for code in (language.code for language in offered()) for text in texts}
    files = [str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()]
    return sorted(set(files) - known)


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
        "operator": settings.operator_name or str(_("Whoever runs this Kith has not said who they are.")),
        "address": settings.operator_address or str(_("No postal address has been given.")),
        "email": settings.operator_email or str(_("No e-mail address has been given.")),
        "site": settings.base_url,
    }


routes = [Route(f"/{name}", page, name=f"about:{name}") for name in TITLES]
