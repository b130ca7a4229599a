"""Portraits that nobody sat for: simple shapes, which a detector takes for a face, with eyes and mouth at known places."""

from PIL import Image, ImageDraw, ImageFilter

from harness import pictures

SIDE = 200
# In pixels of a portrait of that side: around eyes and mouth, left, top, right, bottom.
EYES_AND_MOUTH = (82, 99, 118, 141)
SKIN, SHADE, LIGHT, HAIR = (222, 180, 150), (160, 130, 108), (240, 194, 162), (60, 40, 30)


def portrait(side: int = SIDE, background: tuple = (90, 110, 130)) -> Image.Image:
    """Upright; the face is about half as wide and as high as the picture."""
    times = side / SIDE
    image = Image.new("RGB", (side, side), background)
    draw = ImageDraw.Draw(image)

    def oval(x, y, wide, high, colour):
        draw.ellipse([times * place for place in (x - wide, y - high, x + wide, y + high)], fill=colour)

    def line(*points, colour, width):
        draw.line([times * place for place in points], fill=colour, width=max(1, round(times * width)))

    oval(100, 92, 50, 62, HAIR)
    draw.rectangle([times * place for place in (82, 140, 118, 190)], fill=SHADE)
    oval(100, 215, 75, 45, (60, 70, 110))
    oval(100, 105, 40, 52, SKIN)
    oval(100, 66, 34, 16, LIGHT)
    oval(100, 52, 42, 16, HAIR)
    for side_ in (-1, 1):
        eye = 100 + side_ * 18
        oval(100 + side_ * 42, 105, 6, 12, SHADE)
        oval(eye, 98, 12, 8, SHADE)
        oval(eye, 99, 9, 5, (240, 240, 240))
        oval(eye, 99, 4.5, 4.8, (50, 35, 25))
        line(eye - 11, 89, eye, 86, eye + 11, 89, colour=HAIR, width=4)
        oval(100 + side_ * 20, 126, 8, 6, LIGHT)
    oval(100, 118, 6, 10, LIGHT)
    oval(100, 126, 8, 4, SHADE)
    oval(100, 141, 16, 5, (170, 80, 80))
    line(84, 141, 116, 141, colour=(90, 40, 40), width=1.5)
    return image.filter(ImageFilter.GaussianBlur(1.6 * times))


def with_portraits(size: tuple, *portraits: tuple, background: tuple = (120, 140, 120)) -> Image.Image:
    """A picture with portraits, each (side, left, top)."""
    image = Image.new("RGB", size, background)
    for side, left, top in portraits:
        image.paste(portrait(side), (left, top))
    return image


def photo(size: tuple = (480, 320), *portraits: tuple) -> bytes:
    """A JPEG with portraits; without any said, with one of 200 pixels at (40, 60)."""
    return pictures.encode(with_portraits(size, *(portraits or [(SIDE, 40, 60)])), "JPEG", quality=92)


def eyes_and_mouth_at(side: int, left: int, top: int) -> tuple:
    return tuple(place * side / SIDE + start for place, start in zip(EYES_AND_MOUTH, (left, top, left, top)))
