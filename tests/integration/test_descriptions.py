"""Descriptions and labels, made by a service that the operator names: tools/vision_example.py, and worse ones."""

import base64
import http.server
import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from harness import pictures, raw_http
from harness.busy import under_way
from harness.describing import SECRET, config, example_service
from harness.errors import assert_error
from harness.server import Rucola
from harness.site import ALLOW_LOOPBACK, Site
from harness.waiting import wait_until


class Service:
    """Answers what the test says, and remembers what it was asked."""

    def __init__(self):
        self.reply = (200, {}, {"descriptions": {"en": "Anything."}, "labels": ["anything"]})
        self.asked = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.asked.append((dict(self.headers), json.loads(body)))
                service.may_answer.wait()
                status, headers, answer = service.reply
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                for name, value in {"Content-Length": str(len(data)), **headers}.items():
                    self.send_header(name, value)
                try:
                    self.end_headers()
                    self.wfile.write(data)
                except ConnectionError:
                    pass  # nobody waits for it any more

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self):
        self.may_answer.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def described_org():
    with example_service() as url, Rucola(config(url)) as server:
        yield server.organization()


@pytest.fixture
def service():
    service = Service()
    yield service
    service.close()


def describe(org, hash_, languages=("en",), **more):
    return org.image(hash_, "/autodescription", method="POST", json={"languages": list(languages), **more})


def label(org, hash_):
    return org.image(hash_, "/autolabel", method="POST")


def wish(org, data, name="picture.jpg", **asked):
    return org.upload((name, data), fields={"meta_static[0]": json.dumps({"auto_description": asked})})


def metadata(org, hash_):
    return org.image(hash_).json()["user_metadata"] or {}


# As it should be


def test_an_image_is_described(described_org):
    hash_ = described_org.add(pictures.photo(400, 300, seed=5001))["hash"]
    answer = describe(described_org, hash_, ["de", "en", "fr", "it"])
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["hash"] == hash_, "the PHP library reads an image"
    assert body["descriptions"]["en"] == "A wide picture, 400 by 300 pixels."
    assert set(body["descriptions"]) == {"de", "en", "fr", "it"}
    for language, text in body["descriptions"].items():
        assert body["user_metadata"][f"auto_description_{language}"] == text
    assert metadata(described_org, hash_) == body["user_metadata"]


def test_an_image_is_labelled_and_found_by_it(described_org):
    hash_ = described_org.add(pictures.photo(120, 160, seed=5002))["hash"]
    answer = label(described_org, hash_)
    assert answer.status_code == 200, answer.text
    assert answer.json()["labels"] == ["portrait", "small"]
    assert answer.json()["user_metadata"]["array:auto_labels"] == ["portrait", "small"]
    found = described_org.images(**{"user:array:auto_labels": "portrait"}).json()
    assert [item["hash"] for item in found["items"]] == [hash_]
    assert label(described_org, hash_).json()["labels"] == ["portrait", "small"], "they are replaced, not added to"


def test_what_the_npm_package_and_the_php_library_send(described_org):
    hash_ = described_org.add(pictures.photo(400, 300, seed=5003))["hash"]
    sent = described_org.image(hash_[:8], "/autodescription", method="POST", data='{"languages":["de","fr"],"force":false}',
                               headers={"Content-Type": "text/plain;charset=UTF-8"})
    assert sent.status_code == 200, sent.text
    assert label(described_org, hash_[:8]).status_code == 200


def test_an_upload_is_described_after_its_answer(described_org):
    """As the reference prints it."""
    answer = wish(described_org, pictures.photo(300, 300, seed=5004), languages=["de", "en"])
    assert answer.status_code == 201, answer.text
    hash_ = answer.json()["items"][0]["hash"]
    shown = wait_until(lambda: metadata(described_org, hash_), "the image to be described")
    assert shown == {"auto_description_de": "Ein Bild im Quadrat, 300 mal 300 Pixel.",
                     "auto_description_en": "A square picture, 300 by 300 pixels."}


