"""Identifiers nobody can guess, secrets kept as digests, and links that are signed, scoped and expiring."""

import hashlib
import hmac
import json
import os
import secrets
from datetime import UTC, datetime
from functools import cache

from itsdangerous import BadData, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from server import clock
from server.errors import LinkExpired, NotFound
from server.settings import settings

ID_LENGTH = 12  # characters of a public id
# No 0/o, 1/l/i, u/v: people read these aloud and type them from paper.
ALPHABET = "23456789abcdefghjkmnpqrstwxyz"

# A random byte as a letter. Of those beyond the last multiple of the alphabet's length none is taken, so that all
# letters are as frequent.
_FAIR = 256 - 256 % len(ALPHABET)
_LETTERS = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))
_TOO_MANY = bytes(range(_FAIR, 256))

Part = int | str


def public_id() -> str:
    """Twelve unambiguous lower-case characters (58 bits): the name of a row in addresses."""
    while len(found := os.urandom(24).translate(_LETTERS, delete=_TOO_MANY)) < ID_LENGTH:
        pass  # Once in 100,000,000 times.
    return found[:ID_LENGTH].decode()


def secret_name() -> str:
    """32 characters of 128 bits: the name of what opens to whoever knows it, and is shown to many."""
    return secrets.token_hex(16)


def alias(purpose: str, *parts: Part) -> str:
    """What stands for something in one place, for pages that must not name it: always the same there, of 128 bits, and
    telling nothing of what stands for it elsewhere."""
    words = json.dumps([purpose, *parts], ensure_ascii=False, separators=(",", ":"))
    return hmac.new(settings.signing_key.encode(), words.encode(), hashlib.sha256).hexdigest()[:32]


def new_secret() -> str:
    """A secret of 256 bits, safe in an address. Show it once; keep its `digest`."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What the database keeps of a secret: its SHA-256, 32 bytes."""
    return hashlib.sha256(secret.encode()).digest()


def sign(purpose: str, *parts: Part, expires: datetime) -> str:
    """A link's token: `parts` signed for one purpose until `expires`. Nothing in it is secret."""
    payload = json.dumps([int(expires.timestamp()), *parts], ensure_ascii=False, separators=(",", ":"))
    return _signer(purpose).sign(base64_encode(payload)).decode()


def read(purpose: str, token: str) -> tuple[Part, ...]:
    """The parts of a token. Raises NotFound if it was not signed for this purpose, LinkExpired if it is old."""
    try:
        expires, *parts = json.loads(base64_decode(_signer(purpose).unsign(token)))
    except (BadData, UnicodeError) as error:
        raise NotFound from error
    if datetime.fromtimestamp(expires, UTC) < clock.now():
        raise LinkExpired(parts=tuple(parts))
    return tuple(parts)


def seal(purpose: str, *parts: str) -> str:
    """Words that only we can read again, safe in an address; the same words are always the same token.

    For what a page must carry along without telling it. Built as SIV is (RFC 5297), on HMAC-SHA-256: the tag proves the
    words, and is what they are hidden with.
    """
    words = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    tag = hmac.digest(_sealing_key(purpose, "proof"), words, "sha256")[:16]
    return base64_encode(tag + _hidden(purpose, tag, words)).decode()


def unseal(purpose: str, token: str) -> tuple[str, ...]:
    """The words of a sealed token. Raises NotFound if it was not sealed here for this purpose."""
    try:
        sealed = base64_decode(token)
    except (BadData, UnicodeError) as error:
        raise NotFound from error
    tag, words = sealed[:16], _hidden(purpose, sealed[:16], sealed[16:])
    if not hmac.compare_digest(tag, hmac.digest(_sealing_key(purpose, "proof"), words, "sha256")[:16]):
        raise NotFound
    return tuple(json.loads(words))


def _hidden(purpose: str, tag: bytes, words: bytes) -> bytes:
    """The words under a stream that follows from the tag; twice is once too often, and shows them again."""
    key = _sealing_key(purpose, "stream")
    blocks = (hmac.digest(key, tag + n.to_bytes(4), "sha256") for n in range(-(-len(words) // 32)))
    return bytes(a ^ b for a, b in zip(words, b"".join(blocks), strict=False))


@cache
def _sealing_key(purpose: str, use: str) -> bytes:
    return hmac.digest(settings.signing_key.encode(), f"kith.{use}.{purpose}".encode(), "sha256")


@cache
def _signer(purpose: str) -> Signer:
    # The purpose's own key is derived once, not with each token.
    general = Signer(settings.signing_key, salt=f"kith.{purpose}", digest_method=hashlib.sha256)
    return Signer(general.derive_key(), digest_method=hashlib.sha256, key_derivation="none")
