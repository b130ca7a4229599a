"""Load by wrk: keep-alive connections, as many requests as the other side takes."""

import re
import subprocess
from dataclasses import dataclass

from . import machine, paths

MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass
class Load:
    requests_per_second: float
    requests: int
    p99_ms: float


def wrk(
    url: str,
    connections: int,
    seconds: int,
    script: str = "",
    arguments: list[str] | None = None,
    headers: dict[str, str] | None = None,
) -> Load:
    threads = min(machine.cores(), connections)
    command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--latency"]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    if script:
        command += ["-s", str(paths.LUA / script)]
    command += [url] + (["--", *arguments] if arguments else [])
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    broken = re.search(r"Socket errors: (.+)", output)
    if refused or broken:
        raise RuntimeError(f"{url}: not every request was answered as it should be:\n{output}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    total = re.search(r"(\d+) requests in", output)
    late = re.search(r"99%\s+([\d.]+)(us|ms|s)", output)
    if not rate or not total or not late:
        raise RuntimeError(f"wrk printed something else than expected:\n{output}")
    return Load(float(rate.group(1)), int(total.group(1)), float(late.group(1)) * MILLISECONDS[late.group(2)])
