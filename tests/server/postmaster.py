"""An SMTP server that says, at any stage, what a test has it say: a refusal, nothing at all, or goodbye."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

HANG_UP = "hang up"
SILENCE = "silence"

_USUAL = {
    "greeting": "220 mail.example ready",
    "EHLO": "250-mail.example\r\n250 AUTH PLAIN",
    "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 2.1.0 yes",
    "RCPT": "250 2.1.5 yes",
    "DATA": "354 go on",
    "letter": "250 2.0.0 taken",
    "RSET": "250 2.0.0 forgotten",
    "QUIT": "221 2.0.0 bye",
}


class Postmaster:
    """What it says instead of yes, by stage; what it took; and how often anybody came."""

    def __init__(self) -> None:
        self.says: dict[str, str] = {}
        self.says_once: dict[str, str] = {}
        self.taken: list[bytes] = []
        self.visits = 0

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.visits += 1
        try:
            await self._say(writer, "greeting")
            while line := await reader.readline():
                stage = line[:4].decode().upper().strip()
                await self._say(writer, stage)
                if stage == "DATA" and stage not in self.says:
                    await self._take(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        letter = await reader.readuntil(b"\r\n.\r\n")
        await self._say(writer, "letter")
        if "letter" not in self.says:
            self.taken.append(letter[:-3])

    async def _say(self, writer: asyncio.StreamWriter, stage: str) -> None:
        words = self.says_once.pop(stage, "") or self.says.get(stage) or _USUAL.get(stage, "500 what?")
        if words == HANG_UP:
            raise ConnectionError
        if words == SILENCE:
            await asyncio.sleep(3600)
        writer.write(f"{words}\r\n".encode())
        await writer.drain()


@asynccontextmanager
async def postmaster() -> AsyncIterator[tuple[Postmaster, str]]:
    """A postmaster at work, and the SMTP_URL that signs in there."""
    master = Postmaster()
    tasks: set[asyncio.Task[None]] = set()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        tasks.add(task)
        await master.meet(reader, writer)

    server = await asyncio.start_server(meet, "127.0.0.1", 0, limit=2**24)
    port = server.sockets[0].getsockname()[1]
    try:
        yield master, f"smtp://kith:secret@127.0.0.1:{port}"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
