"""Menus: what can be chosen before anything is asked, read as the answers to questions are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from advisor.consult.kind import Kind, Question
from advisor.consult.kinds import choice, several
from advisor.consult.words import NO, YES, Unclear
from advisor.loader.texts import clipped
from advisor.model import english
from advisor.model.records import Instance, KnowledgeBase

MenuOption = tuple[str, tuple[str, ...], str]  # as it reads; other names; a remark


ONE: Final = msgspec.structs.replace(
    choice.KIND,
    accepts=lambda asked: f"Answer with a number from 1 to {len(asked.options)}, or a name.",
    hint=lambda _: "one number or name",
    words=lambda asked: [*asked.options],
)
SOME: Final = msgspec.structs.replace(
    several.KIND,
    accepts=lambda asked: (
        f"Answer with numbers from 1 to {len(asked.options)} or names, with commas between "
        "them; or all, or all but 2."
    ),
    hint=lambda _: "numbers or names",
    words=lambda asked: [*asked.options, "all"],
)


class Menu(Question, frozen=True, kw_only=True):
    """Options of which some are taken; it says nothing of any fact."""

    notes: tuple[str, ...]  # what there is to say of each option
    default: tuple[int, ...]  # that Enter takes, counted from 0

    @property
    def hint(self) -> str:
        """How to answer, in a line."""
        wanted = self.kind.hint(self)
        if not self.default:
            return wanted
        if len(self.default) == len(self.options):
            taken = "all"
        else:
            taken = english.listing(str(number + 1) for number in self.default)
        return f"{wanted}; Enter takes {taken}"


def menu(
    kind: Kind,
    text: str,
    options: Sequence[MenuOption],
    *,
    default: tuple[int, ...],
) -> Menu:
    """A menu of some options."""
    return Menu(
        about="",
        kind=kind,
        text=text,
        instances=tuple(Instance("", (number,)) for number in range(len(options))),
        options=tuple(option for option, _, _ in options),
        words=tuple(words for _, words, _ in options),
        notes=tuple(note for _, _, note in options),
        group=kind is ONE,
        default=default,
    )


def picked(base: KnowledgeBase, asked: Menu, text: str) -> list[int]:
    """The options of a menu that a text takes, counted from 0, at least one; raises Unclear."""
    found = asked.kind.read(base, asked, text)
    taken = [number for number, one in enumerate(asked.instances) if found.get(one) == YES]
    if not taken or not {YES, NO}.issuperset(found.values()):
        raise Unclear(f"'{clipped(text)}' is no choice here. {asked.accepts}")
    return taken
