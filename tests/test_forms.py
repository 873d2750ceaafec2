"""Forms of premises: what an author writes means what the naive oracle says that it means."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
from forms import FormOracle, form_cases, form_files
from hypothesis import given, settings
from strategies import Case, base_of, fact, scenario_of, template
from yaml_text import plain

from advisor.consult.kind import Topic
from advisor.consult.kinds import choice
from advisor.consult.questions import question
from advisor.loader import fingerprint, load_base, load_scenario
from advisor.model.changes import Changes, fold, key_of
from advisor.model.records import Instance
from advisor.reasoning.engine import Engine
from advisor.reasoning.evaluate import Outcome, outcome
from advisor.reasoning.graph import build, graph_of
from advisor.reasoning.seminaive import SemiNaive

ALLOTMENTS = str(Path(__file__).parent / "bases" / "allotments")


def loaded(folder, case: Case) -> Outcome:
    """The product's outcome of a case that is written down and read."""
    for name, content in form_files(case).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(plain(content))
    scenario = load_scenario(load_base(folder), "case")
    return outcome(scenario, build(scenario, case.extra))


def graded(result: Outcome) -> dict[str, tuple[int, int]]:
    """The bounds of every fact that an author can speak of, by its instance."""
    graph = result.graph
    templates = graph.base.templates
    named = [n for n, one in enumerate(graph.instances) if not templates[one.template].helper]
    return {str(graph.instances[n]): result.bounds(n) for n in named}


