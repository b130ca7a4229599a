"""The npm packages `rokka` and `rokka-render`, unchanged, behind Python calls:

    rokka.call("sourceimages.alias.create", "acme", "logo", {"hash": hash}, {"overwrite": True})
"""

import base64
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from harness import pictures

HERE = Path(__file__).resolve().parent
RESIZE = {"name": "resize", "options": {"width": 100, "height": 100}}


@dataclass
class Answer:
    status: int | None = None
    body: object = None
    headers: dict = field(default_factory=dict)
    result: object = None
    thrown: bool = False
    error: object = None
    message: str = ""


def buffer(data: bytes) -> dict:
    return {"$buffer": base64.b64encode(data).decode()}


def stream(path) -> dict:
    return {"$stream": str(path)}


def url_object(url: str) -> dict:
    return {"$url": url}


UNDEFINED = {"$undefined": True}


class RokkaClient:
    def __init__(self, config: dict):
        self.process = subprocess.Popen(["node", str(HERE / "drive.cjs"), json.dumps(config)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, cwd=HERE, text=True)

    def methods(self) -> list[str]:
        """The names of all that the packages can do, as call() takes them."""
        return self._ordered({"methods": True})["result"]

    def call(self, name: str, *arguments) -> Answer:
        answer = self._ordered({"call": name, "arguments": arguments})
        if isinstance(answer.get("body"), dict) and "$buffer" in answer["body"]:
            answer["body"] = base64.b64decode(answer["body"]["$buffer"])
        return Answer(**answer)

    def must(self, name: str, *arguments) -> Answer:
        """A call that must not throw."""
        answer = self.call(name, *arguments)
        assert not answer.thrown, f"{name}: {answer.status} {answer.message} {answer.error}"
        return answer

    def _ordered(self, order: dict) -> dict:
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the driver ended during {order}"
        return json.loads(line)

    def close(self) -> None:
        self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def upload(rokka: RokkaClient, data: bytes | None = None, name: str = "picture.png", *more) -> dict:
    data = data or pictures.png(200, 150, seed=2000)
    return rokka.must("sourceimages.create", rokka.org, name, buffer(data), *more).body["items"][0]