# What the service is sent


def test_the_service_gets_a_small_picture_without_the_files_metadata(start_server, service):
    org = start_server(config(service.url)).organization()
    photo = Image.open(io.BytesIO(pictures.photo(3000, 1500, seed=5010)))
    exif = Image.Exif()
    exif[0x010F] = "a maker"
    data = io.BytesIO()
    photo.save(data, "JPEG", exif=exif)
    hash_ = org.add(data.getvalue())["hash"]
    assert describe(org, hash_).status_code == 200
    headers, question = service.asked[0]
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert headers["Content-Type"] == "application/json"
    image = question.pop("image")
    assert question == {"version": 1, "task": "describe", "languages": ["en"], "organization": org.organization, "hash": hash_}
    shown = Image.open(io.BytesIO(base64.b64decode(image["base64"])))
    assert (shown.format, shown.size) == ("JPEG", (image["width"], image["height"])) == ("JPEG", (1024, 512))
    assert not shown.getexif()


@pytest.mark.parametrize("kind", ["upright", "transparent", "animation", "small"])
def test_every_kind_of_picture_is_shown(start_server, service, kind):
    data = {"upright": pictures.oriented_jpeg(6, 120, 80), "transparent": pictures.transparent_png(200, 100),
            "animation": pictures.animation("GIF", 80, 60), "small": pictures.png(1, 1)}[kind]
    size = {"upright": (120, 80), "transparent": (200, 100), "animation": (80, 60), "small": (1, 1)}[kind]
    org = start_server(config(service.url)).organization()
    item = org.add(data)
    assert describe(org, item["hash"]).status_code == 200
    image = service.asked[0][1]["image"]
    shown = Image.open(io.BytesIO(base64.b64decode(image["base64"])))
    assert shown.size == (item["width"], item["height"]) == size


def test_what_is_described_already_is_asked_for_only_by_force(start_server, service):
    org = start_server(config(service.url)).organization()
    hash_ = org.add(pictures.photo(40, 30, seed=5012))["hash"]
    service.reply = (200, {}, {"descriptions": {"en": "First.", "de": "Zuerst."}})
    assert describe(org, hash_, ["en"]).json()["descriptions"] == {"en": "First."}
    service.reply = (200, {}, {"descriptions": {"en": "Second.", "de": "Danach."}})
    assert describe(org, hash_, ["en"]).json()["descriptions"] == {"en": "First."}
    assert len(service.asked) == 1
    assert describe(org, hash_, ["en", "de"]).json()["descriptions"] == {"en": "First.", "de": "Danach."}
    assert service.asked[-1][1]["languages"] == ["de"]
    assert describe(org, hash_, ["en"], force=True).json()["descriptions"] == {"en": "Second."}


# What can't be


def test_without_a_service_it_is_501(new_org):
    hash_ = new_org.add(pictures.photo(40, 30, seed=5020))["hash"]
    for answer in (describe(new_org, hash_), label(new_org, hash_)):
        assert_error(answer, 501)
        assert "vision.url" in answer.json()["message"]
    before = new_org.images().json()["total"]
    assert_error(wish(new_org, pictures.photo(40, 30, seed=5021), languages=["de"]), 501)
    assert new_org.images().json()["total"] == before, "nothing is stored of an upload that asks for what can't be"


@pytest.mark.parametrize("body", [{}, {"languages": []}, {"languages": "de"}, {"languages": ["deutsch"]}, {"languages": ["de", "de"]},
                                  {"languages": ["de"], "force": "maybe"}, {"language": ["de"]}, {"languages": [1]},
                                  {"languages": [a + b for a in "abc" for b in "wxyz"]}])
def test_a_call_that_is_none(described_org, body):
    hash_ = described_org.add(pictures.photo(40, 30, seed=5022))["hash"]
    assert_error(described_org.image(hash_, "/autodescription", method="POST", json=body), 400)


