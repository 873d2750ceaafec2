"""`import advisor`: the names, their documentation, and that the command line is built on them."""

from __future__ import annotations

import ast
import doctest
import html
import importlib
import inspect
import json
import re
import subprocess
import sys
import typing
from datetime import date
from decimal import Decimal
from pathlib import Path

import click
import msgspec
import pytest

import advisor
from advisor import api, cli
from advisor.api.testing import Coverage

PACKAGE = Path(advisor.__file__).parent
FUNCTIONS = [name for name in advisor.__all__ if inspect.isfunction(getattr(advisor, name))]
NO_RESULTS = {  # what is read, or made of files and folders, or holds for a block of work
    *("load", "load_base", "load_scenario", "base_of", "allowing", "limited"),
    *("fmt", "new", "schema", "what_if_file"),
}
RECORDS = [name for name in advisor.__all__ if name not in FUNCTIONS]


def test_the_examples_of_the_documentation_are_true():
    """Every example in the module of the API runs and gives what it shows."""
    result = doctest.testmod(api)
    assert result.failed == 0
    assert result.attempted >= 8


def test_the_public_functions_are_these():
    """Load, advise, explain and why not are functions; the rest are records."""
    assert {"load", "advise", "explain", "why_not"} <= set(FUNCTIONS)
    assert {"Advice", "Explanation", "WhyNot", "AdvisorError"} <= set(RECORDS)


@pytest.mark.parametrize("name", advisor.__all__)
def test_every_public_name_is_there_and_documented(name):
    """Each name of `advisor` exists under it, says what it is, and comes from the package."""
    found = getattr(advisor, name)
    assert found.__name__ == name
    assert found.__module__.startswith("advisor.")
    assert inspect.getdoc(found)
    assert inspect.getdoc(found) != inspect.getdoc(object)
    assert found is getattr(importlib.import_module(found.__module__), name)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_function_is_annotated(name):
    """Each parameter and the result of each function has its type, and names are resolvable."""
    function = getattr(advisor, name)
    signature = inspect.signature(function)
    assert signature.return_annotation is not inspect.Signature.empty
    for parameter in signature.parameters.values():
        assert parameter.annotation is not inspect.Parameter.empty, parameter


NO_RECORDS = {"AdvisorError", "Unclear", "Exchange", "Listing", "Told"}  # errors, a state, and rows


@pytest.mark.parametrize("name", [n for n in RECORDS if n not in NO_RECORDS])
def test_every_record_is_frozen_and_typed(name):
    """Results cannot be changed, and each of their fields has a type."""
    record = getattr(advisor, name)
    if issubclass(record, msgspec.Struct):
        assert record.__struct_config__.frozen
        fields = record.__struct_fields__
    else:
        assert issubclass(record, tuple)
        fields = record._fields
    assert fields
    typed = {name for one in record.__mro__ for name in inspect.get_annotations(one)}
    assert set(fields) <= typed


def test_an_unknown_name_is_an_ordinary_error():
    """What is not there is not there."""
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        advisor.nonsense  # noqa: B018


