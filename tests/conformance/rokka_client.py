"""The npm package `rokka`, unchanged, behind Python calls:

    rokka.call("sourceimages.alias.create", "acme", "logo", {"hash": hash}, {"overwrite": True})
"""

import base64
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent


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


class RokkaClient:
    def __init__(self, config: dict):
        self.process = subprocess.Popen(["node", str(HERE / "drive.cjs"), json.dumps(config)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, cwd=HERE, text=True)

    def call(self, name: str, *arguments) -> Answer:
        self.process.stdin.write(json.dumps({"call": name, "arguments": arguments}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the driver ended during {name}"
        answer = json.loads(line)
        if isinstance(answer.get("body"), dict) and "$buffer" in answer["body"]:
            answer["body"] = base64.b64decode(answer["body"]["$buffer"])
        return Answer(**answer)

    def must(self, name: str, *arguments) -> Answer:
        """A call that must not throw."""
        answer = self.call(name, *arguments)
        assert not answer.thrown, f"{name}: {answer.status} {answer.message} {answer.error}"
        return answer

    def close(self) -> None:
        self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
