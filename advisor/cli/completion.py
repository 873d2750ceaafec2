"""`advisor completion`, and what the Tab key offers where a name or a file is meant."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import click
from click.shell_completion import (
    CompletionItem,
    FishComplete,
    add_completion_class,
    get_completion_class,
)

from advisor.api.names import BaseNames, checks, consultations
from advisor.cli.commands import COMMANDS, COMPLETION
from advisor.model.errors import AdvisorError

SHELLS: Final = ("bash", "zsh", "fish")

Offered = Callable[[BaseNames, str], Iterable[str]]
_FILE: Final = "file"
_FOLDER: Final = "dir"


class _Fish(FishComplete):
    """As fish takes it; what is completed may hold a comma, and none may be cut off at one."""

    source_template = FishComplete.source_template.replace(
        'string split ","', 'string split -m 1 ","'
    )


add_completion_class(_Fish)


def legible() -> bool:
    """Whether what the shell says of the line to complete can be read at all."""
    shell, _, asked = os.environ.get(COMPLETION, "").partition("_")
    if asked != "complete":
        return True
    try:
        os.environ["COMP_WORDS"].encode()
        at = os.environ["COMP_CWORD"]
        return bool(at.encode()) if shell == "fish" else int(at) >= 0
    except (KeyError, ValueError):  # not there, no number, or bytes that are no text
        return False


def _takes_brackets() -> bool:
    """Whether a shell takes an instance as it is: bash alone needs a quote before it."""
    words = os.environ.get("COMP_WORDS", "").split("\n")
    begun = words[-1] if words else ""
    return not os.environ.get(COMPLETION, "").startswith("bash") or begun.startswith(("'", '"'))


def _instances(names: BaseNames, begun: str) -> Iterable[str]:
    return names.instances(begun) if _takes_brackets() else ()


def _what(names: BaseNames, begun: str) -> Iterable[str]:
    """Templates, and instances of one whose slots have begun."""
    if "(" in begun or (_takes_brackets() and os.environ[COMPLETION].startswith("bash")):
        return names.instances(begun)
    return names.templates()


def _advice(names: BaseNames, begun: str) -> Iterable[str]:
    return names.templates(advice=True) if "(" not in begun else _what(names, begun)


def _withdrawn(names: BaseNames, begun: str) -> Iterable[str]:
    return [*names.rules(), *_instances(names, begun)]


def _scenarios(names: BaseNames, _begun: str) -> Iterable[str]:
    return names.scenarios()


def _clients(names: BaseNames, _begun: str) -> Iterable[str]:
    return names.clients()


def _templates(names: BaseNames, _begun: str) -> Iterable[str]:
    return names.templates()


MEANT: Final[Mapping[str, tuple[Offered | None, str | None]]] = {
    # what a value is called in help, or a command with its argument -> the names that it may be,
    # and which kind of path
    "FACTS": (_scenarios, _FILE),
    "CHANGES": (_scenarios, _FILE),
    "SCENARIOS": (_scenarios, _FILE),
    "test paths": (_scenarios, _FILE),
    "scenarios words": (_scenarios, None),
    "stress names": (lambda names, begun: [*_advice(names, begun), *names.scenarios()], _FILE),
    "WHAT": (_what, None),
    "ADVICE": (_advice, None),
    "INSTANCE": (_instances, None),
    "what-if withdraw": (_withdrawn, None),
    "CLIENT": (_clients, None),
    "CLIENTS": (_clients, None),
    "ONE": (_clients, None),
    "OTHER": (_clients, None),
    "TEMPLATE": (_templates, None),
    "templates words": (_templates, None),
    "rules words": (lambda names, _: names.rules(), None),
    "sources words": (lambda names, _: names.sources(), None),
    "facts claims": (lambda names, _: names.sources(), None),
    "CHECK": (lambda *_: checks(), None),
    "ID": (lambda *_: consultations(), None),
    "COMMAND": (lambda *_: COMMANDS, None),
    "DIR": (None, _FOLDER),
    "OLD": (None, _FOLDER),
    "NEW": (None, _FOLDER),
    "PATHS": (None, _FILE),
    "PATH": (None, _FILE),
    "FILE": (None, _FILE),
}


def meant(name: str, param: click.Parameter) -> tuple[Offered | None, str | None] | None:
    """What the value of a command's argument or option may be; None if anything may."""
    called = param.metavar or (param.name or "").upper()
    return MEANT.get(f"{name} {param.name}") or MEANT.get(called)


class _Completed(click.types.StringParamType):
    """A text of which the Tab key knows what it may be."""

    def __init__(self, names: Offered | None, path: str | None) -> None:
        self.names = names
        self.path = path

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[Any]]:
        """The names that go on from what is begun, and whether a path may stand there."""
        found = [CompletionItem(incomplete, type=self.path)] if self.path else []
        if self.names is not None and "/" not in incomplete:
            base = ctx.params.get("base") or os.environ.get("ADVISOR_BASE")
            try:
                offered = self.names(BaseNames(Path(base) if base else None), incomplete)
            except AdvisorError:  # whoever loads it says why
                offered = ()
            found += [CompletionItem(name) for name in offered if name.startswith(incomplete)]
        return found


def complete(name: str, command: click.Command) -> None:
    """Let the arguments and options of a command be completed."""
    for param in command.params:
        found = meant(name, param)
        if found is not None and isinstance(param.type, click.types.StringParamType):
            param.type = _Completed(*found)


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Write what lets SHELL complete names and files with the Tab key.

    For bash (4.4 or later) put into ~/.bashrc: eval "$(advisor completion bash)". For zsh put into
    ~/.zshrc: eval "$(advisor completion zsh)". For fish put into
    ~/.config/fish/completions/advisor.fish: advisor completion fish | source.
    """
    made = get_completion_class(shell)
    if made is not None:
        click.echo(made(context.find_root().command, {}, "advisor", COMPLETION).source())
