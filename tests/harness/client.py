"""A client of one organization: plain HTTP calls, nothing smoothed over."""

import json
import threading

import requests

LIMIT_SECONDS = 120

_sessions = threading.local()


def _session() -> requests.Session:
    """One connection pool a thread: requests' sessions are not made to be shared."""
    if not hasattr(_sessions, "session"):
        session = requests.Session()
        session.trust_env = False  # no proxy stands between us and loopback
        session.headers.clear()
        session.headers.update({"Accept": "*/*", "Accept-Encoding": "identity"})
        _sessions.session = session
    return _sessions.session


class Client:
    def __init__(self, url: str, organization: str, key: str | None):
        self.url = url
        self.organization = organization
        self.key = key

    def with_key(self, key: str | None) -> "Client":
        return Client(self.url, self.organization, key)

    def of(self, organization: str) -> "Client":
        """The same key, another organization's paths."""
        return Client(self.url, organization, self.key)

    def request(self, method: str, path: str, headers: dict | None = None, **options) -> requests.Response:
        sent = dict(headers or {})
        if self.key is not None:
            sent.setdefault("Api-Key", self.key)
        options.setdefault("timeout", LIMIT_SECONDS)
        return _session().request(method, self.url + path, headers=sent, allow_redirects=False, **options)

    def get(self, path: str, **options) -> requests.Response:
        return self.request("GET", path, **options)

    def delete(self, path: str, **options) -> requests.Response:
        return self.request("DELETE", path, **options)

    # Source images

    def upload(self, *files, fields: dict | None = None, field: str = "filedata[]") -> requests.Response:
        """Each file is its bytes, or a pair of a name and its bytes."""
        parts = []
        for number, file in enumerate(files):
            name, data = file if isinstance(file, tuple) else (f"file{number}.bin", file)
            parts.append((field, (name, data, "application/octet-stream")))
        for name, value in (fields or {}).items():
            parts.append((name, (None, value)))
        return self.request("POST", f"/sourceimages/{self.organization}", files=parts)

    def add(self, data: bytes, name: str = "picture.jpg") -> dict:
        """Uploads one file that must be taken, and returns its object."""
        answer = self.upload((name, data))
        assert answer.status_code in (200, 201), answer.text
        return answer.json()["items"][0]

    def image(self, hash_: str, rest: str = "", method: str = "GET", **options) -> requests.Response:
        return self.request(method, f"/sourceimages/{self.organization}/{hash_}{rest}", **options)

    def images(self, **query) -> requests.Response:
        return self.get(f"/sourceimages/{self.organization}", params=query)

    # Stacks

    def put_stack(self, name: str, body, overwrite: bool | None = None, **options) -> requests.Response:
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        query = {} if overwrite is None else {"overwrite": "true" if overwrite else "false"}
        return self.request("PUT", f"/stacks/{self.organization}/{name}", params=query, data=text, **options)

    def stack(self, name: str, *operations: dict, **stack_options) -> str:
        """Stores a stack that must be taken, and returns its name. Options: dots become double underscores."""
        chosen = {option.replace("__", "."): value for option, value in stack_options.items()}
        answer = self.put_stack(name, {"operations": list(operations), "options": chosen}, overwrite=True)
        assert answer.status_code in (200, 201), answer.text
        return name

    # Aliases

    def alias_path(self, name: str) -> str:
        return f"/sourceimages/{self.organization}/alias/{name}"

    def put_alias(self, name: str, hash_, overwrite: bool | None = None, **options) -> requests.Response:
        query = {} if overwrite is None else {"overwrite": "true" if overwrite else "false"}
        return self.request("PUT", self.alias_path(name), params=query, json={"hash": hash_}, **options)

    def point(self, name: str, hash_: str) -> dict:
        """Points an alias at an image, whether it exists or not."""
        answer = self.put_alias(name, hash_, overwrite=True)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def alias(self, name: str, **options) -> requests.Response:
        return self.get(self.alias_path(name), **options)

    def delete_alias(self, name: str, **options) -> requests.Response:
        return self.delete(self.alias_path(name), **options)

    def purge_alias(self, name: str) -> requests.Response:
        return self.delete(self.alias_path(name) + "/cache")

    # Renders: no key is sent with them, as browsers send none

    def render(self, path: str, method: str = "GET", **options) -> requests.Response:
        """By path: /render/{org}{path}."""
        return self.with_key(None).request(method, f"/render/{self.organization}{path}", **options)

    def render_on_host(self, path: str, headers: dict | None = None, **options) -> requests.Response:
        """By host: {org}.localhost."""
        sent = {"Host": f"{self.organization}.localhost", **(headers or {})}
        return self.with_key(None).request("GET", path, headers=sent, **options)
