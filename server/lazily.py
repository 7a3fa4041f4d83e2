"""Libraries that are loaded when they are first used, so that a process is ready before it needs them.

    if TYPE_CHECKING:
        import icalendar
    else:
        icalendar = lazily("icalendar")

For those that take long (icalendar: 0.2 s) and that no page needs at once. `load_all` loads them while nobody waits.
What a process needs from the first moment on it loads `undisturbed`.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

_waiting: list["_Lazily"] = []


def lazily(name: str) -> Any:
    """A module in all but time: it is imported when something of it is first asked for. Then it costs nothing."""
    module = _Lazily(name)
    _waiting.append(module)
    return module


@contextmanager
def undisturbed() -> Iterator[None]:
    """Import without the garbage collector: nothing of it is garbage, and looking costs a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def load_all() -> None:
    """Import what waits. Takes as long as the libraries do; threads may call it."""
    while _waiting:
        _waiting.pop().load()


def when_used(name: str) -> None:
    """Have a module that other libraries import loaded by the first that uses it. `load_all` leaves it alone."""
    sys.modules.setdefault(name, _WhenUsed(name))


class _WhenUsed(ModuleType):
    def __getattr__(self, attribute: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), attribute)


class _Lazily:
    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(self.load(), attribute)
        setattr(self, attribute, value)
        return value

    def load(self) -> Any:
        return import_module(self._name)
