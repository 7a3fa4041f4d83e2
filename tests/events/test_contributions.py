"""What packages put on the events' pages is called there what it is called itself."""

import re

import pytest

from events import contributions
from members.tables import Person
from server.pages import url
from tests.everywhere import Everywhere, still
from tests.people import As

HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>")


@pytest.mark.slow
async def test_each_tool_is_called_what_its_page_is_called(
    everywhere: Everywhere, ana: Person, signed_in: As
) -> None:
    with still():
        browser = await signed_in(ana)
        event = (await browser.get(url("events:event", event=everywhere.past.public_id))).text
        for tool in contributions.tools:
            here = everywhere.past if tool.offered in {"afterwards", "always"} else everywhere.event
            page = (await browser.get(url(tool.route, event=here.public_id))).text
            assert HEADING.findall(page) == [tool.label]
            assert url("events:event", event=here.public_id) in page
        for label in ("Co-hosts", "Volunteers", "Who came", "What people said"):
            assert label in event
