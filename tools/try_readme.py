#!/usr/bin/env python3
"""Runs the README's first five minutes word for word against a fresh server, and fails where a command does.

    tools/try_readme.py             try them
    tools/try_readme.py --picture   also make docs/pictures/first-five-minutes.svg from what happened

Only the port differs where 8080 is taken.
"""

import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import session_picture

ROOT = Path(__file__).resolve().parent.parent
SECTION = "The first five minutes"
PICTURE = ROOT / "docs" / "pictures" / "first-five-minutes.svg"


@dataclass
class Step:
    command: str
    output: str


def commands() -> list[str]:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.split(f"\n## {SECTION}\n")[1].split("\n## ")[0]
    blocks = re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def usable_port() -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", 8080))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(port: int, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    sys.exit("the server does not start")


class Shell:
    """One bash for all commands, as a person would have: variables stay."""

    def __init__(self, folder: Path) -> None:
        self.mark = secrets.token_hex(8)
        self.bash = subprocess.Popen(
            ["bash"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(self, command: str) -> str:
        self.bash.stdin.write(f"{command}\nprintf '\\n{self.mark} %s\\n' $?\n")
        self.bash.stdin.flush()
        lines: list[str] = []
        for line in self.bash.stdout:
            if line.startswith(self.mark):
                if line.split()[1] != "0":
                    sys.exit(f"this command of the README failed:\n  {command}\n{''.join(lines)}")
                return "".join(lines).strip()
            lines.append(line)
        sys.exit(f"the shell ended in this command of the README:\n  {command}")


def check(step: Step) -> None:
    """curl ends well whatever the server answers, so the answers are looked at too."""
    refused = '"error"' in step.output or ("%{http_code}" in step.command and not step.output.startswith("200 image/"))
    silent = not step.output and not re.match(r"[A-Z]+=|mkdir ", step.command)
    if refused or silent:
        sys.exit(f"this command of the README was answered otherwise than it should be:\n  {step.command}\n{step.output}")


def session(folder: Path, port: int) -> list[Step]:
    shell = Shell(folder)
    steps = []
    for command in commands():
        output = shell.run(command.replace(":8080", f":{port}"))
        steps.append(Step(command, output.replace(f":{port}", ":8080")))
        check(steps[-1])
    before, after = (folder / "try" / name for name in ("before.jpg", "after.jpg"))
    if before.read_bytes() == after.read_bytes():
        sys.exit("the picture is the same after the alias was pointed elsewhere")
    return steps


def main() -> int:
    port = usable_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("build", "docs"):
            (folder / part).symlink_to(ROOT / part)
        with (folder / "server.log").open("wb") as log:
            server = subprocess.Popen(
                ["build/rucola", "serve", "--listen", f"127.0.0.1:{port}"], cwd=folder, stdout=log, stderr=log
            )
        try:
            wait_until_ready(port, server)
            steps = session(folder, port)
            if sys.argv[1:] == ["--picture"]:
                PICTURE.write_text(session_picture.draw(steps, folder / "try"), encoding="utf-8")
        finally:
            server.terminate()
            server.wait(timeout=60)
    print(f"the README's {len(steps)} commands work")
    return 0


if __name__ == "__main__":
    sys.exit(main())
