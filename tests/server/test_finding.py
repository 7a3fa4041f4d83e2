"""Words are folded and cut in one way, whatever is searched, and whatever the database's locale; their stems count,
and a wrong letter is forgiven.
"""

import os
from dataclasses import replace

import asyncpg
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from events.lists import queries
from events.lists.queries import ListFilter
from members.tables import Community
from server import clock, db
from server.finding import asked_words
from server.folding import fold
from tests.gatherings import make_event

SAME = [
    ("O’Brien’s Quiz", "o brien s quiz"),
    ("„Faust“", "faust"),
    ("L’été", "l ete"),
    ("Film—Abend", "film abend"),
    ("🎉Party🎉", "party"),
    ("no\u00a0break", "no break"),
    ("Cafe\u0301", "cafe"),
    ("Café", "cafe"),
    ("STRASSE", "strasse"),
    ("Straße", "strasse"),
    ("Łódź Smørrebrød Đà Nẵng", "lodz smorrebrod da nang"),
    ("ΟΔΥΣΣΕΑΣ", "οδυσσεασ"),
    ("Οδυσσέας", "οδυσσεασ"),
    ("ЁЛКА", "елка"),
    ("İstanbul ISPARTA ılık", "istanbul isparta ilik"),
    ("ＦＵＬＬ　ｗｉｄｔｈ", "full width"),
    ("ﬁnale", "finale"),
    ("Koch\u00adkurs", "kochkurs"),
    ("東京お花見", "東 京 お 花 見"),
    ("が", "が"),
    ("김민준", "김민준"),
    ("שָׁלוֹם", "שלום"),
    ("أحمد", "احمد"),
    ("a_b%c\\d", "a b c d"),
    ("x" * 100, "x" * 60),
    ("  !? ", ""),
    ("", ""),
]
SOUGHT = ["all_words", "sought", "sought_closely", "sought_in_names"]


@pytest.mark.parametrize(("written", "folded"), SAME)
async def test_words_are_folded(written: str, folded: str) -> None:
    assert await db.value("SELECT fold($1)", written) == folded


@pytest.mark.parametrize("locale", ["C", "pg_c_utf8", "ucs_basic"])
async def test_folding_does_not_ask_the_locale(locale: str) -> None:
    for written, folded in SAME:
        assert await db.value(f'SELECT fold($1 COLLATE "{locale}")', written) == folded


@pytest.mark.slow
async def test_a_database_of_another_locale_folds_alike() -> None:
    """Made with libc's C, where only ASCII has letters, and moved there as a dump would be."""
    template = os.environ["KITH_TEST_TEMPLATE"]
    elsewhere = template.replace("kith_template", "kith_c_locale")
    definitions = await db.rows(
        """
        SELECT pg_get_functiondef(oid) AS made FROM pg_proc WHERE proname = ANY($1)
        ORDER BY array_position($1, proname::text)
        """,
        ["fold", "sort_key", "joined", "findable", "stems", "slips", "searchable", "any_of", *SOUGHT],
    )
    connection = await asyncpg.connect(template.replace("kith_template", "postgres"))
    try:
        await connection.execute(
            "CREATE DATABASE kith_c_locale TEMPLATE template0 ENCODING UTF8 LOCALE_PROVIDER libc LOCALE 'C'"
        )
        there = await asyncpg.connect(elsewhere)
        try:
            await there.execute("CREATE EXTENSION unaccent")
            for row in definitions:
                await there.execute(row["made"])
            for written, folded in SAME:
                assert await there.fetchval("SELECT fold($1)", written) == folded
        finally:
            await there.close()
    finally:
        await connection.execute("DROP DATABASE IF EXISTS kith_c_locale")
        await connection.close()


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("O’Brien’s Quiz", ["O’Brien", "O'Brien", "brien", "obrien", "o brien", "OBRIEN’S quiz", "O`Brien"]),
        ("„Faust“ im Park", ["Faust", "„Faust“", '"faust"', "»Faust«", "park faust"]),
        ("L’été", ["été", "ete", "l'ete", "L’ÉTÉ", "lete"]),
        ("Film—Abend", ["film", "Abend", "film-abend", "Film – Abend"]),
        ("🎉Party🎉", ["party", "🎉Party", "PARTY!"]),
        ("Tee\u00a0und\u2009Kuchen", ["und", "kuchen tee", "tee und"]),
        ("Café Übermut", ["cafe", "Cafe\u0301", "ubermut", "ÜBERMUT", "U\u0308bermut"]),
        ("Cafe\u0301 am Eck", ["Café", "cafe", "caf"]),
        ("Großes Straßenfest", ["strassenfest", "STRASSENFEST", "straßen", "grosses"]),
        ("Łódź w nocy", ["lodz", "ŁÓDŹ"]),
        ("Co-op e-bike", ["coop", "co-op", "ebike", "bike"]),
        ("東京お花見会", ["花見", "東京", "お花見"]),
        ("김장 모임", ["김장", "모임"]),
        ("Ночь Ёлки", ["елки", "ЁЛКИ", "ночь"]),
        ("ＦＵＮ club", ["fun", "ｆｕｎ"]),
    ],
)
async def test_a_gathering_is_found_however_one_writes_it(
    walkers: Community, title: str, asked: list[str]
) -> None:
    await make_event(walkers, title=title)
    await make_event(walkers, title="Something else")
    for words in asked:
        found = await client_finds(words)
        assert found == [title], words


