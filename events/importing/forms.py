"""What organisers fill in to bring a calendar along, and what they choose before it comes in."""

from typing import Literal

from pydantic import Field
from starlette.datastructures import UploadFile

from events.details import Visibility
from events.importing.bounds import MOST
from events.importing.importing import Choices
from events.tables import CalendarSource
from server.forms import Fields, OptionalLine

DRAFTS, PUBLISH = "drafts", "publish"


class CalendarFields(Fields):
    """A calendar: a file, or an address."""

    file: UploadFile | None = None
    address: OptionalLine = Field("", max_length=CalendarSource.address.length)

    @property
    def whole_address(self) -> str:
        """The address, with the https:// that people leave out."""
        return self.address if "://" in self.address else f"https://{self.address}"


class ChoiceFields(Fields):
    """How it comes in."""

    then: Literal["drafts", "publish"] = "drafts"
    visibility: Visibility = "public"
    addresses_public: bool = False
    past: bool = False
    kept_in_step: bool = False
    take: list[str] = Field([], max_length=MOST)

    @property
    def choices(self) -> Choices:
        """They as the verb takes them."""
        return Choices(
            publishes=self.then == PUBLISH,
            visibility=self.visibility,
            addresses_public=self.addresses_public,
            past=self.past,
            kept_in_step=self.kept_in_step,
        )


class TakeFields(Fields):
    """What was left out, and is to come."""

    take: list[str] = Field([], max_length=MOST)
