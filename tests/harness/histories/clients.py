"""Clients that use one alias at the same time and write down what they asked, when, and what came."""

import email.utils
import hashlib
import http.client
import json
import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from harness import server as server_module
from harness.histories.linearizability import Operation
from harness.histories.register import Delete, IfMatch, Put, Read, Render, Seen

LIMIT_SECONDS = 120
STACK = "thumb"


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Transport:
    """Keep-alive connections to a server; several, so that they lie on several of its event loops."""

    def __init__(self, port: int, connections: int = 3):
        self.connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT_SECONDS)
                            for _ in range(connections)]

    def ask(self, chance: random.Random, method: str, path: str, headers: dict, body: bytes | None = None) -> Answer:
        connection = chance.choice(self.connections)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())

    def close(self) -> None:
        for connection in self.connections:
            connection.close()


@dataclass
class Gallery:
    """An organization with pictures that can be told apart by the bytes of their renders."""

    organization: str
    key: str
    data: Path
    hashes: list[str]
    picture_of_bytes: dict[bytes, str]  # SHA-256 of a render → hash of the image

    @staticmethod
    def of(running, client, pictures: list[bytes]) -> "Gallery":
        client.stack(STACK, {"name": "resize", "options": {"width": 16}})
        hashes = [client.add(picture)["hash"] for picture in pictures]
        renders = {}
        for hash_ in hashes:
            answer = client.render(f"/{STACK}/{hash_}.png")
            assert answer.status_code == 200, answer.text
            renders[hashlib.sha256(answer.content).digest()] = hash_
        assert len(renders) == len(hashes), "the pictures look different"
        return Gallery(client.organization, client.key, Path(running.data), hashes, renders)


@dataclass
class Copy:
    """What a client keeps of a render."""

    tag: str
    date: str
    picture: str


