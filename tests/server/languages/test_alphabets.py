"""Names stand in the order of whoever reads them; here and in the database."""

from string import ascii_lowercase

import pytest
from babel import Locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server import db
from server.folding import fold
from server.languages import alphabets, catalogues
from server.languages.alphabets import OWN, PLAIN, Alphabet

# What names are written in, in Europe and around it, with what stands between; and some of what is far away.
WRITTEN = "".join(
    chr(code)
    for start, end in ((0x20, 0x250), (0x370, 0x530), (0x5D0, 0x5EB), (0x621, 0x660), (0x1E00, 0x1F00))
    for code in range(start, end)
    if chr(code).isprintable()
)
WRITTEN += "\u0301\u0308\u030a\u0327\u200d’‘ʼʻ–Ⅷ王小明さんがサ김민준ｆｕｌｌ"
LETTERS = sorted({letter for line in OWN.values() for letter in line if letter not in " ,="})
ALPHABETS = [PLAIN, *(Alphabet(name, line) for name, line in OWN.items())]

NAMES = "Zeta Åsa Ärla Östen Adam Ørsted Æbel Aase Nuñez Nunez Nz Çelik Cuma Işık İnci Iris Ünal Yrsa Đurić"


@pytest.mark.parametrize(
    ("code", "in_order"),
    [
        ("en", "Aase Adam Æbel Ärla Åsa Çelik Cuma Đurić İnci Iris Işık Nunez Nuñez Nz Ørsted Östen Ünal Yrsa Zeta"),
        ("de", "Aase Adam Æbel Ärla Åsa Çelik Cuma Đurić İnci Iris Işık Nunez Nuñez Nz Ørsted Östen Ünal Yrsa Zeta"),
        ("sv", "Aase Adam Çelik Cuma Đurić İnci Iris Işık Nunez Nuñez Nz Ünal Yrsa Zeta Åsa Æbel Ärla Ørsted Östen"),
        ("da", "Adam Çelik Cuma Đurić İnci Iris Işık Nunez Nuñez Nz Ünal Yrsa Zeta Æbel Ärla Ørsted Östen Åsa Aase"),
        ("es", "Aase Adam Æbel Ärla Åsa Çelik Cuma Đurić İnci Iris Işık Nunez Nuñez Nz Ørsted Östen Ünal Yrsa Zeta"),
        ("tr", "Aase Adam Æbel Ärla Åsa Cuma Çelik Đurić Iris Işık İnci Nunez Nuñez Nz Ørsted Östen Ünal Yrsa Zeta"),
        ("hr", "Aase Adam Æbel Ärla Åsa Çelik Cuma Đurić İnci Iris Işık Nunez Nuñez Nz Ørsted Östen Ünal Yrsa Zeta"),
    ],
)  # fmt: skip
async def test_a_list_as_a_reader_of_each_language_sees_it(code: str, in_order: str) -> None:
    alphabet = alphabets.of(Locale.parse(code))
    by_database = await db.rows(
        'SELECT name FROM unnest($1::text[]) AS name ORDER BY sort_key(name, $2) COLLATE "C", name COLLATE "C"',
        NAMES.split(),
        alphabet.tailoring,
    )
    assert sorted(sorted(NAMES.split()), key=alphabet.key) == [row["name"] for row in by_database]
    # Åsa and Aase, Ørsted and Östen: what counts as one letter leaves the others to decide.
    assert " ".join(row["name"] for row in by_database) == in_order


