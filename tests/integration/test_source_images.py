"""Source images: the object, lists, download, delete and restore."""

import hashlib
import json
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from harness import pictures
from harness.errors import assert_error

FIELDS = {"hash", "short_hash", "binary_hash", "created", "name", "mimetype", "format", "size", "width", "height",
          "organization", "link", "dynamic_metadata", "user_metadata", "static_metadata", "deleted", "opaque",
          "animated", "protected", "locked"}

MIMETYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif", "tiff": "image/tiff",
             "bmp": "image/bmp", "ico": "image/vnd.microsoft.icon", "psd": "image/vnd.adobe.photoshop", "avif": "image/avif", "heif": "image/heif", "svg": "image/svg+xml", "jxl": "image/jxl", "jp2": "image/jp2"}


@pytest.fixture(scope="module")
def samples():
    return pictures.every_format()


@pytest.fixture(scope="module")
def picture(org):
    data = pictures.photo(300, 200, seed=1)
    return org.add(data, "fünf €.jpg"), data


# Uploading


@pytest.mark.parametrize("format_", MIMETYPES)
def test_each_format_is_a_source(org, samples, format_):
    data = samples[format_]
    answer = org.upload((f"sample.{format_}", data))
    assert answer.status_code == 201, answer.text
    item = answer.json()["items"][0]
    assert (item["format"], item["mimetype"]) == (format_, MIMETYPES[format_])
    assert (item["width"], item["height"]) == (120, 80)
    assert item["size"] == len(data)
    assert item["animated"] is False
    assert org.image(item["hash"], "/download").content == data


@pytest.mark.parametrize("format_", MIMETYPES)
def test_each_format_renders(org, samples, format_):
    item = org.add(samples[format_])
    answer = org.render(f"/dynamic/resize-width-60/{item['hash']}.png")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "image/png"


def test_the_object_has_all_fields_of_the_reference(org):
    data = pictures.photo(64, 48, seed=2)
    answer = org.upload(("a.jpg", data))
    item = answer.json()["items"][0]
    assert FIELDS <= set(item)
    assert answer.json()["total"] == 1
    assert re.fullmatch("[0-9a-f]{40}", item["hash"])
    assert item["hash"].startswith(item["short_hash"]) and len(item["short_hash"]) >= 6
    assert item["binary_hash"] == hashlib.sha1(data).hexdigest()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", item["created"])
    assert item["organization"] == org.organization
    assert item["link"] == f"/sourceimages/{org.organization}/{item['hash']}"
    assert (item["name"], item["opaque"], item["deleted"], item["protected"], item["locked"]) == (
        "a.jpg", True, False, False, False)
    assert (item["user_metadata"], item["dynamic_metadata"]) == ({}, {})
    assert org.image(item["hash"]).json() == item


def test_transparency_and_animation_are_seen(org):
    assert org.add(pictures.transparent_png())["opaque"] is False
    assert org.add(pictures.png(50, 50))["opaque"] is True
    assert org.add(pictures.animation("GIF"))["animated"] is True
    assert org.add(pictures.animation("WEBP"))["animated"] is True


def test_dimensions_are_those_of_the_upright_picture(org):
    item = org.add(pictures.oriented_jpeg(6))
    assert (item["width"], item["height"]) == (120, 80)


def test_the_name_says_nothing_about_the_format(org):
    item = org.add(pictures.photo(40, 30, seed=3), "liar.png")
    assert (item["format"], item["mimetype"], item["name"]) == ("jpg", "image/jpeg", "liar.png")


@pytest.mark.parametrize("name", ["../../etc/passwd.jpg", "a/b\\c.jpg", "ä ö.jpg", "x" * 300 + ".jpg"])
def test_a_strange_file_name_is_only_a_name(org, name):
    data = pictures.photo(40, 30, seed=len(name))
    item = org.add(data, name)
    assert org.image(item["hash"], "/download").content == data


def test_several_files_in_one_upload(org):
    files = [(f"n{i}.jpg", pictures.photo(32, 24, seed=10 + i)) for i in range(3)]
    answer = org.upload(*files)
    assert answer.status_code == 201
    assert answer.json()["total"] == 3
    assert [item["name"] for item in answer.json()["items"]] == ["n0.jpg", "n1.jpg", "n2.jpg"]


