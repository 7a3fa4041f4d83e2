"""What we say of alphabets is what CLDR says, as a browser knows it."""

from itertools import pairwise
from string import ascii_lowercase

from playwright.async_api import Browser, Page

from server.languages.alphabets import OWN, PLAIN, Alphabet

COLLATED = """([code, letters]) => {
    if (!Intl.Collator.supportedLocalesOf([code]).length) return null;
    const collator = new Intl.Collator(code, {sensitivity: "base"});
    return letters.slice(1).map((letter, place) => Math.sign(collator.compare(letters[place], letter)));
}"""
KNOWN = 20  # alphabets, at least, that a browser knows


async def differences(
    page: Page, code: str, alphabet: Alphabet, letters: str
) -> list[tuple[str, str]] | None:
    """The neighbours, among these letters in our order, that a browser has in another; None if it knows none."""
    ordered = sorted({*ascii_lowercase, *letters.split()}, key=lambda each: (alphabet.key(each), each))
    ours = [-1 if alphabet.key(one) < alphabet.key(other) else 0 for one, other in pairwise(ordered)]
    theirs = await page.evaluate(COLLATED, [code, ordered])
    if theirs is None:
        return None
    return [pair for pair, mine, other in zip(pairwise(ordered), ours, theirs, strict=True) if mine != other]


async def test_every_alphabet_is_the_one_that_browsers_know(chrome: Browser) -> None:
    page = await chrome.new_page()
    found = {
        code: await differences(page, code, Alphabet(code, line), line.replace(",", "").replace("=", " "))
        for code, line in OWN.items()
    }
    await page.close()
    known = {code: wrong for code, wrong in found.items() if wrong is not None}
    assert len(known) >= KNOWN
    assert {code: wrong for code, wrong in known.items() if wrong} == {}


async def test_languages_without_an_alphabet_here_have_no_letters_of_their_own(chrome: Browser) -> None:
    page = await chrome.new_page()
    accented = " ".join("àáâäãåçèéêëìíîïñòóôöõøùúûüýÿ")
    for code in ("en", "de", "fr", "it", "nl", "pt", "ca", "id", "sw"):
        assert code not in OWN and await differences(page, code, PLAIN, accented) == []
    assert await differences(page, "es", PLAIN, accented) == [("n", "ñ")]
    await page.close()
