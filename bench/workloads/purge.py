"""From the purge call to the moment when Varnish no longer has the picture, with the shipped VCL."""

import http.client
import os
import secrets
import time
from pathlib import Path

from harness import effort, paths, peers, photo, processes
from harness.report import Section
from harness.rucola import ORGANIZATION, serving

ROUNDS = effort.chosen(50, quick=3)


class KeptAlive:
    """One connection: setting one up would be part of every measurement."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def cache_says(self, path: str) -> str:
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return answer.getheader("X-Cache", "")

    def purge(self, alias: str, key: str) -> None:
        self.connection.request("DELETE", f"/sourceimages/{ORGANIZATION}/alias/{alias}/cache", headers={"Api-Key": key})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"purge: {answer.status} {body[:300]!r}")


def until(cache: KeptAlive, path: str, wanted: str) -> None:
    deadline = time.monotonic() + 30
    while cache.cache_says(path) != wanted:
        if time.monotonic() > deadline:
            raise RuntimeError(f"Varnish never said {wanted} for {path}")


def run(section: Section, scratch: Path) -> None:
    secret = secrets.token_hex(16)
    edge = processes.free_port()
    config = scratch / "rucola.toml"
    config.write_text(
        f'[purge]\nalias_per_hour = 0\n\n[[cdn]]\nkind = "varnish"\nurl = "http://127.0.0.1:{edge}"\nsecret = "{secret}"\n',
        encoding="utf-8",
    )
    with serving(scratch, config=config) as server:
        image = server.upload(photo.small(1))
        server.point("logo", image)
        path = server.render_path("dynamic/resize-width-100", "-_logo_-.jpg")
        shipped = (paths.ROOT / "packaging" / "varnish" / "default.vcl").read_text(encoding="utf-8")
        vcl = shipped.replace('.port = "8080"', f'.port = "{server.port}"')
        environment = os.environ | {"RUCOLA_PURGE_SECRET": secret}
        with peers.varnish(scratch, vcl, path, environment, port=edge):
            cache, api = KeptAlive(edge), KeptAlive(server.port)
            answered: list[float] = []
            gone: list[float] = []
            for _ in range(ROUNDS):
                until(cache, path, "HIT")
                began = time.monotonic()
                api.purge("logo", server.key)
                answered.append((time.monotonic() - began) * 1000)
                until(cache, path, "MISS")
                gone.append((time.monotonic() - began) * 1000)
    section.add("purge call → its answer", answered, "ms")
    section.add("purge call → gone from Varnish", gone, "ms", target="under 20 ms")
    section.add("purge call → gone from Varnish, slowest", max(gone), "ms")
