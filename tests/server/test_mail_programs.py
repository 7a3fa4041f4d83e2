"""The check of letters' HTML finds what mail programs do not draw."""

import pytest

from server import lettering
from tests.server import mail_programs
from tests.server.test_lettering import HOSTS

NOT_DRAWN = {
    '<p style="display:flex">': "display:flex: not in Outlook on Windows",
    '<p style="margin-top:2rem">': "rem unit: not in Outlook on Windows",
    '<p style="position:absolute">': "position: not in Gmail",
    '<td style="background:url(a.png)">': "background-image: not in Outlook on Windows",
    '<td style="background:linear-gradient(red, blue)">': "linear-gradient(): not in Outlook on Windows",
    '<td style="width:calc(100% - 2px)">': "CSS calc() function: not in Outlook on Windows",
    "<style>p { color: var(--ink) }</style>": "CSS Variables (Custom Properties): not in Gmail",
    "<style>@media (orientation: portrait) { p { color: red } }</style>": "@media (orientation): not in Gmail on iOS",
    "<style>@font-face { font-family: Kith }</style>": "@font-face: not in Gmail",
    "<style>a:hover { color: red }</style>": ":hover: not in Gmail on iOS",
    "<style>p + p { color: red }</style>": "Adjacent sibling combinator: not in Outlook on Windows",
    "<video src='a.mp4'>": "<video> element: not in Gmail",
    "<svg></svg>": "Embedded <svg> image: not in Gmail",
    "<bdi>Ana</bdi>": "<bdi> element: not in Gmail",
    "<form></form>": "<form> element: not in Outlook on Windows",
    '<img src="/pictures/a/large.webp">': "webP image format: not in Outlook on Windows",
    '<img srcset="a.png 2x">': "srcset and sizes attributes: not in Gmail",
    '<link rel="stylesheet" href="a.css">': "<link> element: not in Gmail",
}


@pytest.mark.parametrize("html", NOT_DRAWN)
def test_what_mail_programs_do_not_draw_is_found(html: str) -> None:
    assert any(fault.startswith(NOT_DRAWN[html]) for fault in mail_programs.faults(html))


def test_a_letter_that_is_too_long_is_found() -> None:
    assert mail_programs.faults("<p>" + "ä" * 51_000) == ["102003 bytes: Gmail clips it"]


def test_what_all_of_them_draw_is_not_complained_of() -> None:
    assert not mail_programs.faults(
        '<table width="600" role="presentation"><tr><td align="left" style="padding:4px">'
    )
    assert not mail_programs.faults("<!--[if mso]><v:rect style='position:absolute'></v:rect><![endif]-->")
    assert not mail_programs.faults(lettering.write("events/co_host", HOSTS).html)


def test_whatever_is_excused_is_still_missing_somewhere_and_used() -> None:
    used = mail_programs.used(lettering.write("events/co_host", HOSTS).html)
    for title in mail_programs.ENHANCEMENTS:
        assert mail_programs.features()[title].missing and title in used, title
