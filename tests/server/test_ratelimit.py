"""What is done too often has to wait; what has to be mended does not count; Valkey decides nothing by its silence."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from members.tables import Community, Person
from server import tries
from server.errors import Forbidden, Refusal, TooMany
from server.ratelimit import limit, limited
from server.settings import settings
from tests.events.publishing.test_form import filled
from tests.gatherings import make_event
from tests.pace import at_most
from tests.people import As

RATE = "3 per hour"


async def fails(refusal: Refusal) -> None:
    with pytest.raises(type(refusal)):
        async with limited("trying", "bo", RATE):
            raise refusal


async def test_the_fourth_of_three_is_refused() -> None:
    for _ in range(3):
        await limit("trying", "bo", RATE)
    with pytest.raises(TooMany) as refused:
        await limit("trying", "bo", RATE)
    assert refused.value.retry_after > 0
    await limit("trying", "ana", RATE)


async def test_what_has_to_be_mended_does_not_count_and_what_is_forbidden_does() -> None:
    for _ in range(10):
        await fails(Refusal("Mend this."))
    for _ in range(3):
        await fails(Forbidden())
    with pytest.raises(TooMany):
        await limit("trying", "bo", RATE)


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A Valkey that takes connections and never says a word."""
    from server.embedded.account import account_for, programs_for

    socket = tmp_path / "silent.sock"
    program = programs_for(account_for(Path(settings.data_dir))).valkey
    process = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", socket, "--save", "", "--dir", tmp_path],
        stdout=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 10
        while not socket.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGSTOP)
        monkeypatch.setattr(settings, "redis_url", f"unix://{socket}?db=0")
        tries.forget()
        yield
    finally:
        process.kill()
        process.wait()
        tries.forget()


@pytest.mark.slow
async def test_a_silent_valkey_keeps_nobody_waiting_and_limits_hold(silent: None) -> None:
    with at_most(1):
        for _ in range(3):
            await limit("trying", "bo", RATE)
        with pytest.raises(TooMany):
            await limit("trying", "bo", RATE)
    with at_most(1):
        for number in range(200):
            await limit("trying", f"person {number}", RATE)


async def test_the_101st_gathering_of_a_day_waits_and_what_was_typed_stays(
    walkers: Community, ana: Person, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await signed_in(ana)
    for _ in range(100):
        await limit("new event", str(ana.id), "100 per day")
    path = f"/communities/{walkers.slug}/events/new"
    typed = filled(title="The hundred and first", then="draft")
    assert (await browser.post(path, data={**typed, "title": ""})).status_code == 422
    answer = await browser.post(path, data=typed)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "The hundred and first" in answer.text


async def test_who_signs_in_too_often_keeps_the_address_they_typed(client: httpx.AsyncClient) -> None:
    answers = [await client.post("/sign-in", data={"email": "often@example.org"}) for _ in range(6)]
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"]
    assert "often@example.org" in answers[-1].text
    problem = await client.post(
        "/sign-in", data={"email": "often@example.org"}, headers={"accept": "application/json"}
    )
    assert problem.json()["status"] == 429 and problem.headers["retry-after"]


async def test_mistyped_sign_ins_do_not_count(client: httpx.AsyncClient) -> None:
    wrong = [await client.post("/sign-in", data={"email": "nobody@"}) for _ in range(8)]
    assert {each.status_code for each in wrong} == {422}
    assert (await client.post("/sign-in", data={"email": "nobody@example.org"})).status_code == 200


@pytest.mark.parametrize(
    ("page", "what", "rate", "mistyped"),
    [
        ("/communities/walkers/kept-out", "keeping out", "200 per day", {"email": ""}),
        ("/events/{event}/kept-out", "keeping out", "200 per day", {"email": ""}),
        ("/events/{event}/invitations", "invitations", "20 per hour", {"people": "nobody-of-ours"}),
        (
            "/events/{event}/people/new",
            "invitations",
            "20 per hour",
            {"name": "Eve", "person": "nobody-of-ours"},
        ),
    ],
)
async def test_what_hosts_mistype_about_people_does_not_count(
    walkers: Community,
    ana: Person,
    signed_in: As,
    page: str,
    what: str,
    rate: str,
    mistyped: dict[str, str],
) -> None:
    event = await make_event(walkers, ana)
    browser = await signed_in(ana)
    path = page.format(event=event.public_id)
    for _ in range(int(rate.split()[0]) - 1):
        await limit(what, str(ana.id), rate)
    for _ in range(3):
        assert (await browser.post(path, data=mistyped)).status_code == 422
    await limit(what, str(ana.id), rate)
    right = {"email": "eve@example.org", "emails": "eve@example.org", "name": "Eve", "step": "send"}
    answer = await browser.post(path, data=right)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "eve@example.org" in answer.text
