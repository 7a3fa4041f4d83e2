"""A helper's phone at the door."""

from datetime import datetime
from typing import Any

import httpx

from events.tables import Event
from rsvps.tables import Door, Rsvp

JSON = {"accept": "application/json"}


class AtTheDoor:
    """A helper's phone, and how it talks."""

    def __init__(self, client: httpx.AsyncClient, event: Event, door: Door, secret: str) -> None:
        self.client, self.event, self.door, self.address = client, event, door, f"/door/{secret}"

    async def press(self, rsvp: Rsvp | str, act: str = "here", **fields: Any) -> httpx.Response:
        """One press, as a script sends it."""
        at = fields.pop("at", None)
        data = {
            "act": act,
            "rsvp": getattr(rsvp, "public_id", rsvp),
            **({"at": at.isoformat()} if isinstance(at, datetime) else {"at": at} if at else {}),
            **fields,
        }
        return await self.client.post(self.address, data=data, headers=JSON)

    async def look(self, since: str = "") -> dict[str, Any]:
        """The list, or what is new."""
        params = {"since": since} if since else {}
        answer = await self.client.get(self.address, params=params, headers=JSON)
        assert answer.status_code == 200
        return dict(answer.json())
