"""Addresses are read out of whatever people paste; what cannot be read is told, and nothing is lost."""

import re
import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from members.addresses import (
    MISTYPED,
    NO_ADDRESS,
    NOT_WHOLE,
    Addressee,
    Pasted,
    Unread,
    email_address,
    pasted,
)
from tests.pace import at_most

ANA, BO, EVE = Addressee("Ana Ruiz", "ana@example.org"), Addressee("Bo", "bo@example.org"), "eve@example.org"


def people(text: str) -> list[tuple[str, str]]:
    """Who was read, with nothing left over."""
    found = pasted(text)
    assert found.unread == ()
    return [tuple(person) for person in found.people]


@pytest.mark.parametrize(
    "text",
    [
        "Ana Ruiz <ana@example.org>, Bo <bo@example.org>",
        '"Ruiz, Ana" <ana@example.org>; "Bo" <bo@example.org>',
        "Ruiz, Ana <ana@example.org>, Bo <bo@example.org>",
        "To: Ana Ruiz <ana@example.org>; Bo <bo@example.org>;",
        "ana@example.org (Ana Ruiz)\nbo@example.org (Bo)",
        "1. Ana Ruiz ana@example.org\n2. Bo bo@example.org",
        "1) Ana Ruiz: ana@example.org.\n2) Bo: bo@example.org.",
        "- Ana Ruiz <ana@example.org>\n• Bo – bo@example.org",
        "„Ana Ruiz“ <ana@example.org>, “Bo” <bo@example.org>",
        "«Ana Ruiz» <ana@example.org>, ‘Bo’ <bo@example.org>",
        "'Ruiz, Ana' <ana@example.org>\t'Bo' <bo@example.org>",
        "[Ana Ruiz](mailto:ana@example.org?subject=Hi), [Bo](mailto:bo@example.org)",
        '<a href="mailto:ana@example.org">Ana Ruiz</a> <a href="mailto:bo@example.org">Bo</a>',
        "Ana Ruiz <mailto:ana@example.org>; Bo <mailto:bo%40example.org?cc=a%20b>",
        "Ana Ruiz ana@example.org Bo bo@example.org",
        "Ana\u00a0Ruiz <\u200bana@exam\u00adple.org\ufeff>,\u2003Bo <bo@example.org>",
        "Ana Ruiz ＜ana＠example．org＞；Bo ＜ｂｏ＠example。org＞",
        "Ana Ruiz;ana@example.org\nBo;bo@example.org",
        "Name,E-mail\nAna Ruiz,ana@example.org\nBo,bo@example.org",
        'E-Mail;Telefon;Name\nana@example.org;0171 1234;"Ruiz, Ana"\nbo@example.org;;Bo',
        "First name\tLast name\tE-mail 1 - Value\nAna\tRuiz\tana@example.org\nBo\t\tbo@example.org",
        "Ana;Ruiz;0171 1234;ana@example.org\nBo;;0171 1235;bo@example.org\nAna;Ruiz;0171 1234;ANA@example.org",
        "'ana@example.org' <ana@example.org>, Ana Ruiz <Ana@Example.org>, Bo <bo@example.org>",
    ],
)
def test_every_shape_in_which_people_paste_them(text: str) -> None:
    assert people(text) == [ANA, BO]