@dataclass
class Client:
    """One of several; each has a thread of its own, and nothing is shared but the server."""

    name: str
    gallery: Gallery
    transport: Transport
    history: dict[str, list[Operation]] = field(default_factory=dict)  # by alias
    counted: Counter = field(default_factory=Counter)
    bytes_of_tag: dict[str, bytes] = field(default_factory=dict)
    copies: dict[str, Copy] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)

    # Writes

    def put(self, chance: random.Random, alias: str, overwrite: bool = True, if_match: IfMatch | None = None,
            must_be_new: bool = False) -> None:
        hash_ = chance.choice(self.gallery.hashes)
        headers = self._conditions(if_match) | ({"If-None-Match": "*"} if must_be_new else {})
        path = self._path(alias) + ("?overwrite=true" if overwrite else "")
        began, answer, ended = self._asked(chance, "PUT", path, headers, json.dumps({"hash": hash_}).encode())
        expect(answer, 200, 201, 409, 412)
        seen = self._seen(alias, answer) if answer.status < 300 else None
        self._note(alias, began, ended, Put(hash_, answer.status, seen, overwrite, if_match, must_be_new))
        self.counted[f"put {answer.status}"] += 1

    def delete(self, chance: random.Random, alias: str, if_match: IfMatch | None = None) -> None:
        began, answer, ended = self._asked(chance, "DELETE", self._path(alias), self._conditions(if_match))
        expect(answer, 204, 404, 412)
        self._note(alias, began, ended, Delete(answer.status, if_match))
        self.counted[f"delete {answer.status}"] += 1

    def put_by_command(self, chance: random.Random, alias: str) -> None:
        """Another process: `rucola alias set`."""
        hash_ = chance.choice(self.gallery.hashes)
        before = time.monotonic_ns()
        done = server_module.run_command("alias", "set", "--data", self.gallery.data, "--organization",
                                         self.gallery.organization, alias, hash_)
        after = time.monotonic_ns()
        assert done.returncode == 0, done.stderr
        seen = seen_in(json.loads(done.stdout))
        self._note(alias, before, after, Put(hash_, None, seen))
        self.counted["put by command"] += 1

    def put_by_hand(self, chance: random.Random, alias: str) -> None:
        """Another writer of the same database, which knows nothing of the program."""
        hash_ = chance.choice(self.gallery.hashes)
        before = time.monotonic_ns()
        seen = moved_by_hand(self.gallery, alias, hash_)
        after = time.monotonic_ns()
        if seen is None:
            return
        self._note(alias, before, after, Put(hash_, None, seen))
        self.counted["put by hand"] += 1

    # Reads

    def read(self, chance: random.Random, alias: str, conditional: bool = False) -> None:
        sent = self.versions.get(alias) if conditional else None
        headers = {"If-None-Match": f'"{sent}"'} if sent is not None else {}
        began, answer, ended = self._asked(chance, "GET", self._path(alias), headers)
        expect(answer, 200, 304, 404)
        seen = self._seen(alias, answer) if answer.status == 200 else None
        self._note(alias, began, ended, Read(answer.status, seen, sent))
        self.counted[f"read {answer.status}"] += 1

    def render(self, chance: random.Random, alias: str, by: str = "") -> None:
        """`by` is "", "tag" or "date": what is asked to be compared with the copy from before."""
        copy = self.copies.get(alias)
        headers = {}
        if copy is not None and by == "tag":
            headers["If-None-Match"] = copy.tag
        elif copy is not None and by == "date":
            headers["If-Modified-Since"] = copy.date
        path = f"/render/{self.gallery.organization}/{STACK}/-_{alias}_-.png"
        began, answer, ended = self._asked(chance, "GET", path, headers, key=False)
        expect(answer, 200, 304, 404)
        how = f"{by} {headers} {answer.headers.get('Cache-Status')} {answer.headers.get('ETag')}"
        if answer.status == 404:
            action = Render(404, how=how)
        else:
            if answer.status == 200:
                copy = self.copies[alias] = self._copy(answer)
            dated = seconds(answer.headers["Last-Modified"]) if answer.headers["Last-Modified"] else None
            action = Render(answer.status, copy.picture, dated, how)
        self._note(alias, began, ended, action)
        self.counted[f"render {answer.status}" + (f" by {by}" if answer.status == 304 else "")] += 1
        self.counted["render hot"] += "detail=hot" in answer.headers.get("Cache-Status", "")

    # Inner things

    def _copy(self, answer: Answer) -> Copy:
        digest = hashlib.sha256(answer.body).digest()
        picture = self.gallery.picture_of_bytes.get(digest)
        assert picture is not None, "a render that is none of the pictures"
        tag = answer.headers["ETag"]
        assert self.bytes_of_tag.setdefault(tag, digest) == digest, f"two bodies with the strong tag {tag}"
        return Copy(tag, answer.headers["Last-Modified"], picture)

    def _seen(self, alias: str, answer: Answer) -> Seen:
        seen = seen_in(json.loads(answer.body))
        assert answer.headers["ETag"] == f'"{seen.version}"'
        self.versions[alias] = seen.version
        return seen

    def _path(self, alias: str) -> str:
        return f"/sourceimages/{self.gallery.organization}/alias/{alias}"

    @staticmethod
    def _conditions(if_match: IfMatch | None) -> dict:
        if if_match is None:
            return {}
        if if_match.versions is None:
            return {"If-Match": "*"}
        return {"If-Match": ", ".join(f'"{version}"' for version in if_match.versions)}

    def _asked(self, chance: random.Random, method: str, path: str, headers: dict, body: bytes | None = None,
               key: bool = True) -> tuple[int, Answer, int]:
        sent = headers | ({"Api-Key": self.gallery.key} if key else {})
        began = time.monotonic_ns()
        answer = self.transport.ask(chance, method, path, sent, body)
        return began, answer, time.monotonic_ns()

    def _note(self, alias: str, began: int, ended: int, action: object) -> None:
        self.history.setdefault(alias, []).append(Operation(self.name, began, ended, action))


def expect(answer: Answer, *statuses: int) -> None:
    assert answer.status in statuses, f"{answer.status}: {answer.body[:500]!r}"


def seen_in(alias: dict) -> Seen:
    return Seen(alias["version"], alias["hash"], *(int(datetime.fromisoformat(alias[name]).timestamp())
                                                   for name in ("created", "updated")))


def seconds(date: str) -> int:
    return int(email.utils.parsedate_to_datetime(date).timestamp())


def moved_by_hand(gallery: Gallery, alias: str, hash_: str) -> Seen | None:
    """Nothing where there is no such alias, or where it points there already."""
    with closing(sqlite3.connect(gallery.data / "catalog.sqlite", LIMIT_SECONDS, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = FULL")
        database.execute("BEGIN IMMEDIATE")
        moved = database.execute(
            "UPDATE aliases SET hash = ?1, version = version + 1, updated = ?2 WHERE name = ?3 AND hash <> ?1 AND"
            " organization = (SELECT id FROM organizations WHERE name = ?4) AND deleted IS NULL"
            " RETURNING version, created, updated",
            (hash_, time.time_ns() // 1_000_000, alias, gallery.organization)).fetchall()
        database.execute("COMMIT")
    if not moved:
        return None
    version, created, updated = moved[0]
    return Seen(version, hash_, created // 1000, updated // 1000)