def test_the_field_may_be_called_filedata_without_brackets(org):
    assert org.upload(pictures.photo(32, 24, seed=20), field="filedata").status_code == 201


def test_one_bad_file_among_good_ones_stores_none(new_org):
    answer = new_org.upload(pictures.photo(32, 24, seed=21), b"\0no picture", pictures.photo(32, 24, seed=22))
    assert answer.status_code == 422
    assert new_org.images().json()["total"] == 0


def test_the_same_file_again_is_the_same_image_and_no_second_blob(own_server):
    org = own_server.organization()
    other = own_server.organization()
    data = pictures.photo(48, 36, seed=30)

    def stored_files():
        return sorted(str(path) for path in own_server.data.rglob("*")
                      if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data)

    first = org.upload(("one.jpg", data))
    files = stored_files()
    assert first.status_code == 201 and len(files) == 1
    again = org.upload(("two.jpg", data))
    assert again.status_code == 200
    elsewhere = other.upload(("three.jpg", data))
    assert elsewhere.status_code == 201
    hashes = {answer.json()["items"][0]["hash"] for answer in (first, again, elsewhere)}
    assert len(hashes) == 1
    assert stored_files() == files
    assert org.images().json()["total"] == 1


def test_the_same_file_from_many_at_once_is_one_image(new_org):
    data = pictures.photo(200, 150, seed=32)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda number: new_org.upload((f"{number}.jpg", data)), range(16)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] * 15 + [201], "one of them was the first"
    assert len({answer.json()["items"][0]["hash"] for answer in answers}) == 1
    assert new_org.images().json()["total"] == 1


def test_the_hash_is_the_same_on_every_installation(org, start_server):
    data = pictures.photo(48, 36, seed=31)
    assert start_server().organization().add(data)["hash"] == org.add(data)["hash"]


@pytest.mark.parametrize("encode_again", [False, True], ids=["json", "json in json"])
def test_user_metadata_comes_as_json_and_twice_encoded(new_org, encode_again):
    metadata = {"title": "Röllchen", "int:count": 3}
    text = json.dumps(metadata)
    fields = {"meta_user[0]": json.dumps(text) if encode_again else text}
    answer = new_org.upload(pictures.photo(32, 24, seed=40), fields=fields)
    assert answer.json()["items"][0]["user_metadata"] == metadata


def test_metadata_belongs_to_the_file_of_its_number(new_org):
    fields = {"meta_user[0]": '{"n":"first"}', "meta_user[1]": '{"n":"second"}'}
    answer = new_org.upload(pictures.photo(32, 24, seed=41), pictures.photo(32, 24, seed=42), fields=fields)
    assert [item["user_metadata"] for item in answer.json()["items"]] == [{"n": "first"}, {"n": "second"}]


def test_dynamic_metadata_and_protection_change_the_hash(new_org):
    data = pictures.photo(32, 24, seed=43)
    plain = new_org.upload(data).json()["items"][0]
    area = {"meta_dynamic[0][subject_area]": '{"x":1,"y":2,"width":3,"height":4}'}
    with_area = new_org.upload(data, fields=area).json()["items"][0]
    options = {"options[0]": json.dumps(json.dumps({"protected": True}))}
    protected = new_org.upload(data, fields=options).json()["items"][0]
    assert len({plain["hash"], with_area["hash"], protected["hash"]}) == 3
    assert {plain["binary_hash"], with_area["binary_hash"], protected["binary_hash"]} == {plain["binary_hash"]}
    assert with_area["dynamic_metadata"] == {"subject_area": {"x": 1, "y": 2, "width": 3, "height": 4}}
    assert (plain["protected"], protected["protected"]) == (False, True)


AREA = {"x": 1, "y": 2, "width": 3, "height": 4}


