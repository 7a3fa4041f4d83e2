"""What organisers fill in to ask somebody to host with them."""

from typing import Literal

from pydantic import Field

from members.forms import Email, PickerFields
from server.forms import Fields, Key, OptionalLine


class CoHostFields(PickerFields):
    """Who shall host as well: a member of the community by their public id, or anybody by their address."""

    person: OptionalLine = Field("", max_length=12)
    email: Email | None = None


class RotaFields(PickerFields):
    """Which member is asked to host which evenings, by their public ids."""

    person: OptionalLine = Field("", max_length=12)
    evenings: list[str] = Field([], max_length=60)


class AnswerToHostFields(Fields):
    """Whether somebody would host one evening of those that they were asked about."""

    evening: Key
    answer: Literal["yes", "no"]
