"""Instructions a request costs the server in user space, one after the other on one connection: the way of a cached render, and
those beside it. Kernel, client and render workers are not in it."""

import http.client
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from harness import callgrind, photo
from harness.report import Section
from harness.rucola import ORGANIZATION, Rucola, serving

REQUESTS = 1000
FIRST = 200

STACK = {
    "operations": [
        {
            "name": "resize",
            "options": {"height": 90},
            "expressions": {"width": "$w > 100 ? 100 : $w"},
        },
        {"name": "crop", "expressions": {"width": "image.width / 2", "height": "image.height / 2"}},
    ],
    "options": {"jpg.quality": 71},
    "variables": {"w": 300},
}


# As Chrome asks for a picture.
BROWSER = {
    "Connection": "keep-alive",
    "sec-ch-ua": '"Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"',
    "sec-ch-ua-mobile": "?0",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "sec-ch-ua-platform": '"Linux"',
    "Accept": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    "Sec-Fetch-Site": "same-site",
    "Sec-Fetch-Mode": "no-cors",
    "Sec-Fetch-Dest": "image",
    "Referer": "https://www.example.com/products/chairs.html",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "en-US,en;q=0.9,de;q=0.8",
}


@dataclass
class Request:
    path: str
    status: int = 200
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None


def ask(connection: http.client.HTTPConnection, request: Request) -> http.client.HTTPResponse:
    connection.request(request.method, request.path, request.body, request.headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != request.status:
        raise RuntimeError(f"{request.method} {request.path}: {answer.status} instead of {request.status}: {content[:300]!r}")
    return answer


def count(server: Rucola, counter: callgrind.Counter, request_number: Callable[[int], Request]) -> float:
    """A request, when the server is warm."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    for number in range(FIRST):
        ask(connection, request_number(number))
    counter.zero()
    for number in range(REQUESTS):
        ask(connection, request_number(FIRST + number))
    counted = counter.read()
    connection.close()
    return counted / REQUESTS


def requests_of(server: Rucola) -> dict[str, Callable[[int], Request]]:
    images = [server.upload(photo.small(1)), server.upload(photo.small(2))]
    server.call("PUT", f"/stacks/{ORGANIZATION}/counted?overwrite=true", json.dumps(STACK).encode())
    server.point("logo", images[0])
    by_hash = server.render_path("counted", f"{images[0]}.jpg")
    never_whole = server.render_path("counted", f"{images[0]}/never-whole.jpg")
    by_alias = server.render_path("counted", "-_logo_-.jpg")
    dynamic = server.render_path("dynamic/resize-width-[image.width/4]--options-jpg.quality-75", f"{images[0]}.jpg")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    tag = {"If-None-Match": ask(connection, Request(by_hash)).headers["ETag"]}
    connection.close()
    move = f"/sourceimages/{ORGANIZATION}/alias/moved?overwrite=true"
    key = {"Api-Key": server.key, "Content-Type": "application/json"}
    return {
        "a render by hash": lambda _: Request(by_hash),
        "a render by hash, for a browser": lambda _: Request(by_hash, headers=BROWSER),
        "a render by alias": lambda _: Request(by_alias),
        "a render of a dynamic stack": lambda _: Request(dynamic),
        "a render that the client has (304)": lambda _: Request(by_hash, 304, headers=tag),
        "a render that all clients have (304)": lambda _: Request(never_whole, 304, headers=tag),
        "an alias moved": lambda n: Request(move, 200 if n else 201, "PUT", key, json.dumps({"hash": images[n % 2]}).encode()),
    }


def run(section: Section, scratch: Path) -> None:
    section.note(f"{callgrind.VERSION}; {REQUESTS} requests of each kind")
    for name, hot_bytes in {"hot": "64MiB", "looked up and planned anew": "0"}.items():
        folder = scratch / name.split()[0]
        folder.mkdir()
        with serving(folder, {"RUCOLA_DELIVERY_HOT_BYTES": hot_bytes}, under=callgrind.command(folder)) as server:
            requests = requests_of(server)
            counter = callgrind.Counter(folder, server.process.pid)
            counter.start()
            for what, request in requests.items():
                if "alias moved" in what and name == "hot":
                    continue  # no hot answer has part in it
                section.add(f"{what}, {name}" if "moved" not in what else what, count(server, counter, request), "instructions")
