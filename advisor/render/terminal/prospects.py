"""Turns a stress test into a screen: a row a piece of advice, by how it stands up."""

from __future__ import annotations

import string
from collections.abc import Hashable, Iterator, Sequence
from typing import Final, NamedTuple

from advisor.answers.lines import merged
from advisor.answers.recommendation import Line
from advisor.futures.result import MOST_WEIGHED, Prospect, Stress
from advisor.loader import parse_instance
from advisor.model import english, several
from advisor.model.records import Instance, KnowledgeBase
from advisor.render.terminal.page import Page

BAR: Final = 10  # characters
_ROWS: Final = 11  # on a screen, of what is given in some futures
_SMALL: Final = 5  # characters of a bar in a row


class ProspectRow(NamedTuple):
    """Advice that stands up alike, said as one."""

    handles: tuple[str, ...]  # by which advise shows it, if it is given
    says: str
    prospect: Prospect  # of the first piece; the others are alike
    pieces: int


def bar(share: float, size: int = BAR) -> str:
    """A share as a bar; anything above nothing shows, and anything short of all."""
    full = round(share * size)
    if 0 < share < 1:
        full = min(max(full, 1), size - 1)
    return "#" * full + "." * (size - full)


def percent(share: float) -> str:
    """A share in percent; what is not quite nothing or all is not rounded to it."""
    if 0 < share < 0.0005:
        return "under 0.1%"
    if 0.9995 <= share < 1:
        return "over 99.9%"
    return f"{100 * share:.1f}%".replace(".0%", "%")


def beyond(count: int) -> str:
    """That the influences of some facts are not worked out."""
    groups = english.counted(count, "larger group")
    are = "is" if count == 1 else "are"
    return (
        f"Influences are told of at most {MOST_WEIGHED} facts that exclude each other; "
        f"{groups} {are} left out."
    )


def overview(page: Page, result: Stress, lines: Sequence[Line], base: KnowledgeBase) -> None:
    """Always, sometimes, never; and which facts decide most."""
    facts = len({fact.form or fact.instance for fact in result.facts})
    open_ = english.counted(facts, "open fact")
    page.line(f"Stress test of the advice for {result.client_name}, over {open_}", "bold")
    how = " How likely: if the open facts are independent, each at the middle of its band, or even."
    page.line(f"{result.title} ({result.scenario}).{how if facts else ''}")
    if result.partial:
        page.line(f"Partial: {result.cut_short}.", "bold")
    rows = list(_rows(result.advice, lines, base))
    _listed(page, "Given in every future", [r for r in rows if r.prospect.given_in == "all"])
    _table(page, [row for row in rows if row.prospect.given_in in {"some", "unknown"}])
    if any(row.prospect.method != "exact" for row in rows):
        page.line("~ is estimated from some of the futures; --long says how closely.", "dim")
    not_weighed = max((row.prospect.not_weighed for row in rows), default=0)
    if not_weighed:
        page.line(beyond(not_weighed), "dim")
    _listed(page, "Given in no future", [r for r in rows if r.prospect.given_in == "none"])
    for decisive in result.decisive[:1]:
        page.item("Most hangs on: ", f"{decisive.says}.", 0)
    page.line("One in full: advisor stress ADVICE   All of it: --long", "dim")


def _listed(page: Page, heading: str, rows: Sequence[ProspectRow]) -> None:
    """Advice of which there is no more to say: by its numbers, or how much of it there is."""
    count = sum(row.pieces for row in rows)
    numbers = [_numbers(row.handles) for row in rows if row.handles]
    if numbers:
        word = "number" if count == 1 else "numbers"
        page.item("", f"{heading} ({count:,}): {word} {', '.join(numbers)} of advise.", 0)
    elif rows:
        page.line(f"{heading}: {english.counted(count, 'piece')} of advice.")


def _table(page: Page, rows: Sequence[ProspectRow]) -> None:
    """A row each: its number, how likely it is given, the advice, and what decides most."""
    standing = None
    width = max((len(_numbers(row.handles)) for row in rows[:_ROWS]), default=0)
    for row in rows[:_ROWS]:
        if row.prospect.standing != standing:
            standing = row.prospect.standing
            page.line(f"Given in some futures, and {standing} now", "bold")
        label = f"{_numbers(row.handles):<{width}} {_chance(row.prospect)} "
        page.row(label, f"{row.says}{_hangs_on(row.prospect)}", len(label))
    if len(rows) > _ROWS:
        page.line(f"and {len(rows) - _ROWS:,} more", "dim")


def _numbers(handles: Sequence[str]) -> str:
    """The numbers of advice that is said as one: "7a-b"; "4a, 4c" if they leave one out."""
    letters = "".join(handle.lstrip(string.digits) for handle in handles)
    lines = {handle.rstrip(string.ascii_lowercase) for handle in handles}
    if len(letters) > 1 and len(lines) == 1 and letters in string.ascii_lowercase:
        return f"{handles[0]}-{letters[-1]}"
    return ", ".join(handles)


def _chance(prospect: Prospect) -> str:
    """How likely it is that the advice is given, with "~" where that is an estimate."""
    if prospect.probability is None or not prospect.examined:
        return "not known  "
    about = "" if prospect.method == "exact" else "~"
    return f"{bar(prospect.probability, _SMALL)} {about + percent(prospect.probability):>5}"


def _hangs_on(prospect: Prospect) -> str:
    """The facts that decide most about a piece of advice."""
    if not prospect.influences:
        return f". {english.sentence(prospect.unmeasured)}" if prospect.unmeasured else "."
    first, *others = prospect.influences
    whether = "if" if first.gives >= first.takes else "unless"
    more = f" ({len(others):,} more)" if others else ""
    return f", {whether} {first.says}{more}."


def _rows(
    prospects: Sequence[Prospect], lines: Sequence[Line], base: KnowledgeBase
) -> Iterator[ProspectRow]:
    """What stands up alike and differs in one slot alone, in the order in which it is shown."""
    handles = {member.instance: member.handle for line in lines for member in line.members}
    places = {name: place for place, name in enumerate(handles)}
    shown = sorted(prospects, key=lambda one: places.get(one.instance, len(places)))

    def instance(one: Prospect) -> Instance:
        return parse_instance(one.instance, base)[0]

    for group in merged(base, shown, instance, _alike):
        yield ProspectRow(
            handles=tuple(
                handles[prospect.instance] for prospect in group if prospect.instance in handles
            ),
            says=english.sentence(several.says_of(base, list(map(instance, group)))).rstrip("."),
            prospect=group[0],
            pieces=len(group),
        )


def _alike(one: Prospect) -> Hashable:
    decided = tuple(influence.says for influence in one.influences[:1])
    return (one.standing, one.given_in, one.share, one.probability, decided)