@pytest.mark.parametrize("metadata, mentions", [
    ({"subject_area": "here"}, ["subject_area", "must be an object"]),
    ({"subject_area": {**AREA, "x": "1 "}}, ['"x"', "an integer from 0"]),
    ({"subject_area": {**AREA, "width": 0}}, ['"width"', "an integer from 1"]),
    ({"subject_area": {**AREA, "x": -1}}, ['"x"', "an integer from 0"]),
    ({"subject_area": {**AREA, "y": 1.5}}, ['"y"', "an integer from 0"]),
    ({"subject_area": {**AREA, "x": 1e300}}, ['"x"', "an integer from 0"]),
    ({"subject_area": {"x": 1, "width": 5, "height": 5}}, ['lacks "y"', "required"]),
    ({"subject_area": {**AREA, "heigth": 4}}, ['"heigth"', "height"]),
    ({"subject_area": {**AREA, "percentage": 1}}, ['"percentage"', "true or false"]),
    ({"crop_area": {"x": 1, "y": 2}}, ['lacks "width"']),
    ({"subjectarea": AREA}, ['"subjectarea"', "subject_area", "crop_area", "multi_areas", "version"]),
    ({"version": {"text": 2}}, ['"text"', "a text"]),
    ({"version": "2"}, ["version", "must be an object"]),
    ({"multi_areas": 3}, ["multi_areas", "must be an object"]),
    ({"multi_areas": {"wide": {"crop": AREA}}}, ["wide", '"crop"', "crop_area"]),
    ({"multi_areas": {"wide": [{"crop_area": {**AREA, "x": "a"}}]}}, ["wide", '"x"']),
    ({"detection_face": {"landmarks": {"eyeLeft": 5}}}, ["landmarks"]),
])
def test_dynamic_metadata_that_is_none_was_stored_and_then_without_effect(new_org, metadata, mentions):
    answer = new_org.upload(pictures.photo(32, 24, seed=51), fields={"meta_dynamic[0]": json.dumps(metadata)})
    assert_error(answer, 400)
    assert all(mention in answer.json()["message"] for mention in ["meta_dynamic[0]", *mentions]), answer.text
    assert new_org.images().json()["total"] == 0


@pytest.mark.parametrize("sent, kept", [
    ({"subject_area": {"x": 100, "y": 100}}, {"subject_area": {"x": 100, "y": 100}}),  # the reference's own example
    ({"subject_area": {**AREA, "x": 1.0, "percentage": None}}, {"subject_area": AREA}),
    ({"crop_area": {**AREA, "percentage": True}, "version": {"text": "2"}}, None),
    ({"multi_areas": {"wide": {"crop_area": AREA, "subject_area": AREA}, "tall": [{"crop_area": AREA}]}}, None),
    ({"detection_face": {**AREA, "landmarks": {"eyeLeft": {"x": 1.5, "y": 2}}}}, None),
])
def test_dynamic_metadata_as_clients_write_it(new_org, sent, kept):
    answer = new_org.upload(pictures.photo(32, 24, seed=52), fields={"meta_dynamic[0]": json.dumps(sent)})
    assert answer.status_code == 201, answer.text
    assert answer.json()["items"][0]["dynamic_metadata"] == (kept or sent)


def test_a_whole_number_has_one_way_of_being_written(new_org):
    """1.0 and 1 gave the same image two hashes."""
    data = pictures.photo(32, 24, seed=53)
    hashes = {new_org.upload(data, fields={"meta_dynamic[0][subject_area]": text}).json()["items"][0]["hash"]
              for text in ('{"x":1,"y":2,"width":3,"height":4}', '{"x":1.0,"y":2,"width":3e0,"height":4}')}
    assert len(hashes) == 1


def test_metadata_that_is_no_object_is_refused(new_org):
    for text in ("[1]", "nonsense", '"5"', '{"a":1'):
        answer = new_org.upload(pictures.photo(32, 24, seed=44), fields={"meta_user[0]": text})
        assert answer.status_code == 400, text
        assert "meta_user[0]" in answer.json()["message"]
    assert new_org.images().json()["total"] == 0


def protected_by(org, *fields):
    """One upload of one file with these fields, as they are: is its image protected?"""
    files = [("filedata", ("a.jpg", pictures.photo(32, 24, seed=45)))]
    files += [(name, (None, value)) for name, value in fields]
    answer = org.request("POST", f"/sourceimages/{org.organization}", files=files)
    return answer.json()["items"][0]["protected"] if answer.status_code in (200, 201) else answer