@settings(max_examples=settings.default.max_examples // 3)
@given(form_cases())
def test_forms_mean_what_the_oracle_says(tmp_path_factory, case):
    """Alternatives, and exceptions with variables of their own, counted or together: same grades.

    Either matcher finds the same firings.
    """
    result = loaded(tmp_path_factory.mktemp("forms"), case)
    base = case.scenario.base
    facts = {one: said for one, said in result.scenario.facts.items() if one in case.scenario.facts}
    withdrawn = case.scenario.withdrawn
    scenario = msgspec.structs.replace(result.scenario, base=base, facts=facts, withdrawn=withdrawn)
    oracle = FormOracle(scenario, case.extra)
    wanted = {str(one): (oracle.lower[one], oracle.upper[one]) for one in oracle.possible}
    assert graded(result) == wanted
    possible = [*result.scenario.facts, *case.extra]
    for matcher in (Engine, SemiNaive):
        assert graph_of(matcher(result.scenario.base), possible).firings == result.graph.firings


def test_what_an_author_wrote_is_what_is_told(run):
    """A rule goes by its own id wherever it is named, and an exception by what it says."""
    rules = run("rules", "--base", ALLOTMENTS)[1]
    assert "free-plot/1\n" in rules and "unless-1" not in rules
    assert "unless" not in run("templates", "--base", ALLOTMENTS)[1]
    shown = run("explain", "offer(ann, hilltop)", "--base", ALLOTMENTS)[1]
    shown = " ".join(shown.split())
    assert "Cleo is a member of the society" in shown  # the alternative that held
    assert (
        "There is no evidence that Ann and some person quarrel and that person holds some plot "
        "and that plot lies beside the hilltop plot."
    ) in shown
    lost = run("why-not", "offer(ann, meadow)", "quarrel", "--base", ALLOTMENTS)[1]
    assert "Enough by itself: Deny quarrels(ann, cleo)" in lost
    held = run("why-not", "offer(ann, hilltop)", "quarrel", "--base", ALLOTMENTS)[1]
    assert "against it: Cleo holds the hilltop" in " ".join(held.split())  # and not anybody
    withdrawn = run("what-if", "--withdraw", "free-plot", "--base", ALLOTMENTS)[1]
    assert "Lost (2)" in withdrawn


def test_an_ordered_value_is_compared_by_its_place(run):
    """Fair is above poor, whatever the alphabet says; a scale is read back as it is written."""
    shown = run("explain", "offer(ann, hilltop)", "--base", ALLOTMENTS, "--long")[1]
    assert "Fair is above poor" in shown


def test_everybody_and_the_background_are_known_from_the_start(run, tmp_path):
    """Of a declared type, and in every scenario: shown, listed last, and nothing that changes."""
    assert "Ann is a person" in run("explain", "write-to", "--base", ALLOTMENTS)[1]
    told = run("facts", "--base", ALLOTMENTS)[1].splitlines()
    marked = [number for number, line in enumerate(told) if "(background)" in line]
    assert marked == [*range(marked[0], marked[0] + 4)]
    missed = run("why-not", "offer(ann, meadow)", "quarrel", "--base", ALLOTMENTS)[1]
    assert "Deny holds(cleo, hilltop)" in missed and "Deny beside" not in missed
    changed = run("flip", "write-to", "--base", ALLOTMENTS)[1]
    assert "one set of that size" in changed and "is not a person" not in changed
    own = tmp_path / "own.yaml"
    own.write_text(
        "title: T\nclient: dora\nentities: {Person: {dora: {name: Dora}}}\nfacts: [member(ben)]\n"
    )
    advised = run("advise", str(own), "--base", ALLOTMENTS)[1]
    assert "Write to the society" in advised
    asked = run("consult", "--no-input", "--base", ALLOTMENTS)
    assert "beside" not in asked[1] + asked[2]


def test_the_hash_of_a_base_covers_its_background(tmp_path):
    """Another fact in the background is another base, wherever the base lies."""
    folder = shutil.copytree(ALLOTMENTS, tmp_path / "copy")
    same = fingerprint(load_base(folder))
    assert same == fingerprint(load_base(Path(ALLOTMENTS)))
    grounds = folder / "facts" / "grounds.yaml"
    grounds.write_text("".join(grounds.read_text().splitlines(keepends=True)[:-1]))
    assert fingerprint(load_base(folder)) != same


def test_of_what_is_exactly_one_something_always_holds(run, tmp_path):
    """Three kinds of soil are three futures; a question has no "none"; not all can be denied."""
    what_if = tmp_path / "own.yaml"
    what_if.write_text("extends: spring\ntitle: Open\nunknown: ['soil(meadow, rich)']\n")
    told = run("stress", "offer(ann, meadow)", str(what_if), "--base", ALLOTMENTS)[1]
    assert "2 of 3 futures" in told
    told = run("flip", "offer(ann, meadow)", "--base", ALLOTMENTS)[1]
    assert "soil(meadow, poor): denied -> certain" in told
    assert "soil(meadow, rich): certain -> unlikely" not in told
    denied = [f"--deny=soil(meadow, {one})" for one in ("poor", "fair")]
    assert run("what-if", *denied, "--base", ALLOTMENTS)[0] == 0
    code, _, err = run("what-if", *denied, "--deny=soil(meadow, rich)", "--base", ALLOTMENTS)
    assert code == 2 and "every other alternative" in err


def test_a_question_about_what_always_holds_offers_no_none():
    """Nor does it where only some of the values bear on the advice: all of them are listed."""
    base = load_base(Path(ALLOTMENTS))
    some = tuple(Instance("soil", ("meadow", value)) for value in ("fair", "rich"))
    asked = question(base, Topic(about="soil", kind=choice.KIND, instances=some, gap=1), some)
    assert asked.group and len(asked.options) == 3


def test_a_key_of_nothing_has_one_value_in_all():
    """`key: []` is honoured: of what is said once in all, a new value replaces the old one."""
    season = template("season", "A", key=(), asks=("when?",))
    base = base_of([season], [])
    said = [fact(Instance("season", ("a1",))), fact(Instance("season", ("a2",)), origin="assumed")]
    now, problems = fold(scenario_of(base, said[:1]), Changes(facts=(said[1],)))
    assert not problems and list(now.facts) == [Instance("season", ("a2",))]
    assert key_of(season, said[0].instance) == key_of(season, said[1].instance)


def test_a_base_without_interests_speaks_of_none(run):
    """No interest is named, and no advice lacks what no scenario says of any."""
    told = run("advise", "--base", ALLOTMENTS)[1]
    assert "To do" in told and "recommended" not in told and "interest" not in told
