"""Turns the commands into their reference, docs/commands.md.

To write it anew: python -m advisor.cli.reference > docs/commands.md
"""

from __future__ import annotations

import inspect
import sys
from typing import Final

import click

from advisor.cli import commands
from advisor.cli.commands import COMMANDS, GROUPS
from advisor.render.exchange.lines import TABLES

_HEAD: Final = """\
# Commands

Written by `python -m advisor.cli.reference > docs/commands.md`; `advisor COMMAND --help` says the
same. Exit codes: 0 done; 1 findings, failed expectations, or files that would change; 2 input or
usage that cannot be used, with a message on standard error; 130 interrupted, or a result that says
that it is partial; 141, and no message, where nobody reads the output any more; 143 a consultation
that was told to end.

`-o FILE` follows a link, keeps the mode and the owner of a file, and refuses one that is read-only;
a device, a pipe or a descriptor such as `/dev/stdout` is written into as it is.
"""

_COMPLETION: Final = """\
## Completion in the shell

The Tab key completes commands, options and their legal values; scenarios, templates, instances,
rules, clients, sources, checks and consultations; files and folders. For bash (4.4 or later), in
`~/.bashrc`:

```sh
eval "$(advisor completion bash)"
```

For zsh, in `~/.zshrc`:

```sh
eval "$(advisor completion zsh)"
```

For fish, in `~/.config/fish/completions/advisor.fish`:

```sh
advisor completion fish | source
```

An instance is completed slot by slot once its bracket is open, in bash within quotes:
`advisor explain 'seek-investment(` and Tab. Names are those of `--base`, if that comes before, of
`ADVISOR_BASE`, or of the shipped base.
"""


_PLACES: Final = """\
## On a terminal, in a pipe, for a screen reader

On a terminal lines are as wide as that is, up to 160 columns; there is colour unless `NO_COLOR` is
set; `--long`, and any list, goes through the pager that `ADVISOR_PAGER` or else `PAGER` names, or
`less`, if it is more than a screen (`cat` is none). In a pipe and in a file a record is one line,
however long, with nothing drawn around it, unless `COLUMNS` is exported. `--plain`, `ACCESSIBLE=1`
or `TERM=dumb` give a terminal the same. No path is ever in parts.

## What is kept

What was read of a base is kept in `advisor` under `XDG_CACHE_HOME`, or else `~/.cache`, thirty-two
files at most, and read anew as soon as a file of the base changes; all of it may be deleted at any
time. `ADVISOR_NO_CACHE=1` keeps nothing. Journals of consultations are in `advisor/consultations`
under `XDG_STATE_HOME`, or else `~/.local/state`.
"""

_LINES: Final = """\
## Lines for grep and cut

With `--format lines` a command that lists writes a record on each line, its columns parted by tabs,
and no heading. An empty column says that there is nothing; several values in one stand with a comma
and a blank between them. `advisor advise --format lines | cut -f 4` is the advice by id.

| command | columns |
|---|---|
"""


def reference() -> str:
    """The reference of all commands, in Markdown."""
    listed = "".join(
        f"| [`{name}`](#advisor-{name}) | {entry.does} | {wish} |\n"
        for wish, entries in GROUPS.items()
        for name, entry in entries.items()
    )
    found = commands()
    sections = [_section(name, found[name]) for name in sorted(COMMANDS)]
    return "\n".join(
        [
            _HEAD,
            f"| command | | group |\n|---|---|---|\n{listed}",
            *sections,
            _PLACES,
            _lines(),
            _COMPLETION,
        ]
    )


def _lines() -> str:
    rows = (f"| `{name}` | {table.columns} |\n" for name, table in TABLES.items())
    return _LINES + "".join(rows)


def _section(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=f"advisor {name}", max_content_width=90)
    usage = " ".join(command.get_usage(context).removeprefix("Usage: ").split())
    about = inspect.cleandoc(command.help or "")
    options = [_option(context, o) for o in command.params if isinstance(o, click.Option)]
    width = max(len(typed) for typed, _ in COMMANDS[name].examples)
    examples = "".join(f"{typed:<{width}}  # {does}\n" for typed, does in COMMANDS[name].examples)
    body = f"## advisor {name}\n\n```\n{usage}\n```\n\n{about}\n\n```sh\n{examples}```\n"
    return f"{body}\n| option | |\n|---|---|\n" + "".join(options) if options else body


def _option(context: click.Context, option: click.Option) -> str:
    names, said = option.get_help_record(context) or ("", "")
    return f"| `{names.replace('|', chr(92) + '|')}` | {said.replace('|', chr(92) + '|')} |\n"


if __name__ == "__main__":
    sys.stdout.write(reference())