@pytest.mark.parametrize("name", ["options", "options[]", "options[0]"])
def test_options_come_in_every_documented_spelling(new_org, name):
    assert protected_by(new_org, (name, '{"protected": true}')) is True


def test_entries_of_options_and_metadata_come_one_by_one_too(new_org):
    assert protected_by(new_org, ("options[0][protected]", "true")) is True
    fields = {"meta_user[0][title]": "Hello", "meta_user[0][int:n]": "3"}
    item = new_org.upload(pictures.photo(32, 24, seed=46), fields=fields).json()["items"][0]
    assert item["user_metadata"] == {"title": "Hello", "int:n": 3}


@pytest.mark.parametrize("name", ["option[0]", "Options[0]", "options[x]", "options[0", "options[1]", "options[0][]",
                                  "protected", ""])
def test_a_field_of_an_upload_that_nobody_reads_is_refused(new_org, name):
    """Dropping it without a word would publish what should be protected."""
    assert_error(protected_by(new_org, (name, '{"protected": true}')), 400)
    assert new_org.images().json()["total"] == 0


def test_a_part_with_a_file_name_is_a_file_whatever_its_field_is_called(new_org):
    for field in ("filedata", "filedata[]", "filedata[0]", "filename", "f"):
        assert new_org.upload(pictures.photo(32, 24, seed=47), field=field).status_code in (200, 201), field


# The numbers of the files of one upload


def upload_parts(org, *parts):
    """One form of these parts in this order: a field and its text, or a field and the bytes of a file of that name."""
    files = [(name, (name, value, "application/octet-stream") if isinstance(value, bytes) else (None, value))
             for name, value in parts]
    return org.request("POST", f"/sourceimages/{org.organization}", files=files)


def told(answer):
    """What the images of an upload are called, whether they are protected, and what is said of them."""
    assert answer.status_code == 201, answer.text
    return [(item["name"], item["protected"], item["user_metadata"]) for item in answer.json()["items"]]


OPEN, SECRET, THIRD = (pictures.photo(32, 24, seed=seed) for seed in (48, 49, 50))
PROTECT = '{"protected":true}'


def test_a_file_is_protected_by_its_number_wherever_in_the_form_it_stands(new_org):
    """The order of the parts counted: filedata[1], sent first, was published, and filedata[0] protected."""
    answer = upload_parts(new_org, ("filedata[1]", SECRET), ("filedata[0]", OPEN), ("options[1]", PROTECT),
                          ("meta_user[1]", '{"who":"secret"}'), ("meta_dynamic[1][version]", '{"text":"1"}'))
    assert told(answer) == [("filedata[0]", False, {}), ("filedata[1]", True, {"who": "secret"})]
    assert [item["dynamic_metadata"] for item in answer.json()["items"]] == [{}, {"version": {"text": "1"}}]
    hashes = [hashlib.sha1(data).hexdigest() for data in (OPEN, SECRET)]
    assert [item["binary_hash"] for item in answer.json()["items"]] == hashes


def test_numbers_may_have_gaps_and_what_is_of_none_is_refused(new_org):
    """options[1] protected file 2, and options[2] was refused."""
    files = [("filedata[0]", OPEN), ("filedata[2]", SECRET)]
    answer = upload_parts(new_org, *files, ("options[1]", PROTECT))
    assert_error(answer, 400)
    assert all(part in answer.json()["message"] for part in ("options[1]", "0, 2"))
    assert new_org.images().json()["total"] == 0
    answer = upload_parts(new_org, ("options[2]", PROTECT), *files)
    assert told(answer) == [("filedata[0]", False, {}), ("filedata[2]", True, {})]


def test_files_without_a_number_take_the_free_ones_in_their_order(new_org):
    answer = upload_parts(new_org, ("filedata", OPEN), ("f[]", THIRD), ("filedata[0]", SECRET), ("options[0]", PROTECT),
                          ("meta_user[2]", '{"n":3}'))
    assert told(answer) == [("filedata[0]", True, {}), ("filedata", False, {}), ("f[]", False, {"n": "3"})]