@pytest.mark.parametrize(
    ("code", "in_order"),
    [
        ("es", "Nunez Nuña Nuz Nz Ñandu Oca"),
        ("sv", "Vik Wik Ünal Yrsa Zeta Å Åsa Ä Äs Ö"),
        ("fi", "Zeta Åsa Äijälä Öhman"),
        ("cs", "Cyril Čapek Dana Hynek Chalupa Ivan"),
        ("hu", "Cuki Csaba Dani Dóris Ede"),
        ("et", "Sten Šura Zoja Žanna Tiit Vello Õnne Ädu Ülo Xenia"),
        ("lt", "Yla Inga Ipa Jonas Šarūnas Toma"),
        ("hr", "Luka Ljiljana Marko Nada Njegoš Ozren"),
        ("cy", "Cai Chloe Dafydd Dai Ddraig Ella Ffion Gwen Lowri Llinos Mair"),
        ("vi", "An Ăn Ân Bình Dung Đạt Em Ên Ong Ổn Ơn Uyên Ưng"),
        ("is", "Ari Ási Berg Dan Ðan Edda Zoe Þór Ævar Örn"),
        ("ru", "Елена Ёлкина Иван Йорг Яна Adam"),
        ("uk", "Ганна Ґалаґан Еней Єва Жанна Иван Іван Їжак Йосип Яна"),
        ("sr-Latn", "Cane Čeda Ćira Dana Džo Đura"),
        ("sr", "Драган Ђура Жика Зоран Јован Љиља Милан Ћира Zoran"),
    ],
)
def test_letters_of_their_own_have_their_place(code: str, in_order: str) -> None:
    alphabet = alphabets.of(Locale.parse(code, sep="-"))
    assert " ".join(sorted(in_order.split(), key=alphabet.key)) == in_order


def test_languages_without_letters_of_their_own_fold() -> None:
    for code in ("en", "en-GB", "de", "fr", "nl", "it", "pt-BR", "ca", "ja", "ar"):
        assert alphabets.of(Locale.parse(code, sep="-")) is PLAIN
    assert {language.alphabet for language in catalogues.offered()} == {PLAIN}


@pytest.mark.parametrize("alphabet", ALPHABETS[1:], ids=lambda each: each.name)
def test_an_alphabet_has_a_place_for_every_letter_and_only_one(alphabet: Alphabet) -> None:
    forms, places, in_order, sorted_as, *several = alphabet.tailoring
    assert len(forms) == len(places) == len(set(forms))
    assert len(in_order) == len(sorted_as) == len(set(in_order))
    assert set(places) | set(several[1::2]) <= set(in_order)
    assert set(ascii_lowercase) - set(several[::2]) <= set(in_order)
    # They are written out in statements.
    assert not set("".join(alphabet.tailoring)) & set("{}',\\\" ")


@pytest.mark.parametrize("alphabet", ALPHABETS, ids=lambda each: each.name)
async def test_every_letter_has_the_same_key_in_the_database(alphabet: Alphabet) -> None:
    letters = [*WRITTEN, *(one + other for one in LETTERS for other in "aehlsz ")]
    keys = await db.rows(
        "SELECT letter, sort_key(letter, $2) AS key FROM unnest($1::text[]) AS letter",
        letters,
        alphabet.tailoring,
    )
    wrong = [(row["letter"], row["key"], alphabet.key(row["letter"])) for row in keys]
    assert [each for each in wrong if each[1] != each[2]] == []


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(st.one_of(st.sampled_from(LETTERS), st.sampled_from(WRITTEN)), max_size=80))
async def test_every_name_has_the_same_key_in_the_database(words: str) -> None:
    rows = await db.rows(
        """
        SELECT sort_key($1, string_to_array(each, ' ')) AS key
        FROM unnest($2::text[]) WITH ORDINALITY AS one (each, place) ORDER BY place
        """,
        words,
        [" ".join(alphabet.tailoring) for alphabet in ALPHABETS],
    )
    assert [row["key"] for row in rows] == [alphabet.key(words) for alphabet in ALPHABETS]
    assert rows[0]["key"] == fold(words)


def test_the_menu_of_languages_is_in_the_readers_order() -> None:
    menu = [language.code for language in catalogues.menu(PLAIN)]
    assert menu[:3] == ["de", "en", "en-US"]
    assert catalogues.menu(Alphabet("last", "z d")) != catalogues.menu(PLAIN)