@pytest.mark.parametrize("static", [{"exif": {}}, {"auto_description": {}}, {"auto_description": ["de"]}, {"auto_description": {"languages": []}},
                                    {"auto_description": {"languages": ["de"], "forced": True}}, {"auto_description": {"languages": ["de"], "force": 1}}])
def test_a_wish_that_is_none(described_org, static):
    refused = described_org.upload(("a.jpg", pictures.photo(40, 30, seed=5023)), fields={"meta_static[0]": json.dumps(static)})
    assert_error(refused, 400)
    assert "meta_static[0]" in refused.json()["message"]


def test_images_that_can_not_be_described(described_org, server):
    nothing = "0" * 40
    assert_error(describe(described_org, nothing), 404)
    assert_error(label(described_org, nothing), 404)
    locked = described_org.add(pictures.photo(40, 30, seed=5024))["hash"]
    assert described_org.image(locked, "/options/locked", method="PUT", data="true").status_code == 200
    assert_error(describe(described_org, locked), 403)
    assert_error(label(described_org, locked), 403)


def test_a_language_that_the_service_does_not_speak(described_org):
    hash_ = described_org.add(pictures.photo(40, 30, seed=5025))["hash"]
    refused = describe(described_org, hash_, ["en", "rm"])
    assert_error(refused, 422)
    assert '"rm"' in refused.json()["message"]
    assert metadata(described_org, hash_) == {}


@pytest.mark.parametrize("reply,status", [
    ((200, {}, b"<html>"), 500), ((200, {}, {"descriptions": "x"}), 500), ((404, {}, {}), 500), ((500, {}, {}), 500), ((401, {}, {}), 500),
    ((302, {"Location": "http://127.0.0.1:1/"}, {}), 500), ((422, {}, {}), 422), ((501, {}, {}), 501), ((429, {"Retry-After": "7"}, {}), 503),
    ((503, {}, {}), 503), ((200, {}, b'{"descriptions":{"en":"' + b"x" * (1 << 20) + b'"}}'), 500)])
def test_what_a_service_may_say(start_server, service, reply, status):
    org = start_server(config(service.url)).organization()
    hash_ = org.add(pictures.photo(40, 30, seed=5026))["hash"]
    service.reply = reply
    answer = describe(org, hash_)
    assert_error(answer, status)
    assert "html" not in answer.text and SECRET not in answer.text
    if status == 503:
        assert int(answer.headers["Retry-After"]) == int(reply[1].get("Retry-After", 10))
    assert metadata(org, hash_) == {}


def test_a_service_that_is_not_there_or_silent(start_server, service):
    org = start_server(config("http://127.0.0.1:1/")).organization()
    assert_error(describe(org, org.add(pictures.photo(40, 30, seed=5027))["hash"]), 503)
    slow = start_server(config(service.url, timeout=1)).organization()
    service.may_answer.clear()
    assert_error(describe(slow, slow.add(pictures.photo(40, 30, seed=5028))["hash"]), 504)


def test_a_wish_outlives_the_server_and_a_service_that_is_down(start_server, service):
    """The service is asked while the server ends; it is asked again by the next."""
    server = start_server(config(service.url))
    org = server.organization()
    service.may_answer.clear()
    hash_ = wish(org, pictures.photo(40, 30, seed=5029), languages=["en"]).json()["items"][0]["hash"]
    wait_until(lambda: service.asked, "the service to be asked")
    assert metadata(org, hash_) == {}
    assert server.stop() == 0
    service.may_answer.set()
    server.start()
    assert wait_until(lambda: metadata(org, hash_), "the image to be described") == {"auto_description_en": "Anything."}


def test_a_wish_that_failed_waits_and_one_that_can_not_be_is_given_up(start_server, service):
    server = start_server(config(service.url))
    org = server.organization()
    for reply, event in (((503, {}, {}), "description_put_off"), ((422, {}, {}), "description_given_up")):
        service.reply = reply
        assert wish(org, pictures.photo(40, 30, seed=5030 + reply[0]), languages=["en"]).status_code == 201
        wait_until(lambda: event in server.log(), event)


