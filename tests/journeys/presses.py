"""Counts what a way through Kith costs the person who goes it: what they press, and what they fill in."""

from dataclasses import dataclass

from playwright.async_api import Locator, Page


@dataclass
class Counted:
    """A page as one person uses it. `page` may change on the way, from a mailbox back into the browser, say.

    A press is a button, a link or a fold; a field is one that they type into, choose from or tick. Opening the page
    one begins on, or the link in a letter (`open`), is neither.
    """

    page: Page
    presses: int = 0
    fields: int = 0

    async def open(self, address: str) -> None:
        """Come to a page from elsewhere."""
        await self.page.goto(address)

    async def press(self, what: str | Locator) -> None:
        """Press what can be seen and is called so: the first of several."""
        self.presses += 1
        await (self._called(what) if isinstance(what, str) else what).click()

    async def fill(self, label: str, words: str) -> None:
        """Type into a field."""
        self.fields += 1
        await self.page.get_by_label(label).filter(visible=True).first.fill(words)

    async def choose(self, label: str, option: str | None = None) -> None:
        """Tick or pick what is called so; with `option`, choose that from a list."""
        self.fields += 1
        field = self.page.get_by_label(label).filter(visible=True).first
        await (field.select_option(option) if option else field.check())

    def _called(self, name: str) -> Locator:
        by_role = self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name))
        fold = self.page.locator("summary").filter(has_text=name)
        return by_role.or_(fold).filter(visible=True).first