def test_fields_without_a_number_go_by_the_order_of_files_that_have_none(new_org):
    answer = upload_parts(new_org, ("filedata[]", OPEN), ("options[]", "{}"), ("filedata[]", SECRET),
                          ("options[]", PROTECT))
    assert [item["protected"] for item in answer.json()["items"]] == [False, True]


@pytest.mark.parametrize("parts, told_of", [
    ([("filedata[0]", OPEN), ("filedata[0]", SECRET)], "number 0 stands twice"),
    ([("filedata[1]", OPEN), ("filedata[01]", SECRET)], "number 1 stands twice"),
    ([("filedata[0]", OPEN), ("photo[0]", SECRET)], "photo[0]"),
    ([("filedata[0]", OPEN), ("url[0]", "http://127.0.0.1/a.jpg")], "url[0]"),
    ([("filedata[1000]", OPEN)], "filedata[1000]"),
    ([("filedata[99999]", OPEN)], "filedata[99999]"),
    ([("filedata[1", OPEN)], "filedata[1"),
    ([("filedata[-1]", OPEN)], "filedata[-1]"),
    ([("filedata[1]", OPEN), ("options[0]", PROTECT)], "options[0]"),
    ([("filedata[1]", OPEN), ("meta_user[0]", "{}")], "meta_user[0]"),
    ([("filedata[1]", SECRET), ("options", PROTECT), ("filedata[0]", OPEN)], "needs a number"),
    ([("filedata", SECRET), ("options", PROTECT), ("filedata[0]", OPEN)], "needs a number"),
], ids=["twice", "twice, padded", "in two fields", "of a file and a URL", "too large", "five digits", "not closed",
        "negative", "options of none", "metadata of none", "options without one", "one file without"])
def test_numbers_that_leave_open_which_file_is_meant_are_refused(new_org, parts, told_of):
    answer = upload_parts(new_org, *parts)
    assert_error(answer, 400)
    assert told_of in answer.json()["message"]
    assert new_org.images().json()["total"] == 0


# Reading


def test_a_short_hash_is_good_where_a_hash_is(org, picture):
    item, data = picture
    for length in (len(item["short_hash"]), 12, 39):
        assert org.image(item["hash"][:length]).json()["hash"] == item["hash"]
    assert org.image(item["short_hash"], "/download").content == data


def test_an_unknown_hash_is_not_found(org):
    for hash_ in ("0" * 40, "ffffff"):
        assert org.image(hash_).status_code == 404, hash_


def test_what_is_no_hash_is_refused(org):
    for hash_ in ("0" * 39 + "g", "12345", "x", "A" * 40, "0" * 41):
        assert org.image(hash_).status_code in (400, 404), hash_
        assert org.image(hash_, method="DELETE").status_code in (400, 404), hash_


def test_the_list_is_newest_first_with_total_and_links(new_org):
    added = [new_org.add(pictures.photo(16, 12, seed=100 + i))["hash"] for i in range(5)]
    newest_first = added[::-1]
    everything = new_org.images().json()
    assert everything["total"] == 5
    assert [item["hash"] for item in everything["items"]] == newest_first

    page = new_org.images(limit=2, offset=1).json()
    assert [item["hash"] for item in page["items"]] == newest_first[1:3]
    assert page["total"] == 5
    following = new_org.get(page["links"]["next"]["href"]).json()
    assert [item["hash"] for item in following["items"]] == newest_first[3:5]
    assert "next" not in following["links"]
    first = new_org.images(limit=2).json()
    assert "prev" not in first["links"]
    back = new_org.get(following["links"]["prev"]["href"]).json()
    assert [item["hash"] for item in back["items"]] == newest_first[1:3]


def test_the_list_holds_one_organization_only(server):
    one, other = server.organization(), server.organization()
    one.add(pictures.photo(16, 12, seed=110))
    listed = other.images().json()
    assert (listed["total"], listed["items"], listed["links"]) == (0, [], {})


def test_a_page_of_nothing_links_to_no_other(new_org):
    new_org.add(pictures.photo(16, 12))
    listed = new_org.images(limit=0).json()
    assert (listed["total"], listed["items"], listed["links"]) == (1, [], {}), "it was its own next page"


