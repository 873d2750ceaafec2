"""No work is endless: each limit ends it with a message that says which, and what to do."""

from __future__ import annotations

import contextlib
import difflib
import itertools
import math
import signal
import threading

import clingo
import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import base_of, compare, pattern, rule, template

import advisor.cli
from advisor import loader
from advisor.audit import comparisons, likeness
from advisor.cli import run
from advisor.cli.output import PRINTED_PROBLEMS
from advisor.loader.rules import _COMPARISON
from advisor.loader.texts import parse_instance
from advisor.model import budget
from advisor.model.budget import Budget, Late, Suspect
from advisor.model.errors import AdvisorError, Location, nearest
from advisor.model.records import AtLeast, KnowledgeBase
from advisor.reasoning import answersets, programs
from advisor.reasoning.answersets import Refuter, best
from advisor.reasoning.engine import Engine
from advisor.reasoning.matcher import suspect_of


@pytest.fixture(scope="module")
def shipped():
    """The shipped base."""
    return loader.load_base(None)


def test_work_without_end_is_stopped(work):
    """What takes more processor time than it may is an error that says so, and what to do."""
    with pytest.raises(AdvisorError) as caught, budget.limited(Budget(seconds=0.2)):
        work(3600)
    assert "more than 0.2 seconds of processor time" in str(caught.value)
    assert "--time-limit" in caught.value.problems[0].hint


def test_the_rule_that_fires_most_is_named_with_its_largest_premise(work):
    """Where time runs out, the message and its place lead to the rule that makes most work."""
    where = Location("rules/a.yaml", 3, 5)
    few = Suspect(rule="few", premise="pair", facts=4, where=Location("rules/a.yaml"))
    many = Suspect(rule="many", premise="link", facts=30, where=where)
    said = "rule 'many' makes most of the work, and its premise 'link' has 30 facts to match"
    with pytest.raises(AdvisorError, match=said) as caught, budget.limited(Budget(seconds=0.2)):
        budget.suspected(900, lambda: many)
        budget.suspected(2, lambda: few)
        work(3600)
    assert caught.value.problems[0].where == where


def test_a_rule_without_premises_is_named_alone():
    """Nothing is said of a premise where a rule has none; what it counts is one."""
    suspect = Suspect(rule="always", premise="", facts=0, where=Location("rules/a.yaml"))
    assert suspect.told() == "rule 'always' makes most of the work"
    g, advice = template("g", "A"), template("advice", "A", advice=True, first="client")
    counting = rule("many", [AtLeast(count=2, of=pattern("g", None))], [pattern("advice", "a1")])
    engine = Engine(base_of([g, advice], [counting]))
    engine.declare([g.instance("a1"), g.instance("a2")])
    suspect = suspect_of(engine, "many")
    assert (suspect.premise, suspect.facts) == ("g", 2)


def cuts(number: int) -> KnowledgeBase:
    """A base with so many rules, each with its own least number."""
    deep, advice = template("v", "number"), template("advice", "A", advice=True, first="client")
    rules = [
        rule(
            f"r{n}",
            [pattern("v", "$n")],
            [pattern("advice", "a1")],
            comparisons=(compare("$n", ">=", n),),
        )
        for n in range(number)
    ]
    return base_of([deep, advice], rules)


def test_rules_that_an_audit_compares_are_named(work, monkeypatch):
    """Where the time runs out over the comparison of rules, one of those most compared is named."""
    base = cuts(20)
    monkeypatch.setattr(likeness, "covers", lambda *_: work(3600))
    said = r"rule 'r\d+' makes most of the work, compared with 19 others"
    with pytest.raises(AdvisorError, match=said), budget.limited(Budget(seconds=1)):
        likeness.likeness(base, base.rules)


def test_rules_with_one_comparison_each_are_compared_at_a_glance(monkeypatch):
    """Each of 60 rules with each other: nobody works out the distances between the terms."""
    looked = []
    monkeypatch.setattr(comparisons, "_has_room", looked.append)
    base = cuts(60)
    assert len(likeness.likeness(base, base.rules).covered) == 59
    assert not looked


