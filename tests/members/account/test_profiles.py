"""What people say of themselves: a name, a zone, a picture."""

import io

from PIL import Image

from members import queries
from members.tables import Person
from server import db
from tests.ground import work_off
from tests.people import As

ACCOUNT = {"name": "Bo Berg", "zone": "America/New_York", "language": "en"}


def a_picture(kind: str = "PNG") -> dict[str, tuple[str, bytes, str]]:
    written = io.BytesIO()
    Image.new("RGB", (300, 300), "red").save(written, kind)
    return {"picture": ("me.png", written.getvalue(), "image/png")}


async def test_bo_says_who_he_is(bo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    assert (await browser.get("/settings")).headers["location"] == "/settings/account"
    answer = await browser.post("/settings/account", data=ACCOUNT)
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings/account")
    page = (await browser.get("/settings/account")).text
    assert "Bo Berg" in page and '<option value="America/New_York" selected>' in page and bo.email in page


async def test_a_name_is_needed_and_what_was_typed_is_kept(bo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    answer = await browser.post("/settings/account", data={**ACCOUNT, "name": "", "zone": "Nowhere"})
    assert answer.status_code == 422
    assert 'id="f-name-error"' in answer.text and 'id="f-zone-error"' in answer.text


async def test_what_is_not_asked_for_is_ignored(bo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    extra = {"email": "other@example.org", "id": "1", "public_id": "x", "signed_in_at": "", "role": "owner"}
    await browser.post("/settings/account", data={**ACCOUNT, **extra})
    after = await queries.person_by_id(bo.id)
    assert after and (after.email, after.public_id) == (bo.email, bo.public_id)


async def test_a_picture_is_made_ready_and_then_stands_in_the_frame(bo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    await browser.post("/settings/account", data=ACCOUNT, files=a_picture())
    page = (await browser.get("/settings/account")).text
    assert "being made ready" in page and "/pictures/" not in page
    await work_off()
    page = (await browser.get("/settings/account")).text
    assert "being made ready" not in page and page.count("/small.webp") == 2


async def test_a_new_picture_replaces_the_old_one_at_once(bo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    for _ in range(2):
        await browser.post("/settings/account", data=ACCOUNT, files=a_picture())
    assert await db.value("SELECT count(*) FROM pictures") == 1
    await browser.post("/settings/account/picture/removal")
    await browser.post("/settings/account/picture/removal")
    assert await db.value("SELECT count(*) FROM pictures") == 0


async def test_a_gif_is_refused_beside_the_field(bo: Person, signed_in: As) -> None:
    answer = await (await signed_in(bo)).post("/settings/account", data=ACCOUNT, files=a_picture("GIF"))
    assert answer.status_code == 422 and 'id="f-picture-error"' in answer.text
    assert (await queries.person_by_id(bo.id)).name == "Bo"  # type: ignore[union-attr]


async def test_text_in_place_of_a_picture_is_refused(bo: Person, signed_in: As) -> None:
    answer = await (await signed_in(bo)).post("/settings/account", data={**ACCOUNT, "picture": "surprise"})
    assert answer.status_code == 422
