"""Animations, lossless, and what Pillow reads of others'."""

import io

from PIL import Image, ImageDraw

from . import pictures, pixels

SIZE = (48, 36)
DELAYS = [100, 200, 50, 1000]  # ms


def scenes(seed: int, size=SIZE, see_through: bool = False) -> list[Image.Image]:
    """Four pictures, with places to see through and half through."""
    found = []
    for number in range(4):
        image = pictures.scene(*size, seed=seed + number).convert("RGB")
        if see_through:
            image.putalpha(Image.linear_gradient("L").rotate(90 * number).resize(size))
            ImageDraw.Draw(image).rectangle((4 * number, 3, 4 * number + 9, 12), fill=(0, 0, 0, 0))
        found.append(image)
    return found


def webp(images: list[Image.Image], loop: int | None = 0, delays=DELAYS) -> bytes:
    options = {} if loop is None else {"loop": loop}
    return pictures.encode(images[0], "WEBP", save_all=True, append_images=images[1:], duration=list(delays)[:len(images)],
                           lossless=True, exact=True, **options)


def frames_of(data: bytes, mode: str = "RGBA") -> tuple[list[Image.Image], list[int]]:
    """With their delays in milliseconds."""
    image = Image.open(io.BytesIO(data))
    found, delays = [], []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        found.append(image.convert(mode))
        delays.append(round(image.info.get("duration", 0)))
    return found, delays


def assert_frames(found: list[Image.Image], wanted: list[Image.Image], mean: float) -> None:
    """What is multiplied by opacity, since nobody sees the colours of what is not there."""
    assert len(found) == len(wanted)
    for number, (one, other) in enumerate(zip(found, wanted, strict=True)):
        difference, _ = pixels.difference(one.convert("RGBA").convert("RGBa"), other.convert("RGBA").convert("RGBa"),
                                          mode="RGBa")
        assert difference <= mean, (number, difference)
