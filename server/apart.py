"""Apart: in a child process that ends, with bounds for memory and time.

For what reads the files of strangers (pictures; calendars to import). Whatever a file makes a parser do happens to a
process that knows no secret, that nobody misses, and that gives its memory back by ending.

    sizes = await apart.do("server.resizing:resize", original, memory=170, seconds=20)

The function takes bytes and returns what JSON can say; it lives in a module that imports little. A Refusal that it
raises is raised here, with its sentence. About 50 ms more than the work itself.
"""

import importlib
import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from server.errors import Refusal
from server.languages.messages import Message, key_of
from server.lazily import lazily

if TYPE_CHECKING:
    import asyncio
else:
    asyncio = lazily("asyncio")  # The child needs none of it, and begins in a third of the time.

ROOT = Path(__file__).parent.parent
HANDED_ON = ("PATH", "PYTHONPATH", "LANG", "TMPDIR")  # of our environment; nothing of it is secret
MEGABYTE = 1024 * 1024
FIRST_TO_GO = "1000"  # should the machine's memory end nevertheless


class Ended(Exception):
    """The child ended without an answer: the work took too much memory or time, or it crashed."""


async def do(function: str, content: bytes, *, memory: int, seconds: int) -> Any:
    """What `function` ("module:name") makes of `content`.

    It may use this many megabytes, beyond those of Python and the function's module, and this many seconds.
    Raises Ended, or the Refusal that the function raised.
    """
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server.apart", function, str(memory), str(seconds)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=ROOT,
        env={name: os.environ[name] for name in HANDED_ON if name in os.environ},
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(seconds + 5):  # It ends by itself before; starting Python takes a while.
            written, _ = await child.communicate(content)
    except TimeoutError as error:
        raise Ended from error
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    return _answer(written)


def _answer(written: bytes) -> Any:
    # The child that wrote this may have been taken over by what it read: it is parsed, and nothing more.
    try:
        said = json.loads(written)
    except ValueError as error:
        raise Ended from error
    if "refused" in said:
        raise Refusal(Message(str(said["refused"])))
    return said["result"]


def main() -> None:
    """The child: reads all, becomes small, works, answers."""
    name, memory, seconds = sys.argv[1:]
    signal.alarm(int(seconds))
    content = sys.stdin.buffer.read()
    module, _, function = name.partition(":")
    work = getattr(importlib.import_module(module), function)
    _confine(int(memory) * MEGABYTE, int(seconds))
    try:
        said = {"result": work(content)}
    except Refusal as refusal:
        said = {"refused": key_of(refusal.sentence)}
    sys.stdout.write(json.dumps(said))


def _confine(memory: int, seconds: int) -> None:
    import resource

    limits = {
        resource.RLIMIT_AS: _in_use() + memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        # Not every system knows each of them; what it has to take in is bounded all the same.
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, (most, most))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)


def _in_use() -> int:
    """How much address space this process has taken, in bytes."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGESIZE")
    except OSError:
        return 300 * MEGABYTE


if __name__ == "__main__":
    main()
