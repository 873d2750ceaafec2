"""The program as a library: small, documented, and what the command line itself is built on."""

from __future__ import annotations

import ast
import doctest
import inspect
from pathlib import Path

import pytest

import advisor
from advisor import api

CLI = Path(advisor.__file__).parent / "cli"


def test_the_examples_of_the_api_are_true():
    """The doctests of the API run, and there are some."""
    results = doctest.testmod(api)
    assert results.attempted >= 5
    assert not results.failed


@pytest.mark.parametrize("name", advisor.__all__)
def test_every_public_name_is_documented(name):
    """Each name that `import advisor` gives exists, says what it is, and types its parameters."""
    found = getattr(advisor, name)
    assert inspect.getdoc(found)
    if inspect.isfunction(found):
        signature = inspect.signature(found)
        assert signature.return_annotation is not inspect.Signature.empty
        for parameter in signature.parameters.values():
            assert parameter.annotation is not inspect.Parameter.empty


def test_an_unknown_name_is_an_attribute_error():
    """The lazy loading of names does not swallow a misspelling."""
    with pytest.raises(AttributeError, match="advize"):
        _ = advisor.advize


def test_the_command_line_uses_the_api():
    """No command evaluates anything itself: graph, engine and evaluation stay behind the API."""
    hidden = {"advisor.graph", "advisor.engine", "advisor.explanation", "advisor.solve"}
    for path in sorted(CLI.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in hidden:
                assert {alias.name for alias in node.names} <= {"MAX_DEPTH"}, path.name


def test_results_are_frozen():
    """A result cannot be changed by whoever reads it."""
    advice = advisor.advise(advisor.load())
    with pytest.raises(AttributeError):
        advice.client = "nobody"
    with pytest.raises(AttributeError):
        advice.recommendations[0].grade = 8


def test_bad_input_raises_the_projects_own_error():
    """What is wrong comes as problems with a message, never as something else."""
    for call in (
        lambda: advisor.load("no-such-scenario"),
        lambda: advisor.load(base="/no/such/folder"),
        lambda: advisor.advise(advisor.load(), "atlantis"),
        lambda: advisor.explain(advisor.load(), "no-such-template"),
        lambda: advisor.why_not(advisor.load(), "shortage(pakistan)"),
        lambda: advisor.what_if(advisor.load(), assume=["shortage(atlantis, energy)"]),
        lambda: advisor.flip(advisor.load(), "shortage"),
        lambda: advisor.flip(advisor.load(), "use-forum", only=["shortge"]),
    ):
        with pytest.raises(advisor.AdvisorError) as raised:
            call()
        assert all(problem.message for problem in raised.value.problems)


def test_explain_of_what_does_not_hold_is_its_why_not():
    """Asked how of what does not hold, the API says so and gives the why-not."""
    found = advisor.explain(advisor.load(), "invite-visit")
    assert found.note and not found.held
    assert found.misses


def test_why_not_of_what_holds_is_its_how():
    """Asked why not of what holds, the API says so and gives the how."""
    found = advisor.why_not(advisor.load(), "use-forum(pakistan, russia, sco, terrorism)")
    assert found.note and not found.misses
    assert found.held[0].lower >= 4
