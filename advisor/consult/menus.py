"""Menus: what can be chosen before anything is asked, read as the answers to questions are."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.consult.questions import Kind, Question
from advisor.model import english
from advisor.model.records import Instance

Option = tuple[str, tuple[str, ...], str]  # as it reads; other names; what there is to say of it


class Menu(Question, frozen=True, kw_only=True):
    """Options of which some are taken; it says nothing of any fact."""

    notes: tuple[str, ...]  # what there is to say of each option
    default: tuple[int, ...]  # that Enter takes, counted from 0

    @property
    def legal(self) -> str:
        """What would be an answer, in a sentence or two."""
        if self.kind == "choice":
            return f"Answer with a number from 1 to {len(self.options)}, or a name."
        return (
            f"Answer with numbers from 1 to {len(self.options)} or names, with commas between "
            "them; or all, or all but 2."
        )

    @property
    def hint(self) -> str:
        """How to answer, in a line."""
        wanted = "one number or name" if self.kind == "choice" else "numbers or names"
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
    options: Sequence[Option],
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
        group=kind == "choice",
        default=default,
    )
