"""Names nobody can guess, and links that are signed, scoped and expiring."""

from datetime import timedelta

import pytest
import time_machine

from server import tokens
from server.clock import now
from server.errors import LinkExpired, NotFound


def test_a_token_gives_back_what_was_signed() -> None:
    assert tokens.read("door", tokens.sign("door", 7, "x", expires=now() + timedelta(hours=1))) == (7, "x")


def test_a_token_for_one_purpose_opens_nothing_else() -> None:
    token = tokens.sign("door", 7, expires=now() + timedelta(hours=1))
    with pytest.raises(NotFound):
        tokens.read("window", token)


def test_a_token_that_was_touched_is_nothing() -> None:
    token = tokens.sign("door", 7, expires=now() + timedelta(hours=1))
    for bad in (token[:-1], token + "x", "A" + token[1:], "", "..", "é", "a.b"):
        with pytest.raises(NotFound):
            tokens.read("door", bad)


def test_an_old_token_says_so_and_of_what_it_spoke() -> None:
    token = tokens.sign("door", 7, expires=now() + timedelta(hours=1))
    with time_machine.travel(now() + timedelta(hours=2)), pytest.raises(LinkExpired) as expired:
        tokens.read("door", token)
    assert expired.value.parts == (7,)


def test_public_ids_are_long_and_plain_to_read() -> None:
    ids = {tokens.public_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(name) >= 10 and set(name) <= set(tokens.ALPHABET) for name in ids)
    assert not set("01oliuv") & set(tokens.ALPHABET)


def test_a_secret_has_at_least_128_bits_and_a_digest_of_32_bytes() -> None:
    assert len(tokens.new_secret()) * 6 >= 128
    assert len(tokens.digest("x")) == 32
