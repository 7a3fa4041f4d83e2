"""The languages there are: English, which is in the code, and a folder each in `frontend/languages`.

    frontend/languages/de/LC_MESSAGES/kith.po

A catalogue is compiled when a process first needs it and it has changed (0.3 s); the result is kept in
`.build/languages`. The next process reads that in 10 ms.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from babel import Locale

from server.languages.alphabets import PLAIN, Alphabet
from server.languages.language import Language
from server.languages.pseudo import Accented, RightToLeft
from server.settings import settings

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "frontend" / "languages"
COMPILED = ROOT / ".build" / "languages"
DOMAIN = "kith"

# The English of the code is read in two manners: weeks from Monday and 19:00, weeks from Sunday and 7:00 PM.
ENGLISH = {"en": "en_GB", "en-US": "en_US"}
PSEUDO = (Accented, RightToLeft)


def path(code: str) -> Path:
    """Where the catalogue of a language is: of `pt-BR` in `pt_BR`."""
    return FOLDER / code.replace("-", "_") / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def translated() -> tuple[str, ...]:
    """The codes of the languages that have a catalogue, in order."""
    found = sorted(file.parent.parent.name for file in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    return tuple(name.replace("_", "-") for name in found)


@cache
def offered() -> tuple[Language, ...]:
    """What people can choose from, by their own names; in development also the two that prove the others."""
    real = [language for code in (*ENGLISH, *translated()) if (language := _made(code))]
    ordered = sorted(real, key=lambda language: PLAIN.key(language.name))
    return (*ordered, *(pseudo() for pseudo in PSEUDO)) if settings.development else tuple(ordered)


@cache
def menu(alphabet: Alphabet) -> tuple[Language, ...]:
    """The same in the order of whoever reads."""
    return tuple(sorted(offered(), key=lambda each: (isinstance(each, PSEUDO), alphabet.key(each.name))))


@cache
def by_code() -> dict[str, Language]:
    """The languages that are offered, by their codes in small letters."""
    return {language.code.lower(): language for language in offered()}


def of(code: str) -> Language:
    """The language of somebody who may have chosen one that is not there (any more): then the server's."""
    return by_code().get(code.lower()) or of_server()


@cache
def of_server() -> Language:
    """The language of whoever has not said, and of what is for everybody."""
    return by_code().get(settings.default_language.lower()) or by_code()["en"]


def _made(code: str) -> Language:
    if code in ENGLISH:
        return Language(code, Locale.parse(ENGLISH[code]), NullTranslations())
    source = path(code).read_bytes()
    edition = sha256(source).hexdigest()[:16]
    return Language(
        code, Locale.parse(code, sep="-"), _catalogue(source, f"{code}-{edition}"), edition=edition
    )


def _catalogue(source: bytes, name: str) -> NullTranslations:
    compiled = COMPILED / f"{name}.mo"
    try:
        return GNUTranslations(BytesIO(compiled.read_bytes()))
    except FileNotFoundError:
        content = compile_catalogue(source)
        _keep(compiled, content)
        return GNUTranslations(BytesIO(content))


def compile_catalogue(source: bytes) -> bytes:
    """A catalogue as gettext reads it, without entries that are not translated, or doubtful ("fuzzy")."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source)))
    return compiled.getvalue()


def _keep(file: Path, content: bytes) -> None:
    """For the processes to come; where nothing can be written, each makes its own."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        for older in file.parent.glob(f"{file.stem.rpartition('-')[0]}-*.mo"):
            older.unlink(missing_ok=True)
        with NamedTemporaryFile(dir=file.parent, delete=False) as written:
            written.write(content)
        Path(written.name).replace(file)
    except OSError:
        return
