"""Templates compiled once: what Jinja made of them is kept in `.build/templates` for every process that follows.

All pages and letters together take two seconds to compile; a process that finds them compiled shows each at once.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, Template
from jinja2.bccache import Bucket
from jinja2.environment import TemplateModule
from jinja2.runtime import Context

HERE = Path(__file__).parent
FOLDER = HERE.parent / ".build" / "templates"


class CompiledTemplates(FileSystemBytecodeCache):
    """Those of one environment, which escapes and speaks as no other. Known by their source and the code of `server/`.

    Jinja works out filters of constants when it compiles: with other filters, or another Jinja, it compiles again.
    """

    def __init__(self, name: str, *, edition: str = "") -> None:
        """`edition`: what else they are made of, such as a catalogue."""
        super().__init__(str(FOLDER / name.replace("/", "-")), "%s")
        self._edition = edition

    def get_source_checksum(self, source: str) -> str:
        """What stands for a template's source and for that code."""
        return super().get_source_checksum(fingerprint() + self._edition + source)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take one that is kept, if it can be read."""
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep one. Where nothing can be written, the next process compiles it again."""
        with suppress(OSError):
            Path(self.directory).mkdir(parents=True, exist_ok=True)
            super().dump_bytecode(bucket)


class OneModule(Template):
    """A template whose parts are made once: all templates of an environment have the same globals, and none its own.

    Jinja compares the globals at each import instead, a sixth of what a letter takes.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


def compile_all(environment: Environment, wanted: Callable[[str], bool] = lambda _: True) -> int:
    """Compile every template of this name that is not compiled yet; how many there are. Up to 2 s."""
    names = environment.list_templates(filter_func=wanted)
    for name in names:
        environment.get_template(name)
    return len(names)


@cache
def fingerprint() -> str:
    """What stands for the code that has a part in compiling: ours, and Jinja's. Takes 3 ms."""
    seen = sha256(version("jinja2").encode())
    for file in sorted([*HERE.glob("*.py"), *HERE.glob("languages/*.py")]):
        seen.update(file.read_bytes())
    return seen.hexdigest()
