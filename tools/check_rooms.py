#!/usr/bin/env python3
"""Fails when a room of src/ includes a room, or a library, that it must not know."""

import re
import sys
from pathlib import Path

# Which rooms a room may include, besides itself. Everything that is not listed is forbidden.
MAY_USE = {
    "base": set(),
    "message": {"base"},
    "security": {"base"},
    "catalog": {"base"},
    "expression": {"base"},
    "render": {"base", "expression"},
    "cdn": {"base", "catalog"},
    "delivery": {"base", "message", "catalog", "expression", "render", "security"},
    "api": {"base", "message", "catalog", "render", "security", "delivery"},
    "http": {"base", "message"},
    "storage": {"base", "catalog", "delivery"},
    "cli": {"base", "message", "catalog", "render", "security", "delivery", "api", "http", "cdn", "storage"},
}

# Libraries that are the business of a single place.
LIBRARY_HOME = {
    r"boost/(asio|beast)": ["http/"],
    r"sqlite3\.h": ["storage/catalog/"],
    r"vips/": ["render/"],
    r"curl/": ["security/", "cdn/", "cli/"],
    r"CLI/": ["cli/"],
    r"toml\+\+/": ["base/config"],
    r"prometheus/": ["base/"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def violations(src: Path):
    for file in sorted(src.rglob("*")):
        if file.suffix not in {".h", ".cpp"}:
            continue
        where = file.relative_to(src).as_posix()
        room = where.split("/")[0]
        if room not in MAY_USE:
            yield f"{where}: '{room}' is not a room; the rooms are {', '.join(MAY_USE)}"
            continue
        for kind, target in INCLUDE.findall(file.read_text(encoding="utf-8")):
            if kind == '"':
                used = target.split("/")[0]
                if used != room and used not in MAY_USE[room]:
                    allowed = ", ".join(sorted(MAY_USE[room])) or "no other room"
                    yield f'{where}: includes "{target}", but {room} may use only {allowed}'
            for pattern, homes in LIBRARY_HOME.items():
                if re.match(pattern, target) and not any(where.startswith(home) for home in homes):
                    yield f"{where}: includes <{target}>, which belongs to {', '.join(homes)}"


def main() -> int:
    found = list(violations(Path(sys.argv[1])))
    for line in found:
        print(line, file=sys.stderr)
    if found:
        print(f"{len(found)} wrong arrow(s); tools/check_rooms.py has the rules", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
