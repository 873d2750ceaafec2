"""Turns how trees and why-not trees into text for a terminal or a pipe."""

from __future__ import annotations

from rich.console import Console

from advisor.answers.explanation import Counted, Derivation, Exempted, Step
from advisor.answers.views import Explanation
from advisor.answers.whynot import Condition, NearMiss, WhyNot
from advisor.model import citing, english
from advisor.model.grades import HOLDS, TERMS
from advisor.model.records import KnowledgeBase
from advisor.render.terminal.argument import outline
from advisor.render.terminal.misses import NOT_ADVISED, fared, misses
from advisor.render.terminal.page import Page


def explanation(
    console: Console,
    result: Explanation,
    base: KnowledgeBase,
    *,
    long: bool = True,
    ids: bool = False,
) -> None:
    """What holds with how, then what does not with why not; on a screen, unless `long`."""
    page = Page(console.width)
    if not long:
        if result.note:
            page.line(result.note, "italic")
        if result.misses:
            misses(page, result.misses, base, ids=ids)
        page.print(console)
        if result.held:
            outline(console, result.held, base, ids=ids)
        return
    explain_on(page, result, base, 0)
    page.print(console)


def explain_on(page: Page, result: Explanation, base: KnowledgeBase, indent: int) -> None:
    """The explanation as part of a page."""
    if result.note:
        page.item("", result.note, indent, "italic")
        page.line()
    for number, step in enumerate(result.held):
        if number:
            page.line()
        _step(page, step, base, indent)
    for number, miss in enumerate(result.misses):
        if number or result.held:
            page.line()
        _why_not(page, miss, base, indent)


def _why_not(page: Page, tree: WhyNot, base: KnowledgeBase, indent: int) -> None:
    template = base.templates[tree.what.split("(", maxsplit=1)[0]]
    lead = NOT_ADVISED if template.advice else "Does not hold: "
    if tree.standing == "open":
        lead = "Open: "
    page.item(lead, english.sentence(tree.says), indent, "" if indent else "bold")
    parts = [tree.what]
    if tree.stated:
        parts.append(f"the scenario says: {tree.stated}")
    elif template.id not in base.derived:
        parts.append("what is stated rules it out" if tree.ruled_out else "nobody says so")
    if tree.sources:
        parts.append(citing.cite(base, tree.sources))
    if tree.repeated:
        parts.append("explained above")
    if tree.deeper:
        parts.append("more below; ask about it by itself")
    page.item("", " | ".join(parts), indent + 2, "dim")
    for change in tree.changes:
        verb = "Assume" if change.do == "assume" else "Deny"
        text = f"{verb} {change.instance}: {english.sentence(change.says)}"
        page.item("Enough by itself: ", text, indent + 2)
    if template.id in base.derived and not (tree.misses or tree.repeated or tree.deeper):
        page.item("", "No rule could conclude it.", indent + 2)
    for miss in tree.misses:
        _near_miss(page, miss, base, indent + 2)


def _near_miss(page: Page, miss: NearMiss, base: KnowledgeBase, indent: int) -> None:
    unmet = f"{english.counted(miss.unmet, 'condition')} unmet"
    page.item(f"By rule {miss.rule}, {unmet}: ", english.sentence(miss.title), indent)
    for condition in miss.conditions:
        condition_on(page, condition, base, indent + 2)


def condition_on(page: Page, condition: Condition, base: KnowledgeBase, indent: int) -> None:
    """A condition of a rule and how it fared, as part of a page."""
    label, text = fared(condition, base)
    style = "" if condition.status in {"held", "open"} else "bold"
    page.item(f"- {label}", text, indent, style)
    if condition.facts and condition.status != "held":
        page.item("", " | ".join(condition.facts), indent + 2, "dim")
    if condition.because is not None:
        _why_not(page, condition.because, base, indent + 4)


def _step(page: Page, step: Step, base: KnowledgeBase, indent: int) -> None:
    style = "bold" if not indent else ""
    page.item("" if not indent else "- ", english.sentence(step.says), indent, style)
    below = indent + 2
    page.item("", _status(step, base), below, "dim")
    if step.note:
        page.item("Note: ", step.note, below)
    for number, derivation in enumerate(step.derivations):
        _derivation(page, derivation, base, below, also=number > 0)


def _status(step: Step, base: KnowledgeBase) -> str:
    """One line on where a fact stands: its instance, support, grade and sources."""
    grade = TERMS[step.lower]
    if step.lower != step.upper:
        grade += f" to {TERMS[step.upper]}"
    words = {
        "given": f"given as {step.stated}",
        "assumed": f"assumed as {step.stated}",
        "answered": f"answered as {step.stated}",
        "background": "background",
        "derived": f"support: {grade}",
        "denied": "denied",
        "unknown": "unknown",
        "disputed": f"disputed; support: {grade}",
        "unmentioned": "nobody says so",
    }
    parts = [step.instance, words[step.support]]
    if step.support == "derived" and step.stated:
        parts.append(f"stated as {step.stated}")
    parts.append(citing.read_from(base, step.sources, step.reading))
    if step.as_of:
        parts.append(f"as of {step.as_of}")
    if step.repeated:
        parts.append("shown above")
    if step.deeper:
        parts.append("more below; explain it by itself")
    return " | ".join(filter(None, parts))


def _derivation(
    page: Page, derivation: Derivation, base: KnowledgeBase, indent: int, *, also: bool
) -> None:
    lead = "Also because " if also else "Because "
    page.item(lead, derivation.because + ".", indent)
    parts = [
        f"rule {derivation.rule}",
        f"strength {derivation.strength}",
        f"support: {TERMS[derivation.lower]}",
    ]
    if derivation.where.file.endswith(".csv"):  # the row of a table, which no rule file shows
        parts.append(f"at {derivation.where.file}:{derivation.where.line}")
    parts.append(citing.read_from(base, derivation.sources, derivation.reading))
    if derivation.circular:
        parts.append("circular: no reason of its own")
    page.item("", " | ".join(filter(None, parts)), indent, "dim")
    for premise in derivation.premises:
        _step(page, premise, base, indent + 2)
    for count in derivation.counts:
        _counted(page, count, base, indent + 2)
    for comparison in derivation.comparisons:
        page.item("- ", english.sentence(comparison), indent + 2)
    for exception in derivation.exceptions:
        _exempted(page, exception, base, indent + 2)


def _counted(page: Page, count: Counted, base: KnowledgeBase, indent: int) -> None:
    page.item("- ", f"At least {count.count} of these hold: {count.says}.", indent)
    for step in count.facts:
        _step(page, step, base, indent + 2)


def _exempted(page: Page, exception: Exempted, base: KnowledgeBase, indent: int) -> None:
    if exception.silent:
        page.item("- ", f"There is no evidence that {exception.says}. (Assumed.)", indent)
        return
    lead = "Yet it holds" if exception.lower >= HOLDS else "It is not held"
    if not exception.facts:
        lead = "What is stated rules out"
    page.item("- ", f"{lead} that {exception.says}.", indent)
    for step in exception.facts:
        _step(page, step, base, indent + 2)
