"""A base without sources and interests is spoken of in the words that it has."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import pytest

import advisor

CAR = str(Path(__file__).parent / "bases" / "car")
COMMANDS = [
    *(
        ["advise", name, *more]
        for name in ("burned-points", "flat-battery")
        for more in ([], ["--long"])
    ),
    ["advise", "burned-points", "--format", "lines"],
    ["explain", "1", "burned-points"],
    ["explain", "1", "burned-points", "--long"],
    ["why-not", "repair(driver, gap)", "burned-points", "--long"],
    ["flip", "1", "burned-points", "--long"],
    ["what-if", "burned-points", "--long"],
    ["stress", "burned-points", "--long"],
    *(
        ["brief", "burned-points", "--annex", "--format", f]
        for f in ("terminal", "markdown", "html")
    ),
    *(["audit", *how] for how in (["--long"], ["--format", "markdown"], ["--format", "html"])),
    *([what, "--long"] for what in ("facts", "rules", "templates", "scenarios")),
    ["test", "--long", "--coverage"],
    ["survey", "burned-points", "--format", "html"],
]
OF_OTHERS = re.compile(
    r"interest|\bsource|cited|our own|nobody's|\bgraded?\b|Quality of Information|corroborated by|"
    r"Natural Earth|judgment|\bparty|\bstate\b|diplom",
    re.IGNORECASE,
)
MARKUP = re.compile(r"<(style|script|svg).*?</\1>|<[^>]*>", re.DOTALL)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nothing_is_said_of_what_a_base_has_not(command, run):
    """No command speaks of sources, interests or grades of evidence over a base that has none."""
    code, out, err = run(*command, "--base", CAR)
    assert code in {0, 1}, err
    told = MARKUP.sub(" ", out)
    if command[0] == "audit":
        told = told[: told.rfind("What was looked for")]  # what it is that any audit looks for
    assert not OF_OTHERS.findall(told)


def test_a_consultation_that_asks_nothing_says_why(run, monkeypatch):
    """Where rules need facts that nobody is asked about, and none is there, that is told."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    law = str(Path(__file__).parent / "public" / "rates-rebate")
    code, out, _ = run("consult", "--base", law)
    assert code == 0
    assert "Rules ask for facts of 'terms' that nobody is asked about, and there are none." in out
    _, out, _ = run("consult", "terms", "--base", law)
    assert "Rules ask for facts" not in out


def test_a_background_alone_is_nothing_known():
    """A consultation over a base with a background asks from nothing, and leaves nothing open."""
    wine = advisor.load_base(Path(CAR).parent / "wine")
    talk = advisor.interview(wine, scope=advisor.Scope())
    said = {"dish": "turkey", "sauce": "sweet", "flavour": "average"}
    while talk.question is not None:
        about = str(talk.question.about).split("(")[0].split(":")[0]
        talk.answer(said.get(about, "unknown") if about in said else "none")
    found = talk.advice()
    assert found.lines[0].says == "Serve a Gamay."
    assert not found.open
