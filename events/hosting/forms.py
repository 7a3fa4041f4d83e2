"""What organisers fill in to ask somebody to host with them."""

from pydantic import Field

from members.forms import Email, PickerFields
from server.forms import OptionalLine


class CoHostFields(PickerFields):
    """Who shall host as well: a member of the community by their public id, or anybody by their address."""

    person: OptionalLine = Field("", max_length=12)
    email: Email | None = None
