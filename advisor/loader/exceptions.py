"""Reads what stands under `unless`: patterns, counts, and conditions that hold together.

A variable that no premise binds is local: "there is no such". Where more than one pattern speaks of
it, or facts are counted, a helper fact that has none of it is concluded by a rule of its own, and
the exception is that fact; its English is that of what was written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from advisor.loader.fields import Fields
from advisor.loader.instances import pattern_over
from advisor.loader.premises import ParsedPremise, at_least, some, under
from advisor.loader.reader import Reader
from advisor.loader.types import Types, node_of, types_of
from advisor.loader.vocabulary import Vocabulary
from advisor.loader.yamlfile import Node, Sequence
from advisor.model import english
from advisor.model.errors import nearest
from advisor.model.records import AtLeast, Pattern, Phrase, Rule, SlotRef, Template, Var


class Exceptions(NamedTuple):
    """The exceptions of a rule, and the rules that conclude the helper facts among them."""

    patterns: list[Pattern]
    helpers: list[Rule]


def exceptions(
    found: Fields, name: str, types: Types, words: Vocabulary, *, sound: bool
) -> Exceptions:
    """What stands under `unless` of the rule of a name, whose premises bind these variables."""
    reader, read = found.reader, Exceptions([], [])
    lone = list[Pattern]()
    for item in found.items("unless"):
        before = len(reader.problems.found)
        premises = _read(reader, item, words)
        if not premises:
            continue
        _check_known(reader, premises, types)
        if isinstance(premises[0], Pattern) and len(premises) == 1:
            lone.append(premises[0])
            read.patterns.append(_opened(premises[0], types))
        elif sound and not reader.problems.since(before):
            number = len(read.helpers) + 1
            helper = _helper(reader, (f"{name}/unless-{number}", premises), types, words)
            read.patterns.append(helper.conclusions[0])
            read.helpers.append(helper)
    _check_apart(reader, lone, types)
    return read


def _read(reader: Reader, node: Node, words: Vocabulary) -> list[ParsedPremise]:
    """The conditions of one exception: one pattern, one count, or what stands under `all`."""
    counted, together = under(node, "at-least"), under(node, "all")
    if counted is not None:
        count = at_least(reader, counted, words)
        return [] if count is None else [count]
    if together is None:
        pattern = pattern_over(reader, node, words, "an item of 'unless'")
        return [] if pattern is None else [pattern]
    if not isinstance(together, Sequence) or len(together.items) < 2:
        reader.problem(together, "'all' is a list of two conditions or more")
        return []
    return list(some(reader, together.items, words))


def _patterns(premises: Iterable[ParsedPremise]) -> Iterator[Pattern]:
    for premise in premises:
        yield premise.of if isinstance(premise, AtLeast) else premise


def _check_known(reader: Reader, premises: Iterable[ParsedPremise], types: Types) -> None:
    """A variable that is almost one of the premises' is taken for a slip of the pen."""
    for pattern in _patterns(premises):
        for name in pattern.variables():
            hint = None if name in types else nearest(name, types)
            if hint:
                message = f"${name} in the exception is not bound by the 'if'"
                more = "or give what is local to the exception a name less like it"
                reader.problem(node_of(pattern), message, f"{hint} {more}")


def _check_apart(reader: Reader, patterns: list[Pattern], types: Types) -> None:
    """Exceptions stand by themselves, so none of them shares a variable of its own with another."""
    uses = Counter(name for one in patterns for name in {*one.variables()} - types.keys())
    for pattern in patterns:
        for name in dict.fromkeys(pattern.variables()):
            if uses[name] > 1:
                message = f"${name} stands in two exceptions and is bound by no premise"
                hint = "what holds together goes into one exception, under 'all'"
                reader.problem(node_of(pattern), message, hint)


def _opened(pattern: Pattern, types: Types) -> Pattern:
    """The pattern without the variables that say nothing: those that stand there once, alone."""
    uses = Counter(pattern.variables())
    terms = tuple(
        None if isinstance(t, Var) and t.name not in types and uses[t.name] == 1 else t
        for t in pattern.terms
    )
    return msgspec.structs.replace(pattern, terms=terms)


def _helper(
    reader: Reader, of: tuple[str, list[ParsedPremise]], types: Types, words: Vocabulary
) -> Rule:
    """The rule that concludes the helper fact of a name from some conditions; declares it, too."""
    name, premises = of
    where = next(_patterns(premises)).where
    bound = list(dict.fromkeys(n for p in _patterns(premises) for n in p.variables() if n in types))
    counts = [premise for premise in premises if isinstance(premise, AtLeast)]
    binding = [_only(c.of, {*bound}) for c in counts if {*bound} & {*c.of.variables()}]
    premises = [*binding, *premises]
    own = types_of(reader, premises, words)
    title = "these hold together"
    if len(counts) == 1 and len(premises) - len(binding) == 1:
        title = f"at least {counts[0].count} such cases are there"
    template = Template(
        id=name,
        slots={one: own[one] for one in bound},  # type: ignore[misc]
        says=_says(premises[len(binding) :], {*bound}, words),
        helper=True,
        where=where,
    )
    words.templates[name] = template  # of all alternatives of a rule the same
    head = Pattern(template=name, terms=tuple(map(Var, bound)), where=where)
    return Rule(id=name, title=title, premises=tuple(premises), conclusions=(head,), where=where)


def _only(pattern: Pattern, names: set[str]) -> Pattern:
    """The pattern without the variables that have none of these names."""
    terms = (None if isinstance(t, Var) and t.name not in names else t for t in pattern.terms)
    return msgspec.structs.replace(pattern, terms=tuple(terms))


def _says(premises: Iterable[ParsedPremise], bound: set[str], words: Vocabulary) -> Phrase:
    """The conditions as a clause; what is local is "some town" at first, and then "that town"."""
    parts = list[str | SlotRef]()
    met = dict[str, str]()
    for premise in premises:
        pattern = premise.of if isinstance(premise, AtLeast) else premise
        parts += [" and "] if parts else []
        if isinstance(premise, AtLeast):
            parts.append(f"in at least {english.counted(premise.count, 'case')} ")
        parts += _clause(pattern, bound, met, words)
    return tuple(parts)


def _clause(
    pattern: Pattern, bound: set[str], met: dict[str, str], words: Vocabulary
) -> Iterator[str | SlotRef]:
    template = words.templates[pattern.template]
    terms = dict(zip(template.slots, pattern.terms, strict=True))
    for part in template.says:
        if isinstance(part, str):
            yield part
            continue
        term = terms[part.slot]
        if isinstance(term, Var) and term.name in bound:
            yield part._replace(slot=term.name)
        elif isinstance(term, Var):
            yield _local(part, term.name, english.noun(template.slots[part.slot], part.slot), met)
        else:
            yield english.fill_gap(words, part, template.slots[part.slot], term)


def _local(part: SlotRef, name: str, noun: str, met: dict[str, str]) -> str:
    """A gap for what is local to the conditions."""
    if part.form == "verb":
        return part.singular
    said = english.local(name, noun, met)
    return said if part.form == "name" else f"{said}'s"
