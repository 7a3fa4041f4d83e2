"""The reverse proxy of docs/operators.md, as it stands there, in front of a real Kith."""

import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from server import install
from tests.pace import at_most
from tests.processes import ROOT, free_port
from tests.server.running import Running, kith, public_folder, running, soon

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (install.nginx() and shutil.which("openssl")),
        reason="there is no nginx, or no openssl (`make test` fetches them where there is apt-get)",
    ),
]


@pytest.fixture(scope="module")
def kith_behind_nginx() -> Iterator[tuple[Running, str]]:
    """Kith, and nginx in front of it with the configuration that operators are told to use; and its address."""
    with public_folder("kith-proxy-") as place, running(*kith("web"), folder=place / ".data") as web:
        port = free_port()
        configuration = place / "nginx.conf"
        configuration.write_text(adapted(place, web, port))
        certify(place)
        nginx = subprocess.Popen(
            [install.nginx() or "nginx", "-p", str(place), "-c", str(configuration), "-e", "stderr"]
        )
        try:
            assert soon(web.answers)
            assert soon(lambda: listens(port))
            yield web, f"https://127.0.0.1:{port}"
        finally:
            nginx.terminate()
            nginx.wait(10)


def adapted(place: Path, web: Running, port: int) -> str:
    """What docs/operators.md says, with our ports and files, and around it what a distribution brings along."""
    found = re.search(r"```nginx\n(.*?)```", (ROOT / "docs/operators.md").read_text(), re.DOTALL)
    assert found
    said = found[1].replace("127.0.0.1:8000", web.url.removeprefix("http://"))
    said = said.replace("listen 443", f"listen 127.0.0.1:{port}").replace(
        "listen 80", f"listen 127.0.0.1:{free_port()}"
    )
    said = re.sub(r"/etc/letsencrypt/live/kith.example/", f"{place}/", said)
    temporary = "".join(
        f"{kind}_temp_path {place}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off; worker_processes 1; pid {place}/pid;\n"
        f"events {{ worker_connections 1024; }}\nhttp {{ {temporary}\n{said} }}\n"
    )


def certify(place: Path) -> None:
    """A certificate that nobody believes."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-subj", "/CN=kith.example", "-days", "2"),
            *("-keyout", place / "privkey.pem", "-out", place / "fullchain.pem"),
        ],
        check=True,
        capture_output=True,
    )


def listens(port: int) -> bool:
    """Whether somebody listens on a port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_pages_come_through(kith_behind_nginx: tuple[Running, str]) -> None:
    _, url = kith_behind_nginx
    with httpx.Client(base_url=url, verify=False) as visitor:
        assert visitor.get("/healthz").json() == {"status": "alive"}
        assert visitor.get("/nothing-here").status_code == 404
        assert visitor.get("/metrics").headers["server"].startswith("nginx")
        assert visitor.get("/metrics").status_code == 404


def test_what_is_too_large_never_arrives(kith_behind_nginx: tuple[Running, str]) -> None:
    _, url = kith_behind_nginx
    with httpx.Client(base_url=url, verify=False) as visitor:
        assert visitor.post("/sign-in", content=b"x" * 13_000_000).status_code == 413


def test_slow_visitors_keep_nobody_waiting(kith_behind_nginx: tuple[Running, str]) -> None:
    _, url = kith_behind_nginx
    port = int(url.rpartition(":")[2])
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    slow = [
        trusting.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="kith.example")
        for _ in range(30)
    ]
    try:
        for connection in slow:
            connection.sendall(
                b"POST /sign-in HTTP/1.1\r\nHost: kith.example\r\nContent-Length: 9000\r\n\r\nemail="
            )
        with at_most(1), httpx.Client(base_url=url, verify=False, timeout=60) as visitor:
            assert visitor.get("/healthz").status_code == 200
    finally:
        for connection in slow:
            connection.close()


def test_one_visitor_who_asks_without_end_is_slowed_down(kith_behind_nginx: tuple[Running, str]) -> None:
    _, url = kith_behind_nginx
    with httpx.Client(base_url=url, verify=False) as visitor:
        answers = {visitor.get("/healthz").status_code for _ in range(150)}
    assert answers == {200, 429}