def test_who_may_only_upload_changes_nothing_of_an_image_that_is_there(start_server, service):
    server = start_server(config(service.url))
    org = server.organization()
    data = pictures.photo(40, 30, seed=5031)
    hash_ = org.add(data)["hash"]
    uploader = org.with_key(server.create_user(org.organization, "upload")["api_key"])
    assert wish(uploader, data, languages=["en"]).status_code == 200
    new = wish(uploader, pictures.photo(40, 30, seed=5032), languages=["en"])
    assert new.status_code == 201, new.text
    wait_until(lambda: metadata(org, new.json()["items"][0]["hash"]), "the new image to be described")
    assert metadata(org, hash_) == {}


def test_who_may_only_upload_has_nothing_described_anew(start_server, service):
    """`force` of a key that stands in web pages let its holder do over what others had described, and pay for."""
    server = start_server(config(service.url))
    org = server.organization()
    uploader = org.with_key(server.create_user(org.organization, "upload")["api_key"])
    refused = wish(uploader, pictures.photo(40, 30, seed=5033), languages=["en"], force=True)
    assert_error(refused, 403)
    assert "force" in refused.json()["message"] and "sourceimages:write" in refused.json()["message"]
    assert org.images().json()["total"] == 0, "nothing is stored of it"
    assert wish(uploader, pictures.photo(40, 30, seed=5034), languages=["en"], force=False).status_code == 201
    for number, role in enumerate(("write", "sourceimages:write")):
        writer = org.with_key(server.create_user(org.organization, role)["api_key"])
        assert wish(writer, pictures.photo(40, 30, seed=5035 + number), languages=["en"], force=True).status_code == 201


def test_a_protected_image_is_described_to_those_who_may_see_it(start_server, service):
    """Who may neither download nor show it could read what is to be seen on it."""
    server = start_server(config(service.url))
    org = server.organization()
    protected = org.upload(("a.jpg", pictures.photo(40, 30, seed=5040)), fields={"options[0]": '{"protected": true}'}).json()["items"][0]
    open_one = org.add(pictures.photo(40, 30, seed=5041))
    blind = org.with_key(server.create_user(org.organization, "sourceimages:write")["api_key"])
    assert blind.image(protected["hash"], "/download").status_code == 403
    for refused in (describe(blind, protected["hash"]), describe(blind, protected["hash"], force=True), label(blind, protected["hash"])):
        assert_error(refused, 403)
        assert "sourceimages:download:protected" in refused.json()["message"]
    assert service.asked == []
    assert metadata(org, protected["hash"]) == {}
    assert describe(blind, open_one["hash"]).status_code == label(blind, open_one["hash"]).status_code == 200
    made = server.command("user", "create", "--email", "sees@example.com", "--organization", org.organization,
                          "--role", "sourceimages:write", "--role", "sourceimages:download:protected")
    seeing = org.with_key(json.loads(made.stdout)["api_key"])
    assert describe(seeing, protected["hash"]).status_code == label(seeing, protected["hash"]).status_code == 200
    assert describe(org, protected["hash"], force=True).status_code == 200


def tasks(server, state, executor="vision"):
    return server.metrics().total(f"rucola_executor_{state}", executor=executor)


def test_a_service_that_hangs_holds_up_no_fetches_and_no_other_organization(start_server, service):
    """Those who waited for it filled the threads that fetch, and uploads by URL of others waited with them."""
    server = start_server(ALLOW_LOOPBACK + config(service.url, timeout=300))
    strangers = [server.organization() for _ in range(2)]
    other = server.organization()
    hashes = [org.add(pictures.photo(40, 30, seed=5050))["hash"] for org in strangers]
    waits = other.add(pictures.photo(40, 30, seed=5051))["hash"]
    service.may_answer.clear()
    with under_way([lambda: describe(strangers[0], hashes[0])] * 20) as unanswered:
        wait_until(lambda: tasks(server, "running") == 8 and tasks(server, "waiting") == 12, "its share of the threads to be used up")
        with under_way([lambda: describe(strangers[1], hashes[1])]):
            wait_until(lambda: tasks(server, "running") == 9, "another organization to be heard")
            site = Site()
            site.answers["/a.jpg"] = (200, {}, pictures.photo(64, 48, seed=5052))
            assert other.upload(fields={"url[0]": f"{site.url}/a.jpg"}).status_code == 201
            site.close()
            assert tasks(server, "running", "remote") == 0
            assert unanswered() == 20
            service.may_answer.set()
            assert describe(other, waits).status_code == 200


