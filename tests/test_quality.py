"""The source of the project itself: lint, types, layers, sizes, and words that mean unfinished."""

from __future__ import annotations

import ast
import functools
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import sourcead

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "sourcead"
SOURCES = sorted(PACKAGE.rglob("*.py"))
EVERYWHERE = sorted(
    path
    for folder in ("sourcead", "tests", "examples", "benchmarks", "docs")
    for path in (ROOT / folder).rglob("*.py")
)

# A layer may import these layers of the package, and nothing else of it.
LAYERS: dict[str, set[str]] = {
    "errors": set(),
    "ir": {"errors"},
    "ops": {"ir", "errors"},
    "rules": set(),
    "transforms": {"ir", "ops", "rules", "errors"},
    "backend": {"ir", "ops", "errors"},
    "frontend": {"ir", "ops", "rules", "errors"},
}

# What a layer may import from outside: the printers of source are behind one module each, and
# rules are mathematics.
OUTSIDE: dict[str, set[str]] = {
    "rules": {"numpy", "scipy"},
    "ir": {"numpy"},
    "transforms": {"numpy"},
}
PRINTERS = {"astor", "black"}

# These parse tables of the project's own, written in Python's notation.
OWN_NOTATION = {"sourcead/ops/opdef.py", "sourcead/transforms/patterns.py"}

MAX_FILE_LINES = 450
MAX_FUNCTION_LINES = 60

# Spelt in halves, so that this file does not hold them itself.
FORBIDDEN = re.compile(
    "|".join(
        [
            r"\bTO" + "DO\b",
            r"\bFIX" + "ME\b",
            r"\bX" + "XX\b",
            "type: " + "ignore",
            r"except " + r"Exception\b",
            r"pytest\.(mark\.)?(skip|x" + "fail)",
            "Not" + "ImplementedError",
        ]
    )
)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@functools.cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every imported module with its line, also those imported inside functions."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno} imports by relative name"
            yield node.lineno, node.module or ""
            if node.module == "sourcead":
                for alias in node.names:
                    yield node.lineno, f"sourcead.{alias.name}"


def run(*command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff() -> None:
    run("ruff", "check", ".")


def test_mypy() -> None:
    run("mypy")


def test_layers() -> None:
    """Dependencies point downwards only."""
    wrong = [
        f"{name_of(path)}:{line} imports {module}"
        for path in SOURCES
        if (layer := layer_of(path)) in LAYERS
        for line, module in imports(path)
        if module.split(".")[0] == "sourcead"
        and len(module.split(".")) > 1
        and module.split(".")[1] not in LAYERS[layer] | {layer}
    ]
    assert not wrong


def test_outside_imports() -> None:
    everywhere = {"sourcead"} | set(sys.stdlib_module_names)
    wrong = [
        f"{name_of(path)}:{line} imports {module}"
        for path in SOURCES
        if layer_of(path) in OUTSIDE
        for line, module in imports(path)
        if module.split(".")[0] not in OUTSIDE[layer_of(path)] | everywhere
    ]
    assert not wrong


def test_python_syntax_stays_outside_of_the_middle() -> None:
    """Programs are syntax trees in the frontend and the backend alone."""
    users = {
        name_of(path)
        for path in SOURCES
        if layer_of(path) in {"ir", "ops", "rules", "transforms"}
        for _, module in imports(path)
        if module == "ast"
    }
    assert users <= OWN_NOTATION


@pytest.mark.parametrize("printer", sorted(PRINTERS))
def test_printer_is_behind_one_module(printer: str) -> None:
    """And imported lazily: inside a function, for it costs more than a first call may."""
    users = {path for path in SOURCES for _, module in imports(path) if module == printer}
    assert len(users) <= 1
    for path in users:
        top = tree_of(path).body
        at_import = {
            alias.name for node in top if isinstance(node, ast.Import) for alias in node.names
        }
        assert printer not in at_import


def test_import_is_light() -> None:
    """`import sourcead` loads neither the printers nor SciPy."""
    code = (
        "import sys, sourcead; print([m for m in ('astor', 'black', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_public_names() -> None:
    """What `__all__` lists exists, sorted and once."""
    for path in SOURCES:
        module_name = name_of(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        if module_name == "sourcead.__main__":
            continue
        module = importlib.import_module(module_name)
        listed = getattr(module, "__all__", [])
        assert sorted(set(listed)) == sorted(listed), module_name
        assert all(hasattr(module, name) for name in listed), module_name


def test_public_face() -> None:
    """What is listed is what is public, each with a docstring, functions with an example."""
    visible = {
        name
        for name, value in vars(sourcead).items()
        if not name.startswith("_") and not isinstance(value, type(sys))
    }
    assert visible == set(sourcead.__all__)
    for name in sourcead.__all__:
        public = getattr(sourcead, name)
        assert public.__doc__
        assert isinstance(public, type) or ">>>" in public.__doc__


def test_files_are_one_room() -> None:
    long = [p for p in EVERYWHERE if len(text_of(p).splitlines()) > MAX_FILE_LINES]
    assert not [name_of(path) for path in long if "golden" not in path.parts]
    functions = [
        f"{name_of(path)}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in EVERYWHERE
        # The length of what is generated is that of its input.
        if "golden" not in path.parts and not path.name.endswith("_grad.py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert not functions


def test_no_word_that_means_unfinished() -> None:
    found = [
        f"{name_of(path)}:{number} {line.strip()}"
        for path in EVERYWHERE
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if FORBIDDEN.search(line)
    ]
    assert not found
