"""Every kind of letter side by side, for eyes: `KEEP_LETTERS=folder`, then open its index.html in a browser."""

from base64 import b64encode
from collections.abc import Mapping
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

HEAD = """<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Letters</title>
<style>body { font-family: sans-serif } iframe { border: 1px solid; height: 1000px; vertical-align: top }</style>"""


def keep(letters: Mapping[str, bytes], folder: Path) -> None:
    """Write each as it was sent, its HTML and its plain text, and a page that shows all of them, narrow and wide."""
    folder.mkdir(parents=True, exist_ok=True)
    shown = [HEAD]
    for kind, raw in sorted(letters.items()):
        name = kind.replace("/", "-")
        letter = cast(EmailMessage, message_from_bytes(raw, policy=default))
        plain, html = [letter.get_body((way,)) for way in ("plain", "html")]
        (folder / f"{name}.eml").write_bytes(raw)
        (folder / f"{name}.txt").write_text(plain.get_content())  # type: ignore[union-attr]
        (folder / f"{name}.html").write_text(_whole(letter, html.get_content()))  # type: ignore[union-attr]
        frames = [f'<iframe src="{name}.{end}" width="{width}"></iframe>' for end, width in WAYS]
        shown.append(f"<h2>{letter['Subject']}</h2><p>{kind}</p>{''.join(frames)}")
    (folder / "index.html").write_text("\n".join(shown))


WAYS = [("html", 390), ("html", 680), ("txt", 640)]


def _whole(letter: EmailMessage, html: str) -> str:
    """With the pictures that travel inside."""
    for part in letter.walk():
        if cid := part.get("Content-ID"):
            content = b64encode(part.get_content()).decode()
            html = html.replace(f"cid:{cid.strip('<>')}", f"data:{part.get_content_type()};base64,{content}")
    return html
