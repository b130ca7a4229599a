#!/usr/bin/env python3
"""Renders every operation over HTTP with the built server, and puts the results onto one picture.

    tools/make_contact_sheet.py            writes docs/pictures/operations.jpg

The picture that all of them work on is drawn here. To be run after an operation has been added or changed; somebody
should look at the result.
"""

import io
import json
import math
import random
import sys
from pathlib import Path
from urllib.parse import quote

from PIL import Image, ImageDraw, ImageFilter, ImageFont

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "tests"))

from harness.server import Rucola  # noqa: E402

OUT = PROJECT / "docs" / "pictures" / "operations.jpg"
WIDTH, HEIGHT = 480, 320
CELL_WIDTH, CELL_HEIGHT, COLUMNS, GAP = 240, 178, 5, 8
CAPTION = 34
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
# The balloon: what crops must not cut away.
SUBJECT = {"x": 322, "y": 40, "width": 84, "height": 104}
HOUSE = {"x": 40, "y": 130, "width": 240, "height": 135}
# The house looks out of its windows.
FACE = {"x": 70, "y": 140, "width": 100, "height": 120,
        "landmarks": {"windowLeft": {"x": 90, "y": 215}, "windowRight": {"x": 152, "y": 215}}}

# A line each: how it is asked for; BALLOON, LOGO, GLASSES and FONT are hashes. Where the size says something, it is left as it is.
OPERATIONS = [
    "noop",
    "resize-width-120", "resize-width-120-height-120-mode-absolute", "resize-width-120-height-120-mode-fill",
    "resize-width-150-sharpen-true",
    "crop-width-160-height-160-anchor-left_top", "crop-width-160-height-160", "crop-width-160-height-160-anchor-smart",
    "crop-width-1-height-1-mode-ratio", "crop-width-1-height-1-mode-box",
    "crop-width-1-height-1-mode-area", "crop-width-16-height-9-mode-ratio-area-house",
    "rotate-angle-20", "rotate-angle-20-background_color-ffcc00-background_opacity-100", "rotate-angle-90",
    "autorotate-width-100-height-200", "circlemask--trim", "grayscale", "sepia", "blur-sigma-6",
    "sharpen-sigma-2-m2-4-y2-40-y3-40", "modulate-brightness-150", "modulate-saturation-0", "modulate-saturation-250",
    "modulate-hue-120",
    "multiply-factor-0.5", "multiply-factor_color-ff8040", "circlemask", "circlemask--alpha",
    "circlemask--alpha-mode-extract",
    "circlemask--alpha-mode-remove", "alpha-mode-apply-opacity-40",
    "resize-width-200--dropshadow-opacity-70-sigma-6-horizontal-10-vertical-10",
    "resize-width-200--circlemask--dropshadow-opacity-80-sigma-4-color-c00000", "glitch",
    "glitch-amount-9-random-other", "primitive-count-30", "primitive-count-120-mode-1", "primitive-count-120-mode-3",
    "primitive-count-120-mode-6",
    "resize-width-160--composition-mode-foreground-width-240-height-160-secondary_color-ffcc00",
    "composition-secondary_image-BALLOON-anchor-right_bottom-width-120-angle-15",
    "composition-secondary_image-BALLOON-anchor-20_20-secondary_opacity-50",
    "composition-secondary_image-LOGO-width-150-anchor-center_bottom",
    "resize-width-200--composition-mode-foreground-secondary_image-LOGO-resize_to_primary-true-width-400-height-300",
    "face-secondary_image-GLASSES-leftFeature-windowLeft-rightFeature-windowRight-anchor-20_15",
    "text-font-FONT-text-Rucola-size-64-color-ffffff", "text-font-FONT-text-Rucola-size-80-angle--20-opacity-50-color-c00000",
    "text-font-FONT-text-A text that is wrapped into lines-size-36-width-240-align-left-anchor-left_top-color-002040",
    "text-font-FONT-text-As large as fits into this box-width-440-height-140-resize_to_box-true-color-ffec96",
    "text-font-FONT-text-crème brûlée – ÄÖÜ ß-size-40-anchor-center_bottom-color-ffffff",
]


