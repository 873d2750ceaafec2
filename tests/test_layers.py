"""The stages of the package: who may import whom, and a few things that no module does."""

from __future__ import annotations

import ast
import functools
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import advisor

PACKAGE = Path(advisor.__file__).parent
ARCHITECTURE = PACKAGE.parent / "docs" / "architecture.md"

STAGES = (  # each imports only from those above it
    "model",
    "loader",
    "authoring",
    "reasoning",
    "answers",
    "futures",
    "consult",
    "testing",
    "audit",
    "difference",
    "brief",
    "api",
    "render",
    "cli",
    "__main__",
)
MEDIA = ("terminal", "report", "exchange")  # the same, inside render
OWNERS = {  # each third party, and the only modules that import it
    "yaml": ("loader/yamlfile.py",),
    "experta": ("reasoning/rete.py",),
    "clingo": ("reasoning/answersets.py",),
    "numpy": ("futures/",),
    "jinja2": ("render/report/html.py",),
    "docx": ("render/report/docx_document.py",),
    "rich": ("render/", "cli/"),  # cli asks it for a width alone
    "click": ("cli/",),
}
EVERYWHERE = {"msgspec"}  # records
COMMAND_LINE = (  # all that it imports of the package: below the API only what words and limits are
    "api/",
    "render/",
    "cli/",
    "model/budget.py",
    "model/english.py",
    "model/errors.py",
    "model/writing.py",
)
LAZY = {"__init__", "__main__"}  # may import modules of the package inside functions
HEAVY = (  # and these are imported where they are first needed
    "advisor.reasoning.answersets",
    "advisor.reasoning.engine",
    "advisor.answers.flipping",
    "advisor.testing.suggestion",
    "advisor.futures",
    "advisor.render.report.docx_document",
)

MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


class Import(NamedTuple):
    """One imported module, with where it stands."""

    module: str
    line: int
    inside: bool  # a function


@functools.cache
def tree(module: str) -> ast.Module:
    """The syntax tree of a module of the package."""
    return ast.parse((PACKAGE / module).read_text(encoding="utf-8"))


def stage_of(module: str) -> str:
    """The stage that a file belongs to."""
    return module.split("/", maxsplit=1)[0].removesuffix(".py")


@functools.cache
def imports(module: str) -> list[Import]:
    """Everything that a module imports, in full."""
    found = []
    root = tree(module)
    functions = [n for n in ast.walk(root) if isinstance(n, ast.FunctionDef | ast.Lambda)]
    inside = {id(node) for function in functions for node in ast.walk(function)}
    for node in ast.walk(root):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}:{node.lineno} imports by dots"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        found += [Import(name, node.lineno, id(node) in inside) for name in names]
    return found


@functools.cache
def imported_file(name: str) -> str | None:
    """The file of the package that an import reaches; None for any other import."""
    parts = name.split(".")[1:] if name.startswith("advisor.") else []
    for length in range(len(parts), 0, -1):
        path = "/".join(parts[:length])
        for file in (f"{path}.py", f"{path}/__init__.py"):
            if file in MODULES:
                return file
    return None


def check_goes_up(places: tuple[str, ...], folder: str) -> None:
    """No module below a folder imports from its own place down, but for its own place."""
    for module in MODULES:
        if not module.startswith(folder) or module == f"{folder}__init__.py":
            continue
        place = stage_of(module.removeprefix(folder))
        assert place in places, f"give {folder}{place} a place in {places}"
        for one in imports(module):
            file = imported_file(one.module)
            if file is not None and file.startswith(folder) and file != f"{folder}__init__.py":
                other = stage_of(file.removeprefix(folder))
                above = places.index(other) <= places.index(place)
                assert above, f"{module}:{one.line} imports {one.module}"


def test_a_stage_imports_only_from_those_above_it():
    """The table holds: from model down to the command line, no import goes back."""
    check_goes_up(STAGES, "")


def test_a_medium_imports_only_from_those_above_it():
    """A report may use what a terminal is told, and what other programs read, both."""
    check_goes_up(MEDIA, "render/")


def test_the_command_line_stands_on_the_api():
    """A command calls functions of the API and of render, and knows nothing of what is below."""
    for module in [one for one in MODULES if one.startswith("cli/")]:
        for one in imports(module):
            file = imported_file(one.module)
            assert file is None or file.startswith(COMMAND_LINE), (
                f"{module}:{one.line} {one.module}"
            )


def test_a_third_party_has_one_owner():
    """Each is imported in one place, so that it can be replaced there."""
    for module in MODULES:
        for one in imports(module):
            name = one.module.split(".")[0]
            if name not in {"advisor", *EVERYWHERE, *sys.stdlib_module_names}:
                owners = OWNERS.get(name, ())
                assert module.startswith(owners), f"{module}:{one.line} imports {name}"


def test_no_module_hides_an_import_in_a_function():
    """No import in a function gets around the stages; only what is slow to load waits in one."""
    for module in MODULES:
        for one in imports(module):
            if one.inside and stage_of(module) not in LAZY:
                name = one.module.split(".")[0]
                own = name in sys.stdlib_module_names or module.startswith(OWNERS.get(name, "-"))
                own = own or one.module.startswith(HEAVY)
                assert own, f"{module}:{one.line} imports {one.module} inside a function"


