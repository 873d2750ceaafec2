"""Turns a how tree into the nodes of a document: each statement with its reason and its sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.answers.explanation import Counted, Derivation, Exempted, Step
from advisor.model import english
from advisor.model.grades import HOLDS
from advisor.render.report.document import Text, TreeNode, text
from advisor.render.report.references import References

_LEAVES: Final = {
    "given": "Given",
    "assumed": "Assumed",
    "answered": "Answered",
    "background": "Background",
    "denied": "Denied",
    "unknown": "Not known",
    "disputed": "Disputed",
    "unmentioned": "Nobody says so",
}


def node(step: Step, references: References) -> TreeNode:
    """A fact with what it rests on."""
    children = [child for each in step.derivations[:1] for child in _premises(each, references)]
    if len(step.derivations) > 1:
        children = [
            TreeNode(
                text(english.sentence(f"because {each.because}")),
                text("", references.read(each.sources, each.reading)),
                tuple(_premises(each, references)),
            )
            for each in step.derivations
        ]
    return TreeNode(
        text=text(english.sentence(step.says)),
        remark=_remark(step, references),
        children=tuple(children),
    )


def _remark(step: Step, references: References) -> Text:
    """Where a fact comes from: what is stated of it, or the reason that leads to it."""
    if step.repeated:
        return text("The reason is shown above.")
    if not step.derivations:
        rated = f", rated {step.stated}" if step.stated not in {None, "certain"} else ""
        lead = _LEAVES.get(step.support, "Derived")
        rated += f", as of {step.as_of}" if step.as_of else ""
        note = f" {english.sentence(step.note)}" if step.note else ""
        return text(f"{lead}{rated}.{note} ", references.read(step.sources, step.reading))
    first, *others = step.derivations
    if others:
        return text("Each of these reasons is enough by itself.")
    return text(f"Because {first.because}. ", references.read(first.sources, first.reading))


def _premises(derivation: Derivation, references: References) -> Iterator[TreeNode]:
    yield from (node(step, references) for step in derivation.premises)
    yield from (_counted(count, references) for count in derivation.counts)
    yield from (TreeNode(text(english.sentence(test))) for test in derivation.comparisons)
    yield from (_exempted(exception, references) for exception in derivation.exceptions)


def _counted(count: Counted, references: References) -> TreeNode:
    return TreeNode(
        text=text(f"At least {count.count} of these hold: {count.says}."),
        children=tuple(node(step, references) for step in count.facts),
    )


def _exempted(exception: Exempted, references: References) -> TreeNode:
    if exception.silent:
        return TreeNode(text(f"There is no evidence that {exception.says}."), text("Assumed."))
    lead = "Yet it holds" if exception.lower >= HOLDS else "It is not held"
    if not exception.facts:
        lead = "What is stated rules out"
    return TreeNode(
        text=text(f"{lead} that {exception.says}."),
        children=tuple(node(step, references) for step in exception.facts),
    )