def twins(*kinds: tuple[bool, str, int]) -> KnowledgeBase:
    """A base of rules alike but for the names of variables, the order of premises, effects, and
    what strength they have."""
    given, advice = template("v", "number", "number"), template("advice", "A", advice=True)
    rules = []
    for n, (turned, advances, strength) in enumerate(kinds):
        premises = [pattern("v", f"$a{n}", 1), pattern("v", 2, f"$a{n}")][:: -1 if turned else 1]
        told = {"advances": tuple(advances), "strength": strength}
        rules.append(rule(f"r{n}", premises, [pattern("advice", "a1")], **told))
    return base_of([given, advice], rules)


def test_rules_that_say_the_same_are_not_compared_one_with_each(monkeypatch):
    """Of 90 rules in three kinds each is compared with the first of its own and of the others."""
    compared = []
    covers = likeness.covers
    monkeypatch.setattr(likeness, "covers", lambda *of: compared.append(of) or covers(*of))
    base = twins(*((n % 2 == 0, "xy"[: n % 3], 8) for n in range(90)))
    found = likeness.likeness(base, base.rules)
    assert [len(group) for group in found.alike] == [89]
    assert {cover.by.id for cover in found.alike[0]} == {"r0"}
    assert len(compared) <= 3 * 90


@hypothesis.given(
    kinds=st.lists(
        st.tuples(st.booleans(), st.sampled_from(["", "x", "xy"]), st.sampled_from([4, 8])),
        max_size=8,
    )
)
def test_rules_that_say_the_same_are_told_as_if_all_were_compared(kinds):
    """That one of those that say the same is compared for all of them changes nothing found."""
    base = twins(*kinds)
    found = likeness.likeness(base, base.rules)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(likeness, "_models", lambda _: {})
        assert found == likeness.likeness(base, base.rules)


def test_a_search_that_is_given_up_names_the_rule():
    """Where a solver finds no answer in its steps, the rule that makes most work is named."""
    many = Suspect(rule="many", premise="link", facts=30, where=Location("rules/a.yaml"))
    holes = "1 { in(P,H) : H = 1..9 } 1 :- P = 1..10. :- in(P,H), in(Q,H), P < Q."
    said = "within 100 dead ends of the search; rule 'many' makes most of the work"
    with pytest.raises(AdvisorError, match=said), budget.limited(Budget(steps=1_000)):
        budget.suspected(900, lambda: many)
        best(f"{holes} #minimize {{ H,P : in(P,H) }}.")


def test_work_without_bounds_on_memory_is_stopped(monkeypatch, work):
    """What takes more memory than it may is an error; what was held before is no work.

    A notebook that fills the memory may ask on.
    """
    held = [2000.0]
    monkeypatch.setattr(budget, "_megabytes", lambda: held[0])
    with budget.limited(Budget()):
        held[0] += 899
        work(0)
    with pytest.raises(AdvisorError, match="over 900 MB"), budget.limited(Budget()):
        held[0] += 901
        work(0)


def test_the_memory_of_the_process_is_known():
    """What is taken is seen, where the system tells."""
    before = budget._megabytes()
    more = bytearray(b"x") * 50_000_000
    assert budget._megabytes() - before > 40 or before == 0
    assert more


def test_more_to_read_may_take_longer(monkeypatch, work):
    """The time follows the size of what was read, unless it is told."""
    monkeypatch.setattr(budget, "TIME", 0.1)
    with pytest.raises(AdvisorError, match=r"than 0\.3 seconds"), budget.limited(Budget()):
        budget.has_read("facts/a.yaml", 2 * budget.PIECE)
        work(0.25)
        budget.has_read("facts/a.yaml", 2 * budget.PIECE)  # once more is no more
        work(0.1)
    with pytest.raises(AdvisorError, match=r"than 0\.2 s"), budget.limited(Budget(seconds=0.2)):
        budget.has_read("facts/a.yaml", 2 * budget.PIECE)
        work(0.25)


