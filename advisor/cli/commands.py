"""The commands there are, by what a person wants: in which module, what for, and two examples.

All of it is text, so that who asks which commands there are pays for none of them.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class CommandEntry(NamedTuple):
    """A command: its module in this package, what it does in a few words, and examples of it."""

    module: str
    does: str
    examples: tuple[tuple[str, str], ...]  # as they are typed, each with what it is good for


FIRST: Final = (  # what to type first
    ("advisor advise", "what the facts recommend"),
    ("advisor explain 1", "why, down to the sources"),
    ("advisor what-if groundwork-done", "what a change would do"),
    ("advisor consult", "be asked, and be advised"),
)

GROUPS: Final[dict[str, dict[str, CommandEntry]]] = {  # what a person wants -> command -> about it
    "Ask": {
        "advise": CommandEntry(
            "advise",
            "what the facts recommend, and how firmly",
            (
                ("advisor advise", "the advice that the base's own scenario gives"),
                ("advisor advise nile-dam --long", "all of it, of another scenario"),
            ),
        ),
        "explain": CommandEntry(
            "explain",
            "how a piece of advice was reached",
            (
                ("advisor explain 1", "of the first line of the advice"),
                ("advisor explain 'drawing-closer(pakistan, russia)'", "of a fact"),
            ),
        ),
        "why-not": CommandEntry(
            "explain",
            "what keeps a piece of advice from being given",
            (
                ("advisor why-not invite-visit", "the nearest miss first"),
                ("advisor why-not plan-corridor --all", "every rule, and more misses"),
            ),
        ),
        "consult": CommandEntry(
            "consult",
            "be asked what matters, and be advised",
            (
                ("advisor consult", "from nothing; what is answered is kept"),
                ("advisor consult --list", "what there is to go on with"),
            ),
        ),
        "brief": CommandEntry(
            "brief",
            "write the brief that is handed upward",
            (
                ("advisor brief chabahar -o brief.html", "for a browser, or paper"),
                ("advisor brief oman-mediation --for iran", "on the screen"),
            ),
        ),
        "survey": CommandEntry(
            "survey",
            "what each client is given, the unusual first",
            (
                ("advisor survey", "a row for each client, on the screen"),
                ("advisor survey -o survey.html", "all of it, with a map to open it from"),
            ),
        ),
        "compare": CommandEntry(
            "survey",
            "two clients side by side",
            (
                ("advisor compare pakistan russia", "what both are given, and each alone"),
                ("advisor compare india pakistan --format json", "for a program"),
            ),
        ),
    },
    "Test the advice": {
        "what-if": CommandEntry(
            "whatif",
            "what a change to the facts would do",
            (
                ("advisor what-if groundwork-done", "a change that the base has a file of"),
                ("advisor what-if --assume 'takes-part(russia, cpec)'", "one of your own"),
            ),
        ),
        "flip": CommandEntry(
            "whatif",
            "the smallest changes that turn the advice",
            (
                ("advisor flip 1", "what would take the first line away"),
                ("advisor flip invite-visit --to given", "what it takes to have this"),
            ),
        ),
        "stress": CommandEntry(
            "stress",
            "the advice in every future of what is open",
            (
                ("advisor stress", "every open fact either way"),
                ("advisor stress --vary 'wary-of(russia, united-states)'", "one more fact open"),
            ),
        ),
    },
    "Look": {
        "facts": CommandEntry(
            "browse",
            "what a scenario says",
            (
                ("advisor facts groundwork", "the facts that this word is in"),
                (
                    "advisor facts --claims letter-2025 --from nile-dam",
                    "what it says, and who else does",
                ),
            ),
        ),
        "rules": CommandEntry(
            "browse",
            "the rules as sentences",
            (
                ("advisor rules invest", "the rules that this word is in"),
                ("advisor rules --format lines", "all of them, a line each"),
            ),
        ),
        "templates": CommandEntry(
            "browse",
            "what can be said, with legal values",
            (
                ("advisor templates corridor joins", "where both words are in"),
                ("advisor templates --format lines", "all of them, a line each"),
            ),
        ),
        "scenarios": CommandEntry(
            "browse",
            "the scenarios there are",
            (
                ("advisor scenarios", "all of them"),
                ("advisor scenarios pipeline", "those that this word is in"),
            ),
        ),
        "sources": CommandEntry(
            "browse",
            "the sources, and what cites them",
            (
                ("advisor sources", "all of them, place by place"),
                ("advisor sources --from nile-dam", "those of another scenario"),
            ),
        ),
    },
    "Keep the base honest": {
        "audit": CommandEntry(
            "audit",
            "what is wrong, untested or uncited in a base",
            (
                ("advisor audit --base garden", "all checks, over a base of yours"),
                ("advisor audit --explain never-fired", "what a check looks for"),
            ),
        ),
        "test": CommandEntry(
            "test",
            "run what scenarios expect, and count coverage",
            (
                ("advisor test --base garden", "all scenarios of a base of yours"),
                ("advisor test this-spring --base garden --coverage", "what one leaves out"),
            ),
        ),
        "diff": CommandEntry(
            "diff",
            "compare two bases, and what they advise",
            (
                ("advisor diff garden draft", "what a draft changes"),
                ("advisor diff HEAD~1 garden", "what the last commit changed"),
            ),
        ),
        "fmt": CommandEntry(
            "fmt",
            "write files in the canonical layout",
            (
                ("advisor fmt --check --base garden", "name what would change"),
                ("advisor fmt garden/rules", "write a folder anew"),
            ),
        ),
        "schema": CommandEntry(
            "schema",
            "JSON Schemas, for editors to check files by",
            (
                ("advisor schema --base garden -o garden/schemas", "beside the base"),
                ("advisor schema", "to look at"),
            ),
        ),
        "new": CommandEntry(
            "new",
            "begin a base of your own",
            (
                ("advisor new harbour", "a small one that works, to change bit by bit"),
                ("advisor test --base harbour", "that it does what it is expected to"),
            ),
        ),
    },
    "This program": {
        "help": CommandEntry(
            "help",
            "this page, or that of a COMMAND",
            (
                ("advisor help", "which commands there are"),
                ("advisor help what-if", "the same as advisor what-if --help"),
            ),
        ),
        "completion": CommandEntry(
            "completion",
            "let the Tab key complete names in your shell",
            (
                ("advisor completion bash", "what to put into ~/.bashrc"),
                ("advisor completion fish", "the same for fish"),
            ),
        ),
    },
}
COMMANDS: Final = {name: entry for group in GROUPS.values() for name, entry in group.items()}
COMPLETION: Final = "_ADVISOR_COMPLETE"  # set by the shell that completes a command, click's name
