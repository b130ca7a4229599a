"""Every format that a render may be asked for in, decoded again by others and compared with the PNG of the same render."""

import io
import re

import blurhash
import pytest
from PIL import Image

from harness import decoders, pictures, pixels
from harness.errors import assert_error

SOURCES = {
    "scene": lambda: pictures.png(400, 300, seed=610),
    "odd": lambda: pictures.png(401, 303, seed=611),
    "one pixel": lambda: pictures.solid(pictures.RED, 1, 1),
    "flat": lambda: pictures.solid(pictures.WHITE, 64, 64),
    "grey": pictures.grey_png,
    "16 bits": pictures.sixteen_bit_png,
    "palette": pictures.palette_png,
    "transparent": pictures.transparent_png,
    "CMYK": pictures.cmyk_jpeg,
    "animated": pictures.animation,
    "drawing": lambda: pictures.SVG,
    **{f"turned {number}": lambda number=number: pictures.oriented_jpeg(number) for number in range(1, 9)},
}

# At this quality, how far the samples may be from the PNG's on average, 0 to 255.
BEST = "o-" + "-".join(f"{name}.quality-97" for name in ("heif", "jxl", "jp2", "jpg", "webp"))
MEAN = {"heif": 1.5, "jxl": 3.0, "jp2": 0.5, "tiff": 0, "svg": 1.5, "webp": 1.5}
MIMETYPES = {"heif": "image/heif", "jxl": "image/jxl", "jp2": "image/jp2", "tiff": "image/tiff", "svg": "image/svg+xml"}


@pytest.fixture(scope="module")
def hashes(org):
    return {name: org.add(make())["hash"] for name, make in SOURCES.items()}


