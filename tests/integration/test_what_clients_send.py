"""What proxies, browsers and old libraries send, and means what it always meant."""

import json
import subprocess

import pytest

from harness import pictures
from harness.raw_http import Connection


def ask(server, head, body=b""):
    """The answer, and whether the connection is good for another request."""
    with Connection(server.port) as connection:
        connection.send(head.replace("\n", "\r\n").encode() + body)
        answer = connection.answer()
        if not connection.send_while_open(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"):
            return answer, False
        after = connection.answer()
        return answer, after is not None and after.status == 200


@pytest.mark.parametrize("framing, body", [
    ("Transfer-Encoding: chunked", b"0\r\n\r\n"), ("Content-Length: 0", b""),
    ("Transfer-Encoding: chunked", b"2\r\n\r\n\r\n0\r\n\r\n"),
], ids=["no chunks", "no bytes", "blanks"])
def test_an_empty_body_is_no_body(server, org, framing, body):
    """Envoy and linkerd send a chunked body of no chunks with each GET."""
    item = org.add(pictures.photo(16, 12))
    org.point("goes", item["hash"])
    key = f"Host: x\nApi-Key: {org.key}\n{framing}\n\n"
    for head, status in ((f"GET /sourceimages/{org.organization} HTTP/1.1\n", 200),
                         (f"GET /render/{org.organization}/dynamic/noop/{item['hash']}.png HTTP/1.1\n", 200),
                         (f"DELETE {org.alias_path('goes')} HTTP/1.1\n", 204)):
        answer, goes_on = ask(server, head + key, body)
        assert (answer.status, goes_on) == (status, True), head


@pytest.mark.parametrize("framing, body, status", [
    ("Content-Length: 2", b"{}", 204), ("Content-Length: 4", b" {}\n", 204),
    ("Transfer-Encoding: chunked", b"2\r\n{}\r\n0\r\n\r\n", 204), ("Content-Length: 7", b'{"a":1}', 400),
], ids=["object", "blanks", "in a chunk", "with a field"])
def test_an_empty_object_may_come_with_delete(server, org, framing, body, status):
    org.point("goes", org.add(pictures.photo(16, 12))["hash"])
    answer, goes_on = ask(server, f"DELETE {org.alias_path('goes')} HTTP/1.1\nHost: x\nApi-Key: {org.key}\n{framing}\n\n", body)
    assert (answer.status, goes_on) == (status, status == 204)


@pytest.mark.parametrize("framing, body", [
    ("Content-Length: 7", b'{"a":1}'), ("Content-Length: 2", b"{}"),
    ("Transfer-Encoding: chunked", b"1\r\nx\r\n0\r\n\r\n"),
    ("Content-Length: 100", b" " * 100),
], ids=["fields", "object", "chunk", "too long"])
def test_a_body_that_says_something_is_refused_where_none_is_taken(server, org, framing, body):
    hash_ = org.add(pictures.photo(16, 12))["hash"]
    for path in (f"/sourceimages/{org.organization}", f"/render/{org.organization}/dynamic/noop/{hash_}.png"):
        answer, goes_on = ask(server, f"GET {path} HTTP/1.1\nHost: x\nApi-Key: {org.key}\n{framing}\n\n", body)
        assert (answer.status, goes_on) == (400, False)


def test_preamble_padding_and_epilogue_of_a_form_are_ignored(org):
    data = pictures.photo(16, 12, seed=3)
    body = (b"This is a form.\r\n\r\n--XyZ \t\r\nContent-Disposition: form-data; name=\"filedata\"; filename=\"a.jpg\"\r\n\r\n"
            + data + b"\r\n--XyZ--  \r\nThat was it.")
    answer = org.request("POST", f"/sourceimages/{org.organization}", data=body,
                         headers={"Content-Type": "multipart/form-data; boundary=XyZ"})
    assert answer.status_code == 201, answer.text
    assert org.image(answer.json()["items"][0]["hash"], "/download").content == data


def test_a_form_may_be_called_json(org):
    """curl -H 'Content-Type: application/json' -F f=@photo.jpg, as the reference prints it; it was refused."""
    done = subprocess.run(["curl", "--silent", "--header", f"Api-Key: {org.key}", "--header", "Content-Type: application/json", "--form",
                           "f=@-;filename=a.jpg", f"{org.url}/sourceimages/{org.organization}"],
                          input=pictures.photo(16, 12, seed=5), capture_output=True, timeout=60)
    assert done.returncode == 0
    assert json.loads(done.stdout)["items"][0]["name"] == "a.jpg"


@pytest.mark.parametrize("value", ["123", "1.2.3", "abc_d-4"])
def test_v_is_a_cache_buster_where_it_is_no_json(org, value):
    path = f"/dynamic/resize-width-8/{org.add(pictures.photo(16, 12))['hash']}.png"
    busted = org.render(f"{path}?v={value}")
    assert busted.status_code == 200, busted.text
    assert busted.content == org.render(path).content


@pytest.mark.parametrize("date", ["Fri, 01 Jan 2100 00:00:00 GMT", "Friday, 01-Jan-66 00:00:00 GMT", "Fri Jan  1 00:00:00 2100"])
def test_all_three_forms_of_dates_count(org, date):
    item = org.add(pictures.photo(16, 12))
    assert org.image(item["hash"], "/download", headers={"If-Modified-Since": date}).status_code == 304
    early = date.replace("2100", "1990").replace("-66 ", "-90 ")
    assert org.image(item["hash"], "/download", headers={"If-Modified-Since": early}).status_code == 200


def test_the_preflight_knows_what_upload_widgets_send(org):
    answer = org.with_key(None).request("OPTIONS", f"/sourceimages/{org.organization}", headers={
        "Origin": "https://cms.example", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-requested-with, cache-control"})
    allowed = {name.strip().lower() for name in answer.headers["Access-Control-Allow-Headers"].split(",")}
    assert {"x-requested-with", "cache-control", "if-modified-since", "if-range"} <= allowed


def test_the_php_command_line_sends_numbers_of_an_area_as_texts(org):
    """image:set-subjectarea; it was refused."""
    hash_ = org.add(pictures.photo(160, 120, seed=4))["hash"]
    body = '{"width":"50","height":"40","x":"10","y":"0","percentage":false}'
    answer = org.image(hash_, "/meta/dynamic/subject_area", method="PUT", data=body)
    assert answer.status_code == 201, answer.text
    area = {"x": 10, "y": 0, "width": 50, "height": 40, "percentage": False}
    assert answer.json()["dynamic_metadata"] == {"subject_area": area}
    as_numbers = org.image(hash_, "/meta/dynamic/subject_area", method="PUT", json=area)
    assert as_numbers.json()["hash"] == answer.json()["hash"]


def test_the_dashboard_sends_what_its_form_knows_of_an_operation(new_org):
    """No stack could be made there, nor a preview of one."""
    body = {"operations": [{"id": "1795981718578-1.54820649504578", "name": "resize", "errors": {},
                            "options": {"width": 300, "upscale": True, "upscale_dpr": True, "sharpen": False, "enabled": True, "mode": "box"}}],
            "options": {}, "description": "Created by the rokka Dashboard. Can be safely deleted."}
    answer = new_org.put_stack("_preview_rokka_dashboard", body, overwrite=True)
    assert answer.status_code == 201, answer.text
    assert answer.json()["stack_operations"] == [{"name": "resize", "options": body["operations"][0]["options"]}]


# Names of files


@pytest.mark.parametrize("sent, name", [
    (b"K\xe4se.jpg", "Käse.jpg"), ("Käse.jpg".encode(), "Käse.jpg"), (b"C:\\Users\\anna\\a.jpg", "a.jpg"),
    (b"/home/anna/b.jpg", "b.jpg"), (b"a" * 7000, "a" * 255), (b"\xe4" * 7000, "ä" * 127),
], ids=["Latin-1", "UTF-8", "Windows folder", "folder", "7 KB", "7 KB of Latin-1"])
def test_a_name_is_utf8_without_folders_and_no_longer_than_a_name(new_org, sent, name):
    """One Latin-1 name made every list of the organization invalid JSON."""
    body = (b"--b\r\nContent-Disposition: form-data; name=\"filedata\"; filename=\"" + sent + b"\"\r\n\r\n"
            + pictures.photo(16, 12) + b"\r\n--b--\r\n")
    answer = new_org.request("POST", f"/sourceimages/{new_org.organization}", data=body,
                             headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert answer.status_code == 201, answer.content
    assert json.loads(answer.content.decode("utf-8"))["items"][0]["name"] == name
    listed = json.loads(new_org.images().content.decode("utf-8"))
    assert [item["name"] for item in listed["items"]] == [name]
    download = new_org.image(listed["items"][0]["hash"], "/download")
    assert download.status_code == 200
    assert len(download.headers["Content-Disposition"]) < 2000


def test_other_texts_of_a_form_are_utf8_too(new_org):
    def upload(field, text):
        body = (b'--b\r\nContent-Disposition: form-data; name="filedata"; filename="a.jpg"\r\n\r\n' + pictures.photo(16, 12)
                + b'\r\n--b\r\nContent-Disposition: form-data; name="' + field + b'"\r\n\r\n' + text + b"\r\n--b--\r\n")
        return new_org.request("POST", f"/sourceimages/{new_org.organization}", data=body,
                               headers={"Content-Type": "multipart/form-data; boundary=b"})

    taken = upload(b"meta_user[0]", b'{"title": "K\xe4se"}')
    assert taken.status_code == 201, taken.content
    assert json.loads(taken.content.decode("utf-8"))["items"][0]["user_metadata"] == {"title": "Käse"}
    refused = upload(b"K\xe4se", b"1")
    assert refused.status_code == 400
    assert "knows no field" in json.loads(refused.content.decode("utf-8"))["message"]