@pytest.mark.parametrize("query", ["limit=-1", "limit=x", "offset=-1", "limit=2001", "offset=x", "limit=99999999999999999999"])
def test_a_page_that_makes_no_sense_is_refused(org, query):
    answer = org.get(f"/sourceimages/{org.organization}?{query}")
    assert answer.status_code == 400
    assert query.split("=")[0] in answer.json()["message"]


@pytest.mark.parametrize("query", ["heigth=1200", "Height=1200", "whatever=1&limit=1", "limt=1", "limit=1&limit=2"])
def test_a_misspelt_filter_never_gets_the_whole_list(org, picture, query):
    answer = org.get(f"/sourceimages/{org.organization}?{query}")
    assert_error(answer, 400)
    assert "limit" in answer.json()["message"]


def test_images_are_found_by_the_hash_of_their_file(new_org):
    data = pictures.photo(16, 12, seed=120)
    item = new_org.add(data)
    new_org.add(pictures.photo(16, 12, seed=121))
    found = new_org.images(binaryHash=hashlib.sha1(data).hexdigest()).json()
    assert [one["hash"] for one in found["items"]] == [item["hash"]]


# Downloading


def test_a_download_is_the_file_bit_by_bit(org, picture):
    item, data = picture
    answer = org.image(item["hash"], "/download")
    assert answer.status_code == 200
    assert answer.content == data
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Length"] == str(len(data))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "f%C3%BCnf%20%E2%82%AC.jpg" in answer.headers["Content-Disposition"]


def test_head_of_a_download_has_the_headers_and_no_body(org, picture):
    item, data = picture
    answer = org.image(item["hash"], "/download", method="HEAD")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(data))
    assert answer.headers["ETag"] == org.image(item["hash"], "/download").headers["ETag"]


@pytest.mark.parametrize("range_,first,last", [("bytes=0-9", 0, 10), ("bytes=100-", 100, None), ("bytes=-7", -7, None),
                                               ("bytes=5-5", 5, 6), ("bytes=10-99999999", 10, None)])
def test_ranges_of_a_download(org, picture, range_, first, last):
    item, data = picture
    answer = org.image(item["hash"], "/download", headers={"Range": range_})
    assert answer.status_code == 206
    assert answer.content == data[first:last]
    start = first if first >= 0 else len(data) + first
    assert answer.headers["Content-Range"] == f"bytes {start}-{start + len(answer.content) - 1}/{len(data)}"


def test_a_range_behind_the_end_is_not_satisfiable(org, picture):
    item, data = picture
    answer = org.image(item["hash"], "/download", headers={"Range": f"bytes={len(data)}-"})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(data)}"