def render(org, path, **headers):
    answer = org.render(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


def over_white(image: Image.Image) -> Image.Image:
    whole = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", whole.size, (255, 255, 255, 255)), whole).convert("RGB")


def assert_same_picture(one: Image.Image, other: Image.Image, mean: float) -> None:
    pixels.assert_alike(over_white(one), over_white(other), mean)
    if "A" in other.getbands():
        pixels.assert_alike(one.convert("RGBA").getchannel("A"), other.getchannel("A"), mean, mode="L")


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("format_", MIMETYPES)
def test_each_format_shows_what_the_png_shows(org, hashes, source, format_):
    operation = "crop-width-100-height-60" if source == "drawing" else "noop"
    path = f"/dynamic/{operation}/{hashes[source]}"
    wanted = decoders.decode(render(org, f"{path}.png").content, "png")
    answer = render(org, f"{path.replace('/dynamic/', f'/dynamic/{BEST}--')}.{format_}")
    assert answer.headers["Content-Type"] == MIMETYPES[format_]
    found = decoders.decode(answer.content, format_)
    assert found.size == wanted.size
    assert_same_picture(found, wanted, MEAN[format_])


@pytest.mark.parametrize("format_", MIMETYPES)
def test_a_format_after_operations(org, hashes, format_):
    path = f"/dynamic/resize-width-120--crop-width-99-height-61--rotate-angle-90--{BEST}/{hashes['scene']}"
    wanted = decoders.decode(render(org, f"{path}.png").content, "png")
    found = decoders.decode(render(org, f"{path}.{format_}").content, format_)
    assert_same_picture(found, wanted, 1.5 * MEAN[format_])


@pytest.mark.parametrize("name,format_", [("heic", "heif"), ("tif", "tiff"), ("blurhash", "blur")])
def test_formats_have_second_names(org, hashes, name, format_):
    path = f"/dynamic/noop/{hashes['scene']}"
    first, second = render(org, f"{path}.{format_}"), render(org, f"{path}.{name}")
    assert (first.content, first.headers["ETag"]) == (second.content, second.headers["ETag"])


# As the reference has it, a high ratio lowers JPEG's and WebP's alone.
@pytest.mark.parametrize("format_,usual,at_high_dpr", [("jpg", 80, 70), ("webp", 80, 70), ("avif", 45, 45), ("heif", 40, 40),
                                                       ("jxl", 70, 70), ("jp2", 40, 40)])
def test_each_has_its_quality(org, hashes, format_, usual, at_high_dpr):
    def of(options, resize="resize-width-300"):
        return render(org, f"/dynamic/{resize}{options}/{hashes['scene']}.{format_}").content

    assert of("") == of(f"--o-{format_}.quality-{usual}")
    assert len(of(f"--o-{format_}.quality-10")) < len(of("")) < len(of(f"--o-{format_}.quality-95"))
    small = "resize-width-150"
    assert of("--o-dpr-2", small) == of(f"--o-dpr-2--o-{format_}.quality-{at_high_dpr}", small)
    assert of(f"--o-dpr-2--o-{format_}.quality-{usual}", small) == of(f"--o-{format_}.quality-{usual}")


def test_a_lower_quality_of_jpeg_xl_is_a_smaller_file(org, hashes):
    sizes = [len(render(org, f"/dynamic/o-jxl.quality-{quality}/{hashes['scene']}.jxl").content)
             for quality in (1, 2, 3, 4, 5, 8, 12, 30, 70)]
    # A few bytes more or less where hardly anything is left to lose; from 5 to 4 it was 8 %.
    assert all(smaller <= 1.01 * larger for smaller, larger in zip(sizes, sizes[1:])), sizes
    assert sizes[4:] == sorted(sizes[4:])
    found = decoders.decode(render(org, f"/dynamic/o-jxl.quality-1/{hashes['scene']}.jxl").content, "jxl")
    pixels.assert_alike(found, decoders.decode(render(org, f"/dynamic/noop/{hashes['scene']}.png").content, "png"), 20)


@pytest.mark.parametrize("colour", [pictures.WHITE, (0, 0, 0), pictures.RED])
@pytest.mark.parametrize("size", [(64, 64), (1000, 90), (700, 254), (3, 2)])
def test_flat_jpeg_2000_has_its_colour(org, colour, size):
    """OpenJPEG's coder with losses makes 224 of white and 14 of black where a side is short."""
    hash_ = org.add(pictures.solid(colour, *size))["hash"]
    for quality in (20, 40, 80):
        found = decoders.decode(render(org, f"/dynamic/o-jp2.quality-{quality}/{hash_}.jp2").content, "jp2").convert("RGB")
        assert all(abs(a - b) <= 8 for low_high, b in zip(found.getextrema(), colour) for a in low_high), (quality, found.getextrema())


def test_a_small_photo_has_its_quality_in_jpeg_2000(org, hashes):
    def of(quality):
        return render(org, f"/dynamic/resize-width-200--o-jp2.quality-{quality}/{hashes['scene']}.jp2").content

    assert len(of(10)) <= len(of(20)) <= len(of(30)) < len(of(40)) < len(of(100))
    exact = decoders.decode(of(100), "jp2")
    pixels.assert_alike(decoders.decode(of(40), "jp2"), exact, 5)


@pytest.mark.parametrize("format_", ["jxl", "jp2"])
def test_a_quality_of_100_is_lossless(org, hashes, format_):
    path = f"/dynamic/o-{format_}.quality-100/{hashes['scene']}"
    found = decoders.decode(render(org, f"{path}.{format_}").content, format_)
    pixels.assert_alike(found, decoders.decode(render(org, f"{path}.png").content, "png"), 0)


def test_a_format_that_is_not_written_says_which_are(org, hashes):
    answer = org.render(f"/dynamic/noop/{hashes['scene']}.pdf")
    assert_error(answer, 415)
    for other in ("jpg", "heif", "jxl", "jp2", "tiff", "svg", "blur", "mp4", "webm"):
        assert re.search(rf"\b{other}\b", answer.json()["error"]["message"]), other
    assert_error(org.render(f"/dynamic/noop/{hashes['scene']}.exe"), 400)


# BlurHash


@pytest.mark.parametrize("source", ["scene", "odd", "one pixel", "grey", "CMYK", "turned 6", "animated", "drawing"])
def test_the_blurhash_is_that_of_another_program(org, hashes, source):
    path = f"/dynamic/o-transparency.color-c81e1e/{hashes[source]}"
    answer = render(org, f"{path}.blur")
    assert answer.headers["Content-Type"] == "text/plain"
    png = pixels.open_picture(render(org, f"{path}.png").content).convert("RGB")
    assert answer.text == blurhash.encode(io.BytesIO(pictures.encode(png, "PNG")), 4, 3)


def test_the_blurhash_is_of_the_rendered_picture(org, hashes):
    left = render(org, f"/dynamic/crop-width-50-height-50-anchor-left_top/{hashes['scene']}.blur").text
    whole = render(org, f"/dynamic/noop/{hashes['scene']}.blur").text
    assert left != whole
    # Four by three components: 1 for their number, 1 for the largest, 4 for the average, 2 for each other.
    assert len(whole) == len(left) == 28 and whole[0] == left[0] == "L"


# SVG


def test_a_drawing_that_nothing_is_done_to_is_delivered_as_it_is(org, hashes):
    for operation in ("noop", "resize-width-120", "crop-width-5000-height-5000"):
        answer = render(org, f"/dynamic/{operation}/{hashes['drawing']}.svg")
        assert answer.content == pictures.SVG
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert render(org, f"/dynamic/noop/{hashes['drawing']}.png").content[:4] == b"\x89PNG"


@pytest.mark.parametrize("active", [
    "<script>alert(1)</script>", '<rect width="9" height="9" onclick="alert(1)"/>',
    '<foreignObject width="9" height="9"><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>',
    '<rect width="9" height="9"><set attributeName="onmouseover" to="alert(1)"/></rect>',
    '<desc><img xmlns="http://purl.org/dc/" src="#" onerror="alert(1)"/></desc>',
    '<x:b xmlns:x="http://www.inkscape.org/namespaces/inkscape" onfocus="alert(1)"/>',
    "<!--><img src=x onerror=alert(1)>-->", "<title><![CDATA[</title><img src=x onerror=alert(1)>]]></title>"])
def test_a_drawing_that_could_run_something_becomes_a_bitmap(org, active):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="20" height="30"/>{active}</svg>'
    answer = render(org, f"/dynamic/noop/{org.add(svg.encode())['hash']}.svg")
    assert b"alert" not in answer.content and b"foreignObject" not in answer.content
    assert decoders.decode(answer.content, "svg").size == (40, 30)


@pytest.mark.parametrize("leading", [
    """<style>rect{fill:image-set("//127.0.0.1:9/away.png" 1x)}</style>""",
    """<style>rect{mask-image:-webkit-image-set('//127.0.0.1:9/away.png' 1x)}</style>""",
    """<rect width="9" height="9" style="fill:src('//127.0.0.1:9/away.svg')"/>""",
    """<style>rect{fill:\\69mage-set('//127.0.0.1:9/away')}</style>""",
    """<form xmlns="http://www.w3.org/1999/xhtml" action="//127.0.0.1:9/away"><input/></form>""",
    """<h:button xmlns:h="http://www.w3.org/1999/xhtml" formaction="//127.0.0.1:9/away">a</h:button>""",
    """<a href="#b" ping="//127.0.0.1:9/away"><text y="9">x</text></a>""",
    """<h:meta xmlns:h="http://www.w3.org/1999/xhtml" http-equiv="refresh" content="0;url=//127.0.0.1:9/away"/>""",
    """<h:link xmlns:h="http://www.w3.org/1999/xhtml" rel="stylesheet" title="away"/>""",
    """<h:img xmlns:h="http://www.w3.org/1999/xhtml" srcset="//127.0.0.1:9/away 2x"/>"""])
def test_a_drawing_that_could_load_or_send_something_becomes_a_bitmap(org, leading):
    """It can be drawn, since librsvg knows nothing of these; browsers do."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="20" height="30"/>{leading}</svg>'
    hash_ = org.add(svg.encode())["hash"]
    answer = render(org, f"/dynamic/noop/{hash_}.svg")
    assert b"away" not in answer.content and answer.content.count(b"<image") == 1
    assert decoders.decode(answer.content, "svg").size == (40, 30)
    assert render(org, f"/dynamic/noop/{hash_}.png").content[:4] == b"\x89PNG"
    # The file itself, for who asks for that, loads nothing in a browser.
    org.put_stack("as-uploaded", {"operations": [], "options": {"source_file": True}}, overwrite=True)
    original = render(org, f"/as-uploaded/{hash_}.svg")
    assert original.content == svg.encode()
    assert {"default-src 'none'", "sandbox"} < set(original.headers["Content-Security-Policy"].split("; "))


def test_what_drawing_programs_write_is_delivered_as_it_is(org):
    svg = b"""<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- Created with Inkscape (http://www.inkscape.org/) -->
<svg width="40mm" height="30mm" viewBox="0 0 40 30" version="1.1" id="svg5" inkscape:version="1.2.2" sodipodi:docname="a.svg"
   xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"
   xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:cc="http://creativecommons.org/ns#"
   xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns="http://www.w3.org/2000/svg" xmlns:svg="http://www.w3.org/2000/svg">
  <sodipodi:namedview id="namedview7" pagecolor="#ffffff" inkscape:zoom="1.5"><inkscape:grid type="xygrid" id="g"/></sodipodi:namedview>
  <metadata><rdf:RDF><cc:Work rdf:about=""><dc:format>image/svg+xml</dc:format>
    <dc:type rdf:resource="http://purl.org/dc/dcmitype/StillImage"/></cc:Work></rdf:RDF></metadata>
  <defs id="defs2"><linearGradient id="a"><stop style="stop-color:#0000ff;stop-opacity:1" offset="0"/></linearGradient></defs>
  <g inkscape:label="Layer 1" inkscape:groupmode="layer" id="layer1" transform="translate(1,2)">
    <path style="fill:url(#a);stroke:none;-inkscape-stroke:none" d="M 1,1 H 9 V 9 Z" sodipodi:nodetypes="cccc"/>
    <text xml:space="preserve" style="font-family:'DejaVu Sans';-inkscape-font-specification:'DejaVu Sans, Normal'" x="2" y="20"
       ><tspan sodipodi:role="line" x="2" y="20">a</tspan></text></g></svg>"""
    assert render(org, f"/dynamic/noop/{org.add(svg)['hash']}.svg").content == svg


def test_autoformat_keeps_drawings(org, hashes):
    for name in ("jpg", "png", "webp", "gif"):
        answer = render(org, f"/dynamic/o-autoformat-true/{hashes['drawing']}.{name}", Accept="image/avif,image/webp")
        assert (answer.content, answer.headers["Content-Type"]) == (pictures.SVG, "image/svg+xml")
        assert "Vary" not in answer.headers
    excluded = "/dynamic/o-autoformat-true-autoformat.exclude-svg"
    assert render(org, f"{excluded}/{hashes['drawing']}.png").headers["Content-Type"] == "image/png"
    resized = render(org, f"/dynamic/resize-width-60--o-autoformat-true/{hashes['drawing']}.png")
    assert resized.headers["Content-Type"] == "image/svg+xml" and b"<image" not in resized.content
    blurred = render(org, f"/dynamic/blur-sigma-1--o-autoformat-true/{hashes['drawing']}.png")
    assert blurred.headers["Content-Type"] == "image/png"


def test_autoformat_unwraps_bitmaps(org, hashes):
    path = f"/dynamic/o-autoformat-true/{hashes['scene']}.svg"
    assert render(org, path).headers["Content-Type"] == "image/png"
    answer = render(org, path, Accept="image/webp")
    assert (answer.headers["Content-Type"], answer.headers["Vary"]) == ("image/webp", "Accept")
    excluded = f"/dynamic/o-autoformat-true-autoformat.exclude-svg_to_png/{hashes['scene']}.svg"
    assert render(org, excluded, Accept="image/webp").headers["Content-Type"] == "image/svg+xml"


def test_a_photograph_in_an_svg_is_a_jpeg(org, hashes):
    bitmap, mask = decoders.svg_parts(render(org, f"/dynamic/o-jpg.quality-30/{hashes['turned 1']}.svg").content)
    assert (bitmap.format, mask) == ("JPEG", None)
    bitmap, mask = decoders.svg_parts(render(org, f"/dynamic/noop/{hashes['scene']}.svg").content)
    assert (bitmap.format, mask) == ("PNG", None)


# jpg.transparency.autoformat


@pytest.mark.parametrize("value,accept,wanted", [
    ("true", "image/avif,image/webp,*/*", "webp"), ("true", "image/webp", "webp"), ("true", "*/*", "svg"),
    ("true", "image/png", "png"), ("png", "*/*", "png"), ("png", "image/webp", "webp"), ("webp", "image/png", "webp"),
    ("false", "image/webp", "jpg")])
def test_a_jpeg_that_can_be_seen_through_becomes_something_else(org, hashes, value, accept, wanted):
    path = f"/dynamic/{BEST}--o-jpg.transparency.autoformat-{value}/{hashes['transparent']}.jpg"
    answer = render(org, path, Accept=accept)
    assert answer.headers["Content-Type"] == {"jpg": "image/jpeg", **MIMETYPES}.get(wanted, f"image/{wanted}")
    assert ("Vary" in answer.headers) == (value in ("true", "png"))
    found = decoders.decode(answer.content, wanted)
    png = decoders.decode(render(org, f"/dynamic/noop/{hashes['transparent']}.png").content, "png")
    if wanted != "jpg":
        assert_same_picture(found, png, MEAN.get(wanted, 0))


@pytest.mark.parametrize("accept", ["image/webp", "*/*", "image/png"])
def test_whether_it_can_be_seen_through_is_a_matter_of_the_result(org, hashes, accept):
    """The right edge of the picture is opaque."""
    crop = "crop-width-1-height-100-anchor-right_top"
    path = f"/dynamic/{crop}--o-jpg.transparency.autoformat-true/{hashes['transparent']}.jpg"
    assert render(org, path, Accept=accept).headers["Content-Type"] == "image/jpeg"


def test_an_opaque_source_never_becomes_something_else(org, hashes):
    path = f"/dynamic/o-jpg.transparency.autoformat-true/{hashes['scene']}.jpg"
    answer = render(org, path, Accept="image/webp")
    assert answer.headers["Content-Type"] == "image/jpeg" and "Vary" not in answer.headers
    turned = f"/dynamic/rotate-angle-30--o-jpg.transparency.autoformat-true/{hashes['scene']}.jpg"
    assert render(org, turned, Accept="*/*").headers["Content-Type"] == "image/svg+xml"


def test_converting_wins_over_something_else(org, hashes):
    for option in ("jpg.transparency.convert-true", "transparency.color-c81e1e"):
        path = f"/dynamic/o-jpg.transparency.autoformat-true-{option}/{hashes['transparent']}.jpg"
        assert render(org, path, Accept="image/webp").headers["Content-Type"] == "image/jpeg"


def test_the_colours_under_a_mask_have_no_dark_fringe(org):
    """What is invisible must not shine through at the border of what is visible."""
    image = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    image.paste((255, 250, 240, 255), (52, 52, 149, 149))
    hash_ = org.add(pictures.encode(image, "PNG"))["hash"]
    answer = render(org, f"/dynamic/o-jpg.transparency.autoformat-true/{hash_}.jpg")
    bitmap, mask = decoders.svg_parts(answer.content)
    assert bitmap.format == "JPEG" and mask is not None
    visible = [colour for colour, seen in zip(bitmap.getdata(), mask.getdata(), strict=True) if seen > 0]
    assert min(min(colour) for colour in visible) > 225


# How files are written


def test_interlacing(org, hashes):
    for mode in ("line", "plane", "partition"):
        jpg = Image.open(io.BytesIO(render(org, f"/dynamic/o-interlacing.mode-{mode}/{hashes['scene']}.jpg").content))
        assert jpg.info.get("progressive") == 1
        png = Image.open(io.BytesIO(render(org, f"/dynamic/o-interlacing.mode-{mode}/{hashes['scene']}.png").content))
        assert png.info.get("interlace") == 1
        assert_same_picture(png, decoders.decode(render(org, f"/dynamic/noop/{hashes['scene']}.png").content, "png"), 0)
    for options in ("noop", "o-interlacing.mode-none"):
        assert "progressive" not in Image.open(
            io.BytesIO(render(org, f"/dynamic/{options}/{hashes['scene']}.jpg").content)).info
        assert "interlace" not in Image.open(
            io.BytesIO(render(org, f"/dynamic/{options}/{hashes['scene']}.png").content)).info


@pytest.mark.parametrize("format_", ["jpg", "png", "tiff"])
@pytest.mark.parametrize("dpi", [10, 72, 300, 5000])
def test_a_file_says_its_resolution(org, hashes, format_, dpi):
    data = render(org, f"/dynamic/resize-width-50--o-dpi-{dpi}/{hashes['scene']}.{format_}").content
    image = Image.open(io.BytesIO(data))
    assert [round(float(value)) for value in image.info["dpi"]] == [dpi, dpi]
    assert image.width == 50


@pytest.mark.parametrize("option", ["dpi-9", "dpi-5001", "dpi-x", "interlacing.mode-adam7", "pngquant.quality-9",
                                    "jpg.transparency.autoformat-svg", "jxl.quality-0", "heif.quality-101"])
def test_values_out_of_range_are_refused_by_name(org, hashes, option):
    answer = org.render(f"/dynamic/o-{option}/{hashes['scene']}.png")
    assert_error(answer, 400)
    assert option.rpartition("-")[0] in answer.json()["error"]["message"]


def test_a_palette_makes_a_png_smaller(org, hashes):
    whole = render(org, f"/dynamic/noop/{hashes['scene']}.png").content
    for options in ("o-pngquant.quality-100", "o-pngquant.quality-98", "o-optim.quality-1"):
        assert render(org, f"/dynamic/{options}/{hashes['scene']}.png").content == whole
    data = render(org, f"/dynamic/o-pngquant.quality-90/{hashes['scene']}.png").content
    image = Image.open(io.BytesIO(data))
    assert image.mode == "P" and len(data) < len(whole)
    pixels.assert_alike(image.convert("RGB"), pixels.open_picture(whole), 6.0)


def test_the_default_quality_of_the_palette_written_out_is_the_same_render(org, hashes):
    path = f"/dynamic/resize-width-77{{}}/{hashes['scene']}.png"
    usual, written = render(org, path.format("")), render(org, path.format("--o-pngquant.quality-98"))
    assert (usual.content, usual.headers["ETag"]) == (written.content, written.headers["ETag"])


@pytest.mark.parametrize("accept,jpg,png,gif", [
    ("image/avif", "avif", "png", "gif"), ("image/avif,image/webp;q=0", "avif", "png", "gif"),
    ("image/jxl,*/*", "jxl", "jxl", "gif"), ("image/jxl,image/webp", "jxl", "webp", "webp"),
    ("image/webp,image/avif,image/jxl,*/*;q=0.5", "avif", "webp", "webp"), ("image/webp", "webp", "webp", "webp"),
    ("image/png", "jpeg", "png", "gif"), ("*/*", "jpeg", "png", "gif")])
def test_what_accept_names_is_sent_and_nothing_else(org, hashes, accept, jpg, png, gif):
    exact = decoders.decode(render(org, f"/dynamic/resize-width-50/{hashes['scene']}.png").content, "png")
    for asked, sent in (("jpg", jpg), ("png", png), ("gif", gif)):
        answer = render(org, f"/dynamic/resize-width-50--o-af-1/{hashes['scene']}.{asked}", Accept=accept)
        assert answer.headers["Content-Type"] == f"image/{sent}"
        assert answer.headers["Vary"] == "Accept"
        if asked == "png":
            pixels.assert_alike(decoders.decode(answer.content, sent), exact, 0)


def test_excluded_formats_are_not_sent(org, hashes):
    def sent(exclude, accept, format_="jpg"):
        path = f"/dynamic/o-af-1-autoformat.exclude-{exclude}/{hashes['scene']}.{format_}"
        return render(org, path, Accept=accept).headers["Content-Type"]

    assert sent("avif", "image/avif") == "image/jpeg"
    assert sent("jxl", "image/jxl") == "image/jpeg"
    assert sent("jxl", "image/jxl,image/webp") == "image/webp"
    assert sent("jxl", "image/jxl", "png") == "image/png"


def test_a_palette_in_lossless_webp(org, hashes):
    path = f"o-autoformat-true-pngquant.quality-90/{hashes['transparent']}.png"
    palette = render(org, f"/dynamic/{path}", Accept="image/webp").content
    colours = Image.open(io.BytesIO(palette)).convert("RGBA").getcolors(maxcolors=1 << 16)
    assert len(colours) <= 256
    png = decoders.decode(render(org, f"/dynamic/noop/{hashes['transparent']}.png").content, "png")
    assert_same_picture(Image.open(io.BytesIO(palette)), png, 6.0)
