"""Reading and comparing pictures."""

import io

from PIL import Image, ImageChops, ImageStat

from harness import vips


def open_picture(data: bytes) -> Image.Image:
    """Any format that a render may have; what Pillow can't read goes through vips first."""
    if data[4:12] in (b"ftypavif", b"ftypheic", b"ftypmif1", b"ftypheix"):
        data = vips.convert(data, ".png")
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def size_of(data: bytes) -> tuple[int, int]:
    return open_picture(data).size


def difference(one: Image.Image | bytes, other: Image.Image | bytes, mode: str = "RGB") -> tuple[float, int]:
    """Mean and largest difference of the samples, 0 to 255. Sizes must agree."""
    a, b = (open_picture(picture) if isinstance(picture, bytes) else picture for picture in (one, other))
    assert a.size == b.size, f"{a.size} is not {b.size}"
    apart = ImageChops.difference(a.convert(mode), b.convert(mode))
    statistic = ImageStat.Stat(apart)
    return sum(statistic.mean) / len(statistic.mean), max(high for _, high in statistic.extrema)


def assert_alike(one, other, mean: float, largest: int = 255, mode: str = "RGB") -> None:
    found_mean, found_largest = difference(one, other, mode)
    assert found_mean <= mean and found_largest <= largest, (
        f"mean difference {found_mean:.2f} (allowed {mean}), largest {found_largest} (allowed {largest})")


def colour_at(picture: Image.Image | bytes, x: float, y: float) -> tuple:
    """The colour at a place given in parts of the width and of the height."""
    image = open_picture(picture) if isinstance(picture, bytes) else picture
    return image.convert("RGB").getpixel((int(x * (image.width - 1)), int(y * (image.height - 1))))


def is_near(colour: tuple, wanted: tuple, tolerance: int = 12) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(colour, wanted, strict=True))


def frames_of(data: bytes) -> list[tuple[tuple, int]]:
    """Colour in the middle and delay in ms of each frame of an animation."""
    image = Image.open(io.BytesIO(data))
    found = []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        image.load()
        found.append((colour_at(image.convert("RGB"), 0.5, 0.5), int(image.info.get("duration", 0))))
    return found
