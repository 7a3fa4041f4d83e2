"""MIME written out: text in quoted-printable, files in base64, and parts put together (RFC 2045, 2046).

Written here and not by Python's e-mail package, which builds a tree of objects and parses each header again: eight
milliseconds for a letter that takes half of one to write. All of it is ASCII, in lines of at most 76 characters.
"""

import binascii
from collections.abc import Iterable

EOL = "\r\n"


def text(subtype: str, content: str, **parameters: str) -> str:
    """A part to be read: `text("calendar", ..., method="REQUEST")`."""
    # It breaks lines as it finds them broken, and by "\n" where they are not.
    lines = content.replace(EOL, "\n").replace("\r", "\n")
    body = binascii.b2a_qp(lines.encode(), istext=True).decode().replace("\n", EOL)
    return _part(
        ("Content-Type", _with(f"text/{subtype}", charset="utf-8", **parameters)),
        ("Content-Transfer-Encoding", "quoted-printable"),
        body=body,
    )


def file(kind: str, content: bytes, *, name: str, cid: str = "") -> str:
    """A file that travels along; with `cid` it is shown within the HTML beside it."""
    show = [("Content-ID", f"<{cid}>")] if cid else []
    return _part(
        ("Content-Type", kind),
        ("Content-Transfer-Encoding", "base64"),
        ("Content-Disposition", _with("inline" if cid else "attachment", filename=name)),
        *show,
        body=_base64(content),
    )


def together(how: str, parts: Iterable[str]) -> str:
    """Parts as one: "alternative" ways of saying the same, "related" ones that need each other, "mixed" ones.

    One within another has to be of another kind: that tells their boundaries apart.
    """
    # "=_" occurs neither in quoted-printable nor in base64 (RFC 2045, section 6.7).
    boundary = f"=_{how}"
    pieces = [f"--{boundary}{EOL}{part}{EOL}" for part in parts]
    kind = ("Content-Type", _with(f"multipart/{how}", boundary=boundary))
    return _part(kind, body="".join([*pieces, f"--{boundary}--{EOL}"]))


def message(head: Iterable[tuple[str, str]], part: str) -> bytes:
    """A whole message, of header fields that are folded already. Raises UnicodeEncodeError for what is not ASCII."""
    return f"{_fields([*head, ('MIME-Version', '1.0')])}{part}".encode("ascii")


def _part(*head: tuple[str, str], body: str) -> str:
    return f"{_fields(head)}{EOL}{body}"


def _fields(head: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{name}: {value}{EOL}" for name, value in head)


def _with(value: str, **parameters: str) -> str:
    return "; ".join([value, *(f'{name}="{each}"' for name, each in parameters.items())])


def _base64(content: bytes) -> str:
    lines = [binascii.b2a_base64(content[at : at + 57], newline=False) for at in range(0, len(content), 57)]
    return "".join(f"{line.decode()}{EOL}" for line in lines)
