"""The stack option keep.copyright: who made a picture and whose it is stays with its renders, the rest does not. ExifTool
writes the originals and reads the renders."""

import struct

import pytest

from harness import exiftool, pictures, pixels
from harness.errors import assert_error

KEPT = {
    "IFD0:Artist": "Zoë Muster",
    "IFD0:Copyright": "© 2024 Zoë Muster (all rights)",
    "IPTC:By-line": "Zoë Muster",
    "IPTC:Credit": "Agentur",
    "IPTC:CopyrightNotice": "© Agentur",
    "XMP-dc:Creator": ["Zoë Muster"],
    "XMP-dc:Rights": "© \"Zoë\" & <Co>",
    "XMP-photoshop:Credit": "Agentur",
    "XMP-xmpRights:WebStatement": "https://rights.example/?a=1&b=2",
    "XMP-xmpRights:UsageTerms": "ask first",
    "XMP-xmpRights:Marked": True,
    "XMP-plus:Licensor": [{"LicensorName": "Agentur", "LicensorURL": "https://buy.example"}],
}
SECRETS = ["IFD0:Make=CANON-SECRET", "GPS:GPSLatitude=47.37", "GPS:GPSLatitudeRef=N", "GPS:GPSLongitude=8.54",
           "GPS:GPSLongitudeRef=E", "ExifIFD:UserComment=PRIVATE-SECRET", "ExifIFD:SerialNumber=SERIAL-SECRET",
           "IPTC:City=CITY-SECRET", "IPTC:CodedCharacterSet=UTF8", "XMP-dc:Title=TITLE-SECRET",
           "XMP-exif:GPSLatitude=47.37", "XMP-photoshop:City=CITY-SECRET", "XMP-xmp:CreatorTool=TOOL-SECRET",
           "XMP-plus:LicensorStreetAddress=HOME-SECRET"]
WRITTEN = ["IFD0:Artist=Zoë Muster", "IFD0:Copyright=© 2024 Zoë Muster (all rights)", "IPTC:By-line=Zoë Muster",
           "IPTC:Credit=Agentur", "IPTC:CopyrightNotice=© Agentur", "XMP-dc:Creator=Zoë Muster",
           "XMP-dc:Rights=© \"Zoë\" & <Co>", "XMP-photoshop:Credit=Agentur",
           "XMP-xmpRights:WebStatement=https://rights.example/?a=1&b=2", "XMP-xmpRights:UsageTerms=ask first",
           "XMP-xmpRights:Marked=True", "XMP-plus:LicensorName=Agentur", "XMP-plus:LicensorURL=https://buy.example"]
KEEP = "o-keep.copyright-true"

# What formats have no place for lies in XMP, where the original's own XMP does not say it.
FORMATS = {"jpg": ("IFD0", "IPTC", "XMP"), "png": ("IFD0", "XMP"), "webp": ("IFD0", "XMP"), "avif": ("IFD0", "XMP"),
           "heif": ("IFD0", "XMP"), "jxl": ("IFD0", "XMP"), "jp2": ("IFD0", "XMP"), "tiff": ("IFD0", "IPTC", "XMP"),
           "gif": ("XMP",)}
SUFFIXES = {"heif": ".heic", "tiff": ".tif"}
# What libheif's writer adds to the block of EXIF.
OF_THE_PICTURE = {"Orientation", "XResolution", "YResolution", "ResolutionUnit", "YCbCrPositioning", "ExifVersion",
                  "ComponentsConfiguration", "FlashpixVersion", "ColorSpace", "ExifImageWidth", "ExifImageHeight"}
TIFFS_OWN = {"ImageWidth", "ImageHeight", "BitsPerSample", "Compression", "PhotometricInterpretation", "StripOffsets",
             "SamplesPerPixel", "RowsPerStrip", "StripByteCounts", "PlanarConfiguration", "Predictor", "SampleFormat",
             *OF_THE_PICTURE}
FILES_OWN = {"IPTC:CodedCharacterSet", "IPTC:ApplicationRecordVersion"}


def original(suffix: str = ".jpg", data: bytes | None = None, tags: list[str] | None = None) -> bytes:
    return exiftool.written(data or pictures.photo(400, 300, seed=1200), suffix,
                            *(WRITTEN + SECRETS if tags is None else tags))


@pytest.fixture(scope="module")
def photo(org, tmp_path_factory):
    small = tmp_path_factory.mktemp("thumbnail") / "small.jpg"
    small.write_bytes(pictures.photo(40, 30, seed=1203))
    data = exiftool.written(original(), ".jpg", f"IFD1:ThumbnailImage<={small}")
    assert "IFD1:ThumbnailImage" in exiftool.read(data, ".jpg")
    return org.add(data)["hash"]


