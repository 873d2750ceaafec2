"""Thirty mistakes of an author, each an edit of one shipped file, and what catches it.

`python tests/mistakes.py` tries all of them and writes the table of docs/auditing.md.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

from advisor import loader
from advisor.api import diff
from advisor.audit.check import all_checks
from advisor.audit.run import audit
from advisor.audit.subject import Subject
from advisor.model.errors import AdvisorError
from advisor.testing import expectations

PAGE = Path(__file__).parent.parent / "docs" / "auditing.md"
START, END = "<!-- mistakes -->\n", "<!-- end -->"


class Mistake(NamedTuple):
    """What an author did, and how the file changes: this text, at its first place, for that."""

    says: str
    file: str
    old: str
    new: str


MISTAKES = [
    Mistake(
        "the caveat names the partner as its own rival",
        "rules/caveats.yaml",
        "keep-balance: {client: $client, partner: $partner, rival: $rival}",
        "keep-balance: {client: $client, partner: $rival, rival: $partner}",
    ),
    Mistake("a template is misspelt", "rules/caveats.yaml", "- deepens-ties:", "- deepen-ties:"),
    Mistake(
        "a variable is misspelt in a conclusion",
        "rules/caveats.yaml",
        "partner: $partner, rival: $rival}\n  advances",
        "partner: $partner, rival: $rivals}\n  advances",
    ),
    Mistake(
        "an entity is misspelt in a fact",
        "facts/pakistan-russia.yaml",
        "rapprochement: {one: pakistan, other: russia}",
        "rapprochement: {one: pakistan, other: rusia}",
    ),
    Mistake(
        "an exception is forgotten",
        "rules/disputes.yaml",
        "  unless:\n    - agreed: {one: $client, other: $partner, project: $project}\n",
        "",
    ),
    Mistake(
        "an exception stands among the premises",
        "rules/connectivity.yaml",
        "  unless:\n    - backs: {state: $partner, project: $project}\n",
        "    - backs: {state: $partner, project: $project}\n",
    ),
    Mistake(
        "a premise is forgotten",
        "rules/connectivity.yaml",
        "    - hosts: {state: $client, corridor: $corridor}\n    - working-ties",
        "    - working-ties",
    ),
    Mistake(
        "a premise leaves out which state is meant",
        "rules/disputes.yaml",
        "    - harms: {project: $project, state: $client}\n",
        "    - harms: {project: $project}\n",
    ),
    Mistake(
        "upstream and downstream are exchanged",
        "rules/disputes.yaml",
        "upstream: {state: $partner, lower: $client, river: $river}",
        "upstream: {state: $client, lower: $partner, river: $river}",
    ),
    Mistake(
        "a comparison is left out",
        "rules/connectivity.yaml",
        "  where: $client != $partner\n  then:\n    - support-needed",
        "  then:\n    - support-needed",
    ),
    Mistake(
        "a comparison says the opposite",
        "rules/caveats.yaml",
        "where: $observer != $client",
        "where: $observer = $client",
    ),
    Mistake(
        "a weak rule is made certain",
        "rules/connectivity.yaml",
        "  strength: roughly even chance\n",
        "",
    ),
    Mistake(
        "a rule is made one step stronger",
        "rules/caveats.yaml",
        "  strength: likely\n",
        "  strength: very likely\n",
    ),
    Mistake(
        "what is strained is advanced, and the other way round",
        "rules/connectivity.yaml",
        "  advances: [transit-role, growth]\n  strains: [balanced-ties]\n",
        "  advances: [balanced-ties]\n  strains: [transit-role, growth]\n",
    ),
    Mistake(
        "the sentence beside the right one is cited",
        "rules/connectivity.yaml",
        "sources: {article: 30}",
        "sources: {article: 29}",
    ),
    Mistake(
        "a sentence is cited that there is not",
        "rules/caveats.yaml",
        "sources: {article: 38}",
        "sources: {article: 83}",
    ),
    Mistake(
        "a citation is left out",
        "rules/connectivity.yaml",
        "  sources: {article: 30}\n",
        "",
    ),
    Mistake(
        "a reason is left out",
        "rules/connectivity.yaml",
        '  because: "{project} will come about once {partner} {partner:is/are} on board"\n',
        "",
    ),
    Mistake(
        "a general reason names a state",
        "rules/connectivity.yaml",
        "will come about once {partner} {partner:is/are} on board",
        "will come about once Russia is on board",
    ),
    Mistake(
        "a rule is written a second time",
        "rules/disputes.yaml",
        "- id: border-sets-at-odds\n",
        "- id: border-makes-odds\n"
        "  title: A disputed border sets states at odds\n"
        "  if: [border-dispute: {one: $a, other: $b}]\n"
        "  then: [at-odds: {one: $a, other: $b}]\n"
        '  because: "the border between {a} and {b} is in dispute"\n'
        "  sources: {article: 1}\n\n"
        "- id: border-sets-at-odds\n",
    ),
    Mistake(
        "a template is declared that no rule uses",
        "rules/templates.yaml",
        "at-odds:\n",
        'friendly:\n  slots: {state: State}\n  says: "{state} {state:is/are} friendly"\n'
        '  asks: "{state:Is/Are} {state} friendly?"\nat-odds:\n',
    ),
    Mistake(
        "an entity is declared that nothing uses",
        "rules/entities.yaml",
        "  taliban: {name: the Taliban, plural: true}\n",
        "  others: {name: the others, plural: true}\n"
        "  taliban: {name: the Taliban, plural: true}\n",
    ),
    Mistake(
        "a denial says what the statement says",
        "rules/templates.yaml",
        'denies: "{one} and {other} are not rivals"',
        'denies: "{one} and {other} are rivals"',
    ),
    Mistake(
        "a template is no longer symmetric",
        "rules/templates.yaml",
        "dispute:\n  slots: {one: State, other: State}\n  symmetric: [one, other]\n",
        "dispute:\n  slots: {one: State, other: State}\n",
    ),
    Mistake(
        "two pieces of advice no longer oppose each other",
        "rules/templates.yaml",
        "  opposes:\n    - invite-visit: {client: $client, partner: $partner}\n",
        "",
    ),
    Mistake(
        "a recommendation of the source is forgotten",
        "facts/pakistan-russia.yaml",
        "  - build-ties: {client: pakistan, partner: russia}\n    sources: {article: 38}\n",
        "",
    ),
    Mistake(
        "an interest of the client is forgotten",
        "facts/pakistan-russia.yaml",
        "    - growth: {priority: 1, sources: {article: [7, 33, 36]}}\n",
        "",
    ),
    Mistake(
        "a fact is forgotten",
        "facts/pakistan-russia.yaml",
        "  - rapprochement: {one: pakistan, other: russia}\n    sources: {article: [8, 9]}\n",
        "",
    ),
    Mistake(
        "a name is written in the plural and not said to be",
        "rules/entities.yaml",
        "  taliban: {name: the Taliban, plural: true}\n",
        "  taliban: {name: the Taliban fighters}\n",
    ),
    Mistake(
        "a what-if assumes what it means to deny",
        "facts/what-if/us-funds-refused.yaml",
        "deny:",
        "assume:",
    ),
]


def caught(mistake: Mistake, folder: Path, known: frozenset[str]) -> str | None:
    """What catches a mistake first: load, test, audit or diff; None if nothing does.

    `known` are the fingerprints of what the audit finds in the base as it is.
    """
    path = folder / mistake.file
    text = path.read_text(encoding="utf-8")
    assert mistake.old in text, mistake.says
    path.write_text(text.replace(mistake.old, mistake.new, 1), encoding="utf-8")
    try:
        base = loader.load_base(folder)
        cases = loader.load_with_parents(base)
    except AdvisorError:
        return "load"
    else:
        if any(report.failed for report in expectations.run(cases)):
            return "test"
        if found(folder) - known:
            return "audit"
        return None if diff(loader.shipped_folder(), folder).same else "diff"
    finally:
        path.write_text(text, encoding="utf-8")


def found(folder: Path) -> frozenset[str]:
    """The findings in a base, by fingerprint; without those of mutants, which take long."""
    base = loader.load_base(folder)
    checks = [check for check in all_checks().values() if check.id != "surviving-mutant"]
    result = audit(Subject(base, loader.load_with_parents(base)), checks)
    return frozenset(finding.fingerprint for finding in result.findings)


def copied(folder: Path) -> Path:
    """A copy of the shipped base, to make mistakes in."""
    for name in ("rules", "facts"):
        shutil.copytree(loader.shipped_folder() / name, folder / name)
    return folder


def table(by: dict[str, str | None]) -> str:
    """The table of the page: each mistake with what catches it, and how many each catches."""
    counts = {by_: list(by.values()).count(by_) for by_ in ("load", "test", "audit", "diff")}
    told = ", ".join(f"{number} by {name}" for name, number in counts.items())
    rows = [f"| {says} | {by_ or 'nothing'} |" for says, by_ in by.items()]
    return "\n".join(
        [f"Of {len(by)}: {told}.", "", "| mistake | caught by |", "|---|---|", *rows, ""]
    )


def main() -> None:
    """Try all, and write the table."""
    with tempfile.TemporaryDirectory() as made:
        folder = copied(Path(made))
        known = found(folder)
        by = {}
        for mistake in MISTAKES:
            by[mistake.says] = caught(mistake, folder, known)
            print(by[mistake.says], mistake.says, flush=True)  # noqa: T201 - a script
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    PAGE.write_text(before + START + "\n" + table(by) + "\n" + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
