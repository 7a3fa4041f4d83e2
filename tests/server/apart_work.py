"""What a child may be asked to do, for tests of its bounds."""

import os
import tempfile
import time
from pathlib import Path
from typing import Any

from server import resizing
from server.errors import Refusal


def takes_memory(_content: bytes) -> int:
    return len(bytearray(200_000_000))


def takes_time(_content: bytes) -> None:
    time.sleep(60)


def ends(_content: bytes) -> None:
    os._exit(7)


def says_nonsense(_content: bytes) -> None:
    os.write(1, b"{")


def refuses(_content: bytes) -> None:
    raise Refusal("No.")


def resizes(content: bytes) -> int:
    """The most memory that it had at any time, in kilobytes."""
    resizing.resize(content)
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def tells(_content: bytes) -> dict[str, Any]:
    """What it knows, and whether it can leave something behind."""
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "file").write_text("something")
            writes = True
    except OSError:
        writes = False
    return {"environment": list(os.environ), "writes": writes}
