"""The real binary, started on a free port with a data directory of its own.

    with Rucola() as server:
        acme = server.organization("acme")
        acme.add(pictures.photo())

The build is build/ in the project's root, or what RUCOLA_BUILD says. Every server gets a clean environment: of the
caller's RUCOLA_ variables none reaches it, since the server refuses those it doesn't know.
"""

import itertools
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import requests

from harness.client import Client
from harness.metrics import Metrics
from harness.waiting import wait_until

PROJECT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("RUCOLA_BUILD") or PROJECT / "build").resolve()
PROGRAM = BUILD / "rucola"

_numbers = itertools.count(1)


def clean_environment(extra: dict | None = None) -> dict:
    """Renders stay what they were at first, unless a test is about making them smaller later; and wrong keys are sent by
    the hundred."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RUCOLA_")}
    environment["RUCOLA_RENDER_OPTIMIZE"] = "false"
    environment["RUCOLA_API_WRONG_KEYS_PER_MINUTE"] = "0"
    environment.update(extra or {})
    return environment


def run_command(*arguments, environment: dict | None = None, **options) -> subprocess.CompletedProcess:
    """Any command of the program; the caller looks at the exit code."""
    return subprocess.run([str(PROGRAM), *map(str, arguments)], capture_output=True, text=True, timeout=120,
                          env=clean_environment(environment), **options)


class Rucola:
    def __init__(self, config: str = "", environment: dict | None = None, data: Path | str | None = None,
                 arguments: tuple = (), log_to: int | None = None):
        self.config = config
        self.environment = environment or {}
        self.arguments = arguments
        self.log_to = log_to  # a descriptor instead of a file; log() then has nothing
        self.directory = Path(tempfile.mkdtemp(prefix="rucola-test-"))
        self.data = Path(data) if data else self.directory / "data"
        self.port = 0
        self.admin_port = 0  # of server.admin_listen, where the configuration has it
        self._starts = 0  # stdout and stderr of each start have a file of their own
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "Rucola":
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def admin_url(self) -> str:
        assert self.admin_port, "the configuration has no server.admin_listen"
        return f"http://127.0.0.1:{self.admin_port}"

    # Life

    def start(self) -> None:
        """The first start takes a free port, later ones take the same again."""
        self.spawn()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        wait_until(self._announced, "the server's banner", 120)
        wait_until(lambda: self._alive() and self._ready(), "GET /readyz to answer 200", 120)

    def spawn(self) -> None:
        """Starts the process and waits for nothing."""
        command = [str(PROGRAM), "serve", "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}"]
        if self.config:
            path = self.directory / "rucola.toml"
            path.write_text(self.config)
            command += ["--config", str(path)]
        self._starts += 1
        with open(self.banner_path, "wb") as out, open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([*command, *self.arguments], stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=log if self.log_to is None else self.log_to, env=clean_environment(self.environment))

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def wait(self, limit_seconds: float = 120) -> int:
        return self.process.wait(limit_seconds)

    def stop(self) -> int:
        """SIGTERM and the exit code."""
        self.terminate()
        return self.wait()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(60)

    def restart(self) -> None:
        """kill -9, then a new process on the same data."""
        self.kill()
        self.start()

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.terminate()
            try:
                self.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    # What it says

    @property
    def banner_path(self) -> Path:
        return self.directory / f"stdout.{self._starts}"

    @property
    def log_path(self) -> Path:
        return self.directory / f"stderr.{self._starts}"

    def banner(self) -> str:
        return self.banner_path.read_text(errors="replace")

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def log_lines(self) -> list[dict]:
        """The log's JSON lines."""
        lines = []
        for line in self.log().splitlines():
            if line.startswith("{") and line.endswith("}"):
                lines.append(json.loads(line))
        return lines

    def metrics(self) -> Metrics:
        answer = requests.get((self.admin_url if self.admin_port else self.url) + "/metrics", timeout=60)
        assert answer.status_code == 200
        return Metrics(answer.text)

    # What it takes

    def resident_bytes(self) -> int:
        return self._status_bytes("VmRSS")

    def peak_resident_bytes(self) -> int:
        return self._status_bytes("VmHWM")

    def files_in_memory(self) -> dict[int, int]:
        """The bytes of each that it holds open (memfd), however many descriptors it has of it."""
        found = {}
        for descriptor in Path(f"/proc/{self.process.pid}/fd").iterdir():
            try:
                if str(descriptor.readlink()).startswith("/memfd:"):
                    status = descriptor.stat()
                    found[status.st_ino] = status.st_size
            except FileNotFoundError:
                continue  # it was closed while we looked
        return found

    def workers(self) -> list[int]:
        """Process ids of its render workers."""
        found = []
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                text = status.read_text()
            except OSError:
                continue  # it ended while we looked
            name, rest = text[text.index("(") + 1:].rsplit(")", 1)
            if name.startswith("rucola-worker") and int(rest.split()[1]) == self.process.pid and rest.split()[0] != "Z":
                found.append(int(status.parent.name))
        return found

    # Who uses it

    def command(self, *arguments, **options) -> subprocess.CompletedProcess:
        """A command of the program on this server's data."""
        return run_command(*arguments, "--data", self.data, **options)

    def create_user(self, organization: str, role: str | None = None, email: str | None = None) -> dict:
        arguments = ["user", "create", "--email", email or f"user{next(_numbers)}@example.com",
                     "--organization", organization]
        if role:
            arguments += ["--role", role]
        done = self.command(*arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def organization(self, name: str | None = None, role: str | None = None) -> Client:
        """A client with a key of its own for that organization, by default a new one."""
        name = name or f"org{next(_numbers)}-{secrets.token_hex(3)}"
        return Client(self.url, name, self.create_user(name, role)["api_key"])

    def anonymous(self, organization: str = "") -> Client:
        return Client(self.url, organization, None)

    # Inner things

    def _alive(self) -> bool:
        code = self.process.poll()
        assert code is None, f"the server ended with {code}:\n{self.banner()}{self.log()}"
        return True

    def _announced(self) -> bool:
        self._alive()
        found = re.search(r"ready on http://[^\s:]+:(\d+)", self.banner())
        if found:
            self.port = int(found.group(1))
        operators = re.search(r"operators http://[^\s:]+:(\d+)/", self.banner())
        if operators:
            self.admin_port = int(operators.group(1))
        return found is not None

    def _ready(self) -> bool:
        try:
            return requests.get(self.url + "/readyz", timeout=30).status_code == 200
        except requests.ConnectionError:
            return False

    def _status_bytes(self, field: str) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{field}:\s+(\d+) kB", status, re.MULTILINE).group(1)) * 1024
