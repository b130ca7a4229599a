"""Memory in MiB and processor time of a process and of its children, as the kernel counts them."""

import contextlib
import os
import re
from pathlib import Path


def status_mib(pid: int, key: str) -> float:
    text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = re.search(rf"^{key}:\s+(\d+) kB$", text, re.MULTILINE)
    return int(found.group(1)) / 1024 if found else 0.0


def resident(pid: int) -> float:
    return status_mib(pid, "VmRSS")


def peak(pid: int) -> float:
    return status_mib(pid, "VmHWM")


def children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text(encoding="utf-8").split()]
    return found


def descendants(pid: int) -> list[int]:
    direct = children(pid)
    return direct + [below for child in direct for below in descendants(child)]


def stat_fields(pid: int) -> list[str]:
    """Of /proc/PID/stat, from the third on."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()


def processor_seconds(pid: int) -> float:
    """Time on a processor of a process, its threads and its living children."""
    total = 0.0
    for each in [pid, *descendants(pid)]:
        fields = stat_fields(each)
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def page_faults(pid: int) -> int:
    """Pages that a process had to be given, all in all."""
    return int(stat_fields(pid)[7])


def begin_peak(pid: int) -> None:
    """Peaks of a process and its descendants count from now on."""
    for each in [pid, *descendants(pid)]:
        with contextlib.suppress(OSError):  # one that has ended meanwhile, or is another user's
            Path(f"/proc/{each}/clear_refs").write_text("5", encoding="utf-8")


def peak_of_all(pid: int) -> float:
    """The peaks of a process and its descendants, added up: what they may take at most, pages that they share several times."""
    total = 0.0
    for each in [pid, *descendants(pid)]:
        with contextlib.suppress(OSError):
            total += peak(each)
    return total
