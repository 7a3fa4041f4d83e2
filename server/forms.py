"""Forms: what was typed is kept, what is wrong is said beside the field.

class NoteFields(Fields):
    title: Line = Field(max_length=120)

form = await forms.read(request, NoteFields)
if form.data:
    try:
        ...
    except Refusal as refusal:
        form.refuse(refusal)
return render(request, "note.html", form=form, status=form.status)
"""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Annotated, Any, Generic, NamedTuple, TypeVar, get_args, get_origin
from urllib.parse import parse_qsl, urlsplit

from markupsafe import Markup
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
)
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from server import editing
from server.editing import EditedMeanwhile
from server.errors import Refusal, TooMany
from server.languages.messages import Message, Text, _

F = TypeVar("F", bound="Fields")

MOST_FIELDS = 500
LARGEST_FIELD = 200_000  # bytes
READ_WITHIN = 3  # seconds for a form that is read only to be given back
PLAIN_FORM = "application/x-www-form-urlencoded"
FORMS = frozenset({PLAIN_FORM, "multipart/form-data"})
_SENT = "kith.sent"  # where a request remembers what was sent

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

SENTENCES = {
    "missing": _("Please fill this in."),
    "string_too_short": _("Please write a little more."),
    "string_too_long": _("Please keep this under %(max_length)s characters."),
    "int_parsing": _("Please give a whole number."),
    "int_type": _("Please give a whole number."),
    "greater_than_equal": _("The smallest possible is %(ge)s."),
    "less_than_equal": _("The largest possible is %(le)s."),
    "literal_error": _("Please choose one of these."),
    "enum": _("Please choose one of these."),
    "datetime_parsing": _("Please give a date and a time."),
    "datetime_from_date_parsing": _("Please give a date and a time."),
    "date_from_datetime_parsing": _("Please give a date."),
    "date_parsing": _("Please give a date."),
    "time_parsing": _("Please give a time, such as 19:00."),
    "bool_parsing": _("Please choose yes or no."),
}


class Fields(BaseModel):
    """What a form may carry. Anything else that is sent is ignored; empty means not given."""

    # Checkers are made when a form is first read (2 ms): all of them together would delay each start.
    model_config = ConfigDict(
        str_strip_whitespace=True, extra="ignore", arbitrary_types_allowed=True, defer_build=True
    )


def _clean(value: Any) -> Any:
    # The control characters only confuse letters and calendars, and those that turn text round its readers.
    if isinstance(value, str):
        return "".join(
            c
            for c in value.replace("\r\n", "\n")
            if c in "\n\t" or c.isprintable() or (ord(c) > 159 and c not in _TURNING)
        )
    return value