def test_past_its_share_of_a_service_an_organization_is_told_so(start_server, service):
    server = start_server(config(service.url, timeout=300))
    org = server.organization()
    hash_ = org.add(pictures.photo(40, 30, seed=5053))["hash"]
    service.may_answer.clear()
    with under_way([lambda: describe(org, hash_)] * 72) as unanswered:
        wait_until(lambda: tasks(server, "waiting") == 64, "its places to be taken")
        assert_error(describe(org, hash_), 429)
        assert unanswered() == 72
        service.may_answer.set()


def test_who_leaves_has_nothing_described(start_server, service):
    """A silent service held a thread for each of them, for as long as it may take."""
    server = start_server(config(service.url, timeout=300) + '[log]\nformat = "json"\n')
    org = server.organization()
    hash_ = org.add(pictures.photo(40, 30, seed=5060))["hash"]
    service.may_answer.clear()

    def ask(call, body):
        connection = raw_http.Connection(server.port)
        connection.send(f"POST /sourceimages/{org.organization}/{hash_}/{call} HTTP/1.1\r\nHost: x\r\nApi-Key: {org.key}\r\n"
                        f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
        return connection

    with under_way([lambda: label(org, hash_)]) as unanswered:
        wait_until(lambda: tasks(server, "running") == 1, "one who stays to be waited for")
        asking = [ask("autodescription", '{"languages": ["en"]}') for _ in range(6)] + [ask("autolabel", "") for _ in range(6)]
        wait_until(lambda: (tasks(server, "running"), tasks(server, "waiting"), len(service.asked)) == (8, 5, 8), "all of them to wait")
        for connection in asking:
            connection.socket.close()
        wait_until(lambda: (tasks(server, "running"), tasks(server, "waiting")) == (1, 0), "their places to be free")
        assert unanswered() == 1

        def statuses():
            return [line["status"] for line in server.log_lines() if "/auto" in line.get("target", "")]

        wait_until(lambda: len(statuses()) == 12, "the access log")
        assert set(statuses()) == {499}
        service.may_answer.set()
        wait_until(lambda: unanswered() == 0, "who stayed to be answered")
    assert metadata(org, hash_) == {"array:auto_labels": ["anything"]}


def test_descriptions_that_wait_for_a_silent_service_do_not_hold_up_the_end(start_server, service):
    server = start_server(config(service.url, timeout=300) + "[server]\ndrain = 16\n")
    org = server.organization()
    hash_ = org.add(pictures.photo(40, 30, seed=5061))["hash"]
    service.may_answer.clear()
    with ThreadPoolExecutor(12) as pool:
        waiting = [pool.submit(describe, org, hash_) for _ in range(12)]
        wait_until(lambda: (tasks(server, "running"), tasks(server, "waiting")) == (8, 4), "all of them to wait")
        assert server.stop() == 0
        for one in waiting:
            assert_error(one.result(60), 503)


@pytest.mark.parametrize("setting", ['url = "ftp://127.0.0.1/"', 'url = "127.0.0.1:8090"', 'url = "http://u:p@127.0.0.1/"',
                                     'secret = "two words"', "timeout_seconds = 0"])
def test_settings_with_which_no_server_starts(setting):
    server = Rucola(f"[vision]\n{setting}\n")
    server.spawn()
    assert server.wait() != 0
    assert "vision." in server.log() + server.banner()
    server.close()
