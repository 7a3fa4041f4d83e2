"""What the events do by the clock."""

from server import clock, db


async def forget_old_invitations() -> None:
    """Delete invitations to host that nobody took up in time."""
    await db.run("DELETE FROM co_host_invitations WHERE expires_at < $1", clock.now())
