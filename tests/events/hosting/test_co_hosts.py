"""Co-hosts organise one event and nothing else: what they may, what they may not, and how they come and go."""

import re
from datetime import timedelta

import httpx
import pytest
import time_machine

from events.hosting import co_hosts, keeping_out, queries
from events.publishing import publishing
from events.series import queries as series_queries
from events.tables import CoHost, CoHostInvitation, Event
from members.account import erasing
from members.blocking import blocks
from members.communities import joining
from members.communities.keeping_out import Whom
from members.tables import Community, Person
from rsvps.seating import seats
from server import clock, composition, db
from server.presentation import long_date
from server.settings import settings
from tests.everywhere import Everywhere, still, undone
from tests.gatherings import in_days, make_event, make_series
from tests.ground import forget_what_has_had_its_time, letters_to, text_of
from tests.people import As, join, make_person
from tests.promises.test_rubbish import RIGHT
from tests.promises.test_what_is_for_organisers import THEIRS

# What is for those who organise an event, and what of it is for its community's organisers alone.
OF_THE_EVENT = re.compile(rf"(?!/communities/)({THEIRS.pattern})")
NOT_FOR_CO_HOSTS = {
    ("POST", "/events/{event}/copy"),
    ("POST", "/events/{event}/hosts"),
    ("POST", "/events/{event}/hosts/{person}/removal"),
    ("POST", "/events/{event}/hosts/invitations/{invitation}/removal"),
    ("GET", "/events/{event}/followup"),
    ("POST", "/asks/{ask}/done"),
    ("POST", "/asks/{ask}/done/removal"),
}
# Of the link to a whole series alone: a gathering by itself has none.
OF_A_SERIES = {("POST", "/events/{event}/doors/{door}/renewal")}
OF_THE_COMMUNITY = re.compile(r"/communities/{community}/(edit|picture|closing|people|events/new).*")


def routes(those: re.Pattern[str]) -> list[tuple[str, str]]:
    found = [each for each in composition.routes() if those.fullmatch(getattr(each, "path", ""))]
    return sorted({(method, each.path) for each in found for method in each.methods - {"HEAD"}})  # type: ignore[attr-defined]


async def host(event: Event, person: Person, by: Person) -> None:
    await co_hosts.add(event, person, by=by)


def where(event: Event, more: str = "/hosts") -> str:
    return f"/events/{event.public_id}{more}"


@pytest.mark.slow
async def test_a_co_host_opens_all_that_is_for_the_events_organisers(
    everywhere: Everywhere, ana: Person, cleo: Person, signed_in: As
) -> None:
    with still():
        for event in (everywhere.event, everywhere.past):
            await host(event, cleo, ana)
        browser = await signed_in(cleo)
        tried = routes(OF_THE_EVENT)
        assert len(tried) > 20
        for method, path in tried:
            route = next(each for each in composition.routes() if getattr(each, "path", "") == path)
            async with undone():
                answer = await browser.request(
                    method,
                    everywhere.address(route),  # type: ignore[arg-type]
                    data=RIGHT if method == "POST" else None,
                )
            refused = answer.status_code in {403, 404}
            assert refused == ((method, path) in NOT_FOR_CO_HOSTS | OF_A_SERIES), (
                method,
                path,
                answer.status_code,
            )


@pytest.mark.slow
async def test_nothing_else_of_the_community_opens_for_a_co_host(
    everywhere: Everywhere, ana: Person, cleo: Person, signed_in: As
) -> None:
    with still():
        await host(everywhere.event, cleo, ana)
        browser = await signed_in(cleo)
        for method, path in routes(OF_THE_COMMUNITY):
            route = next(each for each in composition.routes() if getattr(each, "path", "") == path)
            answer = await browser.request(method, everywhere.address(route))  # type: ignore[arg-type]
            assert answer.status_code == 403, (method, path)
        for more in ("", "/edit", "/people", "/hosts"):
            assert (await browser.get(where(everywhere.draft, more))).status_code == 404, more
        for more in ("/edit", "/people", "/hosts", "/letters"):
            assert (await browser.get(where(everywhere.past, more))).status_code == 403, more


