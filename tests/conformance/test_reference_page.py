"""GET /doc in a browser: the API's reference, which needs nothing but itself."""

import pytest

from browser import Page


@pytest.mark.parametrize("width", [1300, 400], ids=["desktop", "phone"])
def test_the_reference_is_read_in_a_browser(server, width):
    described = server.anonymous().get("/doc").json()
    routes = sum(len(methods) for methods in described["paths"].values())
    with Page(width, 800) as page:
        page.open(server.url + "/doc")
        assert page.run("document.title") == "rucola API"
        assert page.run("document.querySelectorAll('section').length") == routes + len(described["components"]["schemas"])
        assert page.run("performance.getEntriesByType('resource').length") == 0
        assert page.run("getComputedStyle(document.querySelector('nav')).position") == ("fixed" if width > 1000 else "static")
        assert page.run("document.documentElement.scrollWidth <= innerWidth"), "nothing is cut off at the right"
        page.run("document.querySelector('nav a[href=\"#put-stacks-org-name\"]').click()")
        top = page.run("document.querySelector('#put-stacks-org-name').getBoundingClientRect().top")
        assert 0 <= top < 100
        assert page.run("document.querySelector(':target h3').innerText").split() == ["PUT", "/stacks/{org}/{name}"]
