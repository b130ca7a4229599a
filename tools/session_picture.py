"""Draws a session as an SVG: a terminal whose lines appear one after the other, and beside it what the URL showed.

Where animations are not shown, the picture is the session's end.
"""

import base64
import html
import re
import textwrap
from pathlib import Path

COLUMNS = 86
LINE_HEIGHT = 17
CHARACTER = 7.2
MARGIN = 18
PAGE_WIDTH = 330
PAGE_HEIGHT = 270
SECONDS_A_STEP = 1.6
URL = "acme.localhost:8080/thumb/-_logo_-.jpg"

STYLE = """
  text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre }
  .command { fill: #e8f1e4 } .prompt { fill: #8fc46b } .output { fill: #9fb0a0 } .url { fill: #3c4a3c }
  .step { animation: show 0.2s step-end both }
  @keyframes show { from { opacity: 0 } to { opacity: 1 } }
  @media (prefers-reduced-motion: reduce) { .step { animation: none } }
"""


def shortened(output: str) -> list[str]:
    """A key is not for pictures, and an image's description is longer than a terminal is wide."""
    output = re.sub(r'("api_key":"\w{6})\w+', r"\1…", output)
    text = output if len(output) <= 2 * COLUMNS else output[: 2 * COLUMNS - 2] + " …"
    return textwrap.wrap(text, COLUMNS, break_on_hyphens=False) if text else []


def wrapped(command: str) -> list[str]:
    return textwrap.wrap(command, COLUMNS - 2, break_on_hyphens=False, break_long_words=True)


def line(y: float, kind: str, text: str, indent: int = 0) -> str:
    x = MARGIN + indent * CHARACTER
    return f'<text x="{x:.0f}" y="{y:.0f}" class="{kind}">{html.escape(text)}</text>'


def group(content: list[str], number: int) -> str:
    return f'<g class="step" style="animation-delay:{number * SECONDS_A_STEP:.1f}s">{"".join(content)}</g>'


def embedded(file: Path, x: float, y: float) -> str:
    data = base64.b64encode(file.read_bytes()).decode("ascii")
    return f'<image x="{x:.0f}" y="{y:.0f}" width="300" height="200" href="data:image/jpeg;base64,{data}"/>'


def page(x: float, y: float, picture: Path, number: int) -> str:
    """What a browser showed at that step."""
    frame = [
        f'<rect x="{x:.0f}" y="{y}" width="{PAGE_WIDTH}" height="{PAGE_HEIGHT}" rx="8" fill="#f7faf4"/>',
        f'<rect x="{x + 15:.0f}" y="{y + 14}" width="300" height="24" rx="12" fill="#e3ecdc"/>',
        f'<text x="{x + 27:.0f}" y="{y + 30}" class="url">{html.escape(URL)}</text>',
        embedded(picture, x + 15, y + 54),
    ]
    return group(frame, number)


def draw(steps: list, pictures: Path) -> str:
    """`steps` have a command and its output; `pictures` holds before.jpg and after.jpg."""
    y = MARGIN + LINE_HEIGHT
    groups: list[str] = []
    shows = {"before.jpg": 0, "after.jpg": 0}
    for number, step in enumerate(steps):
        content = [line(y, "prompt", "$")]
        for text in wrapped(step.command):
            content.append(line(y, "command", text, indent=2))
            y += LINE_HEIGHT
        for text in shortened(step.output):
            content.append(line(y, "output", text))
            y += LINE_HEIGHT
        groups.append(group(content, number))
        for name in shows:
            if name in step.command:
                shows[name] = number
    terminal = COLUMNS * CHARACTER + 2 * MARGIN
    pages = [
        page(terminal + MARGIN, MARGIN + i * (PAGE_HEIGHT + MARGIN), pictures / name, number)
        for i, (name, number) in enumerate(shows.items())
    ]
    width, height = terminal + PAGE_WIDTH + 2 * MARGIN, y + MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}">',
            f"<style>{STYLE}</style>",
            f'<rect width="{width:.0f}" height="{height:.0f}" rx="10" fill="#1f2a1f"/>',
            *groups,
            *pages,
            "</svg>\n",
        ]
    )