def test_what_other_processes_take_counts(work):
    """Nobody looks at the clock of a process that waits: it is charged with what others took."""
    budget.charge(3600)  # outside of any limit
    assert budget.left() == math.inf
    with budget.limited(Budget(seconds=5)):
        budget.charge(3)
        assert budget.left() == 2
        assert budget.conclude() is None
        with pytest.raises(Late):
            budget.charge(3)
        assert "more than 5 seconds" in (budget.conclude() or "")


def test_waiting_is_no_work(work):
    """Only processor time counts: somebody may think for as long as they like."""
    with budget.limited(Budget(seconds=0.2)):
        for _ in range(1_000):
            work(0)


def test_the_time_is_that_of_the_processor(monkeypatch):
    """What is spent is the processor's time, whatever another clock says."""
    monkeypatch.setattr("time.process_time", lambda: 7.0)
    assert budget.spent() == 7


def test_an_answer_begins_a_new_account_of_time(work):
    """A dialogue may take as long for each answer."""
    with budget.limited(Budget(seconds=0.4)):
        for _ in range(3):
            work(0.25)
            budget.renew()


def test_a_budget_ends_with_its_block():
    """What comes after a block of work has the budget that it had before."""
    before = budget.allowed()
    with budget.limited(Budget(firings=3)):
        assert budget.allowed().firings == 3
    assert budget.allowed() == before


def test_the_command_line_takes_limits(capfd, monkeypatch):
    """`--time-limit` and `--max-firings` hold for the command; each refusal exits with 2.

    A clock that goes on whenever it is looked at: the timer of the system has it looked at.
    """
    ticks = itertools.count()
    monkeypatch.setattr(budget, "spent", lambda: next(ticks))
    assert run(["audit", "--time-limit", "0.1"]) == 2
    assert "more than 0.1 seconds of processor time" in capfd.readouterr().err
    assert run(["advise", "--time-limit", "0"]) == 2
    assert "0" in capfd.readouterr().err