def test_nothing_is_imported_in_a_circle():
    """In each folder, imports between its modules and the folders in it go one way."""
    for folder in ["", *sorted({f"{Path(m).parent}/" for m in MODULES} - {"./"})]:
        needs: dict[str, set[str]] = {}
        for module in MODULES:
            if module.startswith(folder) and module != f"{folder}__init__.py":
                files = [imported_file(one.module) or "" for one in imports(module)]
                below = {stage_of(f.removeprefix(folder)) for f in files if f.startswith(folder)}
                place = stage_of(module.removeprefix(folder))
                needs.setdefault(place, set()).update(below - {place, "__init__", ""})
        done: set[str] = set()
        while ready := [place for place in needs if place not in done and needs[place] <= done]:
            done |= set(ready)
        assert not {place: needs[place] - done for place in needs if place not in done}


def test_the_architecture_page_shows_the_same_table():
    """docs/architecture.md lists the stages there are, in this order, with what they own."""
    rows = re.findall(r"^\| `(\w+)/?` \|.*\|([^|]*)\|$", ARCHITECTURE.read_text(), re.MULTILINE)
    assert [name for name, _ in rows] == [name for name in STAGES if name != "__main__"]
    for name, shown in rows:
        owned = {party for party, files in OWNERS.items() if files[0].split("/")[0] == name}
        assert {word.strip() for word in shown.split(",")} - {""} == owned, name
    assert {stage_of(module) for module in MODULES} <= {*STAGES, "__init__"}


def test_the_picture_of_the_stages_is_current():
    """docs/pictures/stages.svg has the arrows that docs/stages.py finds in the imports."""
    docs = ARCHITECTURE.parent
    picture = (docs / "pictures" / "stages.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r"<title>(\w+)&#45;&gt;(\w+)</title>", picture))
    assert drawn == runpy.run_path(str(docs / "stages.py"))["arrows"]()
    assert {stage for arrow in drawn for stage in arrow} == {*STAGES} - {"__main__"}


def test_the_command_starts_without_what_it_does_not_need():
    """A plain command pays for experta, yaml, click and rich, and for none of the heavy rest."""
    code = "import advisor.cli, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "numpy",
        "clingo",
        "jinja2",
        "docx",
        "jsonschema_rs",
        "difflib",
        "asyncio",
        "unittest",
    }
    assert not heavy & set(done.stdout.split())


def test_a_command_is_there_without_what_it_may_need():
    """Commands with their options load none of the heavy rest: calling one does, if it must.

    But for `audit` and `brief`, which need all of it whatever they are called for.
    """
    code = (
        "import advisor.cli as cli, sys\n"
        "for name in {*cli.COMMANDS} - {'audit', 'brief'}: cli.advisor.get_command(None, name)\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"numpy", "clingo", "jinja2", "docx"}
    assert not heavy & set(done.stdout.split())


def test_importing_the_package_is_cheap():
    """`import advisor` alone loads no module of it: the names load when they are first used."""
    code = "import advisor, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not [name for name in done.stdout.split() if name.startswith("advisor.")]


# ------------------------------------------------------------------ what no module does

LONGEST = 40  # lines of a function
MOST = 400  # lines of a module


def test_functions_are_short():
    """No function is over forty lines."""
    for module in MODULES:
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                assert lines <= LONGEST, f"{module}:{node.lineno} {node.name} has {lines} lines"


def test_modules_are_short():
    """No module is over four hundred lines."""
    for module in MODULES:
        assert len((PACKAGE / module).read_text(encoding="utf-8").splitlines()) <= MOST


def named_types(module: str) -> list[str]:
    """The classes that a module defines, and its names for types: in capitals and small letters."""
    found = []
    for node in tree(module).body:
        if isinstance(node, ast.ClassDef):
            found.append(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found += [t.id for t in targets if isinstance(t, ast.Name)]
    return [name for name in found if name[0].isupper() and not name.isupper()]


def test_a_type_has_its_name_to_itself():
    """No two modules call two types by one name, so that a word has one meaning."""
    homes: dict[str, str] = {}
    for module in MODULES:
        for name in named_types(module):
            assert homes.setdefault(name, module) == module, f"{name}: {homes[name]} and {module}"


def test_nothing_catches_everything():
    """Only bad input is caught, by name; what cleans up after anything raises it again."""
    for module in MODULES:
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.ExceptHandler):
                caught = (
                    {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)}
                    if node.type
                    else set()
                )
                again = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
                blind = node.type is None or caught & {"Exception", "BaseException"}
                assert not blind or (again and "Exception" not in caught), f"{module}:{node.lineno}"


def test_nothing_runs_text_as_code_or_prints():
    """Values are data: no eval, exec or compile; and only the command line writes to a stream."""
    for module in MODULES:
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                banned = {"eval", "exec", "compile", "print", "input", "__import__", "breakpoint"}
                if stage_of(module) == "cli":
                    banned -= {"input"}
                assert node.func.id not in banned, f"{module}:{node.lineno}"
            if isinstance(node, ast.Attribute) and node.attr in {"stdout", "stderr", "stdin"}:
                assert stage_of(module) in {"cli", "__main__"}, f"{module}:{node.lineno}"


def test_every_module_says_what_it_is():
    """Each module opens with a docstring."""
    for module in MODULES:
        assert ast.get_docstring(tree(module)), module