async def client_finds(words: str) -> list[str]:
    looking = ListFilter(words=asked_words({"q": words}))
    found = await queries.whats_on(looking, now=clock.now())
    return [card.title for card in found.rows]


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("Morning sketch", ["sketching", "sketches", "sketched", "mornings", "MORNING sketches"]),
        ("We are sailing to the sea", ["sail", "sails", "sailed"]),
        ("Stories and cookies", ["story", "cookie", "cookies stories"]),
        ("Repairing together", ["repair", "repairs", "repaired"]),
        ("Party for parents", ["parties", "parent"]),
        ("Spaziergang am Kanal", ["Spaziergänge", "spaziergangs"]),
        ("Lieder singen", ["Lied", "singe"]),
    ],
)
async def test_a_word_is_found_by_its_stem(walkers: Community, title: str, asked: list[str]) -> None:
    await make_event(walkers, title=title)
    await make_event(walkers, title="Something else")
    for words in asked:
        assert await client_finds(words) == [title], words


async def test_a_stem_is_a_whole_word_and_no_beginning(walkers: Community) -> None:
    """ "Going" has the stem "go"; gold has nothing to do with it."""
    await make_event(walkers, title="Gold and good company")
    assert await client_finds("going") == []


ONE_WRONG = ["chior", "choor", "hoir", "cchoir", "choirr", "coir", "Chojr", "xhoir", "choix"]


@pytest.mark.parametrize("mistyped", ONE_WRONG)
async def test_one_wrong_letter_is_forgiven(walkers: Community, mistyped: str) -> None:
    await make_event(walkers, title="The choir sings")
    await make_event(walkers, title="Something else")
    looking = ListFilter(words=mistyped)
    found = await queries.whats_on(replace(looking, closely=True), now=clock.now())
    assert [card.title for card in found.rows] == ["The choir sings"]


@given(word=st.text("abcdefghijklmnopqrstuvwxyzäöéñøżбгдеאבגדκλμ", min_size=5, max_size=20), data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_one_mistake_in_any_word_is_forgiven(word: str, data: st.DataObject) -> None:
    """A letter wrong, missing, too many, or changed for its neighbour, at any place."""
    folded = await db.value("SELECT fold($1)", word)
    assume(5 <= len(folded) <= 20 and folded.isalnum())
    at = data.draw(st.integers(0, len(folded) - 1))
    letter = data.draw(st.sampled_from("abxyz"))
    mistakes = [
        folded[:at] + letter + folded[at + 1 :],
        folded[:at] + folded[at + 1 :],
        folded[:at] + letter + folded[at:],
        folded[:at] + folded[at : at + 2][::-1] + folded[at + 2 :],
    ]
    for mistyped in mistakes:
        found = await db.value("SELECT searchable($1, '') @@ sought_closely($2)", word, mistyped)
        assert found, (word, mistyped)


async def test_short_words_have_to_be_right(walkers: Community) -> None:
    await make_event(walkers, title="Tea and cake")
    found = await queries.whats_on(ListFilter(words="tez", closely=True), now=clock.now())
    assert found.rows == []


async def test_a_few_names_that_are_read_already_sort_as_the_database_sorts_many() -> None:
    names = [
        "Zoë",
        "Øystein",
        "Émile",
        "Łucja",
        "ana",
        "Ärne",
        "Olu",
        "Bo",
        "Đạt",
        "Ægir",
        "Straßer",
        "Strasser B.",
    ]
    by_database = [
        row["name"]
        for row in await db.rows(
            'SELECT name FROM unnest($1::text[]) AS name ORDER BY fold(name) COLLATE "C", name COLLATE "C"',
            names,
        )
    ]
    assert sorted(sorted(names), key=fold) == by_database
