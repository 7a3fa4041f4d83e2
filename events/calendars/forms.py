"""What people fill in to get a calendar feed."""

from pydantic import Field

from server.forms import Fields, Line


class FeedFields(Fields):
    """A personal calendar address to be made."""

    name: Line = Field(max_length=60)
    keeps_cancelled: bool = False
