"""Two engines fire the same rules: which of them does when, and that nobody sees a difference."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from strategies import base_of, fact, pattern, rule, scenario_of, template

import advisor
from advisor.api import diff
from advisor.model import budget
from advisor.model.records import Instance
from advisor.reasoning import engines
from advisor.reasoning.building import build, graph_of
from advisor.reasoning.engine import Engine
from advisor.reasoning.evaluate import outcome
from advisor.reasoning.seminaive import SemiNaive

SMALL = Path(__file__).parent / "bases" / "small"
COMMANDS = (
    ("advise", "--long"),
    ("advise", "--for", "russia", "--format", "json"),
    ("advise", "nile-dam", "--table"),
    ("explain", "seek-investment", "--all"),
    ("why-not", "invite-visit"),
    ("what-if", "us-forces-leave", "--format", "json"),
    ("flip", "defer-visit"),
    ("stress", "--samples", "640", "--base", str(SMALL)),
    ("brief", "--format", "markdown", "--base", str(SMALL)),
    ("test", "--format", "json", "--base", str(SMALL)),
    ("audit", "--format", "json", "--base", str(SMALL)),
)
ENGINES = re.compile(r'  "engines": \[\n(    "\w+",?\n)+  \],\n')
X, Y = template("x", "A"), template("y", "A")
BASE = base_of([X, Y], [rule("r", [pattern("x", "$n")], [pattern("y", "$n")])])
FACTS = [Instance("x", (f"a{number}",)) for number in range(1, 5)]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_the_engine_changes_no_byte(command, run):
    """What a command prints is the same by either engine, but for the engine's name in JSON."""
    said = {}
    for engine in budget.ENGINES:
        code, out, err = run(*command, "--engine", engine)
        assert code in {0, 1}, err
        named = ENGINES.search(out)
        assert (named is not None) == ("json" in command)
        assert named is None or engine in json.loads(out)["engines"]
        said[engine] = code, ENGINES.sub("", out), err
    assert said[budget.EXPERTA] == said[budget.SEMINAIVE]


def test_an_engine_that_there_is_not_is_refused(run):
    """With those that there are."""
    code, out, err = run("advise", "--engine", "clips")
    assert (code, out) == (2, "")
    assert "'clips' is not one of 'experta', 'seminaive'" in err


def test_what_is_large_or_matched_often_is_left_to_the_quicker_engine(monkeypatch, tmp_path):
    """By the number of facts, also where a graph grows; unless somebody asks for an engine."""
    scenario = scenario_of(BASE, [fact(one) for one in FACTS[:2]])
    monkeypatch.setattr(engines, "LARGE", 3)
    with budget.limited(budget.Budget()):
        graph = build(scenario)
        assert budget.engines() == ("experta",)
        grown = graph.extended(FACTS)
        assert budget.engines() == ("experta", "seminaive")
        assert grown.instances == build(scenario, FACTS).instances
    for engine in budget.ENGINES:
        with budget.limited(budget.Budget(engine=engine)), engines.often():
            assert build(scenario).extended(FACTS).instances == grown.instances
            assert budget.engines() == (engine,)
    shutil.copytree(SMALL, tmp_path / "new")
    rules = tmp_path / "new" / "rules" / "trade.yaml"
    rules.write_text(rules.read_text().replace("strength: very likely", "strength: likely"))
    with budget.limited(budget.Budget()):
        assert not diff(SMALL, tmp_path / "new").same
        assert budget.engines() == ("seminaive",)


@pytest.mark.parametrize("engine", [SemiNaive, Engine])
def test_a_graph_for_one_client_lacks_the_advice_to_others_alone(engine):
    """All else is there, with the same grades: what others are advised supports nothing of it."""
    scenario = advisor.load("pakistan-russia").scenario
    whole = outcome(scenario, graph_of(engine(scenario.base), scenario.facts))
    own = outcome(scenario, graph_of(engine(scenario.base, client="pakistan"), scenario.facts))
    there = {one: own.bounds(number) for one, number in own.graph.number.items()}
    assert there == {
        one: whole.bounds(number) for one, number in whole.graph.number.items() if one in there
    }
    templates = scenario.base.templates
    for one in whole.graph.number.keys() - there.keys():
        assert templates[one.template].advice or templates[one.template].caveat
        assert templates[one.template].slot_values(one)["client"] != "pakistan"
    assert len(own.graph.firings) < len(whole.graph.firings)
