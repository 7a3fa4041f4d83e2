"""Which migrations are out: a digest of each, in `migrations.sha256`, as `sha256sum` writes it."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).parents[2]
SEALED = Path(__file__).parent / "migrations.sha256"


def migrations() -> list[str]:
    """Every migration there is, by its path."""
    found = ROOT.glob("*/piccolo_migrations/*_20*.py")
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def seal_of(path: str) -> str:
    """The digest of one migration; empty when it is gone."""
    file = ROOT / path
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else ""


def seal() -> None:
    """From now on, what is there is not to be edited."""
    SEALED.write_text("".join(f"{seal_of(path)}  {path}\n" for path in migrations()))
