"""Saying whether you come: on the event's page, and by the link of a letter without an account."""
