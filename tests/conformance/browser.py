"""A page in headless Chromium, driven over its debugging pipe; only the loopback can be reached from it.

    with Page(width=800, height=600) as page:
        page.open("http://127.0.0.1:1234/")
        page.run("document.title")
"""

import base64
import json
import os
import shutil
import subprocess
import tempfile

FLAGS = [
    "--headless=new", "--no-sandbox",  # it sees our own page only, and containers have no namespaces to give
    "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb",
    "--no-first-run", "--disable-sync", "--disable-background-networking", "--disable-component-update",
    "--disable-extensions", "--disable-default-apps", "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


class Page:
    def __init__(self, width: int, height: int):
        self.profile = tempfile.mkdtemp(prefix="rucola-browser-")
        commands, self.to_browser = os.pipe()
        self.from_browser, answers = os.pipe()
        # Chromium reads from descriptor 3 and writes to 4.
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{commands} 4>&{answers}', "bash", "chromium", *FLAGS, "--remote-debugging-pipe",
             f"--user-data-dir={self.profile}", f"--window-size={width},{height}", "about:blank"],
            pass_fds=(commands, answers), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={**os.environ, "HOME": self.profile})
        os.close(commands)
        os.close(answers)
        self.received = b""
        self.number = 0
        self.events = []
        self.session = None
        target = self.command("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.command("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.command("Page.enable")
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def __enter__(self) -> "Page":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def open(self, url: str) -> None:
        """Until its scripts have run."""
        self.events.clear()
        answer = self.command("Page.navigate", url=url)
        assert "errorText" not in answer, answer
        while "Page.loadEventFired" not in self.events:
            self.events.append(self._next_message().get("method"))

    def run(self, script: str):
        """The value of an expression; that of a promise once it has one."""
        answer = self.command("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def screenshot(self) -> bytes:
        """As PNG."""
        return base64.b64decode(self.command("Page.captureScreenshot", format="png")["data"])

    def command(self, method: str, **parameters) -> dict:
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        pending = json.dumps(message).encode() + b"\0"
        while pending:
            pending = pending[os.write(self.to_browser, pending):]
        while True:
            answer = self._next_message()
            if answer.get("id") == self.number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]
            self.events.append(answer.get("method"))

    def _next_message(self) -> dict:
        while b"\0" not in self.received:
            piece = os.read(self.from_browser, 1 << 20)
            assert piece, "the browser ended"
            self.received += piece
        message, _, self.received = self.received.partition(b"\0")
        return json.loads(message)

    def close(self) -> None:
        os.close(self.to_browser)  # it ends with the pipe
        os.close(self.from_browser)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)
