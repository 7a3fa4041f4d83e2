"""Catalogues: what is broken in one is said, and the code is what they are made of."""

from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from server.languages import making

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: de\\n"\n'
HEADER += '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


def catalog(entries: str) -> Catalog:
    return read_po(BytesIO((HEADER + entries).encode()), locale="de")


def faults(entries: str, *, complete: bool = True) -> list[str]:
    found = catalog(entries)
    return list(making._faults_of(found, found, complete=complete))


LINK = 'msgid "<a href=\\"%(url)s\\">Yes</a>"\n'
SEATS = 'msgid "%(num)s seat"\nmsgid_plural "%(num)s seats"\n'


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Yes"\nmsgstr ""\n', "is not translated"),
        ('#, fuzzy\nmsgid "Yes"\nmsgstr "Ja"\n', "is marked as doubtful"),
        (SEATS + 'msgstr[0] "ein Platz"\nmsgstr[1] ""\n', "lacks a plural form"),
        ('msgid "%(name)s comes"\nmsgstr "kommt"\n', "leaves out name"),
        ('msgid "%(name)s comes"\nmsgstr "%(nmae)s kommt"\n', "nothing fills: nmae"),
        ('msgid "%(name)s comes"\nmsgstr "%(name) kommt"\n', "no placeholder"),
        ('msgid "100 %%"\nmsgstr "100 %"\n', "no placeholder"),
        ('msgid "<b>Yes</b>"\nmsgstr "<b>Ja<b>"\n', "has other tags"),
        ('msgid "<b>Yes</b>"\nmsgstr "Ja"\n', "has other tags"),
        ('msgid "Yes"\nmsgstr "\\"Ja\\""\n', "quotes of your language"),
        (LINK + 'msgstr "<a onclick=\\"x()\\" href=\\"%(url)s\\">Ja</a>"\n', "other tags"),
        ('msgid "Yes"\nmsgstr "<script>Ja</script>"\n', "has other tags"),
    ],
)  # fmt: skip
def test_what_is_broken_is_said(entry: str, fault: str) -> None:
    found = faults(entry)
    assert any(fault in each for each in found)


def test_what_is_whole_has_no_faults() -> None:
    assert not faults(SEATS + 'msgstr[0] "ein Platz"\nmsgstr[1] "%(num)s Plätze"\n')
    assert not faults('msgid "100 %% of %(name)s"\nmsgstr "100 %% von %(name)s"\n')


def test_a_language_that_is_not_whole_only_has_to_be_right() -> None:
    assert not faults('msgid "Yes"\nmsgstr ""\n', complete=False)
    assert faults('msgid "%(name)s"\nmsgstr "x"\n', complete=False)


def test_a_catalogue_of_other_messages_is_out_of_date() -> None:
    code = catalog('msgid "Yes"\nmsgstr "Ja"\n\nmsgid "No"\nmsgstr "Nein"\n')
    assert list(making._faults_of(catalog('msgid "Yes"\nmsgstr "Ja"\n'), code, complete=True)) == [
        "its messages are not those of the code: run `make languages`."
    ]


@pytest.mark.slow
def test_the_catalogues_are_up_to_date_and_whole() -> None:
    assert not making.faults()