def test_if_range_with_another_tag_gets_everything(org, picture):
    item, data = picture
    answer = org.image(item["hash"], "/download", headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (answer.status_code, answer.content) == (200, data)


def test_a_download_is_conditional(org, picture):
    item, _ = picture
    tag = org.image(item["hash"], "/download").headers["ETag"]
    assert tag.startswith('"')
    answer = org.image(item["hash"], "/download", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert org.image(item["hash"], "/download", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_downloaded_svg_may_run_nothing(org):
    answer = org.image(org.add(pictures.SVG)["hash"], "/download")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


# Deleting and restoring


def test_delete_and_restore(new_org):
    data = pictures.photo(32, 24, seed=200)
    item = new_org.add(data)
    url = f"/dynamic/resize-width-8/{item['hash']}.jpg"
    assert new_org.render(url).status_code == 200

    assert new_org.image(item["hash"], method="DELETE").status_code == 204
    assert new_org.image(item["hash"]).status_code == 404
    assert new_org.image(item["hash"], "/download").status_code == 404
    assert new_org.render(url).status_code == 404
    assert new_org.images().json()["total"] == 0
    assert new_org.image(item["hash"], method="DELETE").status_code == 404

    restored = new_org.image(item["hash"], "/restore", method="POST")
    assert restored.status_code == 200
    assert new_org.image(item["hash"]).json()["deleted"] is False
    assert new_org.image(item["hash"], "/download").content == data
    assert new_org.render(url).status_code == 200
    assert new_org.images().json()["total"] == 1


def test_a_deleted_image_is_shown_to_who_asks_for_deleted_ones_too(new_org):
    item = new_org.add(pictures.photo(32, 24, seed=204))
    assert new_org.image(item["hash"], "?deleted=true").json() == item
    new_org.image(item["hash"], method="DELETE")
    for hash_ in (item["hash"], item["short_hash"]):
        shown = new_org.image(hash_, "?deleted=true")
        assert (shown.status_code, shown.json()) == (200, {**item, "deleted": True})
        assert new_org.image(hash_, "?deleted=false").status_code == 404
    assert new_org.images(deleted="true").json()["items"] == [{**item, "deleted": True}]
    assert new_org.image("a" * 40, "?deleted=true").status_code == 404
    assert new_org.image(item["hash"], "?deleted=maybe").status_code == 400


def test_restoring_what_never_was_is_not_found(new_org):
    assert new_org.image("a" * 40, "/restore", method="POST").status_code == 404


def test_uploading_a_deleted_file_again_brings_it_back(new_org):
    data = pictures.photo(32, 24, seed=201)
    item = new_org.add(data)
    new_org.image(item["hash"], method="DELETE")
    again = new_org.upload(data)
    assert (again.status_code, again.json()["items"][0]["hash"]) == (201, item["hash"])
    assert new_org.image(item["hash"]).status_code == 200
    assert new_org.upload(data).status_code == 200


# What who may only upload sees and changes


def of_role(server, org, role):
    return org.with_key(server.create_user(org.organization, role)["api_key"])


def test_who_only_uploads_sees_and_changes_nothing_of_an_image_that_is_there(server, new_org):
    """Its answer showed what others had said of the image, and its own metadata went over theirs."""
    data = pictures.photo(32, 24, seed=210)
    said = {"owner": "Ann", "note": "not for all"}
    item = new_org.upload(("of ann.jpg", data), fields={"meta_user[0]": json.dumps(said)}).json()["items"][0]
    uploader = of_role(server, new_org, "upload")
    again = uploader.upload(("mine.jpg", data), fields={"meta_user[0]": json.dumps({"owner": "Eve", "more": 1})})
    assert again.status_code == 200, again.text
    seen = again.json()["items"][0]
    assert seen["hash"] == item["hash"]
    assert (seen["user_metadata"], seen["name"]) == ({}, "mine.jpg")
    assert "Ann" not in again.text and "note" not in again.text and "of ann" not in again.text
    assert new_org.image(item["hash"]).json() == item
    new = uploader.upload(("new.jpg", pictures.photo(32, 24, seed=211)), fields={"meta_user[0]": '{"owner": "Eve"}'})
    assert (new.status_code, new.json()["items"][0]["user_metadata"]) == (201, {"owner": "Eve"})


@pytest.mark.parametrize("fields", [{}, {"options[0]": '{"protected": true}'}, {"meta_dynamic[0]": '{"version": {"text": "2"}}'}])
def test_who_only_uploads_does_not_bring_back_what_was_deleted(server, new_org, fields):
    """What had been taken down was there again, as itself or as another image of the same file."""
    data = pictures.photo(32, 24, seed=212)
    item = new_org.add(data)
    new_org.image(item["hash"], method="DELETE")
    uploader = of_role(server, new_org, "upload")
    other = pictures.photo(32, 24, seed=213)
    assert_error(uploader.upload(other, data, fields={name.replace("0", "1"): value for name, value in fields.items()}), 403)
    assert new_org.images().json()["total"] == 0, "whole or not at all"
    assert new_org.image(item["hash"]).status_code == 404
    assert of_role(server, new_org, "sourceimages:write").upload(data).status_code == 201
    assert uploader.upload(data).status_code == 200


# Locks


def lock(client, hash_, locked=True):
    return client.image(hash_, "/options/locked", "PUT", data=json.dumps(locked))


def test_a_locked_image_stays_and_what_is_said_of_it(new_org):
    data = pictures.photo(32, 24, seed=214)
    item = new_org.upload(data, fields={"meta_user[0]": '{"a": 1}'}).json()["items"][0]
    answer = lock(new_org, item["short_hash"])
    assert (answer.status_code, answer.json()) == (200, {**item, "locked": True})
    assert lock(new_org, item["hash"]).json() == answer.json(), "it is locked already"
    for refused in (new_org.image(item["hash"], method="DELETE"),
                    new_org.delete(f"/sourceimages/{new_org.organization}?binaryHash={item['binary_hash']}"),
                    new_org.image(item["hash"], "/options/protected?deletePrevious=true", "PUT", data="true"),
                    new_org.upload(data, fields={"meta_user[0]": '{"a": 2}'}),
                    new_org.upload(data, fields={"meta_user[0]": '{"b": 2}'})):
        assert_error(refused, 403)
        assert "locked" in refused.json()["message"]
    assert new_org.upload(data, fields={"meta_user[0]": '{"a": 1}'}).status_code == 200
    assert new_org.image(item["hash"]).json() == answer.json()
    assert new_org.images().json()["total"] == 1
    assert lock(new_org, item["hash"], False).json() == item
    assert new_org.upload(data, fields={"meta_user[0]": '{"a": 2}'}).status_code == 200
    assert new_org.image(item["hash"], method="DELETE").status_code == 204
    assert_error(lock(new_org, item["hash"]), 404)


def test_who_may_lock_and_not_read_is_told_no_more_than_that(server, new_org):
    item = new_org.add(pictures.photo(32, 24, seed=215))
    for role, status in (("write", 403), ("sourceimages:write", 403), ("read", 403), ("sourceimages:unlock", 200)):
        answer = lock(of_role(server, new_org, role), item["hash"])
        assert answer.status_code == status, f"{role}: {answer.text}"
    assert answer.json() == {"hash": item["hash"], "organization": new_org.organization, "locked": True}
    unlocker = of_role(server, new_org, "sourceimages:unlock")
    assert_error(unlocker.image(item["hash"]), 403)
    assert_error(unlocker.image(item["hash"], method="DELETE"), 403)


@pytest.mark.parametrize("body", ["", "{}", "null", '"yes"', '{"locked": true}'])
def test_a_lock_that_is_none(new_org, body):
    item = new_org.add(pictures.photo(32, 24, seed=216))
    assert_error(new_org.image(item["hash"], "/options/locked", "PUT", data=body), 400)
    assert new_org.image(item["hash"]).json()["locked"] is False


def test_deleting_by_the_hash_of_the_file(new_org):
    data = pictures.photo(32, 24, seed=202)
    item = new_org.add(data)
    path = f"/sourceimages/{new_org.organization}"
    assert new_org.delete(path).status_code == 400
    assert new_org.delete(f"{path}?binaryHash={item['binary_hash']}").status_code == 204
    assert new_org.image(item["hash"]).status_code == 404
    assert new_org.delete(f"{path}?binaryHash={item['binary_hash']}").status_code == 404


def test_deleting_a_file_with_a_locked_image_deletes_none_of_its_images(server, new_org):
    """Those before the locked one were deleted, and the answer was 403."""
    data = pictures.photo(32, 24, seed=206)
    area = {"meta_dynamic[0][subject_area]": '{"x":1,"y":2,"width":3,"height":4}'}
    locked, plain = (new_org.upload(data, fields=fields).json()["items"][0] for fields in ({}, area))
    by_file = f"/sourceimages/{new_org.organization}?binaryHash={plain['binary_hash']}"

    def lock(locks):
        with closing(sqlite3.connect(server.data / "catalog.sqlite", timeout=60)) as database, database:
            database.execute("UPDATE images SET locked = ? WHERE hash = ?", (locks, locked["hash"]))

    lock(1)
    assert_error(new_org.delete(by_file), 403)
    assert [new_org.image(item["hash"]).status_code for item in (locked, plain)] == [200, 200]
    lock(0)
    assert new_org.delete(by_file).status_code == 204
    assert [new_org.image(item["hash"]).status_code for item in (locked, plain)] == [404, 404]


def test_deleting_in_one_organization_leaves_the_other_alone(server):
    one, other = server.organization(), server.organization()
    data = pictures.photo(32, 24, seed=203)
    item = one.add(data)
    other.add(data)
    one.image(item["hash"], method="DELETE")
    assert other.image(item["hash"], "/download").content == data