def render(org, path):
    answer = org.render(path)
    assert answer.status_code == 200, answer.text
    return answer.content


def kept(data: bytes, format_: str) -> dict:
    """What it says of itself, without what every file of the format says of its pixels."""
    found = exiftool.read(data, SUFFIXES.get(format_, f".{format_}"))
    groups = ("IFD", "ExifIFD", "GPS", "IPTC", "XMP", "Photoshop", "MakerNotes", "Comp")
    return {name: value for name, value in found.items()
            if name.startswith(groups) and name not in FILES_OWN and not name.startswith("Composite")}


@pytest.mark.parametrize("format_", FORMATS)
def test_who_and_whose_stays_in_every_format_that_has_a_place_for_it(org, photo, format_):
    found = kept(render(org, f"/dynamic/resize-width-100--{KEEP}/{photo}.{format_}"), format_)
    own = TIFFS_OWN if format_ == "tiff" else OF_THE_PICTURE if format_ in ("avif", "heif") else set()
    assert {name: value for name, value in found.items() if name.split(":")[1] not in own} == {
        name: value for name, value in KEPT.items() if name.startswith(FORMATS[format_])}


@pytest.mark.parametrize("format_", FORMATS)
def test_nothing_else_stays(org, photo, format_):
    data = render(org, f"/dynamic/resize-width-100--{KEEP}/{photo}.{format_}")
    assert b"SECRET" not in data
    found = exiftool.read(data, SUFFIXES.get(format_, f".{format_}"))
    assert not [name for name in found if "GPS" in name or "Thumbnail" in name]


@pytest.mark.parametrize("format_", FORMATS)
def test_without_the_option_there_is_none(org, photo, format_):
    data = render(org, f"/dynamic/resize-width-100/{photo}.{format_}")
    assert b"Muster" not in data and b"xpacket" not in data


@pytest.mark.parametrize("format_", ["jpg", "png", "webp", "tiff", "gif"])
def test_the_picture_is_the_same(org, photo, format_):
    bare, with_notice = (pixels.open_picture(render(org, f"/dynamic/resize-width-100{option}/{photo}.{format_}"))
                         for option in ("", f"--{KEEP}"))
    assert with_notice.convert("RGBA").tobytes() == bare.convert("RGBA").tobytes()


@pytest.mark.parametrize("suffix", [".png", ".webp", ".tif"])
def test_sources_of_other_formats(org, suffix):
    picture = pictures.encode(pictures.scene(60, 40, seed=1201), {".png": "PNG", ".webp": "WEBP", ".tif": "TIFF"}[suffix])
    tags = [tag for tag in WRITTEN if suffix == ".tif" or not tag.startswith("IPTC")]
    source = org.add(original(suffix, picture, tags), f"picture{suffix}")["hash"]
    found = kept(render(org, f"/dynamic/resize-width-30--{KEEP}/{source}.jpg"), "jpg")
    assert found == {name: value for name, value in KEPT.items() if suffix == ".tif" or not name.startswith("IPTC")}


def test_tags_of_a_tiff_that_were_written_as_bytes_were_lost(org):
    tiff = original(".tif", pictures.encode(pictures.scene(60, 40, seed=1204), "TIFF"), ["IFD0:Artist=Zoë", "IFD0:Copyright=mine"])
    for tag in (0x013b, 0x8298):
        as_text, as_bytes = (struct.pack("<HH", tag, type_) for type_ in (2, 1))
        assert tiff.startswith(b"II") and tiff.count(as_text) == 1
        tiff = tiff.replace(as_text, as_bytes)
    source = org.add(tiff, "bytes.tif")["hash"]
    assert kept(render(org, f"/dynamic/noop--{KEEP}/{source}.jpg"), "jpg") == {"IFD0:Artist": "Zoë", "IFD0:Copyright": "mine"}


def test_fields_without_a_place_of_their_own_go_into_xmp(org):
    source = org.add(original(tags=["IFD0:Copyright=exif", "IPTC:By-line=iptc", "IPTC:Credit=credit"]))["hash"]
    assert kept(render(org, f"/dynamic/noop--{KEEP}/{source}.png"), "png") == {
        "IFD0:Copyright": "exif", "XMP-dc:Creator": ["iptc"], "XMP-photoshop:Credit": "credit"}
    assert kept(render(org, f"/dynamic/noop--{KEEP}/{source}.gif"), "gif") == {
        "XMP-dc:Rights": "exif", "XMP-dc:Creator": ["iptc"], "XMP-photoshop:Credit": "credit"}
    assert kept(render(org, f"/dynamic/noop--{KEEP}/{source}.jpg"), "jpg") == {
        "IFD0:Copyright": "exif", "IPTC:By-line": "iptc", "IPTC:Credit": "credit"}


