"""Logs: one JSON object a line, with the request id that pages, letters and errors share.

No personal data gets in: addresses are logged as route patterns, work as its kind and number, and an
exception by its type and where it rose, without its message (which may quote what people wrote).
"""

import asyncio
import json
import logging
import sys
import threading
import traceback
from functools import lru_cache
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from server import clock

log = structlog.get_logger()

_readable = False
_lines: list[str] = []
_turn = ""  # When the lines that wait were said.


def configure(*, readable: bool = False) -> None:
    """Set up logging for this process: JSON lines, or readable ones while developing."""
    global _readable
    _readable = readable
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
        if readable
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _by_our_clock,
            _where_it_rose,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    _take_over()


class Lines(logging.Handler):
    """What libraries log, and Python itself: the first line of what they say, and where it rose."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write it as we write ours."""
        try:
            error = record.exc_info[1] if record.exc_info else None
            log.log(record.levelno, _first_line(record.getMessage()), logger=record.name, exc_info=error)
        except Exception:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """What cannot be put into words is told as something that can."""
        log.error("a line could not be logged", logger=record.name)


def _take_over() -> None:
    """Have everything that this process says said in our lines: libraries, warnings, and what nobody caught."""
    if not any(isinstance(handler, Lines) for handler in logging.root.handlers):
        logging.root.addHandler(Lines(logging.WARNING))
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    sys.unraisablehook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _uncaught(
    kind: type[BaseException], error: BaseException | None, _traceback: TracebackType | None
) -> None:
    if not issubclass(kind, (KeyboardInterrupt, SystemExit)):
        log.critical("nobody caught this", exc_info=error or kind())


def _first_line(said: str) -> str:
    """What may be repeated: what follows in further lines quotes values. Of a traceback, the kind of the error."""
    lines = said.strip().splitlines() or [""]
    if lines[0].startswith("Traceback"):
        return lines[-1].partition(":")[0]
    return lines[0][:200]


def request(request_id: str, method: str, route: str, status: int, ms: float) -> None:
    """The line of one answered request. Written by hand: it is on the road of every page, and costs 3 µs."""
    if _readable:
        structlog.get_logger().info("request", method=method, route=route, status=status, ms=ms)
        return
    global _turn
    if not _lines:
        # Those of one turn of the event loop are dated and written together.
        _turn = clock.now().isoformat()
        asyncio.get_running_loop().call_soon(_write)
    _lines.append(
        f'{{"timestamp":"{_turn}","level":"info","event":"request","request_id":"{request_id}",'
        f'"method":{_quoted(method)},"route":{_quoted(route)},"status":{status},"ms":{ms}}}\n'
    )


@lru_cache(maxsize=1_000)
def _quoted(word: str) -> str:
    return json.dumps(word)


def _write() -> None:
    lines = "".join(_lines)
    _lines.clear()
    sys.stdout.write(lines)
    sys.stdout.flush()


def _by_our_clock(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event["timestamp"] = clock.now().isoformat()
    return event


def _where_it_rose(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["error"] = f"{type(error).__module__}.{type(error).__qualname__}"
        event["where"] = [
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-6:]
        ]
    return event