def test_no_memory_is_a_message(capfd, monkeypatch):
    """Where the system has no more memory, the command says so instead of a traceback."""

    def main(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(advisor.cli.advisor, "main", main)
    assert run(["advise"]) == 2
    assert "error: this takes more memory than there is" in capfd.readouterr().err


# Reading


BLANKS = " " * 2_000_000


@pytest.mark.parametrize(
    "text", [f"shortage(pakistan, energy) = {BLANKS}\n", f"shortage(a, b){BLANKS}!", f"{BLANKS}("]
)
def test_blanks_in_an_instance_are_read_once(shipped, text):
    """An instance is told from what is none in one pass: by trying each split this never ends."""
    with pytest.raises(AdvisorError, match="is no instance"):
        parse_instance(text, shipped)


@pytest.mark.parametrize("text", [f"$a {'<' * 1_000_000} b c", f"$a{'!' * 1_000_000}", "=$a = b"])
def test_a_comparison_is_read_once(text):
    """What is no comparison is seen to be none in one pass, too."""
    assert _COMPARISON.fullmatch(text) is None


def counted(monkeypatch) -> list[str]:
    """The words for which one most alike has been looked for, as they come."""
    looked = []
    compare = difflib.get_close_matches

    def count(word: str, *rest: object, **named: object) -> list[str]:
        looked.append(word)
        return compare(word, *rest, **named)

    monkeypatch.setattr(difflib, "get_close_matches", count)
    return looked


def test_hints_are_computed_for_those_problems_only_that_are_printed(
    shipped, tmp_path, monkeypatch
):
    """The first hundred problems, in the order of their places, have their hints; no more work."""
    looked = counted(monkeypatch)
    lines = [f"  - shortage(pakistam{n}, energy)\n" for n in range(1_900)]
    path = tmp_path / "many.yaml"
    path.write_text("title: Many\nfacts:\n" + "".join(lines))
    with pytest.raises(AdvisorError) as caught:
        loader.load_scenario(shipped, str(path))
    assert len(caught.value.problems) == 1_900
    assert len(looked) <= PRINTED_PROBLEMS
    printed = caught.value.problems[:PRINTED_PROBLEMS]
    assert {problem.hint for problem in printed} == {"did you mean 'pakistan'?"}


def test_a_word_among_ten_thousand_has_its_hint():
    """Of very many names only those that begin alike are compared, and the right one is found."""
    names = [f"{letter}-{n}" for letter in "abcdefghijklmnopqr" for n in range(1_000)]
    assert nearest("pakistam", [*names, "pakistan"]) == "did you mean 'pakistan'?"


def test_a_word_of_a_million_letters_is_compared_by_its_beginning(monkeypatch):
    """What nobody can have meant costs nothing."""
    looked = counted(monkeypatch)
    assert nearest("x" * 1_000_000, ["pakistan", "russia"]) is None
    assert [len(word) for word in looked] == [200]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer")
def test_no_signal_strikes_within_a_small_question_to_the_solver():
    """An exception in a call of the solver's own would end the program; so it comes after that."""
    rows = [[[number]] for number in range(1, 40)]

    def strike(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, strike)
    try:
        for number in range(100):
            refuter = Refuter([(0, 0)] * 40, 2, dict(enumerate(rows)))
            with contextlib.suppress(TimeoutError):
                signal.setitimer(signal.ITIMER_REAL, 0.000_05 * (1 + number))
                while True:
                    refuter.future([(1, 0)])
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer")
def test_a_signal_is_heard_while_the_rules_of_a_program_are_spelled_out(monkeypatch):
    """A call of the solver's takes as long as it does; who waits for it hears of the time."""
    spelled, heard = threading.Event(), []

    class Long(clingo.Control):
        def ground(self, *_: object, **__: object) -> None:
            heard.append(threading.current_thread() is threading.main_thread())
            spelled.wait()

    def strike(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(clingo, "Control", Long)
    before = signal.signal(signal.SIGALRM, strike)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(TimeoutError):
            best("a.")
        assert heard == [False]
    finally:
        spelled.set()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_what_is_wrong_with_a_program_is_raised_where_it_is_asked():
    """No mistake in a program is lost in the thread that reads it."""
    with pytest.raises(RuntimeError, match="parsing failed"):
        best("a(.")


@given(st.lists(st.frozensets(st.integers(0, 6)), unique=True, max_size=8))
def test_what_weakens_firings_is_written_once_and_read_back_whole(groups):
    """Each group of facts is what it has beside a smaller one, and all that this one has."""
    tuples = sorted((tuple(sorted(group)) for group in groups), key=len)
    found: list[set[int]] = [set() for _ in tuples]
    for line in programs._blockers(tuples):
        number, other = map(int, line.partition("(")[2].rstrip(").").split(","))
        found[number] |= found[other] if line.startswith("wider") else {other}
    assert found == [set(group) for group in tuples]


def test_groups_within_one_another_take_a_step_each():
    """Below the largest of n numbers stand n groups of up to n facts: no n times n of them."""
    groups = [tuple(range(1 + size)) for size in range(200)]
    other = [tuple(range(1000, 1001 + size)) for size in range(200)]
    lines = list(programs._blockers(sorted(groups + other, key=len)))
    assert len(lines) == 2 * (200 + 199)


def test_when_time_is_up_the_smallest_set_so_far_is_told(monkeypatch):
    """It may not be the smallest, and that is said, with why; no more than one change is proved."""
    answers, calls = answersets._answers, []

    def late(control, assumed=()):
        calls.append(assumed)
        if len(calls) > 1:
            raise Late("time")
        return answers(control, assumed)[0], False

    monkeypatch.setattr(answersets, "_answers", late)
    monkeypatch.setattr(answersets, "conclude", lambda: "time is up")
    found = answersets.smallest("2 { changed(1..3) }.", [1, 2, 3], 5)
    assert found is not None
    assert (found.size, found.least, found.given_up, found.more) == (2, 1, "time is up", True)
    assert len(found.sets) == 1
    calls.clear()
    monkeypatch.setattr(answersets, "conclude", lambda: None)
    with pytest.raises(Late):
        answersets.smallest("2 { changed(1..3) }.", [1, 2, 3], 5)
