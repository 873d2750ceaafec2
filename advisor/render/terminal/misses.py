"""Turns why-not trees into a screen: the nearest miss in full, the rest in a line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.answers.remedies import Remedy
from advisor.answers.whynot import Condition, NearMiss, WhyNot
from advisor.model import citing, english
from advisor.model.records import KnowledgeBase
from advisor.render.terminal.page import Page

NOT_ADVISED = "Not advised: "
_LABELS = {
    "held": "holds: ",
    "not held": "does not hold: ",
    "denied": "denied: ",
    "unknown": "unknown: ",
    "unmentioned": "nobody says: ",
    "blocked": "stands against it: ",
    "failed": "fails: ",
    "open": "not yet compared: ",
}
_NOT_IN_THE_WAY = "not in the way: "
_PERHAPS_AGAINST = "may stand against it: "
_RULED_OUT = "ruled out by what is stated: "
_MET = {"held", "open"}
_LACKED = ("premise", "count")
_FAILED = ("comparison", "value")
_CHANGES = 3  # shown of those that are enough
_OTHERS = 5  # rules, and pieces of advice, that are told in a line each
_DEEP = 2  # how far down what is lacking is traced


def fared(condition: Condition, base: KnowledgeBase) -> tuple[str, str]:
    """A label for how a condition fared, and the condition as a sentence with its sources."""
    label = _LABELS[condition.status]
    if condition.kind == "exception" and condition.status in {"held", "unknown"}:
        label = _NOT_IN_THE_WAY if condition.status == "held" else _PERHAPS_AGAINST
    text = condition.says
    if condition.kind == "silence":
        return "taken for granted: ", f"there is no evidence that {text}."
    if condition.kind == "exception" and condition.status == "held":
        lead = "it is not held" if condition.facts else "no evidence"
        text = (
            f"{'what is stated rules out' if condition.ruled_out else lead} that {condition.says}"
        )
    elif condition.ruled_out:
        label = _RULED_OUT
    elif condition.status == "unmentioned" and condition.advice:
        label = NOT_ADVISED.lower()
    if condition.sources:
        text = english.bracketed(text, citing.cite(base, condition.sources))
    return label, text if text.endswith("?") else f"{text}."


def _is_advice(tree: WhyNot, base: KnowledgeBase) -> bool:
    return base.templates[tree.what.split("(", maxsplit=1)[0]].advice


def misses(page: Page, trees: Sequence[WhyNot], base: KnowledgeBase, *, ids: bool) -> None:
    """The first tree by its nearest miss; the other misses and trees in a line each."""
    first, *others = trees
    page.line(f"{_lead(first, base)}{english.sentence(first.says)}", "bold")
    if ids:
        page.line(first.what, "dim")
    if first.stated:
        page.line(f"The scenario says: {english.sentence(first.stated)}")
    nearest, *rest = first.misses or (None,)
    if nearest is not None:
        _nearest(page, nearest, base)
    elif not first.stated:
        page.line(_without_rule(first, base))
    _enough(page, first.changes)
    for miss in rest[:_OTHERS]:
        if nearest is not None and miss.rule == nearest.rule:
            page.item("Or, by the same rule: ", lacks(miss, besides=nearest), 0)
        else:
            page.item("Or: ", f"{english.sentence(miss.title)} {_sentence(miss)}", 0)
    for tree in others[:_OTHERS]:
        says = english.sentence(tree.says)
        said = _sentence(tree.misses[0]) if tree.misses else _without_rule(tree, base)
        page.item(_lead(tree, base), f"{says} {said}", 0)
    left = max(len(rest) - _OTHERS, 0) + max(len(others) - _OTHERS, 0)
    if left:
        page.line(f"and {left} more: --long", "dim")
    elif first.misses:
        page.line("Each condition of each rule: --long", "dim")


def _lead(tree: WhyNot, base: KnowledgeBase) -> str:
    if tree.standing == "open":
        return "Open: "
    return NOT_ADVISED if _is_advice(tree, base) else "Does not hold: "


def _without_rule(tree: WhyNot, base: KnowledgeBase) -> str:
    """Why there is no miss to tell of."""
    if tree.what.split("(", maxsplit=1)[0] in base.derived:
        return "No rule could conclude it."
    return "What is stated rules it out." if tree.ruled_out else "Nobody says so."


def _nearest(page: Page, miss: NearMiss, base: KnowledgeBase) -> None:
    """The rule that comes nearest: what of it holds, and what it lacks."""
    page.item("Nearest: ", f"{english.sentence(miss.title)} (rule {miss.rule})", 0)
    _holding(page, miss, 2)
    for condition in _unmet(miss):
        _lacking(page, condition, base, 2)
    if any(condition.kind in _FAILED for condition in _unmet(miss)):
        for condition in (one for one in miss.conditions if one.kind == "silence"):
            _lacking(page, condition, base, 2)


def _holding(page: Page, miss: NearMiss, indent: int) -> None:
    of = ("premise", "count")  # that no exception stands in the way goes without saying
    met = [
        condition.says
        for condition in miss.conditions
        if condition.status in _MET and condition.kind in of
    ]
    if met:
        page.item("holds: ", "; ".join(met) + ".", indent)


def _lacking(page: Page, condition: Condition, base: KnowledgeBase, indent: int) -> None:
    """A condition that is not met, with what the rule nearest to it lacks in its turn."""
    label, text = fared(condition, base)
    page.item(label, text, indent, "bold")
    because = condition.because
    if because is None or not because.misses or indent > 2 * _DEEP:
        return
    if any(one.kind in {"comparison", "value"} for one in _unmet(because.misses[0])):
        _holding(page, because.misses[0], indent + 2)
    for one in _unmet(because.misses[0]):
        _lacking(page, one, base, indent + 2)


def _enough(page: Page, changes: Sequence[Remedy]) -> None:
    for change in changes[:_CHANGES]:
        verb = "Assume" if change.do == "assume" else "Deny"
        page.item("Enough by itself: ", f"{verb} {change.instance}", 0)
    if len(changes) > _CHANGES:
        page.line(f"and {len(changes) - _CHANGES:,} more", "dim")


def lacks(miss: NearMiss, besides: NearMiss | None = None) -> str:
    """What a rule lacks, and what stands against it, but for what another misses too: a clause."""
    told = {condition.says for condition in _unmet(besides)} if besides is not None else set()
    unmet = [condition for condition in _unmet(miss) if condition.says not in told]
    unknown = [
        _unknown(c) for c in unmet if c.kind in {*_LACKED, *_FAILED} if c.status == "unknown"
    ]
    known = [condition for condition in unmet if condition.status != "unknown"]
    lacking = [f"that {condition.says}" for condition in known if condition.kind in _LACKED]
    fails = [one.contrary or one.says for one in known if one.kind in _FAILED]
    against = [condition.says for condition in unmet if condition.kind not in {*_LACKED, *_FAILED}]
    parts = [f"it lacks {english.listing(lacking)}"] if lacking else []
    parts += [f"it is not known: {'; '.join(unknown)}"] if unknown else []
    parts += [f"it fails, as {english.listing(fails)}"] if fails else []
    parts += [f"against it stands: {'; '.join(against)}"] if against else []
    return "; ".join(parts) + "." if parts else ""


def _unknown(condition: Condition) -> str:
    """What is not known, as a clause: "how old is Ann", or "whether Ann is here"."""
    asks = condition.says.endswith("?") or condition.kind in _FAILED
    return condition.says.removesuffix("?") if asks else f"whether {condition.says}"


def nearest(miss: NearMiss) -> str:
    """The rule that comes nearest, and what keeps it: a sentence."""
    return f"Nearest comes the rule “{miss.title}”: {lacks(miss)}"


def _sentence(miss: NearMiss) -> str:
    said = lacks(miss)
    return english.sentence(said) if said else ""


def _unmet(miss: NearMiss) -> Iterator[Condition]:
    return (condition for condition in miss.conditions if condition.status not in _MET)