def test_a_qualifier_in_xmp_cost_all_of_it(org, tmp_path):
    packet = tmp_path / "qualified.xmp"
    packet.write_text("""<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
        <rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:xmp='http://ns.adobe.com/xap/1.0/'
            xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/'>
        <dc:rights><rdf:Alt><rdf:li xml:lang='x-default' rdf:parseType='Resource'><rdf:value>mine</rdf:value>
        <xmp:Label>SECRET</xmp:Label></rdf:li><rdf:li xml:lang='de'>mein</rdf:li></rdf:Alt></dc:rights>
        <photoshop:Credit>credit</photoshop:Credit></rdf:Description></rdf:RDF></x:xmpmeta>""")
    source = org.add(original(tags=[f"XMP<={packet}"]))["hash"]
    data = render(org, f"/dynamic/noop--{KEEP}/{source}.jpg")
    assert kept(data, "jpg") == {"XMP-dc:Rights": "mine", "XMP-dc:Rights-de": "mein", "XMP-photoshop:Credit": "credit"}
    assert b"SECRET" not in data


def test_what_is_too_long_is_left_out_whole(org):
    source = org.add(original(tags=["IFD0:Artist=me", f"IFD0:Copyright={'x' * 3000}", f"XMP-dc:Rights={'y' * 3000}",
                                    "XMP-photoshop:Credit=credit"]))["hash"]
    data = render(org, f"/dynamic/noop--{KEEP}/{source}.jpg")
    assert kept(data, "jpg") == {"IFD0:Artist": "me", "XMP-photoshop:Credit": "credit"}


def test_megabytes_of_it_do_not_get_into_a_thumbnail(org):
    picture = pictures.encode(pictures.scene(60, 40, seed=1202), "PNG")
    source = org.add(original(".png", picture, ["IFD0:Artist=me", f"XMP-dc:Rights={'y' * 100_000}"]), "large.png")["hash"]
    bare = render(org, f"/dynamic/resize-width-30/{source}.png")
    data = render(org, f"/dynamic/resize-width-30--{KEEP}/{source}.png")
    assert len(data) < len(bare) + 200
    assert kept(data, "png") == {"IFD0:Artist": "me"}


def test_a_stack_keeps_what_its_base_stack_had(org, photo):
    org.stack("keepbase", {"name": "crop", "options": {"width": 200, "height": 200}})
    org.stack("keeping", {"name": "resize", "options": {"width": 50}}, basestack="keepbase", **{"keep.copyright": True})
    org.stack("notkeeping", {"name": "resize", "options": {"width": 50}}, basestack="keepbase")
    found = kept(render(org, f"/keeping/{photo}.jpg"), "jpg")
    assert found["IFD0:Artist"] == "Zoë Muster" and found["XMP-photoshop:Credit"] == "Agentur"
    assert b"Muster" not in render(org, f"/notkeeping/{photo}.jpg")
    assert "IFD0:Artist" in kept(render(org, f"/keeping/{photo}.jpg"), "jpg"), "the other answer is not this one's"


def test_it_goes_into_what_autoformat_chooses(org, photo):
    answer = org.render(f"/dynamic/resize-width-100--{KEEP}-autoformat-true/{photo}.jpg", headers={"Accept": "image/webp"})
    assert answer.headers["Content-Type"] == "image/webp"
    assert kept(answer.content, "webp")["IFD0:Artist"] == "Zoë Muster"


def test_animations_keep_it_too(org):
    moving = exiftool.written(pictures.animation("WEBP"), ".webp", "IFD0:Artist=me", "XMP-dc:Rights=mine")
    source = org.add(moving, "moving.webp")["hash"]
    data = render(org, f"/dynamic/resize-width-40--{KEEP}/{source}.webp")
    assert kept(data, "webp") == {"IFD0:Artist": "me", "XMP-dc:Rights": "mine"}
    assert pixels.open_picture(data).n_frames == pixels.open_picture(moving).n_frames
    gif = render(org, f"/dynamic/resize-width-40--{KEEP}/{source}.gif")
    assert kept(gif, "gif") == {"XMP-dc:Creator": ["me"], "XMP-dc:Rights": "mine"}
    assert pixels.open_picture(gif).n_frames == pixels.open_picture(moving).n_frames


def test_an_expression_can_not_set_it(org, photo):
    assert_error(org.render(f"/dynamic/resize-width-100--o-keep.copyright-[1==1]/{photo}.jpg"), 400)
