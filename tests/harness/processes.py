"""Looking at processes through /proc."""

from pathlib import Path


def processor_seconds(process: int) -> float:
    """User and system time; 0 where it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
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
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def resident_bytes(process: int) -> int:
    return int(status_field(process, "VmRSS").split()[0]) * 1024


def peak_resident_bytes(process: int) -> int:
    return int(status_field(process, "VmHWM").split()[0]) * 1024
