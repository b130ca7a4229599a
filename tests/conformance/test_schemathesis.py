"""schemathesis makes requests from GET /doc, sound ones and broken ones: every answer is one that the description has.

SCHEMATHESIS_EXAMPLES is how many it makes for each route beside the systematic ones; more than the default take longer than a
test run should, and find more.
"""

import json
import os
import re
import subprocess

import pytest

from harness import pictures
from harness.server import clean_environment

from rokka_client import HERE

EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES", "5")
UNBOUNDED = "[api]\nrequests_per_second = 0\norganization_requests_per_second = 0\n[server]\nheader_limit = 65536\n"
# Names in paths mean another thing on each kind of route.
NAMES = {"/alias/": "logo", "^/stacks/": "thumb", "/meta/dynamic/": "subject_area", "/options/.name": "protect_dynamic_stack"}


def configuration(org, image: str) -> str:
    text = (HERE / "schemathesis.toml").read_text()
    text += f'\n[parameters]\n"path.org" = "{org.organization}"\n"path.hash" = "{image}"\n'
    for pattern, name in NAMES.items():
        text += f'\n[[operations]]\ninclude-path-regex = {json.dumps(pattern)}\nparameters = {{ "path.name" = "{name}" }}\n'
    return text


@pytest.mark.time_limit(1800)
def test_every_answer_is_as_described(start_server, schemathesis_packages, tmp_path):
    server = start_server(UNBOUNDED)
    org = server.organization()
    image = org.add(pictures.photo(16, 12, seed=2600))["hash"]
    org.point("logo", image)
    org.stack("thumb", {"name": "resize", "options": {"width": 10}})
    (tmp_path / "schemathesis.toml").write_text(configuration(org, image))
    command = ["/usr/bin/python3", "-m", "schemathesis.cli", "--config-file", "schemathesis.toml", "run", server.url + "/doc",
               "--header", f"Api-Key: {org.key}", "--seed", "1", "--max-examples", EXAMPLES, "--no-color"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=1800,
                          env=clean_environment({"PYTHONPATH": str(schemathesis_packages)}))
    assert done.returncode == 0, "\n".join(line[:500] for line in done.stdout.splitlines()[-500:]) + done.stderr
    paths = server.anonymous().get("/doc").json()["paths"]
    described = sum(not method.startswith("x-") for methods in paths.values() for method in methods)
    tested = int(re.search(r"Tested: (\d+)\n", done.stdout)[1])
    assert tested == described - 1, "all but GET /doc, from which the description came"
    assert server.anonymous().get("/readyz").status_code == 200