def _one_line(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    # What nobody can see is nothing: a name of joiners and marks would be a hole in every list.
    return " ".join(value.split()) if any(c.isprintable() and c != " " for c in value) else ""


Line = Annotated[str, BeforeValidator(_one_line), BeforeValidator(_clean), StringConstraints(min_length=1)]
Prose = Annotated[str, BeforeValidator(_clean)]
OptionalLine = Annotated[str, BeforeValidator(_one_line), BeforeValidator(_clean)]

_SCHEME = re.compile(
    r"([a-z][a-z0-9+.-]*):(?!\d)", re.IGNORECASE
)  # With digits after it, it is a host and its port.


def web_address(value: str) -> str:
    """The whole address of a page: what people leave out, its https://, is put before it. Nothing stays nothing.

    Raises ValueError with a sentence for what is none, or would open something else than a page.
    """
    if not value:
        return value
    scheme = _SCHEME.match(value)
    if scheme and scheme[1].lower() not in {"http", "https"}:
        raise ValueError(_("Please give the address of a page, one that begins with https://."))
    whole = value if scheme else f"https://{value.removeprefix('//')}"
    if " " in whole or not _names_a_host(whole, dotted=not scheme):
        raise ValueError(_("Please give the whole address, such as https://example.org/our-room."))
    return whole


def _names_a_host(address: str, *, dotted: bool) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        return (
            parts.port != 0
            and bool(host)
            and "@" not in parts.netloc
            and ("." in host.strip(".") or not dotted)
        )
    except ValueError:  # Brackets that do not match, a port that is no number.
        return False


WebAddress = Annotated[OptionalLine, AfterValidator(web_address)]

_KEY = re.compile(r"[A-Za-z0-9_-]{12,40}")


def _key(value: Any) -> str:
    return value if isinstance(value, str) and _KEY.fullmatch(value) else ""


# What was made with a form, or by a device, so that the same sent twice counts once. A bad one is none.
Key = Annotated[str, BeforeValidator(_key)]


class Fault(NamedTuple):
    """One thing that is wrong, for the summary above a form: the field's id ("" = the whole), its label, a sentence."""

    field: str
    label: str
    sentence: Text


class Form(Generic[F]):
    """One filling-in of a form: `values` as typed, `data` if all is well, `errors` by field ("" = the whole)."""

    def __init__(
        self, values: Mapping[str, Any], data: F | None, errors: Mapping[str, Text] | None = None
    ) -> None:
        self.values = dict(values)
        self.data = data
        self.errors: dict[str, Text] = dict(errors or {})
        self.retry_after = 0  # seconds, when it was sent too often
        self.readable: dict[str, Any] = {}  # What could be read although something else could not.
        self.meanwhile: list[tuple[Text, Text]] = []  # what others wrote while it lay open: (label, words)
        self._shown: dict[str, tuple[str, str]] = {}  # The fields that the page has: id and label.

    @property
    def status(self) -> int:
        """200, or 422 when something has to be mended; 429 when it only has to wait, 409 when others changed it."""
        if self.retry_after:
            return TooMany.status
        if self.meanwhile:
            return EditedMeanwhile.status
        return 422 if self.errors else 200

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal beside its field, or above the form when it is about none."""
        if isinstance(refusal, TooMany):
            self.retry_after = refusal.retry_after
        if isinstance(refusal, EditedMeanwhile):
            self.values[editing.FIELD] = refusal.seen
            self.meanwhile = self._written_otherwise(refusal.theirs)
        self.errors |= refusal.errors

    def _written_otherwise(self, theirs: Mapping[str, Any]) -> list[tuple[Text, Text]]:
        """What it says now and one has typed otherwise, under the titles of the fields."""
        titles = (
            {name: field.title for name, field in type(self.data).model_fields.items()} if self.data else {}
        )
        return [
            (Message(titles.get(name) or name), in_words(theirs[name]))
            for name in [*(name for name in titles if name in theirs), *(theirs.keys() - titles.keys())]
            if not editing.same(theirs[name], self.values.get(name))
        ]

    def value(self, name: str, default: Any = "") -> Any:
        """What was typed into a field; never None."""
        typed = self.values.get(name)
        return default if typed is None else typed

    def error(self, name: str) -> Text:
        """What is wrong with a field, or an empty string."""
        return self.errors.get(name, "")

    def named(self, name: str, label: str, field: str) -> str:
        """Have a field that is being drawn known to the summary, by its label and its id. Draws nothing."""
        words = label.striptags() if isinstance(label, Markup) else str(label)
        self._shown.setdefault(name, (field, words))
        return ""

    @property
    def faults(self) -> list[Fault]:
        """All that is wrong, in the order of the page. Labels are known once its fields have been drawn."""
        places = {name: place for place, name in enumerate(self._shown)}
        names = sorted(self.errors, key=lambda name: places.get(name, -1 if not name else len(places)))
        return [
            Fault(*self._shown.get(name, (name and f"f-{name}", "")), self.errors[name]) for name in names
        ]


def in_words(value: object) -> str:
    """What is in a field, for somebody who reads it elsewhere."""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    # Translators: what is in a field that is empty
    return str(_("nothing")) if value in (None, "") else str(value)


async def read(request: Request, fields: type[F]) -> Form[F]:
    """Read and check what was sent (a form, never JSON). What is too large is refused with 413 before."""
    return check(fields, _values(await sent(request), fields))


async def sent(request: Request) -> FormData:
    """What was sent, for the few pages that only look whether a field is there. Raises Refusal."""
    try:
        if request.headers.get("content-type", "").startswith(PLAIN_FORM):
            given = _plain(await request.body())
        else:
            given = await request.form(max_files=4, max_fields=MOST_FIELDS, max_part_size=LARGEST_FIELD)
    except UnicodeError as error:  # A charset that is not for text.
        raise Refusal(_("What was sent could not be read. Please go back and try again.")) from error
    request.scope[_SENT] = given
    return given


async def kept(request: Request) -> list[tuple[str, str]]:
    """What was typed into the form that could not be taken, field by field, so that it can be sent again.

    Whoever says no asks this, before or after the page has read the form. Empty when there was none, or none that can
    be read any more. Files are not kept.
    """
    if request.method != "POST" or not _is_form(request):
        return []
    if _SENT not in request.scope and "route" not in request.scope:  # Else the body has been read.
        with suppress(Exception):
            async with asyncio.timeout(READ_WITHIN):
                await sent(request)
    given: FormData = request.scope.get(_SENT, FormData())
    return [(name, str(_storable(value))) for name, value in given.multi_items() if isinstance(value, str)]


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() in FORMS


def _plain(body: bytes) -> FormData:
    # A fifth of the price of the parser that multipart forms need. The body is bounded already (`LARGEST_BODY`).
    try:
        fields = parse_qsl(body.decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(400) from error
    if any(len(name) + len(value) > LARGEST_FIELD for name, value in fields):
        raise HTTPException(413)
    return FormData(list[tuple[str, UploadFile | str]](fields))


def typed(given: FormData, name: str) -> list[str] | None:
    """What was sent in one field that no `Fields` knows, each value cleaned; None when it was not in the form."""
    if name not in given:
        return None
    found = [_clean(_storable(value)).strip() for value in given.getlist(name) if isinstance(value, str)]
    return [value for value in found if value]


def typed_values(form: Form[Any]) -> dict[str, Any]:
    """The fields of a form that were filled in, as they were typed, so that they can be shown again."""
    return {name: value for name, value in form.values.items() if value not in ("", None, [])}


def one_line(text: str) -> str:
    """A text as a field of one line holds it, and as the database can."""
    return str(_one_line(_clean(_storable(text))))


def check(fields: type[F], values: Mapping[str, Any]) -> Form[F]:
    """Check values that are already at hand."""
    given = {name: value for name, value in values.items() if value not in ("", [])}
    try:
        return Form(values, fields.model_validate(given))
    except ValidationError as error:
        form: Form[F] = Form(values, None, _sentences(error))
        form.readable = _readable(fields, given, form.errors)
        return form


def blank(**values: Any) -> Form[Any]:
    """A form not yet filled in, with what is known already."""
    return Form(values, None)


def _values(given: FormData, fields: type[Fields]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, several, takes_files in _kinds(fields):
        if name not in given:
            continue
        found = [_storable(value) for value in given.getlist(name) if takes_files or isinstance(value, str)]
        if found:
            values[name] = [value for value in found if value != ""] if several else found[-1]
    return values


@cache
def _kinds(fields: type[Fields]) -> tuple[tuple[str, bool, bool], ...]:
    """Each field's name, whether it takes several values, and whether it takes files."""
    found = []
    for name, field in fields.model_fields.items():
        both = (field.annotation, *get_args(field.annotation))
        found.append((name, list in {get_origin(each) for each in both}, UploadFile in both))
    return tuple(found)


def _storable(value: UploadFile | str) -> UploadFile | str:
    """What the database can hold: neither NUL nor half a character (from a charset nobody uses)."""
    if isinstance(value, str):
        return value.replace("\0", "").encode(errors="ignore").decode()
    # A file field left empty arrives as a file without a name.
    return value if value.filename else ""


def _readable(fields: type[F], given: Mapping[str, Any], errors: Mapping[str, object]) -> dict[str, Any]:
    """The values of the other fields, as their types. Of a field that was not sent, nothing."""
    model = fields.model_construct()
    read = fields.__pydantic_validator__
    for name, value in given.items():
        if name in fields.model_fields and name not in errors:
            read.validate_assignment(model, name, value)
    return {
        name: getattr(model, name) for name in given if name in fields.model_fields and name not in errors
    }


def _sentences(error: ValidationError) -> dict[str, Text]:
    sentences: dict[str, Text] = {}
    for problem in error.errors():
        name = str(problem["loc"][0]) if problem["loc"] else ""
        sentences.setdefault(name, _sentence(problem["type"], problem["msg"], problem.get("ctx", {})))
    return sentences


def _sentence(kind: str, message: str, context: Mapping[str, Any]) -> Text:
    if kind in {"value_error", "assertion_error"}:
        error = context.get("error")
        return error.args[0] if isinstance(error, ValueError) and error.args else message
    return sentence(kind, **context)


def sentence(kind: str, **context: Any) -> Text:
    """What we say of a fault, by pydantic's name for it: `sentence("string_too_long", max_length=120)`."""
    return SENTENCES.get(kind, _("Please check this.")).given(**context)
