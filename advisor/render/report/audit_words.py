"""Words for an audit: its groups of findings, how many there are, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from advisor.audit.finding import SEVERITIES, Finding, ScenarioWitness, Witness
from advisor.audit.run import Audit
from advisor.audit.score import Score
from advisor.model import english
from advisor.model.allowances import Severity
from advisor.render.report.words import day

LEFT: Final = "Not checked, and why"
_SHOWN: Final = 3  # rules and the like that a bound was reached at, checks that were not run


class FindingGroup(NamedTuple):
    """Findings under one heading, numbered through the whole audit."""

    name: Severity | Literal["allowed", "elsewhere"]
    meaning: str
    findings: tuple[tuple[int, Finding], ...]

    @property
    def title(self) -> str:
        """The heading: "Errors (2)"."""
        plural = "s" if self.name in SEVERITIES else ""
        return f"{self.name.capitalize()}{plural} ({len(self.findings):,})"


def groups(result: Audit, *, every: bool) -> Iterator[FindingGroup]:
    """What was found, gravest first; `every` adds what the base allows, and what is elsewhere."""
    numbered = list(enumerate(result.listed(every=True), 1))
    allowed = len(result.findings)
    elsewhere = allowed + len(result.allowed)
    for severity, meaning in SEVERITIES.items():
        found = tuple(pair for pair in numbered[:allowed] if pair[1].severity == severity)
        if found:
            yield FindingGroup(severity, meaning, found)
    if every and result.allowed:
        yield FindingGroup("allowed", "", tuple(numbered[allowed:elsewhere]))
    if every and result.elsewhere:
        yield FindingGroup("elsewhere", "", tuple(numbered[elsewhere:]))


def files(witness: Witness) -> Iterator[tuple[str, str]]:
    """The fact files of a witness, each with what leads to it."""
    if isinstance(witness, ScenarioWitness):
        yield "", witness.text
        if witness.same_as is not None:
            yield "The same advice as in:", witness.same_as


def told(finding: Finding) -> str:
    """What is wrong, and then the witness, its files with it."""
    witness = finding.witness
    parts = [english.sentence(finding.message), "", f"Witness: {english.sentence(witness.shows)}"]
    parts += [f"- {line}" for line in witness.lines]
    for lead, file in files(witness):
        parts += [*([lead] if lead else ()), file.rstrip("\n")]
    return "\n".join(parts)


def ran(result: Audit) -> str:
    """How many checks ran, and for when."""
    return f"{english.counted(len(result.checks), 'check')}, as of {day(result.as_of)}"


def summary(result: Audit) -> str:
    """How many findings there are, in words."""
    counts = [english.counted(result.count(severity), severity) for severity in SEVERITIES]
    allowed = f"; {len(result.allowed):,} allowed" if result.allowed else ""
    allowed += f"; {len(result.elsewhere):,} elsewhere" if result.elsewhere else ""
    cut = english.counted(len(result.unsearched), "search")
    left_out = f"; {cut} cut short" if result.unsearched else ""
    return english.listing(counts) + allowed + left_out


def left(result: Audit) -> Iterator[str]:
    """What was not looked at, and why: checks, and each bound that a search reached."""
    for run in result.not_run:
        verb = "was" if len(run.checks) == 1 else "were"
        lead = f"{english.counted(len(run.checks), 'check')} {verb} not run, as {run.why}"
        yield english.sentence(f"{lead}: {', '.join(_first(run.checks))}")
    for found in result.unsearched:
        about = "; ".join(_first(found.about))
        yield english.sentence(f"{found.search}: {found.why}: {about}")


def _first(names: tuple[str, ...]) -> list[str]:
    more = len(names) - _SHOWN
    return [*names[:_SHOWN], f"{more} more"] if more > 0 else list(names)


def score(mutation: Score) -> str:
    """The mutation score in words."""
    of = f"{mutation.killed:,} of {mutation.mutants:,} mutants are noticed by an expectation"
    same = f"; {mutation.equivalent:,} can change nothing" if mutation.equivalent else ""
    why = "there was no time" if mutation.cut_short else "--mutants all"
    more = f"; {mutation.untried:,} more were not tried ({why})" if mutation.untried else ""
    return f"{mutation.percent}%: {of}{same}{more}"
