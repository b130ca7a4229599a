"""Transports that lie about what a real server said, each in one way that a wrong server might. A history recorded
through one of them must not be explainable: that is how we know that the checker finds such faults."""

import json
import random

from harness.histories.clients import Answer, Transport


class Lying(Transport):
    """Where the others lie; by itself it tells the truth."""

    def honest(self, chance: random.Random, *arguments) -> Answer:
        return super().ask(chance, *arguments)


class StaleRead(Lying):
    """Now and then a render from before."""

    def __init__(self, port: int):
        super().__init__(port)
        self.kept: dict[str, Answer] = {}

    def ask(self, chance, method, path, headers, body=None):
        plain = path.startswith("/render/") and not {"If-None-Match", "If-Modified-Since"} & set(headers)
        if plain and path in self.kept and chance.random() < 0.2:
            return self.kept[path]
        answer = self.honest(chance, method, path, headers, body)
        if plain and answer.status == 200:
            self.kept[path] = answer
        return answer


class LostUpdate(Lying):
    """Now and then a move is acknowledged that never happens."""

    def ask(self, chance, method, path, headers, body=None):
        if method == "PUT" and "If-Match" not in headers and chance.random() < 0.1:
            before = self.honest(chance, "GET", path.partition("?")[0], {"Api-Key": headers["Api-Key"]})
            if before.status == 200:
                alias = json.loads(before.body)
                alias |= {"hash": json.loads(body)["hash"], "version": alias["version"] + 1}
                before.headers.replace_header("ETag", f'"{alias["version"]}"')
                return Answer(200, before.headers, json.dumps(alias).encode())
        return self.honest(chance, method, path, headers, body)


class TwoWinners(Lying):
    """A writer whose `If-Match` came too late wins as well."""

    def ask(self, chance, method, path, headers, body=None):
        answer = self.honest(chance, method, path, headers, body)
        if method == "PUT" and answer.status == 412 and "If-Match" in headers:
            return self.honest(chance, method, path, {"Api-Key": headers["Api-Key"]}, body)
        return answer


class HiddenMove(Lying):
    """`304 Not Modified`, though it is another picture now."""

    header = "If-None-Match"

    def ask(self, chance, method, path, headers, body=None):
        answer = self.honest(chance, method, path, headers, body)
        if path.startswith("/render/") and self.header in headers and answer.status == 200:
            return Answer(304, answer.headers, b"")
        return answer


class HiddenMoveByDate(HiddenMove):
    header = "If-Modified-Since"


class EarlierDate(Lying):
    """A render that is dated from before the move that it shows: whoever asks with that date later is told nothing."""

    def ask(self, chance, method, path, headers, body=None):
        answer = self.honest(chance, method, path, headers, body)
        if path.startswith("/render/") and answer.status == 200:
            answer.headers.replace_header("Last-Modified", "Sat, 01 Jan 2000 00:00:00 GMT")
        return answer


class UndoneDelete(Lying):
    """Now and then a delete is acknowledged that never happens."""

    def ask(self, chance, method, path, headers, body=None):
        if method == "DELETE" and chance.random() < 0.5:
            there = self.honest(chance, "GET", path, {"Api-Key": headers["Api-Key"]})
            if there.status == 200 and "If-Match" not in headers:
                return Answer(204, there.headers, b"")
        return self.honest(chance, method, path, headers, body)


FAULTS = [StaleRead, LostUpdate, TwoWinners, HiddenMove, HiddenMoveByDate, EarlierDate, UndoneDelete]
