"""Pictures of every kind that the tests upload, made with Pillow, and with the vips command where Pillow can't."""

import io
import random

from PIL import Image, ImageChops, ImageDraw

from harness import bitmaps, vips

RED, GREEN, BLUE, WHITE, BLACK = (200, 30, 30), (30, 160, 40), (30, 40, 190), (255, 255, 255), (0, 0, 0)


def encode(image: Image.Image, format_: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_, **options)
    return buffer.getvalue()


def scene(width: int = 400, height: int = 300, seed: int = 0) -> Image.Image:
    """Gradients with sharp shapes and text on them: whatever a wrong filter or colour does to it can be seen."""
    horizontal = Image.linear_gradient("L").rotate(90).resize((width, height))
    vertical = Image.linear_gradient("L").resize((width, height))
    round_ = ImageChops.invert(Image.radial_gradient("L")).resize((width, height))
    image = Image.merge("RGB", (horizontal, vertical, round_))
    draw = ImageDraw.Draw(image)
    numbers = random.Random(seed)
    for _ in range(8):
        x, y = numbers.randrange(width), numbers.randrange(height)
        colour = tuple(numbers.randrange(256) for _ in range(3))
        draw.ellipse((x, y, x + width // 6, y + height // 6), fill=colour)
        draw.line((x, 0, y, height), fill=colour, width=max(1, width // 100))
    draw.text((width // 8, height // 2), f"rucola {seed}", fill=WHITE)
    return image


def noise(width: int, height: int, deviation: float, seed: int = 0) -> Image.Image:
    """Grey, around the middle, and the same each time: Pillow's own goes by how much of it there was before."""
    of_all_values = 256 / 12 ** 0.5
    pixels = Image.frombytes("L", (width, height), random.Random(seed).randbytes(width * height))
    return pixels.point(lambda value: round(128 + (value - 128) * deviation / of_all_values))


def grainy(width: int, height: int) -> Image.Image:
    """Shapes with the grain of film on them, so that no tile is flat."""
    picture = scene(width, height, seed=41)
    grain = noise(977, 991, 24).convert("RGB")
    grains = Image.new("RGB", (width, height))
    for left in range(0, width, grain.width):
        for top in range(0, height, grain.height):
            grains.paste(grain, (left, top))
    return Image.blend(picture, grains, 0.2)


def photo(width: int = 400, height: int = 300, seed: int = 0, quality: int = 92) -> bytes:
    return encode(scene(width, height, seed), "JPEG", quality=quality)


def solid(colour: tuple, width: int = 64, height: int = 48, format_: str = "PNG") -> bytes:
    return encode(Image.new("RGB", (width, height), colour), format_)


def png(width: int = 400, height: int = 300, seed: int = 0) -> bytes:
    return encode(scene(width, height, seed), "PNG")


def transparent_png(width: int = 200, height: int = 100) -> bytes:
    """Left to right from transparent to opaque, over green."""
    image = Image.new("RGBA", (width, height), (*GREEN, 255))
    image.putalpha(Image.linear_gradient("L").rotate(90).resize((width, height)))
    return encode(image, "PNG")


def palette_png(width: int = 200, height: int = 150) -> bytes:
    return encode(scene(width, height).quantize(64), "PNG")


def grey_png(width: int = 200, height: int = 150) -> bytes:
    return encode(scene(width, height).convert("L"), "PNG")


def sixteen_bit_png(width: int = 200, height: int = 150) -> bytes:
    return vips.convert(png(width, height), ".png", ("colourspace", "rgb16"))


def cmyk_jpeg(width: int = 200, height: int = 150) -> bytes:
    return encode(scene(width, height).convert("CMYK"), "JPEG", quality=95)


def quadrants(width: int = 120, height: int = 80) -> Image.Image:
    """Red, green; blue, white: no turn and no flip looks like another."""
    image = Image.new("RGB", (width, height), WHITE)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    return image


# What an encoder does to an upright picture so that the EXIF orientation makes it upright again.
_TURNED_FOR = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def oriented_jpeg(orientation: int, width: int = 120, height: int = 80) -> bytes:
    return oriented(quadrants(width, height), orientation)


def oriented(image: Image.Image, orientation: int) -> bytes:
    """A JPEG of it, stored turned, with the EXIF orientation that turns it back."""
    if _TURNED_FOR[orientation] is not None:
        image = image.transpose(_TURNED_FOR[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "a private description"
    return encode(image, "JPEG", quality=95, exif=exif.tobytes())


ANIMATION_COLOURS = [RED, GREEN, BLUE, WHITE]
ANIMATION_DELAYS = [100, 200, 300, 400]  # ms


def animation(format_: str = "GIF", width: int = 80, height: int = 60, loop: int | None = 3) -> bytes:
    """`loop` as the format means it; 0 is without end, None says nothing about it."""
    frames = [Image.new("RGB", (width, height), colour) for colour in ANIMATION_COLOURS]
    options = {"lossless": True} if format_ == "WEBP" else {}
    if loop is not None:
        options["loop"] = loop
    return encode(frames[0], format_, save_all=True, append_images=frames[1:], duration=ANIMATION_DELAYS, **options)


SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80" viewBox="0 0 120 80">
<rect width="120" height="80" fill="#1e28be"/><circle cx="60" cy="40" r="30" fill="#c81e1e"/>
<text x="10" y="20" font-size="14" fill="#fff">rucola</text></svg>"""


def every_kind(width: int = 40, height: int = 28) -> dict[str, bytes]:
    """One small picture of each kind that is easily got wrong; all still. animation() is the one that moves."""
    rgb = scene(width, height, seed=7)
    clear = rgb.copy()
    clear.putalpha(Image.linear_gradient("L").rotate(90).resize((width, height)))
    plain = encode(rgb, "PNG")
    kinds = {
        "png": plain,
        "palette": encode(rgb.quantize(64), "PNG"),
        "grey": encode(rgb.convert("L"), "PNG"),
        "grey with alpha": encode(clear.convert("LA"), "PNG"),
        "alpha": encode(clear, "PNG"),
        "16 bits": vips.convert(plain, ".png", ("colourspace", "rgb16")),
        "16 bits grey": vips.convert(plain, ".png", ("colourspace", "grey16")),
        "cmyk": encode(rgb.convert("CMYK"), "JPEG", quality=95),
        "one pixel": solid((200, 120, 40), 1, 1),
        "one pixel of 16 bits": vips.convert(solid((200, 120, 40), 1, 1), ".png", ("colourspace", "rgb16")),
        "one grey pixel": encode(Image.new("L", (1, 1), 90), "PNG"),
        "one clear pixel": encode(Image.new("RGBA", (1, 1), (10, 200, 90, 128)), "PNG"),
    }
    return kinds | {f"orientation {n}": oriented_jpeg(n, width, height) for n in range(1, 9)}


def every_format() -> dict[str, bytes]:
    """One picture of 120 x 80 in each format that can be uploaded, by its name in the API."""
    image = scene(120, 80)
    plain = encode(image, "PNG")
    return {
        "jpg": encode(image, "JPEG", quality=90),
        "png": plain,
        "webp": encode(image, "WEBP", quality=90),
        "gif": encode(image.quantize(128), "GIF"),
        "tiff": encode(image, "TIFF"),
        "bmp": encode(image, "BMP"),
        "ico": encode(image, "ICO", sizes=[image.size]),
        "psd": bitmaps.psd("RGB", image.size, bitmaps.channels_of(image)),
        "avif": vips.convert(plain, ".avif"),
        "heif": vips.convert(plain, ".heic", save=("heifsave", "--compression", "hevc")),
        "jxl": vips.convert(plain, ".jxl"),
        "jp2": encode(image, "JPEG2000", irreversible=True, quality_mode="dB", quality_layers=[45]),
        "svg": SVG,
    }
