"""A chain of rules of any length is followed in loops: no view goes deeper for a longer one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from advisor import cli
from advisor.model.budget import MAX_DEPTH

SMALL = Path(__file__).parent / "bases" / "small"
RULES = {
    "base.yaml": "title: A road\ndate: 2026-01-01\nscenario: all\nclient: me\n",
    "interests.yaml": "",
    "sources.yaml": "",
    "templates.yaml": """
start: {slots: {at: Stop}, says: "it starts at {at}", asks: "Does it start at {at}?"}
link: {slots: {from: Stop, to: Stop}, says: "{from} leads to {to}"}
shut: {slots: {at: Stop}, says: "{at} is shut", asks: "Is {at} shut?"}
reach: {slots: {at: Stop}, says: "{at} is reached"}
go: {advice: true, slots: {client: Person, at: Stop}, says: "go to {at}"}
""",
    "rules.yaml": """
- {id: begin, title: Begin, if: [{start: {at: $a}}], then: [{reach: {at: $a}}]}
- id: on
  title: On
  if: [{reach: {at: $a}}, {link: {from: $a, to: $b}}]
  unless: [{shut: {at: $b}}]
  then: [{reach: {at: $b}}]
- {id: go, title: Go, if: [{reach: {at: LAST}}], then: [{go: {client: me, at: LAST}}]}
""",
}
FACTS = {
    "open.yaml": 'title: Open\nextends: all\nunknown: ["start(n0)"]\n',
    "none.yaml": 'title: None\nextends: all\ndeny: ["start(n0)"]\n',
}
COMMANDS = (
    "advise",
    "advise open",
    "explain go",
    "explain go open --all",
    "explain go --format json",
    "why-not go none --all",
    "what-if none",
    "what-if open",
    "flip go none",
    "stress open",
    "stress open --format json",
    "brief open --annex",
    "brief open --format json",
    "audit --format html",
    "audit --format sarif",
    "test",
    "consult open --no-input",
    "diff SMALL",
    "facts",
    "rules",
)
TREES = {"advise", "explain go", "explain go --format json"}  # which show so many steps at most
QUICK = ("advise", "explain go", "explain go --format json", "why-not go none", "what-if none")


def road(folder: Path, steps: int) -> Path:
    """A base with a chain of so many steps, from the first stop to the last."""
    stops = "".join(f"  n{n}: {{name: n{n}}}\n" for n in range(steps + 1))
    files = {f"rules/{name}": text.replace("LAST", f"n{steps}") for name, text in RULES.items()}
    files["rules/entities.yaml"] = f"Person:\n  me: {{name: me}}\nStop:\n{stops}"
    links = "".join(f"  - link(n{n}, n{n + 1})\n" for n in range(steps))
    files["facts/all.yaml"] = f"title: All\nfacts:\n  - start(n0)\n{links}"
    files |= {f"facts/{name}": text for name, text in FACTS.items()}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def run(command: str, base: Path) -> int:
    """The exit code of a command over a base."""
    args = command.replace("SMALL", str(SMALL)).split(" ")
    return cli.run([*args, "--base", str(base)])


def deepest(command: str, base: Path) -> int:
    """How many calls within calls a command makes, at most."""
    depth = most = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal depth, most
        depth += {"call": 1, "return": -1}.get(event, 0)
        most = max(most, depth)

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        run(command, base)
    finally:
        sys.setprofile(before)
    return most


@pytest.mark.parametrize("command", COMMANDS)
def test_no_view_goes_deeper_for_a_longer_chain(tmp_path, command):
    """Calls within calls, counted: of a longer chain there are no more."""
    steps = (MAX_DEPTH + 10, MAX_DEPTH + 60) if command in TREES else (20, 60)
    short, long = (road(tmp_path / str(number), number) for number in steps)
    run(command, short)  # so that what is loaded is loaded
    assert deepest(command, long) < deepest(command, short) + 25


@pytest.mark.parametrize("command", QUICK)
def test_eleven_hundred_steps_are_followed(tmp_path, capfd, command):
    """More steps than Python lets calls be nested: an answer, and no error of its own."""
    assert run(command, road(tmp_path, 1_100)) == 0
    assert "ecursion" not in capfd.readouterr().err


@pytest.mark.parametrize("engine", ["experta", "seminaive"])
def test_eleven_hundred_things_are_computed_one_after_another(tmp_path, capfd, engine):
    """Of one match; more than Python lets calls be nested: an answer, and no error of its own."""
    base = road(tmp_path, 1)
    lets = ", ".join(f"$x{n + 1}: $x{n} + 1" for n in range(1_100))
    with (base / "rules/templates.yaml").open("a") as more:
        more.write('weight: {slots: {kilos: Number}, says: "it weighs {kilos}"}\n')
    with (base / "rules/rules.yaml").open("a") as more:
        more.write(
            "- {id: lift, title: Lift, if: [{weight: {kilos: $x0}}], where: $x1100 = 1101,\n"
        )
        more.write(f"  let: {{{lets}}},\n  then: [{{go: {{client: me, at: n1}}}}]}}\n")
    (base / "facts/all.yaml").write_text("title: All\nfacts: [weight(1)]\n")
    assert run(f"advise --engine {engine}", base) == 0
    out, err = capfd.readouterr()
    assert "Go to n1." in out and not err
