"""Looking at processes through /proc, and holding them still."""

import os
import signal
from pathlib import Path

from harness.waiting import wait_until


def fields_of(stat: Path) -> list[str]:
    """What stands behind the name: the state is the first."""
    return stat.read_text().rsplit(")", 1)[1].split()


def processor_seconds(process: int) -> float:
    """User and system time; 0 where it has ended."""
    try:
        fields = fields_of(Path(f"/proc/{process}/stat"))
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / 100


def status_field(process: int, name: str) -> str:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return line.split(":", 1)[1].strip()
    raise AssertionError(f"/proc/{process}/status has no {name}")


def is_running(process: int) -> bool:
    """Neither gone nor a zombie that nobody has waited for."""
    try:
        return fields_of(Path(f"/proc/{process}/stat"))[0] not in "ZX"
    except OSError:
        return False


def is_stopped(process: int) -> bool:
    """All of its threads: the signal is told to each, and one on another processor goes on for a moment."""
    return all(fields_of(stat)[0] == "T" for stat in Path(f"/proc/{process}/task").glob("*/stat"))


def hold_still(process: int) -> None:
    os.kill(process, signal.SIGSTOP)
    wait_until(lambda: is_stopped(process), f"process {process} to stop")


def resident_bytes(process: int) -> int:
    return int(status_field(process, "VmRSS").split()[0]) * 1024


def peak_resident_bytes(process: int) -> int:
    return int(status_field(process, "VmHWM").split()[0]) * 1024
