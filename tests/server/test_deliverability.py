"""What a mail server says of us is tried again; what it says of a receiver ends with that receiver, at once."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio
import structlog

from events.tables import Event
from members.account import mail, signing_in
from members.tables import Community, Person, SignInLink
from rsvps.seating import seats
from server import checkup, clock, db, deliverability, jobs, smtp
from server.settings import settings
from tests.gatherings import make_event
from tests.people import As
from tests.server.postmaster import HANG_UP, SILENCE, Postmaster, postmaster


@pytest_asyncio.fixture(loop_scope="session")
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Postmaster]:
    async with postmaster() as (master, url):
        monkeypatch.setattr(settings, "smtp_url", url)
        monkeypatch.setattr(smtp, "TIMEOUT", 0.3)
        deliverability.forget()
        yield master
        await smtp.close()


async def ask(email: str = "cleo@example.org") -> int:
    """A sign-in letter that is due. Returns the number of its work."""
    link = SignInLink(email=email, expires_at=clock.now() + timedelta(minutes=20))
    await link.save()
    await jobs.later(mail.sign_in, link.id)
    return int(await db.value("SELECT max(id) FROM due_work"))


async def try_all() -> None:
    """One attempt at all that is due."""
    for work in await jobs.claim("the test", most=100):
        await jobs.do(work)


async def dead() -> set[str]:
    return {row["email"] for row in await db.rows("SELECT email FROM dead_addresses")}


async def state() -> tuple[int, bool, str]:
    """The one piece of work: attempts, whether it is set aside, and why it is still there."""
    row = await db.row("SELECT attempts, dead_at, last_error FROM due_work")
    assert row
    return row["attempts"], row["dead_at"] is not None, row["last_error"]


OF_US = [
    ("greeting", "554 5.7.1 your address is on a list"),
    ("greeting", "521 no mail here"),
    ("EHLO", "550 5.7.1 we do not know your name"),
    ("AUTH", "535 5.7.8 authentication failed"),
    ("AUTH", "534 5.7.9 another way, please"),
    ("MAIL", "550 5.1.8 no such domain of the sender"),
    ("MAIL", "553 5.7.1 sender address rejected"),
    ("MAIL", "530 5.7.0 authentication required"),
    ("MAIL", "501 what?"),
    ("DATA", "554 5.5.1 no valid receivers"),
    ("letter", "554 5.7.1 spam"),
    ("letter", "550 5.7.26 unauthenticated mail of this domain"),
    ("letter", "552 5.3.4 too big"),
    ("letter", "554 no"),
    # Many servers wait for the receiver to say what they think of the sender.
    ("RCPT", "554 5.7.1 relay access denied"),
    ("RCPT", "530 5.7.0 authentication required"),
    ("RCPT", "503 5.5.1 out of order"),
    ("RCPT", "550 5.1.8 the sender's domain does not exist"),
]  # fmt: skip


@pytest.mark.parametrize(("stage", "says"), OF_US)
async def test_what_is_said_of_us_is_tried_again_and_marks_nobody(
    server: Postmaster, stage: str, says: str
) -> None:
    await ask()
    server.says = {stage: says}
    await try_all()
    attempts, given_up, why = await state()
    assert (attempts, given_up) == (1, False)
    assert why.startswith("mail server, ") and says[:3] in why
    assert await dead() == set()
    server.says = {}
    await db.run("UPDATE due_work SET run_at = $1", clock.now())
    await try_all()
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    "says",
    [
        "550 5.1.1 nobody here", "550 no such user", "551 moved", "553 5.1.3 bad address", "552 5.2.2 full",
        "550 5.2.1 disabled", "554 no", "556 5.1.10 takes no mail", "501 5.1.3 that is no address",
    ],
)  # fmt: skip
async def test_what_is_said_of_a_receiver_is_theirs_alone_and_at_once(server: Postmaster, says: str) -> None:
    await ask()
    server.says = {"RCPT": says}
    await try_all()
    attempts, given_up, why = await state()
    assert (attempts, given_up) == (1, True) and says[:3] in why
    assert await dead() == {"cleo@example.org"}
    server.says = {}
    await ask("dan@example.org")
    await try_all()
    assert len(server.taken) == 1 and b"To: dan@example.org" in server.taken[0]


async def test_a_server_that_looks_for_the_mailbox_after_the_letter_still_means_the_receiver(
    server: Postmaster,
) -> None:
    await ask()
    server.says = {"letter": "550 5.1.1 nobody here"}
    await try_all()
    assert await dead() == {"cleo@example.org"}


@pytest.mark.parametrize("stage", ["greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "letter"])
@pytest.mark.parametrize("says", ["421 4.3.2 closing", "451 4.3.0 later", HANG_UP, SILENCE])
async def test_later_and_goodbye_at_any_stage_are_tried_again(
    server: Postmaster, stage: str, says: str
) -> None:
    await ask()
    server.says = {stage: says}
    await try_all()
    attempts, given_up, _ = await state()
    assert (attempts, given_up) == (1, False)
    assert await dead() == set()
    server.says = {}
    await db.run("UPDATE due_work SET run_at = $1", clock.now())
    await try_all()
    assert len(server.taken) == 1
    assert await db.value("SELECT count(*) FROM due_work") == 0


async def test_a_kept_connection_that_has_ended_meanwhile_is_no_failure(server: Postmaster) -> None:
    await ask()
    await try_all()
    server.says_once = {"MAIL": HANG_UP}
    await ask()
    await try_all()
    assert len(server.taken) == 2 and server.visits == 2


async def test_a_mail_server_that_is_not_there_is_waited_for(
    server: Postmaster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "smtp_url", "smtp://127.0.0.1:1")
    await ask()
    await try_all()
    _, given_up, why = await state()
    assert not given_up and why.startswith("mail server, connection: ")


async def test_letters_are_tried_for_two_days_at_growing_gaps(server: Postmaster) -> None:
    gaps = [jobs.pause_after(attempt).total_seconds() for attempt in range(1, jobs.MOST_ATTEMPTS)]
    assert gaps[0] <= 5 and max(gaps) <= 12 * 3600
    assert 36 * 3600 < sum(gaps) < 60 * 3600


async def test_the_operator_reads_one_plain_line_and_not_one_for_each_letter(server: Postmaster) -> None:
    for n in range(5):
        await ask(f"p{n}@example.org")
    server.says = {"AUTH": "535 5.7.8 p0@example.org has another password"}
    with structlog.testing.capture_logs() as lines:
        await try_all()
    (line,) = [line for line in lines if line["log_level"] == "error"]
    assert line["event"] == "the mail server does not take our letters; they wait"
    assert (line["stage"], line["said"]) == ("sign-in", "535 5.7.8")
    assert "example.org" not in str(lines)


async def test_readiness_says_what_letters_wait_for(server: Postmaster, client: httpx.AsyncClient) -> None:
    assert (await client.get("/readyz")).json() == {"status": "ready"}
    server.says = {"AUTH": "535 5.7.8 no"}
    await ask()
    await ask()
    await try_all()
    answer = await client.get("/readyz")
    assert answer.status_code == 200 and answer.json()["status"] == "ready"
    assert re.fullmatch(
        r"2 letters wait since .* UTC: mail server, sign-in: 535 5.7.8", answer.json()["letters"]
    )


async def test_the_check_says_what_letters_wait_for(server: Postmaster) -> None:
    server.says = {"MAIL": "550 5.7.1 not you"}
    await ask()
    await try_all()
    with pytest.raises(checkup.Fault, match=r"1 letter waits since .*: mail server, sender: 550 5.7.1"):
        await checkup.QUESTIONS["Letters"]()


async def test_once_a_letter_gets_through_those_that_waited_are_tried_at_once(server: Postmaster) -> None:
    server.says = {"AUTH": "535 5.7.8 no"}
    for n in range(3):
        await ask(f"p{n}@example.org")
    await try_all()
    await db.run("UPDATE due_work SET run_at = run_at + interval '12 hours'")
    server.says = {}
    await ask("dan@example.org")
    await try_all()
    await try_all()
    assert len(server.taken) == 4
    assert await deliverability.trouble() is None


async def test_one_letter_that_is_refused_again_and_again_is_not_hurried_by_others(
    server: Postmaster,
) -> None:
    await ask()
    server.says = {"letter": "554 5.7.1 spam"}
    await try_all()
    server.says = {}
    await ask("dan@example.org")
    await try_all()
    assert await db.value("SELECT attempts FROM due_work") == 1
    assert await db.value("SELECT run_at > $1 FROM due_work", clock.now())


# Dead addresses


async def test_an_address_lives_again_when_its_owner_asks_for_a_letter_and_gets_it(
    server: Postmaster, bo: Person
) -> None:
    await deliverability.mark(bo.email, "550 5.1.1")
    server.says = {"RCPT": "550 5.1.1 still nobody"}
    await signing_in.ask(bo.email, next_path="/")
    await try_all()
    assert await dead() == {bo.email}
    server.says = {}
    await signing_in.ask(bo.email, next_path="/")
    await try_all()
    assert len(server.taken) == 1 and await dead() == set()


async def test_letters_that_nobody_asked_for_do_not_go_to_a_dead_address(
    server: Postmaster, walkers: Community, bo: Person
) -> None:
    event: Event = await make_event(walkers)
    await deliverability.mark(bo.email, "550 5.1.1")
    await seats.answer(event, bo, answer="going", guests=0, by=bo)
    await try_all()
    assert server.taken == [] and await dead() == {bo.email}
    assert await db.value("SELECT count(*) FROM due_work WHERE kind = 'rsvps.confirmation'") == 0


async def test_organisers_see_who_cannot_be_written_to_and_the_person_does_in_settings(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    await seats.answer(event, bo, answer="going", guests=0, by=bo)
    hosting, own = await signed_in(ana), await signed_in(bo)
    assert "Letters do not arrive" not in (await hosting.get(f"/events/{event.public_id}/people")).text
    assert "Letters do not reach you" not in (await own.get("/settings/letters")).text
    await deliverability.mark(bo.email, "550 5.1.1")
    assert "Letters do not arrive" in (await hosting.get(f"/events/{event.public_id}/people")).text
    assert "Letters do not reach you" in (await own.get("/settings/letters")).text


async def test_one_address_gets_so_many_sign_in_letters_a_day_and_the_last_link_works_for_a_day(
    bo: Person,
) -> None:
    for _ in range(signing_in.MOST_A_DAY + 5):
        await signing_in.ask(bo.email, next_path="/")
    links = await SignInLink.objects().where(SignInLink.email == bo.email).order_by(SignInLink.id)
    assert len(links) == signing_in.MOST_A_DAY
    assert links[-2].expires_at <= clock.now() + signing_in.LASTS
    assert links[-1].expires_at > clock.now() + timedelta(hours=23)