def balloon(draw: ImageDraw.ImageDraw) -> None:
    x, y = SUBJECT["x"], SUBJECT["y"]
    for stripe in range(7):
        box = (x + stripe * 6, y, x + 84 - stripe * 6, y + 84)
        draw.ellipse(box, fill=(214, 48, 49) if stripe % 2 == 0 else (250, 240, 220))
    draw.line((x + 24, y + 76, x + 34, y + 92), fill=(80, 60, 40), width=2)
    draw.line((x + 60, y + 76, x + 50, y + 92), fill=(80, 60, 40), width=2)
    draw.rectangle((x + 33, y + 90, x + 51, y + 103), fill=(120, 80, 40))


def house(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((70, 190, 170, 260), fill=(236, 226, 200))
    draw.polygon([(58, 192), (120, 140), (182, 192)], fill=(168, 72, 50))
    draw.rectangle((108, 220, 132, 260), fill=(96, 60, 40))
    for x in (82, 144):
        draw.rectangle((x, 206, x + 16, 224), fill=(120, 180, 220), outline=(80, 60, 50))


def scene() -> Image.Image:
    """Sky, hills, a house, trees and a balloon; grain, so that it looks busy as a photo does."""
    numbers = random.Random(7)
    image = Image.new("RGB", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(image)
    for y in range(HEIGHT):
        part = y / HEIGHT
        draw.line((0, y, WIDTH, y), fill=(int(90 + 150 * part), int(150 + 80 * part), int(225 + 10 * part)))
    draw.ellipse((30, 20, 86, 76), fill=(255, 236, 150))
    for number, (base, colour) in enumerate([(210, (120, 160, 150)), (240, (96, 150, 84)), (262, (70, 120, 58))]):
        hill = [(x, base + 22 * math.sin(x / (46 + 19 * number) + number * 2)) for x in range(0, WIDTH + 1, 4)]
        draw.polygon([(0, HEIGHT), *hill, (WIDTH, HEIGHT)], fill=colour)
    house(draw)
    for x, size in ((226, 30), (262, 42), (300, 26), (430, 36), (456, 26)):
        draw.rectangle((x - 3, 262 - size, x + 3, 272), fill=(90, 62, 40))
        for _ in range(26):
            dx, dy = numbers.gauss(0, size / 3), numbers.gauss(0, size / 3)
            green = numbers.randrange(70, 150)
            left, top = x + dx - 8, 250 - size + dy - 8
            draw.ellipse((left, top, left + 16, top + 16), fill=(green // 2, green, 40))
    balloon(draw)
    grain = bytes(min(255, max(0, round(numbers.gauss(128, 26)))) for _ in range(WIDTH * HEIGHT))
    soft = Image.frombytes("L", (WIDTH, HEIGHT), grain).filter(ImageFilter.GaussianBlur(0.6))
    return Image.blend(image, soft.convert("RGB"), 0.08)


def checkered(size: tuple[int, int]) -> Image.Image:
    """What transparency is shown on."""
    tile = 8
    ground = Image.new("RGB", size, (255, 255, 255))
    draw = ImageDraw.Draw(ground)
    for y in range(0, size[1], tile):
        for x in range(y % (2 * tile), size[0], 2 * tile):
            draw.rectangle((x, y, x + tile - 1, y + tile - 1), fill=(214, 218, 222))
    return ground


def captions(operation: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """The words of the operation, on two lines where one is not enough."""
    line, lines = "", []
    for word in operation.replace("--", " -- ").replace("-", "- ").replace("- - ", "-- ").split():
        if line and font.getlength(line + word) > CELL_WIDTH - 6:
            lines.append(line)
            line = ""
        line += word
    return [*lines, line][:3]


def cell(operation: str, picture: Image.Image) -> Image.Image:
    font = ImageFont.truetype(FONT, 9)
    sheet = Image.new("RGB", (CELL_WIDTH, CELL_HEIGHT + CAPTION), (255, 255, 255))
    if picture.width > CELL_WIDTH or picture.height > CELL_HEIGHT:
        picture.thumbnail((CELL_WIDTH, CELL_HEIGHT), Image.Resampling.LANCZOS)
    left, top = (CELL_WIDTH - picture.width) // 2, (CELL_HEIGHT - picture.height) // 2
    sheet.paste(checkered(picture.size), (left, top))
    sheet.paste(picture, (left, top), picture)
    draw = ImageDraw.Draw(sheet)
    for number, line in enumerate(captions(operation, font)):
        draw.text((2, CELL_HEIGHT + 2 + number * 11), line, fill=(40, 44, 48), font=font)
    return sheet


def upload(organization) -> str:
    buffer = io.BytesIO()
    scene().save(buffer, "PNG")
    areas = {"subject_area": SUBJECT, "detection_face": FACE, "multi_areas": {"house": {"crop_area": HOUSE}}}
    answer = organization.upload(("scene.png", buffer.getvalue()), fields={"meta_dynamic[0]": json.dumps(areas)})
    answer.raise_for_status()
    return answer.json()["items"][0]["hash"]


def others(organization) -> dict[str, str]:
    """What is composed onto the scene, and what is written with."""
    buffer = io.BytesIO()
    part = Image.new("RGBA", (WIDTH, HEIGHT))
    balloon(ImageDraw.Draw(part))
    x, y, width, height = SUBJECT.values()
    part.crop((x, y, x + width, y + height)).save(buffer, "PNG")
    logo = (b'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="30"><rect width="60" height="30" rx="15" '
            b'fill="#2d6a4f"/><circle cx="15" cy="15" r="9" fill="#d8f3dc"/><rect x="28" y="12" width="26" height="6" '
            b'fill="#d8f3dc"/></svg>')
    glasses = (b'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="30"><g fill="#003049" fill-opacity="0.6" '
               b'stroke="#111" stroke-width="3"><circle cx="20" cy="15" r="13"/><circle cx="80" cy="15" r="13"/>'
               b'<path d="M33 14 Q50 6 67 14" fill="none"/></g></svg>')
    return {"GLASSES": organization.add(glasses, "glasses.svg")["hash"],
            "BALLOON": organization.add(buffer.getvalue(), "balloon.png")["hash"],
            "LOGO": organization.add(logo, "logo.svg")["hash"],
            "FONT": organization.add(Path(FONT).read_bytes(), "DejaVuSans.ttf")["hash"]}


def rendered(organization, operation: str, hash_: str, hashes: dict[str, str]) -> Image.Image:
    for name, value in hashes.items():
        operation = operation.replace(name, value)
    answer = organization.render(f"/dynamic/{quote(operation)}/{hash_}.png")
    if answer.status_code != 200:
        sys.exit(f"{operation}: {answer.status_code} {answer.text}")
    return Image.open(io.BytesIO(answer.content)).convert("RGBA")


def main() -> None:
    rows = math.ceil(len(OPERATIONS) / COLUMNS)
    pitch = (CELL_WIDTH + GAP, CELL_HEIGHT + CAPTION + GAP)
    sheet = Image.new("RGB", (COLUMNS * pitch[0] + GAP, rows * pitch[1] + GAP), (255, 255, 255))
    with Rucola() as server:
        organization = server.organization()
        hash_ = upload(organization)
        hashes = others(organization)
        for number, operation in enumerate(OPERATIONS):
            picture = cell(operation, rendered(organization, operation, hash_, hashes))
            sheet.paste(picture, (GAP + number % COLUMNS * pitch[0], GAP + number // COLUMNS * pitch[1]))
    sheet.save(OUT, "JPEG", quality=82)
    print(f"{OUT.relative_to(PROJECT)}: {len(OPERATIONS)} renders, {OUT.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