@pytest.mark.parametrize(
    ("text", "emails"),
    [
        ("ana@example.org.", ["ana@example.org"]),
        ("(ana@example.org), [bo@example.org]…", ["ana@example.org", "bo@example.org"]),
        (
            "*ana@example.org*\n_bo@example.org_\n`eve@example.org`",
            ["ana@example.org", "bo@example.org", EVE],
        ),
        ("ana@example.org and bo@example.org/eve@example.org", ["ana@example.org", "bo@example.org", EVE]),
        (
            "ana@example.org\r\nbo@example.org\u2028eve@example.org",
            ["ana@example.org", "bo@example.org", EVE],
        ),
        ("Ana+Walk@Example.org, ana+walk@example.org ", ["ana+walk@example.org"]),
        ("ana@bücher.example.org", ["ana@xn--bcher-kva.example.org"]),
        ("<ana@example.org", ["ana@example.org"]),
        ("", []),
        (" \n, ; -\n1.\n", []),
    ],
)
def test_addresses_alone(text: str, emails: list[str]) -> None:
    assert [email for _, email in people(text)] == emails


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("Volunteers\nana@example.org", [Unread("Volunteers", NO_ADDRESS)]),
        ("ana@example.org, Bo Berg, eve@example.org", [Unread("Bo Berg", NO_ADDRESS)]),
        ("Bo <bo@>; ana@example.org", [Unread("Bo <bo@>", NOT_WHOLE)]),
        ("bo@localhost ana@example.org", [Unread("bo@localhost", NOT_WHOLE)]),
        ("a@b@example.org", [Unread("a@b@example.org", NOT_WHOLE)]),
        ("bø@example.org", [Unread("bø@example.org", NOT_WHOLE)]),
        ("bo [at] example [dot] org", [Unread("bo [at] example [dot] org", NOT_WHOLE, "bo@example.org")]),
        ("bo @ example.org", [Unread("bo @ example.org", NOT_WHOLE, "bo@example.org")]),
        ("bo@example..org", [Unread("bo@example..org", NOT_WHOLE, "bo@example.org")]),
        ("bo@example,org, ana@example.org", [Unread("bo@example,org", NOT_WHOLE, "bo@example.org")]),
        ("bo@gmial.com", [Unread("bo@gmial.com", MISTYPED, "bo@gmail.com", whole=True)]),
        ("Bo <bo@gmal.com>", [Unread("Bo <bo@gmal.com>", MISTYPED, "Bo <bo@gmail.com>", whole=True)]),
        ("bo@gmail.con", [Unread("bo@gmail.con", MISTYPED, "bo@gmail.com", whole=True)]),
        ("Name,E-mail\nBo Berg,\nAna,ana@example.org", [Unread("Bo Berg", NO_ADDRESS)]),
    ],
)
def test_what_is_not_understood_is_told_with_what_may_have_been_meant(
    text: str, unread: list[Unread]
) -> None:
    found = pasted(text)
    assert list(found.unread) == unread
    assert [email for _, email in found.people] == re.findall("ana@example.org|eve@example.org", text)


def test_what_looks_mistyped_is_taken_from_whoever_insists() -> None:
    assert pasted("bo@gmial.com", trusting=True).people == (Addressee("", "bo@gmial.com"),)
    assert pasted("bo@ymail.com, eve@mail.com, kim@gmail.com").unread == ()


@pytest.mark.parametrize("name", ["AA DE", "Nguyen An", "Lars Von", "Mi To"])
def test_a_name_that_is_a_label_elsewhere_stays_whole(name: str) -> None:
    assert people(f"Bo: bo@example.org\n{name}: ana@example.org")[1] == (name, "ana@example.org")


def test_one_address_may_have_its_name_around_it() -> None:
    for typed in (
        "ana@example.org",
        " Ana Ruiz <Ana@example.org>",
        "mailto:ana@example.org",
        "ana@example.org.",
    ):
        assert email_address(typed) == "ana@example.org"
    for typed in ("", "ana", "ana@example.org bo@example.org", "ana@example.org, bo@"):
        with pytest.raises(ValueError, match="does not look like an e-mail address"):
            email_address(typed)


# Any list, rendered in any of these ways, is read back whole

WORD = st.text(string.ascii_letters + "áßçøłжλ学", min_size=2, max_size=8).filter(
    lambda word: (
        word.casefold() not in {"and", "und", "et", "or", "oder", "via", "at", "to", "cc", "bcc", "an"}
    )
)
LOCAL = st.from_regex(r"[a-z0-9]([a-z0-9_+.-]{0,8}[a-z0-9])?", fullmatch=True).filter(
    lambda local: ".." not in local
)
EMAIL = st.builds("{}@{}.example.{}".format, LOCAL, st.sampled_from("abc"), st.sampled_from(["org", "net"]))
LISTS = st.lists(st.tuples(WORD, WORD, EMAIL), min_size=1, max_size=12, unique_by=lambda one: one[2])
SHAPES = [
    "{first} {last} <{email}>", '"{last}, {first}" <{email}>', "„{first} {last}“ <{email}>", "{email} ({first} {last})",
    "“{last}, {first}” <mailto:{email}?subject=x>", "{first} {last} <{email}>.", "[{first} {last}](mailto:{email})",
    "{first} {last}: {email}", "{last}, {first} <{email}>",
]  # fmt: skip
SEPARATORS = ["\n", ";\n", ",\r\n", "; ", "\n\n", ",\u00a0", " ;"]
MARKS = ["", "- ", "• ", "{number}. ", "{number}) ", "  * "]


