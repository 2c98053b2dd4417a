"""The local web page: what it shows, whom it refuses, and that malformed requests do no harm."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("starlette")
pytest.importorskip("limits")
pytest.importorskip("plotly")
pytest.importorskip("httpx2")

import httpx2
from aicmp_env.report import ReportError
from aicmp_env.serve import create_app
from results import small_run
from serving import served
from starlette.testclient import TestClient

BASE = "http://localhost"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_run(tmp_path_factory.mktemp("run") / "small")


@pytest.fixture
def client(run: Path) -> TestClient:
    return TestClient(create_app(run), base_url=BASE)


def prices(client: TestClient) -> list[float]:
    """Points of the picture of the price."""
    found = re.search('id="data-price">(.*?)</script>', client.get("/").text)
    assert found
    return list(json.loads(found[1])["data"][0]["y"])


def test_the_pages(client: TestClient) -> None:
    assert "Who is paid what" in client.get("/").text
    assert "Miner 7" in client.get("/miners", params={"id": "7"}).text
    assert prices(client)
    for name in ("page.css", "page.js", "plotly.js"):
        assert client.get(f"/assets/{name}").status_code == 200


def test_every_answer_keeps_strangers_out(client: TestClient) -> None:
    for path in ("/", "/miners/7", "/nowhere", "/assets/../app.py"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("miner", ["-1", "1e3", "9" * 40, "٣", "7;drop", "%00", "nan"])
def test_a_miner_is_a_number(client: TestClient, miner: str) -> None:
    assert client.get(f"/miners/{miner}").status_code in (400, 404)


def test_unknown_miners_and_hosts(client: TestClient) -> None:
    assert client.get("/miners/123456").status_code == 404
    assert client.get("/", headers={"host": "rebound.example"}).status_code == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(client: TestClient, method: str) -> None:
    assert client.request(method, "/miners/7").status_code == 405


def test_a_token_is_asked_for(run: Path) -> None:
    client = TestClient(create_app(run, token="sesame"), base_url=BASE)
    assert client.get("/").status_code == 401
    assert client.get("/login", params={"token": "wrong"}).status_code == 401
    for wrong in ("Bearer", "Bearer x", "Basic sesame", "Bearer \xe9"):
        headers = {"authorization": wrong.encode("latin-1")}
        assert client.get("/", headers=headers).status_code == 401
    assert client.get("/", headers={"authorization": "Bearer sesame"}).status_code == 200
    client.get("/login", params={"token": "sesame"})
    assert client.get("/miners/7").status_code == 200


def test_too_many_requests_are_refused(run: Path) -> None:
    client = TestClient(create_app(run, requests_per_second=5), base_url=BASE)
    seen = [client.get("/assets/page.css").status_code for _ in range(40)]
    assert seen[0] == 200
    assert 429 in seen


def test_a_run_that_goes_on_is_followed(run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "running"
    folder.mkdir()
    for name in ("timeseries.csv", "events.jsonl"):
        # What a writer leaves when it is cut off in the middle of a line.
        (folder / name).write_text((run / name).read_text()[:-20])
    manifest = json.loads((run / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"status": "running"}))
    client = TestClient(create_app(folder), base_url=BASE)
    page = client.get("/").text
    assert "data-live" in page
    before = len(prices(client))
    (folder / "timeseries.csv").write_text((run / "timeseries.csv").read_text())
    assert len(prices(client)) > before


def test_a_foreign_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError):
        create_app(tmp_path)


@pytest.fixture
def port(run: Path) -> Iterator[int]:
    with served(create_app(run)) as port:
        yield port


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nhost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: localhost\r\ncontent-length: -5\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 20_000,
    ],
)
def test_malformed_requests_do_no_harm(port: int, request_bytes: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.settimeout(5)
        try:
            connection.sendall(request_bytes)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        except (ConnectionError, BrokenPipeError):
            pass  # a server that hangs up on such a request is right
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(
            b"GET /assets/page.css HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
        )
        answer = b""
        while part := connection.recv(65536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(("token", "pages"), [("secret", 401), ("", 200)])
def test_the_token_may_come_by_the_environment(run: Path, token: str, pages: int) -> None:
    command = [sys.executable, "-m", "aicmp_env.serve", run, "--port", "0"]
    environment = {**os.environ, "AICMP_TOKEN": token}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            address = server.stdout.readline().strip()
            assert ("login?token=secret" in address) == bool(token)
            assert httpx2.get(address.partition("login")[0]).status_code == pages
        finally:
            server.terminate()
