"""Reads what answers to several kinds of questions have in common: options, and how likely."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.consult.kind import Question
from advisor.consult.naming import OptionNames, is_short, part
from advisor.consult.words import YES, Said, Unclear, begun, exact, said, why_nothing
from advisor.loader.texts import clipped


def saying(asked: Question, text: str, meanings: Sequence[str]) -> Said:
    """What yes, no, unknown, a likelihood or a percentage says; raises Unclear."""
    found = said(text, meanings)
    if found is None:
        raise Unclear(f"{why_nothing(text, meanings)} {asked.accepts}")
    return found


def whole(names: OptionNames, text: str, meanings: Sequence[str]) -> str | None:
    """A word for all options at once; an option that begins like it takes more than the word."""
    if names.labelled(text) is not None:
        return None
    every = exact(text, meanings)
    called = names.whole(text)
    if every is not None and called is not None:
        raise Unclear(names.doubtful(text, {called}, [every]))
    if every is not None or (called is not None and not is_short(text)):
        return every
    could = begun(text, meanings) if len(text) > 1 else {}
    options = names.could_be(text) if could else set()
    if len(could) + len(options) > 1:
        raise Unclear(names.doubtful(text, options, [*could.values()]))
    return None if options else next(iter(could), None)


def graded(
    asked: Question, names: OptionNames, item: str, meanings: Sequence[str], bare: Said = YES
) -> tuple[list[int], Said]:
    """Options with what is said of them: that they are so, or after = how likely it is."""
    name, grade = part(names, item)
    numbers = names.options_of(name)
    if not numbers:
        raise Unclear(f"'{clipped(name)}' is none of the options. {asked.accepts}")
    return numbers, saying(asked, grade, meanings) if grade else bare