@pytest.mark.slow
@given(LISTS, st.sampled_from(SHAPES), st.sampled_from(SEPARATORS), st.sampled_from(MARKS))
@settings(deadline=None, max_examples=150)
def test_any_list_is_read_back_whole(
    named: list[tuple[str, str, str]], shape: str, separator: str, mark: str
) -> None:
    mark = mark if "\n" in separator else ""
    text = separator.join(
        mark.format(number=number) + shape.format(first=first, last=last, email=email)
        for number, (first, last, email) in enumerate(named, 1)
    )
    assert people(text) == [(f"{first} {last}", email) for first, last, email in named]


@given(
    LISTS, st.sampled_from([",", ";", "\t"]), st.permutations(["first name", "last name", "e-mail", "phone"])
)
@settings(deadline=None)
def test_any_table_is_read_back_whole(
    named: list[tuple[str, str, str]], delimiter: str, columns: list[str]
) -> None:
    rows = [columns] + [
        [
            {"first name": first, "last name": last, "e-mail": email, "phone": "017"}[column]
            for column in columns
        ]
        for first, last, email in named
    ]
    text = "\n".join(delimiter.join(row) for row in rows)
    assert people(text) == [(f"{first} {last}", email) for first, last, email in named]


BITS = st.one_of(
    st.text(max_size=12),
    EMAIL,
    st.sampled_from(
        ["<", ">", '"', "„", "“", "(", ")", ",", ";", "\n", "\t", "@", "mailto:", "[at]", " at ", "1. ", "- "]
    ),
    st.sampled_from(["word", "Ana Ruiz", "ana@", "@example.org", "name", "e-mail", "mail,name\n"]),
)


@pytest.mark.slow
@given(st.lists(BITS, max_size=25).map("".join))
@example('"' * 300)
@example('mail,\n"a\n\nb')
@settings(deadline=None, max_examples=200)
def test_whatever_is_pasted_it_never_fails_and_is_stable(text: str) -> None:
    found = pasted(text)
    for person in found.people:
        assert email_address(person.email) == person.email and len(person.name) <= 100
        assert not set(person.name) & set("@<>\n")
    assert all(unread.words.strip() and unread.why for unread in found.unread)
    again = ", ".join(person.written for person in found.people)
    assert [email for _, email in pasted(again).people] == [email for _, email in found.people]


@pytest.mark.slow
@given(
    st.lists(st.one_of(EMAIL, WORD, st.just("q@q")), min_size=1, max_size=20, unique_by=str.casefold),
    st.sampled_from(" \n,;\t"),
)
@settings(deadline=None, max_examples=150)
def test_every_word_is_understood_or_told(words: list[str], separator: str) -> None:
    found = pasted(separator.join(words))
    said = " ".join([*(" ".join(one) for one in found.people), *(one.words for one in found.unread)])
    for word in words:
        assert word in said


def test_a_long_list_and_a_hostile_one_take_no_time() -> None:
    many = "\n".join(f"Person {number} <p{number}@example.org>" for number in range(1000))
    with at_most(5):
        assert len(pasted(many).people) == 1000
    for hostile in (
        "@",
        "“",
        '"',
        "a",
        "<",
        "(",
        "a@",
        "[a](",
        "a at ",
        "mailto:",
        "'",
        "1. ",
        "\u200d",
        "a,",
    ):
        with at_most(5):
            assert isinstance(pasted(hostile * (20_000 // len(hostile))), Pasted)
