"""What people fill in about themselves and their communities."""

from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, StringConstraints

from server.forms import Fields, OptionalLine


def email_address(value: str) -> str:
    """An address that letters can reach, in lower case. Raises ValueError with a sentence."""
    try:
        checked = validate_email(value, check_deliverability=False)
    except EmailNotValidError:
        raise ValueError(
            "That does not look like an e-mail address. It should be like ana@example.org."
        ) from None
    return checked.normalized.lower()


Email = Annotated[str, StringConstraints(max_length=254), AfterValidator(email_address)]


class SignInFields(Fields):
    """Where to send the link, and where to go afterwards."""

    email: Email
    next: OptionalLine = Field("", max_length=2000)
