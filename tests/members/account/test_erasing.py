"""Deleting one's account: nothing is left of whoever does, and nothing that others count on breaks."""

import asyncio
import io

import pytest
from PIL import Image

from events.tables import Feed
from followups.tables import Connection, ContactCard, FollowUp, MetMark, Reply
from members import contributions, queries
from members.account import erasing, signing_in
from members.account.erasing import NotErasable
from members.communities import joining
from members.tables import Community, Membership, Person
from rsvps.seating import seats
from rsvps.tables import Arrival, HostLetter, Rsvp
from server import clock, db
from tests.gatherings import in_days, make_event
from tests.ground import letters_to, work_off
from tests.people import As, join, make_person
from volunteers.tables import Role, SignUp

ACCOUNT = {"name": "Bo Berg", "zone": "America/New_York", "language": "en"}


def a_picture(kind: str = "PNG") -> dict[str, tuple[str, bytes, str]]:
    written = io.BytesIO()
    Image.new("RGB", (300, 300), "red").save(written, kind)
    return {"picture": ("me.png", written.getvalue(), "image/png")}


# Deleting it


async def everything_of(person: Person) -> dict[str, int]:
    """How many rows of each table refer to somebody, or carry their address."""
    references = await db.rows(
        """
        SELECT conrelid::regclass::text AS relation, quote_ident(attname) AS column FROM pg_constraint
        JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
        WHERE contype = 'f' AND confrelid = 'people'::regclass
        """
    )
    counts = {
        f"{each['relation']}.{each['column']}": await db.value(
            f"SELECT count(*) FROM {each['relation']} WHERE {each['column']} = $1", person.id
        )
        for each in references
    }
    for table, column in (("people", "email"), ("sign_in_links", "email"), ("sent_letters", "to_email")):
        counts[table] = await db.value(f"SELECT count(*) FROM {table} WHERE {column} = $1", person.email)
    return {name: count for name, count in counts.items() if count}


