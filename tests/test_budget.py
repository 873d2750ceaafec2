"""No work is endless: each limit ends it with a message that says which, and what to do."""

from __future__ import annotations

import time

import pytest

import advisor.cli
from advisor import budget
from advisor.budget import Budget, Suspect
from advisor.cli import run
from advisor.errors import AdvisorError, Location


def endless() -> None:
    """Work that would go on for an hour."""
    end = time.monotonic() + 3600
    while time.monotonic() < end:
        pass


def test_work_without_end_is_stopped():
    """What takes more processor time than it may is an error that says so, and what to do."""
    with pytest.raises(AdvisorError) as caught, budget.limited(Budget(seconds=0.2)):
        endless()
    assert "more than 0.2 seconds of processor time" in str(caught.value)
    assert "--time-limit" in caught.value.problems[0].hint


def test_the_rule_that_fires_most_is_named_with_its_largest_premise():
    """Where time runs out, the message and its place lead to the rule that makes most work."""
    where = Location("rules/a.yaml", 3, 5)
    few = Suspect(rule="few", premise="pair", facts=4, where=Location("rules/a.yaml"))
    many = Suspect(rule="many", premise="link", facts=30, where=where)
    said = "rule 'many' makes most of the work, and its premise 'link' has 30 facts to match"
    with pytest.raises(AdvisorError, match=said) as caught, budget.limited(Budget(seconds=0.2)):
        budget.suspected(900, lambda: many)
        budget.suspected(2, lambda: few)
        endless()
    assert caught.value.problems[0].where == where


def test_work_without_bounds_on_memory_is_stopped():
    """What takes more memory than it may is an error too."""
    with pytest.raises(AdvisorError, match="over 1 MB"), budget.limited(Budget(megabytes=1)):
        endless()


def test_more_to_read_may_take_longer(monkeypatch):
    """The time follows the size of what was read, unless it is told."""
    monkeypatch.setattr(budget, "TIME", 0.1)
    with pytest.raises(AdvisorError, match=r"than 0\.3 seconds"), budget.limited(Budget()):
        budget.has_read(2 * budget.PIECE)
        endless()
    with pytest.raises(AdvisorError, match=r"than 0\.2 s"), budget.limited(Budget(seconds=0.2)):
        budget.has_read(2 * budget.PIECE)
        endless()


def test_waiting_is_no_work():
    """Only processor time counts: somebody may think for as long as they like."""
    with budget.limited(Budget(seconds=0.2)):
        time.sleep(0.4)


def test_an_answer_begins_a_new_account_of_time():
    """A dialogue may take as long for each answer."""
    with budget.limited(Budget(seconds=0.4)):
        for _ in range(3):
            end = time.process_time() + 0.25
            while time.process_time() < end:
                pass
            budget.renew()


def test_a_budget_ends_with_its_block():
    """What comes after a block of work has the budget that it had before."""
    before = budget.allowed()
    with budget.limited(Budget(firings=3)):
        assert budget.allowed().firings == 3
    assert budget.allowed() == before


def test_the_command_line_takes_limits(capfd):
    """`--time-limit` and `--max-firings` hold for the command; each refusal exits with 2."""
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