async def test_a_co_host_cannot_take_the_event_to_a_community_of_their_own(
    walkers: Community, ana: Person, cleo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    await host(event, cleo, ana)
    own = Community(slug="own", name="Own", zone="UTC")
    await own.save()
    await join(cleo, own, "owner")
    answer = await (await signed_in(cleo)).get(f"/communities/own/events/new?like={event.public_id}")
    assert answer.status_code == 403


@pytest.mark.parametrize("given", [{"status": "draft"}, {"visibility": "members"}, {"visibility": "invited"}])
async def test_a_co_host_sees_and_changes_what_others_do_not_see(
    walkers: Community, ana: Person, cleo: Person, signed_in: As, given: dict[str, str]
) -> None:
    event = await make_event(walkers, ana, **given)
    browser = await signed_in(cleo)
    assert (await browser.get(where(event, ""))).status_code == 404
    await host(event, cleo, ana)
    page = (await browser.get(where(event, ""))).text
    assert "Mill Lane 4" in page and "Change it" in page and "For hosts" in page
    assert where(event, "/copy") not in page and where(event, "/followup") not in page
    assert event.title in (await browser.get("/communities/walkers")).text
    assert (await browser.post(where(event, "/publication"))).status_code in {303, 409}


async def test_an_organiser_adds_a_member_who_is_told(
    walkers: Community, ana: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    browser = await signed_in(ana)
    assert ">Dev<" in (await browser.get(f"{where(event)}?q=de")).text
    for _ in range(2):
        answer = await browser.post(where(event), data={"person": dev.public_id})
        assert answer.headers["location"] == where(event)
    (letter,) = await letters_to(dev.email)
    assert letter["Subject"] == "You host A walk along the river with Ana"
    assert where(event) in text_of(letter) and "step down" in text_of(letter)
    assert 'Take off<span class="sr-only"> Dev</span>' in (await browser.get(where(event))).text


async def test_the_page_names_who_prepares_it(
    walkers: Community, ana: Person, dev: Person, cleo: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    assert (await client.get(where(event, ""))).text.count("Prepares this gathering") == 1
    await host(event, dev, ana)
    page = (await client.get(where(event, ""))).text
    assert page.count("Prepares this gathering") == 2 and ">Dev<" in page
    await Person.update({Person.name: "Devika"}).where(Person.id == dev.id)
    assert ">Devika<" in (await client.get(where(event, ""))).text
    await blocks.block(dev, cleo)
    assert ">Devika<" not in (await (await signed_in(cleo)).get(where(event, ""))).text
    await co_hosts.remove(event, dev)
    assert ">Devika<" not in (await client.get(where(event, ""))).text


async def test_taking_somebody_off_takes_effect_at_once(
    walkers: Community, ana: Person, cleo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana, visibility="invited")
    await host(event, cleo, ana)
    browser = await signed_in(cleo)
    assert (await browser.get(where(event, "/people"))).status_code == 200
    for _ in range(2):
        answer = await (await signed_in(ana)).post(where(event, f"/hosts/{cleo.public_id}/removal"))
        assert answer.status_code == 303
    for more in ("", "/people", "/edit", "/hosts"):
        assert (await browser.get(where(event, more))).status_code == 404


async def test_a_co_host_steps_down(walkers: Community, ana: Person, cleo: Person, signed_in: As) -> None:
    event = await make_event(walkers, ana)
    await host(event, cleo, ana)
    browser = await signed_in(cleo)
    page = (await browser.get(where(event))).text
    assert "Step down" in page and "Ask by letter" not in page and "Add a member" not in page
    answer = await browser.post(where(event, f"/hosts/{cleo.public_id}/removal"))
    assert answer.headers["location"] == "/"
    assert (await browser.get(where(event))).status_code == 403
    assert await letters_to(ana.email) == []


async def test_a_co_host_finds_it_in_their_agenda_once(
    walkers: Community, ana: Person, cleo: Person, signed_in: As
) -> None:
    draft = await make_event(walkers, ana, status="draft", title="A draft")
    event = await make_event(walkers, ana, title="A swim")
    for one in (draft, event):
        await host(one, cleo, ana)
    browser = await signed_in(cleo)
    page = (await browser.get("/")).text
    assert page.count(where(event, "")) == 1
    assert "You host it" in page
    assert where(draft, "/edit") in (await browser.get("/organising")).text, (
        "a draft is with what they organise"
    )
    await seats.answer(event, cleo, answer="going", by=cleo)
    page = (await browser.get("/")).text
    assert page.count(where(event, "")) == 1 and "You host it" not in page
    await co_hosts.remove(draft, cleo)
    assert where(draft, "") not in (await browser.get("/organising")).text


async def test_who_is_asked_to_host_finds_it_first_in_their_agenda_until_they_answer(
    walkers: Community, ana: Person, cleo: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana, title="A swim", visibility="invited")
    await co_hosts.invite(event, cleo.email, by=ana)
    browser = await signed_in(cleo)
    page = (await browser.get("/")).text
    assert "One thing waits for your answer." in page and "would like you to host it with them" in page
    link = re.search(r'href="(/hosting/[^"]+)"', page)
    assert link
    assert "/hosting/" not in (await (await signed_in(bo)).get("/")).text
    await browser.post(link[1])
    assert "/hosting/" not in (await browser.get("/")).text


@pytest.mark.parametrize("why", ["blocked", "kept out", "taken back", "expired", "cancelled"])
async def test_who_is_not_asked_any_more_finds_nothing_in_their_agenda(
    walkers: Community, ana: Person, cleo: Person, signed_in: As, why: str
) -> None:
    event = await make_event(walkers, ana, title="A swim", starts_at=in_days(40))
    await co_hosts.invite(event, cleo.email, by=ana)
    (asked,) = await queries.invitations_to_host(event, seen_by=ana, now=clock.now())
    if why == "blocked":
        await blocks.block(cleo, ana)
    elif why == "kept out":
        await keeping_out.keep_out(event, Whom.named(cleo), by=ana)
    elif why == "taken back":
        await co_hosts.take_back(event, asked.public_id)
    elif why == "cancelled":
        await publishing.cancel(event, reason="Rain.")
    with time_machine.travel(clock.now() + timedelta(days=15 if why == "expired" else 0)):
        assert "for your answer" not in (await (await signed_in(cleo)).get("/")).text


async def test_somebody_is_asked_by_letter_and_says_yes(
    walkers: Community, ana: Person, cleo: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    event = await make_event(walkers, ana, status="draft")
    answer = await (await signed_in(ana)).post(where(event), data={"email": "Cleo@Example.org"})
    assert answer.status_code == 303
    link = await link_for(cleo.email)
    browser = await signed_in(cleo)
    assert (await browser.get(where(event))).status_code == 404, "nothing before they say yes"
    assert "Sign in and say yes" in (await client.get(link)).text
    assert (await client.post(link)).headers["location"].startswith("/sign-in?next=")
    assert "Yes, I’ll host it" in (await browser.get(link)).text
    for _ in range(2):
        assert (await browser.post(link)).headers["location"] == where(event, "")
    assert (await browser.get(where(event, "/edit"))).status_code == 200
    assert await CoHostInvitation.count() == 0


async def test_the_letters_link_is_for_its_reader_alone(
    walkers: Community, ana: Person, bo: Person, cleo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    await co_hosts.invite(event, cleo.email, by=ana)
    link = await link_for(cleo.email)
    browser = await signed_in(bo)
    assert "different address" in (await browser.get(link)).text
    assert (await browser.post(link)).status_code == 410
    assert await CoHost.count() == 0


async def test_an_invitation_ends(
    walkers: Community, ana: Person, dev: Person, cleo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    await join(cleo, walkers, "organiser")
    browser = await signed_in(dev)

    async def asked(by: Person) -> str:
        await db.run("DELETE FROM sent_letters")
        await co_hosts.invite(event, dev.email, by=by)
        return await link_for(dev.email)

    link = await asked(ana)
    (invitation,) = await queries.invitations_to_host(event, seen_by=ana, now=clock.now())
    await (await signed_in(ana)).post(where(event, f"/hosts/invitations/{invitation.public_id}/removal"))
    assert (await browser.post(link)).status_code == 410
    link = await asked(cleo)
    await joining.change_role(cleo, walkers, "member", by=ana)
    assert (await browser.post(link)).status_code == 410, "whoever asked does not organise any more"
    link = await asked(ana)
    with time_machine.travel(clock.now() + timedelta(days=15), tick=False):
        assert (await browser.get(link)).status_code == 410
        await forget_what_has_had_its_time()
    assert await CoHostInvitation.count() == 0 and await CoHost.count() == 0


async def test_an_address_with_an_account_looks_like_any_other(
    walkers: Community, ana: Person, cleo: Person, bo: Person, signed_in: As
) -> None:
    """A stranger's, a member's, one of somebody who has blocked the asker, one that nobody has."""
    blake = await make_person("Blake")
    await blocks.block(blake, ana)
    seen = []
    for email in (cleo.email, bo.email, blake.email, "nobody@example.org"):
        event = await make_event(walkers, ana)
        browser = await signed_in(ana)
        answer = await browser.post(where(event), data={"email": email})
        page = await browser.get(where(event))
        bare = re.sub(r'nonce="[^"]*"|tint-\d|>\w{1,2}</span>', "", page.text.replace(email, "ADDRESS"))
        bare = re.sub(r'invitations/\w+/|name="ref" value="\w+"', "", bare)
        seen.append((answer.status_code, page.status_code, bare.replace(event.public_id, "EVENT")))
    assert len(set(seen)) == 1
    assert await letters_to(blake.email) == []
    assert len(await letters_to("nobody@example.org")) == len(await letters_to(cleo.email)) == 1


async def test_whoever_has_just_left_cannot_be_added_and_that_is_said_beside_the_list(
    walkers: Community, ana: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    await joining.leave(dev, walkers)
    answer = await (await signed_in(ana)).post(where(event), data={"person": dev.public_id})
    assert answer.status_code == 422
    said = "They are not among the members any more."
    assert said in answer.text and answer.text.index("form-summary") < answer.text.index('id="letter"')
    assert await CoHost.count() == 0


def shown_in(answer: httpx.Response) -> str:
    """What a page shows, without what differs each time."""
    return re.sub(r'nonce="[^"]*"|name="ref" value="\w+"', "", answer.text)


async def test_who_is_blocked_is_not_there_to_be_added(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    await blocks.block(dev, ana)
    browser = await signed_in(ana)
    assert ">Dev<" not in (await browser.get(f"{where(event)}?q=dev")).text
    hidden, nobody = [
        await browser.post(where(event), data={"person": public_id})
        for public_id in (dev.public_id, "222222222222")
    ]
    assert hidden.status_code == nobody.status_code == 422
    assert shown_in(hidden) == shown_in(nobody) and dev.public_id not in hidden.text
    await blocks.unblock(dev, ana)
    await co_hosts.invite(event, dev.email, by=ana)
    link = await link_for(dev.email)
    await blocks.block(dev, ana)
    assert (await (await signed_in(dev)).post(link)).status_code == 410
    assert await CoHost.count() == 0


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [({}, "Please write an e-mail address"), ({"email": "dev at example"}, "does not look like an e-mail")],
)
async def test_what_is_no_address_is_said_beside_the_field(
    walkers: Community, ana: Person, signed_in: As, typed: dict[str, str], sentence: str
) -> None:
    event = await make_event(walkers, ana)
    answer = await (await signed_in(ana)).post(where(event), data=typed)
    assert answer.status_code == 422 and sentence in answer.text


async def test_twenty_are_enough(walkers: Community, ana: Person, dev: Person, signed_in: As) -> None:
    event = await make_event(walkers, ana)
    for number in range(co_hosts.MOST):
        await host(event, await make_person(f"Host {number}"), ana)
        await co_hosts.invite(event, f"host{number}@example.com", by=ana)
    with pytest.raises(co_hosts.TooManyHosts):
        await host(event, dev, ana)
    with pytest.raises(co_hosts.TooManyHosts):
        await co_hosts.invite(event, dev.email, by=await make_person("Olu"))
    answer = await (await signed_in(ana)).post(where(event), data={"person": dev.public_id})
    assert "20 co-hosts at most" in answer.text
    assert await CoHost.count() == co_hosts.MOST


async def test_who_leaves_kith_hosts_nothing_and_is_asked_nothing(
    walkers: Community, ana: Person, dev: Person, client: httpx.AsyncClient
) -> None:
    event, other = await make_event(walkers, ana), await make_event(walkers, ana)
    await host(event, dev, ana)
    await co_hosts.invite(other, dev.email, by=ana)
    assert ">Dev<" in (await client.get(where(event, ""))).text
    await erasing.erase(dev, email=dev.email)
    assert ">Dev<" not in (await client.get(where(event, ""))).text
    assert await CoHost.count() == await CoHostInvitation.count() == 0


async def test_a_co_host_invites_by_address_and_not_from_the_list_of_members(
    walkers: Community, ana: Person, bo: Person, cleo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    await host(event, cleo, ana)
    browser = await signed_in(cleo)
    page = (await browser.get(where(event, "/invitations"))).text
    assert ">Bo<" not in page and bo.public_id not in page
    refused = await browser.post(where(event, "/invitations"), data={"people": [bo.public_id]})
    assert refused.status_code == 422
    answer = await browser.post(
        where(event, "/invitations"), data={"emails": "new@example.org", "step": "send"}
    )
    assert answer.status_code == 303


async def test_a_co_host_cannot_find_out_who_is_a_member(
    walkers: Community, ana: Person, bo: Person, cleo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana, visibility="members")
    await host(event, cleo, ana)
    browser = await signed_in(cleo)
    answers = [
        await browser.post(where(event, "/invitations"), data={"emails": email})
        for email in (bo.email, "new@example.org")
    ]
    assert [answer.status_code for answer in answers] == [422, 422]


async def link_for(email: str) -> str:
    letter = (await letters_to(email))[-1]
    found = re.search(r"https?://[^/\s]+(/hosting/\S+)", text_of(letter))
    assert found
    return found[1]


async def test_whoever_is_asked_can_refuse_such_letters_without_an_account(
    walkers: Community, ana: Person, client: httpx.AsyncClient
) -> None:
    await co_hosts.invite(await make_event(walkers, ana), "eve@example.org", by=ana)
    [letter] = await letters_to("eve@example.org")
    where = str(letter["List-Unsubscribe"]).strip("<>").removeprefix(settings.base_url)
    assert "eve@example.org" in (await client.get(where)).text
    assert await Person.count().where(Person.email == "eve@example.org") == 0, "looking changes nothing"
    for _ in range(2):
        answer = await client.post(where, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200 and "You will get no more of these" in answer.text
    await co_hosts.invite(await make_event(walkers, ana, title="Another"), "eve@example.org", by=ana)
    assert len(await letters_to("eve@example.org")) == 1


async def test_who_leaves_is_asked_to_host_no_more(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana, visibility="members")
    await co_hosts.invite(event, bo.email, by=ana)
    link = await link_for(bo.email)
    assert event.title in (await (await signed_in(bo)).get(link)).text
    await joining.remove(bo, walkers, by=ana)
    browser = await signed_in(bo)
    for answer in (await browser.get(link), await browser.post(link)):
        assert answer.status_code in {404, 410} and event.title not in answer.text
    assert (await browser.get(where(event))).status_code == 404


async def test_who_hosts_a_series_is_written_to_about_the_series(
    walkers: Community, ana: Person, dev: Person, client: httpx.AsyncClient
) -> None:
    series = await make_series(walkers, ana)
    pattern = await series_queries.pattern_of(series.id)
    first = long_date(pattern.local_start)
    with time_machine.travel(pattern.over_at + timedelta(days=30)):
        await host(pattern, dev, ana)
        await co_hosts.invite(pattern, "nora@example.org", by=ana)
        (added,), (asked,) = await letters_to(dev.email), await letters_to("nora@example.org")
        for letter, said in (
            (added, "made you a co-host of a series of"),
            (asked, "would be glad to prepare a series of"),
        ):
            for kind in ("text/plain", "text/html"):
                words = " ".join(text_of(letter, kind).split())
                assert said in words and str(first) not in words and "a gathering of" not in words
        assert f"/series/{series.public_id}" in text_of(added)
        link = re.search(r"https?://[^/]+(/hosting/\S+)", text_of(asked))
        assert link
        page = await client.get(link[1])
        assert page.status_code == 200
        assert "the gatherings of this series" in page.text and str(first) not in page.text