def test_type_checkers_see_what_is_exported():
    """The names that load on first use are the names that type checkers are told of."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text())
    [guard] = [node for node in tree.body if isinstance(node, ast.If)]
    told = {
        alias.asname or alias.name
        for node in guard.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("advisor")
        for alias in node.names
    }
    assert told == set(advisor.__all__)


def test_a_typed_program_can_use_all_of_it():
    """`typed_client.py`, which mypy checks strictly, calls each function and names each type."""
    tree = ast.parse((Path(__file__).parent / "typed_client.py").read_text())
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "advisor"
    }
    assert used == {*advisor.__all__}


def test_bad_input_raises_the_one_error(tmp_path):
    """Whatever is wrong with what a caller hands in is an AdvisorError with its problems."""
    empty = tmp_path / "empty.yaml"
    empty.write_text("")
    case = advisor.load()
    for attempt in (
        lambda: advisor.load("nowhere"),
        lambda: advisor.load(empty),
        lambda: advisor.load(base=tmp_path),
        lambda: advisor.load("-", stdin=b"\xff\xfe"),
        lambda: advisor.advise(case, "nobody"),
        lambda: advisor.explain(case, "nothing"),
        lambda: advisor.why_not(case, "nothing(at, all)"),
    ):
        with pytest.raises(advisor.AdvisorError) as caught:
            attempt()
        assert caught.value.problems
        assert all(isinstance(one, advisor.Problem) for one in caught.value.problems)
        assert str(caught.value)


def test_results_are_the_same_each_time():
    """Asking twice, in any order, gives equal records: nothing is changed by asking."""
    case = advisor.load()
    first = advisor.advise(case)
    reasons = advisor.explain(case, "use-forum")
    misses = advisor.why_not(case, "invite-visit")
    advisor.why_not(case, "plan-corridor", client="china", every=True)
    assert advisor.advise(case) == first
    assert advisor.explain(case, "use-forum") == reasons
    assert advisor.why_not(case, "invite-visit") == misses
    assert advisor.advise(advisor.load()) == first


def test_an_incomplete_case_gives_the_same_each_time(tmp_path):
    """So it is where facts are opened on demand, whoever was advised before."""
    path = tmp_path / "open.yaml"
    path.write_text("extends: plain\ntitle: T\ncomplete: false\n")
    base = Path(__file__).parent / "bases" / "small"
    case = advisor.load(path, base=base)
    for client in ("downs", "ashby"):
        first = advisor.advise(advisor.load(path, base=base), client)
        assert first.open
        assert advisor.advise(case, client) == first


def test_paths_and_texts_are_both_taken(tmp_path):
    """A file can be named by a path or by its text, and so can a base."""
    path = tmp_path / "mine.yaml"
    path.write_text("extends: pakistan-russia\ntitle: Mine\n")
    cases = [
        advisor.load(path),
        advisor.load(str(path)),
        advisor.load("-", stdin=path.read_bytes()),
    ]
    assert {case.scenario.title for case in cases} == {"Mine"}
    small = Path(__file__).parent / "bases" / "small"
    assert advisor.advise(advisor.load(base=small)) == advisor.advise(advisor.load(base=str(small)))


# ------------------------------------------------------------------ the command line uses it


@pytest.mark.parametrize("command", sorted(cli.COMMANDS.keys() - cli.GROUPS["This program"]))
def test_every_command_is_a_function(command):
    """`advisor what-if` is `advisor.what_if`, and the module of the command calls it.

    But for commands about the program itself.
    """
    function = command.replace("-", "_")
    assert function in FUNCTIONS
    path = Path(cli.__file__).with_name(f"{cli.COMMANDS[command].module}.py")
    used = {
        node.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "advisor"
    }
    assert function in used or command == "consult"  # which keeps a journal as well


@pytest.mark.parametrize("name", sorted({*FUNCTIONS} - NO_RESULTS))
def test_every_result_writes_itself_as_json(name):
    """What a function gives has `to_json`: no command prints JSON that a program cannot have."""
    assert callable(_result(getattr(advisor, name)).to_json)


def test_what_has_no_json_is_no_command_with_a_format():
    """Of the functions whose results have no `to_json`, none is a command that can print JSON."""
    without = {name for name, options in OPTIONS.items() if "--format" not in options}
    assert NO_RESULTS & {name.replace("-", "_") for name in OPTIONS} == without


def _result(function):
    """The type of what a function gives."""
    found = typing.get_type_hints(inspect.unwrap(function))["return"]
    return typing.get_origin(found) or found


OPTIONS = {  # of each command about a base, by its name
    name: {param.opts[0] for param in command.params if isinstance(param, click.Option)}
    for name, command in cli.commands().items()
    if name not in cli.GROUPS["This program"]
}


def test_every_option_has_its_place_in_python():
    """The table of docs/python.md has each option of each command, by names that there are."""
    page = (PACKAGE.parent / "docs" / "python.md").read_text()
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| `-")]
    told = {
        (option, command)
        for options, of, _ in rows
        for option in re.findall("`(.*?)`", options)
        for command in (re.findall("`(.*?)`", of) or [None])
    }
    for name, options in OPTIONS.items():
        for option in options:
            assert {(option, name), (option, None)} & told, f"advisor {name} {option}"
    for option, command in told:
        assert option in (OPTIONS[command] if command else set().union(*OPTIONS.values()))
    functions = [getattr(advisor, name) for name in FUNCTIONS]
    known = {*advisor.__all__, "None"}.union(
        *(inspect.signature(function).parameters for function in functions),
        *(dir(_result(function)) for function in functions),
        *(dir(one) for one in (advisor.Scope, advisor.Budget, advisor.Laid, Coverage)),
    )
    for *_, where in rows:
        words = {
            word for found in re.findall("`(.*?)`", where) for word in re.findall(r"\w+", found)
        }
        assert words - {"with"} <= known, where


def test_a_function_comes_before_a_folder_of_its_name():
    """`advisor.audit` is the function, whichever module of the folder was loaded first."""
    code = (
        "import advisor.audit.run, advisor.consult.session, advisor.brief.result;"
        " from advisor.brief import Brief; from advisor import audit, brief, consult;"
        " assert callable(audit) and callable(brief) and callable(consult);"
        " assert advisor.audit is audit and advisor.Brief is Brief"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_library_writes_nothing():
    """Using the library, nothing is printed, logged or set up on the side."""
    code = (
        "import logging, gc, signal; before = (list(logging.root.handlers), gc.isenabled(),"
        " signal.getsignal(signal.SIGINT)); import advisor; c = advisor.load();"
        " advisor.advise(c); advisor.explain(c, 'use-forum'); advisor.why_not(c, 'invite-visit');"
        " assert before == (list(logging.root.handlers), gc.isenabled(),"
        " signal.getsignal(signal.SIGINT))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


CASE = advisor.load()
BASE = CASE.scenario.base
TEXTS = {  # every argument that takes a text, and what the function needs beside it
    "audit": {"scenarios": [BASE], "only": [BASE], "since": [BASE]},
    "brief": {
        name: [CASE]
        for name in ("what_ifs", "client", "facts", "question", "addressee", "author", "since")
    },
    "consult": {"facts": [BASE], "client": [BASE]},
    "diff": {"old": [], "new": ["old"], "client": ["old"]},
    "facts": {"words": [CASE.scenario]},
    "fmt": {"paths": [], "base": []},
    "interview": {"facts": [BASE], "client": [BASE]},
    "load_base": {"base": []},
    "load_scenario": {"facts": [BASE], "what_ifs": [BASE]},
    "new": {"folder": []},
    "rules": {"words": [BASE]},
    "scenarios": {"words": [BASE]},
    "base_of": {},  # of contents
    "checks": {"ids": []},
    "limited": {},
    "schema": {},
    "suggest": {},
    "resume": {"id": [], "base": []},
    "consultations": {"base": []},
    "allowing": {"folders": []},
    "sources": {"words": [CASE.scenario]},
    "templates": {"words": [BASE]},
    "test": {"paths": [BASE]},
    "claims": {"source": [CASE.scenario], "words": [CASE.scenario, "article"]},
    "unused": {"words": [CASE.scenario], "client": [CASE]},
    "load": {"facts": [], "base": []},
    "advise": {"client": [CASE]},
    "explain": {"what": [CASE], "client": [CASE, "invite-visit"]},
    "why_not": {"what": [CASE], "client": [CASE, "invite-visit"]},
    "what_if": {name: [CASE] for name in ("assume", "deny", "unknown", "withdraw", "client")},
    "flip": {"what": [CASE], "client": [CASE, "invite-visit"], "only": [CASE, "invite-visit"]},
    "stress": {name: [CASE] for name in ("what", "client", "vary")},
    "survey": {"clients": [CASE], "advice": [CASE]},
    "compare": {"one": [CASE, "x"], "other": [CASE, "x"]},
    "what_if_file": {"title": [CASE.scenario], "listed": [CASE.scenario, "T"]},
}


def test_every_text_is_tried():
    """The table of the next test has every function, and every argument that may be a text."""
    assert TEXTS.keys() == set(FUNCTIONS)
    for name, arguments in TEXTS.items():
        types = inspect.get_annotations(getattr(advisor, name))
        texts = {one for one, kind in types.items() if "str" in kind.split("Mapping")[0]}
        texts.discard("return")
        assert texts - {"files", "case"} == arguments.keys(), name


@pytest.mark.parametrize(
    ("name", "argument"), [(name, one) for name, some in TEXTS.items() for one in some]
)
def test_an_empty_argument_is_not_one_left_out(name, argument):
    """As on the command line: an unset variable must not quietly mean the default."""
    function = getattr(advisor, name)
    listed = "Sequence" in inspect.get_annotations(function)[argument]
    with pytest.raises(advisor.AdvisorError, match=f"'{argument}' is empty"):
        function(*TEXTS[name][argument], **{argument: [""] if listed else ""})


def test_an_empty_argument_by_its_place_is_refused_too():
    """Given without its name, and among several."""
    for call in (
        lambda: advisor.load(""),
        lambda: advisor.advise(CASE, ""),
        lambda: advisor.what_if(CASE, ["x.yaml", ""]),
    ):
        with pytest.raises(advisor.AdvisorError, match="is empty"):
            call()


def test_the_recipes_are_true():
    """Every recipe of docs/python.md runs and gives what it shows."""
    page = PACKAGE.parent / "docs" / "python.md"
    result = doctest.testfile(str(page), module_relative=False)
    assert result.failed == 0
    assert result.attempted >= 25


SMALL = Path(__file__).parent / "bases" / "town-grants"
WHAT_IF = "costs-rise"
AS_COMMANDS = {  # what the command prints with `--format json`, and the call that gives the same
    ("advise", "--long"): advisor.advise,
    ("explain", "1"): lambda case: advisor.explain(case, "1"),
    ("why-not", "apply"): lambda case: advisor.why_not(case, "apply"),
    ("flip", "1"): lambda case: advisor.flip(case, "1"),
    ("stress",): advisor.stress,
    ("brief",): advisor.brief,
    ("survey",): advisor.survey,
    ("facts",): lambda case: advisor.facts(case.scenario),
    ("facts", "--unused"): advisor.unused,
    ("facts", "--claims", "guide"): lambda case: advisor.claims(case.scenario, "guide"),
    ("rules",): lambda case: advisor.rules(case.scenario.base),
    ("templates",): lambda case: advisor.templates(case.scenario.base),
    ("sources",): lambda case: advisor.sources(case.scenario),
    ("scenarios",): lambda case: advisor.scenarios(case.scenario.base),
    ("consult", "--list"): lambda case: advisor.consultations(case.scenario.base),
    ("audit", "--explain", "table-gap"): lambda _: advisor.checks(["table-gap"]),
    ("test",): lambda case: advisor.test(case.scenario.base),
    ("what-if", WHAT_IF): lambda case: advisor.what_if(case, [WHAT_IF]),
}


@pytest.mark.parametrize("command", AS_COMMANDS, ids=" ".join)
def test_a_result_is_the_document_of_its_command(command, run):
    """`to_json` is what `--format json` prints, its head included."""
    code, out, err = run(*command, "--base", str(SMALL), "--format", "json")
    assert code in {0, 1}, err
    printed, written = (
        json.loads(text) for text in (out, AS_COMMANDS[command](advisor.load(base=SMALL)).to_json())
    )
    assert {*printed.pop("engines", ())} <= {"experta", "seminaive"}
    written.pop("engines", None)  # of all that this process did
    assert list(written) == list(printed)
    assert written == printed


@pytest.mark.parametrize("name", ["survey", "compare", "brief"])
def test_a_notebook_shows_the_page_that_is_written(name, run, tmp_path):
    """What the command writes as HTML is what a notebook shows, whole and in a frame of its own."""
    case = advisor.load(base=SMALL)
    names = ("orchard-club", "river-singers") if name == "compare" else ()
    page = tmp_path / "page.html"
    code, _, err = run(name, *names, "--base", str(SMALL), "-o", str(page))
    assert code == 0, err
    shown = getattr(advisor, name)(case, *names)._repr_html_()
    found = re.fullmatch(r'<iframe srcdoc="([^"<>]*)" width="100%" height="600"></iframe>', shown)
    assert html.unescape(found[1]) == page.read_text()


def test_a_result_writes_itself():
    """HTML of what has no page holds no markup but its own."""
    advice = advisor.advise(advisor.load())
    shown = advice._repr_html_()
    assert advice.recommendations[0].says.split(" ")[0] in shown
    rest = re.sub(r"</?(section|p|b|dl|dt|dd|ol|li|details|summary)>", "", shown)
    assert "<" not in rest
    evil = msgspec.structs.replace(advice, client='<script>&"')
    assert "&lt;script&gt;&amp;&quot;" in evil._repr_html_()


def test_a_base_in_memory_is_that_of_its_files(tmp_path):
    """Texts and Python objects make the base that files of the same contents make."""
    plain = {
        "base": {"title": "T", "date": date(2026, 1, 1)},
        "entities": {"A": {"a": {"name": "a"}}},
    }
    templates = {"has": {"slots": {"of": "A", "n": "Number"}, "says": "{of} has {n}"}}
    templates["go"] = {"advice": True, "slots": {"client": "A"}, "says": "go"}
    rule = {"id": "r", "title": "R", "if": [{"has": {"of": "$client", "n": Decimal("2.50")}}]}
    rule["then"] = [{"go": {"client": "$client"}}]
    base = advisor.base_of({**plain, "templates": templates, "r": [rule]}, {"f/s": "title: S\n"})
    assert [one.id for one in base.rules] == ["r"]
    assert base.rules[0].premises[0].terms[1] == Decimal("2.5")
    assert [one.name for one in advisor.scenarios(base)] == ["s"]
    assert advisor.load("s", base=base).scenario.title == "S"
    assert advisor.diff(base, base).same and len(advisor.fmt(base=base)) == 5
    with pytest.raises(advisor.AdvisorError, match="is no name of a file in 'rules'"):
        advisor.base_of({"../outside": ""})
    with pytest.raises(advisor.AdvisorError, match="is nothing that a file can say"):
        advisor.base_of({"base": {"title": 2.5}})


def test_a_kept_interview_is_the_consultation_of_the_command(run, tmp_path):
    """What a program begins with `keep` the command goes on with, and the other way about."""
    base = advisor.load_base(SMALL)
    saved = tmp_path / "saved.yaml"
    with advisor.interview(base, "the-funds", keep=True) as talk:
        number = talk.id
        [option, *_] = talk.question.options
        talk.answer(option.name)
        mine = talk.fact_file()
        with pytest.raises(advisor.AdvisorError, match="is open in another terminal"):
            advisor.resume(number)
    assert talk.id is None  # closed
    code, _, err = run("consult", "--resume", number, "--no-input", "--save", str(saved))
    assert (code, "a question is left open" in err) == (2, True)
    with advisor.resume(number, base=base) as again:
        assert again.fact_file() == mine
        while again.question is not None:
            again.do("skip")
        assert json.loads(again.to_json())["schema"] == "advisor.advice/2"
    [kept] = [one for one in advisor.consultations(base) if one.id == number]
    assert (kept.answers, kept.facts) == (1, "the-funds")


def test_an_interview_that_is_settled_is_noted_as_finished():
    """Once closed, one of which nothing is left to ask is not offered to be gone on with."""
    with advisor.interview(advisor.load_base(SMALL), keep=True) as talk:
        number = talk.id
        while talk.question is not None:
            talk.answer("unknown")
    assert talk.end == "settled"
    [kept] = [one for one in advisor.consultations(SMALL) if one.id == number]
    assert kept.state == "finished"
