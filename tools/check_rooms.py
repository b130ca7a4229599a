#!/usr/bin/env python3
"""Fails when a room of src/ includes a room, or a library, that it must not know."""

import re
import sys
from pathlib import Path

# Which rooms a room may include, besides itself. Everything that is not listed is forbidden. A file belongs to the
# innermost room whose folder it lies in; a room with rooms in it allows its own files only, not theirs.
MAY_USE = {
    "base": set(),
    "message": {"base"},
    "security": {"base"},
    "catalog": {"base"},
    "expression": {"base"},
    "render/plan": {"base"},
    "render/source": {"base", "render/plan"},
    "render": {"base", "render/plan", "render/source"},
    "render/operations": {"base", "expression", "render/plan", "render/source"},
    "render/stack": {"base", "expression", "render", "render/plan", "render/source", "render/operations"},
    "render/planning": {
        "base",
        "expression",
        "render",
        "render/plan",
        "render/source",
        "render/operations",
        "render/stack",
    },
    "render/protocol": {"base", "render/plan", "render/source"},
    "render/workers": {"base", "render", "render/plan", "render/source", "render/protocol"},
    "render/worker/confinement": {"base", "render/protocol"},
    "render/worker/memory": {"base", "render/protocol"},
    "render/worker/structure": {"base", "render/plan"},
    "render/worker/bitmaps": {"base", "render/plan", "render/worker/structure"},
    "render/worker/raw": {"base", "render/plan", "render/worker/structure"},
    "render/worker/svg": {"base", "render/plan", "render/source"},
    "render/worker/colors": {"base", "render/plan", "render/worker/structure"},
    "render/worker/metadata": {"base", "render/plan", "render/worker/structure"},
    "render/worker/video": {
        "base",
        "render/plan",
        "render/protocol",
        "render/worker/memory",
        "render/worker/colors",
    },
    "render/worker/encoding": {
        "base",
        "render/plan",
        "render/worker/memory",
        "render/worker/metadata",
        "render/worker/structure",
        "render/worker/video",
    },
    "render/worker/decoding": {
        "base",
        "render/plan",
        "render/source",
        "render/protocol",
        "render/worker/memory",
        "render/worker/structure",
        "render/worker/bitmaps",
        "render/worker/raw",
        "render/worker/svg",
        "render/worker/colors",
        "render/worker/video",
        "render/worker/encoding",  # bitmaps inside a drawing are written anew for who draws it
    },
    "render/worker/drawing": {
        "base",
        "render/plan",
        "render/source",
        "render/operations",
        "render/protocol",
        "render/worker/memory",
        "render/worker/svg",
        "render/worker/colors",
        "render/worker/metadata",
        "render/worker/video",
        "render/worker/encoding",
        "render/worker/decoding",
    },
    "render/worker/inspection": {
        "base",
        "render/plan",
        "render/source",
        "render/protocol",
        "render/worker/memory",
        "render/worker/colors",
        "render/worker/metadata",
        "render/worker/video",
        "render/worker/decoding",
    },
    "render/worker": {
        "base",
        "render/protocol",
        "render/worker/confinement",
        "render/worker/memory",
        "render/worker/svg",
        "render/worker/encoding",
        "render/worker/decoding",
        "render/worker/drawing",
        "render/worker/inspection",
    },
    "cdn": {"base", "catalog"},
    "vision": {"base"},
    "delivery/settings": {"base", "catalog"},
    "delivery/url": {
        "base",
        "message",
        "catalog",
        "render/source",
        "render/operations",
        "render/stack",
        "render/planning",
    },
    "delivery/account": {"base", "message", "catalog"},
    "delivery/cache": {"base", "message", "catalog", "delivery/settings"},
    "delivery/ingest": {
        "base",
        "catalog",
        "security",
        "render",
        "render/plan",
        "render/source",
        "delivery/url",
    },
    "delivery/look_up": {
        "base",
        "catalog",
        "security",
        "render/plan",
        "render/source",
        "render/stack",
        "render/planning",
        "delivery/url",
    },
    "delivery/planning": {
        "base",
        "message",
        "expression",
        "render/plan",
        "render/planning",
        "delivery/url",
        "delivery/look_up",
    },
    "delivery/make": {
        "base",
        "catalog",
        "render",
        "render/plan",
        "render/source",
        "render/planning",
        "delivery/cache",
    },
    "delivery/describe": {
        "base",
        "catalog",
        "vision",
        "render",
        "render/plan",
        "render/planning",
        "delivery/look_up",
        "delivery/make",
    },
    "delivery/answer": {
        "base",
        "message",
        "catalog",
        "render/plan",
        "delivery/settings",
        "delivery/url",
        "delivery/cache",
        "delivery/look_up",
        "delivery/planning",
        "delivery/make",
    },
    "delivery": {
        "base",
        "message",
        "catalog",
        "security",
        "render",
        "delivery/settings",
        "delivery/url",
        "delivery/account",
        "delivery/cache",
        "delivery/ingest",
        "delivery/look_up",
        "delivery/planning",
        "delivery/make",
        "delivery/answer",
    },
    "api": {
        "base",
        "message",
        "catalog",
        "security",
        "delivery/url",
        "delivery/account",
        "delivery/describe",
        "delivery/ingest",
        "delivery/look_up",
        "render",
        "render/plan",
        "render/stack",
    },
    "http": {"base", "message"},
    "storage": {"base", "catalog", "delivery/cache"},
    "cli": {
        "base",
        "message",
        "catalog",
        "security",
        "delivery",
        "delivery/settings",
        "delivery/account",
        "delivery/cache",
        "delivery/describe",
        "delivery/ingest",
        "delivery/make",
        "vision",
        "api",
        "http",
        "cdn",
        "storage",
        "render",
        "render/workers",
    },
}

# Libraries that are the business of a single place.
LIBRARY_HOME = {
    r"boost/(asio|beast)": ["http/"],
    r"sqlite3\.h": ["storage/catalog/"],
    r"vips/": ["render/worker/", "render/operations/"],
    r"exiv2/": ["render/worker/metadata/"],
    r"magic\.h": ["render/worker/inspection/file_kind"],
    r"dlib/": ["render/worker/drawing/"],
    r"curl/": ["base/curl_transfer", "base/http_client", "security/", "cdn/", "storage/s3/"],
    r"CLI/": ["cli/"],
    r"toml\+\+/": ["base/config"],
    r"(mutex|shared_mutex|condition_variable)$": ["base/mutex.h"],  # which says what a lock guards
    r"prometheus/": ["base/"],
    r"archive(_entry)?\.h": ["base/zip_writer"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def room_of(path: str) -> str | None:
    """The innermost room that a path below src/ lies in."""
    folder = path
    while "/" in folder:
        folder = folder.rpartition("/")[0]
        if folder in MAY_USE:
            return folder
    return None


def violations(src: Path):
    for file in sorted(src.rglob("*")):
        if file.suffix not in {".h", ".cpp"}:
            continue
        where = file.relative_to(src).as_posix()
        room = room_of(where)
        if room is None:
            yield f"{where} lies in no room; the rooms are {', '.join(MAY_USE)}"
            continue
        for kind, target in INCLUDE.findall(file.read_text(encoding="utf-8")):
            if kind == '"':
                used = room_of(target)
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
