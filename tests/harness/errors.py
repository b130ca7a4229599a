"""The one shape of every error."""


def assert_error(answer, code, invalid_authentication=False):
    """One shape everywhere, and nothing besides."""
    assert answer.status_code == code, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    message = body["message"]
    wanted = {"error": {"code": code, "message": message}, "code": code, "message": message}
    if invalid_authentication:
        wanted["invalid_authentication"] = True
    assert body == wanted
    assert len(message) > 10


def assert_headers_of_an_error(headers):
    """`headers`: of an answer, whoever made it: the server, or what stands before it."""
    found = {name.lower(): value for name, value in headers.items()}
    assert found["x-content-type-options"] == "nosniff"
    assert found["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
    assert found["access-control-allow-origin"] == "*"
