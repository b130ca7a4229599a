"""What the numbers were measured on."""

import os
import platform
import re
import subprocess
from pathlib import Path

from . import paths


def first_line(*command: str) -> str:
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    except FileNotFoundError:
        return "not installed"
    return done.stdout.strip().splitlines()[0] if done.stdout.strip() else "unknown"


def processor() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    return found.group(1) if found else platform.machine()


def memory_gib() -> float:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)


def cores() -> int:
    return len(os.sched_getaffinity(0))


def describe() -> dict[str, str]:
    return {
        "cores": str(cores()),
        "processor": processor(),
        "memory": f"{memory_gib()} GiB",
        "kernel": platform.release(),
        "rucola": first_line(str(paths.BUILD / "rucola"), "--version"),
        "libvips": first_line("pkg-config", "--modversion", "vips"),
        "nginx": first_line("nginx", "-v").removeprefix("nginx version: "),
        "varnish": first_line("varnishd", "-V"),
        "wrk": first_line("wrk", "-v").split(" Copyright")[0],
        "load before": str(round(os.getloadavg()[0], 2)),
    }
