"""Instructions instead of seconds: what a program executes in user space, counted by valgrind. Nearly the same for the same program
and requests, whatever else the machine does."""

import re
import subprocess
import time
from pathlib import Path

from . import machine

IDLE = 200_000  # instructions a second; a server whose loops tick takes a quarter of that
IDLE_SECONDS = 120
VERSION = machine.first_line("valgrind", "--version")


def command(scratch: Path) -> list[str]:
    """What runs a program so that it can be counted later; until then it runs a few times slower than by itself."""
    return ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={scratch / 'callgrind'}"]


class Counter:
    """Of one program that command() runs."""

    def __init__(self, scratch: Path, pid: int) -> None:
        self.scratch = scratch
        self.pid = pid
        self._dumps = 0

    def start(self) -> None:
        """Returns once the program does nothing by itself any more, as servers do behind their start."""
        self._control("-i", "on")
        deadline = time.monotonic() + IDLE_SECONDS
        while time.monotonic() < deadline:
            self.zero()
            time.sleep(1)
            if self.read() < IDLE:
                return
        raise RuntimeError(f"the program did not come to rest within {IDLE_SECONDS} s")

    def zero(self) -> None:
        self._control("-z")

    def read(self) -> int:
        """Instructions since zero(), or since the last read()."""
        self._control("-d")
        self._dumps += 1
        dump = self.scratch / f"callgrind.{self._dumps}"
        return int(re.search(r"^(?:totals|summary): (\d+)", dump.read_text(encoding="utf-8"), re.MULTILINE)[1])

    def _control(self, *what: str) -> None:
        done = subprocess.run(["callgrind_control", *what, str(self.pid)], capture_output=True, text=True, check=False)
        if done.returncode != 0 or "Error" in done.stdout:
            raise RuntimeError(f"callgrind_control {' '.join(what)}: {done.stdout} {done.stderr}")
