"""The server under test, and the few calls to it that workloads need."""

import contextlib
import http.client
import json
import os
import subprocess
import uuid
from pathlib import Path

from . import paths, processes

ORGANIZATION = "bench"

# Another build may be measured instead, to compare one with the other.
PROGRAM = os.environ.get("BENCH_RUCOLA", str(paths.BUILD / "rucola"))

# As the peers are set up: no line a request, nothing is done a second time behind the measurement, and no key is
# throttled.
QUIET = {
    "RUCOLA_SERVER_ACCESS_LOG": "off",
    "RUCOLA_LOG_LEVEL": "warning",
    "RUCOLA_RENDER_OPTIMIZE": "false",
    "RUCOLA_API_REQUESTS_PER_SECOND": "0",
    "RUCOLA_API_ORGANIZATION_REQUESTS_PER_SECOND": "0",
}


def environment(settings: dict[str, str]) -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith("RUCOLA_")}
    return own | QUIET | settings


def create_user(data: Path, organization: str, role: str | None = None) -> str:
    """Returns its key."""
    command = [PROGRAM, "user", "create", "--data", str(data), "--email", f"{uuid.uuid4().hex}@example.com"]
    command += ["--organization", organization] + (["--role", role] if role else [])
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment({}))
    return json.loads(done.stdout)["api_key"]


class Rucola:
    """One organization's client of it."""

    def __init__(self, process: subprocess.Popen, port: int, data: Path, organization: str, key: str) -> None:
        self.process = process
        self.port = port
        self.data = data
        self.organization = organization
        self.key = key

    def of(self, organization: str, role: str | None = None) -> "Rucola":
        """The same server, a key of its own for an organization, which may be a new one."""
        key = create_user(self.data, organization, role)
        return Rucola(self.process, self.port, self.data, organization, key)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def render_path(self, stack: str, image: str) -> str:
        return f"/render/{self.organization}/{stack}/{image}"

    def call(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body, {"Api-Key": self.key} | (headers or {}))
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]!r}")
        return content

    def upload(self, file: Path) -> str:
        """Returns the image's hash."""
        mark = uuid.uuid4().hex
        head = f'--{mark}\r\nContent-Disposition: form-data; name="filedata"; filename="{file.name}"\r\n\r\n'
        body = head.encode() + file.read_bytes() + f"\r\n--{mark}--\r\n".encode()
        answer = self.call(
            "POST",
            f"/sourceimages/{self.organization}",
            body,
            {"Content-Type": f"multipart/form-data; boundary={mark}"},
        )
        return json.loads(answer)["items"][0]["hash"]

    def point(self, alias: str, image: str) -> None:
        path = f"/sourceimages/{self.organization}/alias/{alias}?overwrite=true"
        self.call("PUT", path, json.dumps({"hash": image}).encode())


@contextlib.contextmanager
def serving(
    scratch: Path,
    settings: dict[str, str] | None = None,
    config: Path | None = None,
    data: Path | None = None,
    under: list[str] | None = None,
):
    """A server with its own data, one organization and one user; `under` is a command that runs it."""
    data = data or scratch / "data"
    key = create_user(data, ORGANIZATION)
    port = processes.free_port()
    command = [*(under or []), PROGRAM, "serve", "--data", str(data), "--listen", f"127.0.0.1:{port}"]
    if config:
        command += ["--config", str(config)]
    log = scratch / "rucola.log"
    with processes.running(command, log, environment(settings or {})) as process:
        processes.wait_for(f"http://127.0.0.1:{port}/readyz", process, log)
        yield Rucola(process, port, data, ORGANIZATION, key)
