"""Telling others of an event: text, poster, share picture, and maps on its page."""

import io
import re
from urllib.parse import unquote

import httpx
from PIL import Image

from events.publishing import publishing
from events.showing import telling
from events.tables import Event
from members.tables import Community, Person
from tests.gatherings import in_days, make_event
from tests.people import As


async def test_a_gathering_in_three_lines(walkers: Community) -> None:
    event = await make_event(walkers, title="Soup", place="Library", mode="in_person", starts_at=in_days(3))
    first, when, where = telling.in_words(event).splitlines()
    assert (first, where) == ("Soup", "Library") and "18:30" in when and when.endswith("Berlin time")
    online = await make_event(walkers, title="Call", mode="online", join_url="https://meet.example/secret")
    assert telling.in_words(online).splitlines()[2] == "Online"


async def test_the_page_offers_what_one_passes_on(client: httpx.AsyncClient, walkers: Community) -> None:
    event = await make_event(walkers, title="Soup <&> “stories”", place="Library")
    page = (await client.get(f"/events/{event.public_id}")).text
    assert f'data-share="http://127.0.0.1:8000/events/{event.public_id}"' in page
    assert "Text to paste into a chat" in page and f"/events/{event.public_id}/poster" in page
    pasted = re.search(r'<textarea[^>]*id="for-a-chat"[^>]*>(.*?)</textarea>', page, re.S)
    assert pasted and pasted[1].endswith(f"/events/{event.public_id}") and "&lt;&amp;&gt;" in pasted[1]


async def test_nobody_passes_on_what_is_for_members(
    signed_in: As, client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    """Neither the poster nor the picture of what a stranger may not see exists, for whoever asks."""
    for more in ({"visibility": "members"}, {"visibility": "invited"}, {"status": "draft"}):
        event = await make_event(walkers, title="Secret soup", **more)
        for browser in (client, await signed_in(ana)):
            for path in ("poster", "share.png"):
                assert (await browser.get(f"/events/{event.public_id}/{path}")).status_code == 404
        page = (await (await signed_in(ana)).get(f"/events/{event.public_id}")).text
        assert "data-share" not in page and "share.png" not in page


async def test_a_poster_says_what_when_where_and_has_a_code(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    event = await make_event(
        walkers, title="Soup", place="Library", address="Back door", join_url="https://meet.example/secret"
    )
    page = (await client.get(f"/events/{event.public_id}/poster")).text
    assert "Soup" in page and "Library" in page and 'class="qr"' in page
    assert "Back door" not in page and "meet.example" not in page


async def test_an_address_that_one_may_know_leads_to_maps(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    open_to_all = await make_event(
        walkers, mode="in_person", place="Library", address="Main Street 1\n10115 Berlin", address_public=True
    )
    page = (await client.get(f"/events/{open_to_all.public_id}")).text
    found = re.findall(
        r'href="(https://(?:maps\.apple|www\.google|www\.openstreetmap)[^"]+)" rel="noreferrer"', page
    )
    assert len(found) == 3
    assert all("Main Street 1, 10115 Berlin" in unquote(href) for href in found)
    hidden = await make_event(walkers, mode="in_person", place="Library", address="Main Street 1")
    assert "Open in maps" not in (await client.get(f"/events/{hidden.public_id}")).text


async def test_a_share_picture_is_a_picture_of_the_size_that_previews_want(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    event = await make_event(walkers, title="Soup and stories")
    address = f"/events/{event.public_id}/share.png"
    page = (await client.get(f"/events/{event.public_id}")).text
    assert f'<meta property="og:image" content="http://127.0.0.1:8000{address}">' in page
    answer = await client.get(address)
    assert answer.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.size == (1200, 630)
    again = await client.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_share_picture_follows_the_title_and_the_day(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    event = await make_event(walkers, title="Soup and stories")
    before = (await client.get(f"/events/{event.public_id}/share.png")).content
    await Event.update({Event.title: "Soup and songs"}).where(Event.id == event.id)
    renamed = (await client.get(f"/events/{event.public_id}/share.png")).content
    await Event.update({Event.starts_at: in_days(9)}).where(Event.id == event.id)
    assert len({before, renamed, (await client.get(f"/events/{event.public_id}/share.png")).content}) == 3


async def test_what_is_called_off_has_no_share_picture_of_its_old_day_left(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    event = await make_event(walkers, title="Soup and stories")
    await publishing.cancel(event, reason="The stove is broken.")
    assert (await client.get(f"/events/{event.public_id}/share.png")).status_code == 200