async def test_deleting_the_account_leaves_nothing_of_bo(
    bo: Person, cleo: Person, signed_in: As, walkers: Community
) -> None:
    browser = await signed_in(bo)
    await browser.post("/settings/account", data=ACCOUNT, files=a_picture())
    await browser.post("/settings/letters", data={})
    await browser.post(f"/people/{cleo.public_id}/block")
    await signing_in.ask(bo.email, next_path="/")
    assert await letters_to(bo.email)
    assert set(await everything_of(bo)) >= {
        "people", "memberships.person", "blocks.blocker", "letter_refusals.person", "sessions.person", "sent_letters",
    }  # fmt: skip
    assert (await browser.get("/settings/account/removal")).status_code == 200
    answer = await browser.post("/settings/account/removal", data={"email": " BO@example.org"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert await everything_of(bo) == {}
    assert await db.value("SELECT count(*) FROM pictures") == 0
    assert (await browser.get("/settings/account")).status_code == 303


async def test_the_address_must_be_typed(bo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    for typed in ("", "ana@example.org", "bo"):
        answer = await browser.post("/settings/account/removal", data={"email": typed})
        assert answer.status_code == 422 and "type your e-mail address" in answer.text
    assert await queries.person_by_id(bo.id)


async def test_looking_at_the_page_deletes_nothing(bo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    await browser.get("/settings/account/removal", params={"email": bo.email})
    assert await queries.person_by_id(bo.id)


async def test_ana_who_alone_owns_the_walkers_is_told_so(
    ana: Person, signed_in: As, walkers: Community
) -> None:
    browser = await signed_in(ana)
    assert "Sunday Walkers" in (await browser.get("/settings/account/removal")).text
    answer = await browser.post("/settings/account/removal", data={"email": ana.email})
    assert answer.status_code == 422 and "Sunday Walkers" in answer.text
    assert await queries.person_by_id(ana.id)


async def test_the_sentence_names_all_of_them(ana: Person) -> None:
    communities = [Community(name=name) for name in ("A", "B", "C")]
    assert "only owner of A, B and C." in str(erasing.owners_needed(communities))


async def test_farewells_are_said_in_the_same_transaction(bo: Person) -> None:
    seen: list[bool] = []

    async def farewell(person: Person) -> None:
        seen.append(await queries.person_by_id(person.id) is not None)

    async def failing(_person: Person) -> None:
        raise RuntimeError("no")

    contributions.farewells[:] = [*(kept := list(contributions.farewells)), farewell, failing]
    try:
        with pytest.raises(RuntimeError):
            await erasing.erase(bo, email=bo.email)
        assert await queries.person_by_id(bo.id)
        contributions.farewells.remove(failing)
        await erasing.erase(bo, email=bo.email)
    finally:
        contributions.farewells[:] = kept
    assert seen == [True, True] and await queries.person_by_id(bo.id) is None


async def test_what_waits_to_be_done_for_bo_finds_nobody(bo: Person) -> None:
    await signing_in.ask(bo.email, next_path="/")
    await erasing.erase(bo, email=bo.email)
    assert await letters_to(bo.email) == []


async def test_who_deletes_their_account_while_the_other_owner_leaves(committed: str) -> None:
    community = Community(slug="pair", name="A pair")
    await community.save()
    eva, finn = await make_person("Eva"), await make_person("Finn")
    for owner in (eva, finn):
        await join(owner, community, "owner")
    outcomes = await asyncio.gather(
        erasing.erase(eva, email=eva.email), joining.leave(finn, community), return_exceptions=True
    )
    assert await Membership.count().where(Membership.role == "owner") == 1
    assert [type(outcome) for outcome in outcomes].count(type(None)) == 1


async def test_both_owners_delete_their_accounts_at_once(committed: str) -> None:
    community = Community(slug="pair", name="A pair")
    await community.save()
    owners = [await make_person("Eva"), await make_person("Finn")]
    for owner in owners:
        await join(owner, community, "owner")
    outcomes = await asyncio.gather(
        *(erasing.erase(owner, email=owner.email) for owner in owners), return_exceptions=True
    )
    assert {type(outcome) for outcome in outcomes} == {type(None), NotErasable}
    assert await Membership.count() == 1


async def test_nothing_of_bo_is_left_in_any_package(
    bo: Person, cleo: Person, dev: Person, walkers: Community
) -> None:
    event = await make_event(walkers, bo, seats=1)
    await seats.answer(event, bo, answer="going", by=bo)
    await seats.answer(event, cleo, answer="going", by=cleo)
    past = await make_event(walkers, bo, starts_at=in_days(-2))
    rsvp = Rsvp(event=past.id, person=bo.id, status="going", confirmed_at=clock.now())
    await rsvp.save()
    follow_up = FollowUp(event=past.id, closes_at=clock.now())
    await follow_up.save()
    role = Role(event=event.id, title="Door")
    await role.save()
    for row in (
        Arrival(rsvp=rsvp.id, seen_by=bo.id),
        HostLetter(event=past.id, by=bo.id, subject="x", body="y"),
        SignUp(role=role.id, person=bo.id),
        Reply(follow_up=follow_up.id, person=bo.id, was_there=True, findable=True),
        MetMark(follow_up=follow_up.id, by=bo.id, about=dev.id),
        MetMark(follow_up=follow_up.id, by=dev.id, about=bo.id),
        Connection(low=min(bo.id, dev.id), high=max(bo.id, dev.id), event=past.id),
        ContactCard(person=bo.id, phone="123"),
        Feed(person=bo.id, name="Phone", secret=b"x" * 32),
    ):
        await row.save()
    await work_off()
    assert len(await everything_of(bo)) >= 10
    await erasing.erase(bo, email=bo.email)
    await work_off()
    assert await everything_of(bo) == {}
    assert await db.value("SELECT status FROM rsvps WHERE person = $1", cleo.id) in {"going", "offered"}
    assert [
        row["taken"] for row in await db.rows("SELECT taken FROM seat_pools WHERE NOT online ORDER BY event")
    ] == [1, 0]
