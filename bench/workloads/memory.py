"""Memory under load: 50-megapixel sources on all workers, 10,000 renders of all kinds, and an upload of 1 GB."""

import http.client
import json
import random
import subprocess
import threading
import uuid
from pathlib import Path

from harness import effort, machine, paths, photo, pictures, usage
from harness.each_once import answered
from harness.report import Section
from harness.rucola import ORGANIZATION, Rucola, serving

RENDERS = effort.chosen(48, quick=4)
UPLOAD_SIDE = effort.chosen(11_600, quick=3_000)  # four bands of 16 bits: just over 1 GiB


MIXED = effort.chosen(10_000, quick=40)
MIXED_MEGAPIXELS = 13  # of the largest source: those that are larger have their own measurement
OUTPUTS = ["jpg"] * 6 + ["webp"] * 6 + ["png"] * 2 + ["avif"]
WORKERS_STAY = {"RUCOLA_RENDER_WORKER_RECYCLE_JOBS": "1000000000"}


def render_all(server: Rucola, image: str, widths: range) -> None:
    waiting = list(widths)
    failures: list[str] = []

    def client() -> None:
        while True:
            try:
                width = waiting.pop()
            except IndexError:
                return
            try:
                server.call("GET", server.render_path(f"dynamic/resize-width-{width}", f"{image}.jpg"))
            except RuntimeError as error:
                failures.append(str(error))

    clients = [threading.Thread(target=client) for _ in range(2 * machine.cores())]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    if failures:
        raise RuntimeError(failures[0])


def resident_workers(server: Rucola) -> list[float]:
    return [usage.resident(pid) for pid in usage.descendants(server.process.pid)]


def large_sources(section: Section, scratch: Path) -> None:
    with serving(scratch) as server:
        image = server.upload(photo.fifty_megapixels())
        half = RENDERS // 2
        render_all(server, image, range(1000, 1000 + half))
        early = max(resident_workers(server))
        render_all(server, image, range(1000 + half, 1000 + RENDERS))
        late = max(resident_workers(server))
        workers = usage.descendants(server.process.pid)
        section.add("50 megapixels on all workers, peak memory of a worker", max(map(usage.peak, workers)), "MiB")
        section.add("50 megapixels on all workers, peak memory of the server", usage.peak(server.process.pid), "MiB")
        section.ratio(f"memory of a worker after {RENDERS} such renders", late / early, f"that after {half}", less_is_better=True)


def mixed_paths(server: Rucola) -> list[str]:
    """Of pictures of all kinds, in all formats, none of them twice."""
    made = [pictures.picture(name, make()) for name, make in pictures.known().items()]
    images = [server.upload(each.file) for each in made if each.megapixels < MIXED_MEGAPIXELS]
    numbers = random.Random(82)
    paths_: set[str] = set()
    while len(paths_) < MIXED:
        image, output = numbers.choice(images), numbers.choice(OUTPUTS)
        options = "" if output == "png" else f"--o-{output}.quality-{numbers.randrange(40, 80)}"
        paths_.add(server.render_path(f"dynamic/resize-width-{numbers.randrange(100, 500)}{options}", f"{image}.{output}"))
    return sorted(paths_, key=lambda _: numbers.random())


def many_renders(section: Section, scratch: Path) -> None:
    with serving(scratch, WORKERS_STAY) as server:
        fifths = [mixed_paths(server)[i::5] for i in range(5)]
        workers = None
        memory: list[float] = []
        faults: list[float] = []
        for fifth in fifths:
            before = sum(map(usage.page_faults, workers or []))
            answered(server.port, fifth, 2 * machine.cores(), 3600)
            alive = usage.descendants(server.process.pid)
            if workers not in (None, alive):
                section.note("a worker was replaced meanwhile, which this is not meant to measure")
            faults.append((sum(map(usage.page_faults, alive)) - before) / len(fifth))
            memory.append(sum(resident_workers(server)))
            workers = alive
        section.add("memory of all workers after each fifth of the renders", memory, "MiB")
        section.add("pages given to the workers for a render, in each fifth", faults, "pages")
        section.ratio(f"memory of the workers after {MIXED} mixed renders", memory[-1] / memory[0], f"that after {MIXED // 5}",
                      "no growth", less_is_better=True)
        section.ratio("pages given to the workers for a render, last fifth", faults[-1] / faults[1], "the second fifth",
                      "no storm", less_is_better=True)


def send_streaming(server: Rucola, file: Path) -> None:
    """As a client with little memory would: the body goes out piece by piece."""
    mark = uuid.uuid4().hex
    head = f'--{mark}\r\nContent-Disposition: form-data; name="filedata"; filename="big.tif"\r\n\r\n'.encode()
    tail = f"\r\n--{mark}--\r\n".encode()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    connection.putrequest("POST", f"/sourceimages/{ORGANIZATION}")
    connection.putheader("Api-Key", server.key)
    connection.putheader("Content-Type", f"multipart/form-data; boundary={mark}")
    connection.putheader("Content-Length", str(len(head) + file.stat().st_size + len(tail)))
    connection.endheaders()
    connection.send(head)
    with file.open("rb") as content:
        while piece := content.read(1 << 20):
            connection.send(piece)
    connection.send(tail)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 201:
        raise RuntimeError(f"the upload of 1 GB: {answer.status} {body[:500]!r}")
    if json.loads(body)["items"][0]["size"] != file.stat().st_size:
        raise RuntimeError("the upload of 1 GB arrived with another size")


def big_upload(section: Section, scratch: Path) -> None:
    file = scratch / "big.tif"
    subprocess.run(["vips", "black", f"{scratch}/black.v", "8", "8", "--bands", "4"], check=True)
    subprocess.run(["vips", "cast", f"{scratch}/black.v", f"{scratch}/ushort.v", "ushort"], check=True)
    subprocess.run(
        ["vips", "embed", f"{scratch}/ushort.v", str(file), "0", "0", str(UPLOAD_SIDE), str(UPLOAD_SIDE), "--extend", "mirror"], check=True
    )
    with serving(scratch) as server:
        idle = usage.resident(server.process.pid)
        send_streaming(server, file)
        section.add(
            f"upload of {file.stat().st_size / 1e9:.2f} GB, peak memory of the server",
            usage.peak(server.process.pid),
            "MiB",
            target="under 100 MiB",
        )
        section.add("the same server before it", idle, "MiB")


def run(section: Section, scratch: Path) -> None:
    large_sources(section, scratch)
    with paths.scratch("mixed") as folder:
        many_renders(section, folder)
    with paths.scratch("upload") as folder:
        big_upload(section, folder)
