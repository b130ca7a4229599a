"""What the npm packages can do is what the tests beside this one call: nothing of it goes untried."""

import ast

from rokka_client import HERE


def called_in_tests() -> set[str]:
    """The methods that some test calls by its name: rokka.must("stacks.get", …), rokka.call("stacks.get", …)."""
    called = set()
    for path in HERE.glob("test_rokka_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("must", "call")
            if is_call and isinstance(node.args[0], ast.Constant):
                called.add(node.args[0].value)
    return called


def test_every_method_of_the_packages_is_called_by_a_test(rokka):
    methods = rokka.methods()
    assert len(methods) == len(set(methods)) > 80
    assert sorted(called_in_tests()) == sorted(methods)
