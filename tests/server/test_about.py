"""The pages about this Kith: their texts are the operator's, and honest while nobody has written any."""

from pathlib import Path

import httpx
import pytest

from server import about, checkup
from server.settings import settings


@pytest.mark.parametrize("name", about.TITLES)
async def test_everybody_finds_them_in_the_footer(client: httpx.AsyncClient, name: str) -> None:
    for page in ("/", "/sign-in", "/nothing-here"):
        assert f'<a href="/{name}">' in (await client.get(page)).text
    page = await client.get(f"/{name}")
    assert page.status_code == 200 and f"<h1>{about.TITLES[name]}</h1>" in page.text
    assert "<h2>" in page.text and "{" not in about.text(name)


async def test_the_imprint_is_honest_while_nothing_is_said(client: httpx.AsyncClient) -> None:
    assert "Whoever runs this Kith has not said who they are." in (await client.get("/imprint")).text
    with pytest.raises(checkup.Doubt, match="OPERATOR_NAME, OPERATOR_ADDRESS, OPERATOR_EMAIL not set"):
        await checkup.QUESTIONS["Operator"]()


async def test_the_settings_say_who_runs_it(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "operator_name", "Friends of the Old Mill")
    monkeypatch.setattr(settings, "operator_address", "Mill Lane 5, 12345 Berlin")
    monkeypatch.setattr(settings, "operator_email", "hello@kith.example")
    for name in ("imprint", "privacy", "contact"):
        page = (await client.get(f"/{name}")).text
        assert "Friends of the Old Mill" in page and 'href="mailto:hello@kith.example"' in page
    assert "Friends of the Old Mill" in await checkup.QUESTIONS["Operator"]()


async def test_an_operators_own_text_takes_the_place_of_ours(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "privacy.md").write_text("# We keep little\n\nAsk {operator} <script>alert(1)</script>")
    monkeypatch.setattr(settings, "texts_dir", tmp_path)
    monkeypatch.setattr(settings, "operator_name", "Ana")
    page = (await client.get("/privacy")).text
    assert "<h2>We keep little</h2>" in page and "Ask Ana &lt;script&gt;" in page
    assert "How long Kith keeps what" in page, "the table stays, whatever is written"
    assert "Who is responsible" not in page
    assert "Getting in" in (await client.get("/help")).text, "what they have not written is ours"


async def test_a_text_comes_in_the_language_of_its_reader(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    german = {"Accept-Language": "de"}
    assert "Es gibt kein Passwort." in (await client.get("/help", headers=german)).text
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "help.md").write_text("Fragt Ana.")
    (tmp_path / "help.md").write_text("Ask Ana.")
    (tmp_path / "contact.md").write_text("Ask Bo.")
    monkeypatch.setattr(settings, "texts_dir", tmp_path)
    assert "Fragt Ana." in (await client.get("/help", headers=german)).text
    assert "Ask Ana." in (await client.get("/help")).text
    assert "Ask Bo." in (await client.get("/contact", headers=german)).text, "theirs, before one of ours"
    assert about.unread(tmp_path) == []


async def test_links_of_their_own_site_begin_with_a_slash(client: httpx.AsyncClient) -> None:
    page = (await client.get("/help")).text
    assert f'<a href="{settings.base_url}/settings/letters"' in page and "](" not in page


async def test_a_file_that_no_page_reads_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "impressum.md").write_text("Hello")
    monkeypatch.setattr(settings, "texts_dir", tmp_path)
    for name in ("operator_name", "operator_address", "operator_email"):
        monkeypatch.setattr(settings, name, "a@b.example")
    with pytest.raises(checkup.Doubt, match=r"impressum\.md"):
        await checkup.QUESTIONS["Operator"]()
