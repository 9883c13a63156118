"""Whether running some modules may change an attribute of a class."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from sourcead.frontend.parsed_module import Later, ParsedClass, ParsedFunction, ParsedModule
from sourcead.ir.constants import MISSING

# Ways to set an attribute whose name the text does not show.
_ANY_NAME = {
    "setattr", "delattr", "__setattr__", "__delattr__", "__dict__", "vars", "globals", "locals",
    "exec", "eval", "__bases__",
}  # fmt: skip
# What a class statement, or looking at a class, may call.
_HOOKS = {"__init_subclass__", "__set_name__", "__class_getitem__", "__prepare__"}
_ASKING = ("getattr", "hasattr", "AttributeError")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
ANY = ""


def changed_at(
    files: dict[Path, ParsedModule], names: set[str]
) -> tuple[ParsedModule, ast.AST] | None:
    """Where an attribute of one of these names may be set by running the modules.

    A module that calls no function of its own sets none; a method that sets an attribute of its
    first argument sets one of the object. Attributes that the class does not have make no
    difference unless something asks for them, or they are special methods.
    """
    modules = with_imported(files)
    if not any(_runs_own_code(module) for module in modules):
        return None
    asked = any(word in module.text for module in modules for word in _ASKING)
    of_objects = {node.attr for module in modules for node in _set_by_methods(module)}
    for module in modules:
        for name, node in _stored(module):
            special = name == ANY or name.startswith("__")
            if special or name in names or (asked and name not in of_objects):
                return module, node
    return None


def with_imported(files: dict[Path, ParsedModule]) -> list[ParsedModule]:
    """The modules, and those of the user's that they import."""
    done: dict[ParsedModule, None] = {}
    waiting = list(files.values())
    while waiting:
        module = waiting.pop(0)
        if module not in done:
            done[module] = None
            waiting += [found for node in _imports(module) for found in imported_by(module, node)]
    return list(done)


@lru_cache(maxsize=64)
def _imports(module: ParsedModule) -> list[ast.Import | ast.ImportFrom]:
    return [n for n in ast.walk(module.tree) if isinstance(n, ast.Import | ast.ImportFrom)]


def imported_by(module: ParsedModule, node: ast.AST) -> list[ParsedModule]:
    """The files of the user's that an import runs, with the packages that they are in."""
    paths = []
    if isinstance(node, ast.Import):
        paths = [(alias.name, 0) for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        home = node.module or ""
        inner = [f"{home}.{alias.name}".lstrip(".") for alias in node.names]
        paths = [(path, node.level) for path in (home, *inner)]
    found: dict[ParsedModule, None] = {}
    for path, level in paths:
        parts = path.split(".")
        for k in range(1, len(parts) + 1):
            loaded = Later(".".join(parts[:k]), None, level).load(module)
            if isinstance(loaded, ParsedModule):
                found[loaded] = None
    return list(found)


def check_code_untouched(files: dict[Path, ParsedModule]) -> None:
    """Refuse where a file puts another function or class into the place of one of another file.

    Raises:
        UnsupportedError: there is such a place.
    """
    for module in with_imported(files) if len(files) > 1 else []:
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Attribute) or isinstance(node.ctx, ast.Load):
                continue
            owner = module.resolve(node.value.id) if isinstance(node.value, ast.Name) else None
            held = owner.bindings.get(node.attr) if isinstance(owner, ParsedModule) else None
            if isinstance(held, ParsedFunction | ParsedClass):
                raise module.refusal(
                    node,
                    f"this changes what `{node.attr}` of another file is",
                    "the file is parsed and never executed",
                    "another name, or call `sourcead.grad` in a program",
                    "SAD104",
                )


def acts_outside(module: ParsedModule, node: ast.AST) -> bool:
    """Whether what an import runs may change what other files or libraries hold."""
    files = {m.path: m for m in imported_by(module, node)}
    return any(map(_changes_imported, with_imported(files)))


@lru_cache(maxsize=64)
def _changes_imported(module: ParsedModule) -> bool:
    names = module.names
    found = {n for s in module.steps for shared in s.effects.shares for n in shared}
    modules = {names.groups.of(n) for n in found if n[:7] == "<module"}
    for step in module.steps:
        states = any(n[:1] == "<" and n[:8] != "<default" for n in step.effects.writes)
        imported = any(d.alias for n in step.effects.writes for d in names.definitions(n))
        if states or imported or step.effects.wild is not None:
            return True
        if modules & {names.groups.of(n) for n in step.effects.writes}:
            return True
    return False


def _runs_own_code(module: ParsedModule) -> bool:
    """Whether a module, when it runs, calls functions of the user's, or sets an attribute."""
    if any(getattr(node, "name", "") in _HOOKS for node in ast.walk(module.tree)):
        return True
    return any(_may_call(module, node) for step in module.steps for node in evaluated(step.node))


def _may_call(module: ParsedModule, node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return not isinstance(node.ctx, ast.Load)
    if isinstance(node, ast.ClassDef) and node.keywords:
        return True
    if any(not _is_library(module, d) for d in getattr(node, "decorator_list", [])):
        return True
    return isinstance(node, ast.Call) and not _is_library(module, node)


def _is_library(module: ParsedModule, node: ast.expr) -> bool:
    """A function of a library, that is given nothing it could call in turn."""
    if isinstance(node, ast.Call):
        given = [*node.args, *(k.value for k in node.keywords)]
        inner = [n for part in given for n in ast.walk(part)]
        names = [n for n in inner if isinstance(n, ast.Name | ast.Lambda)]
        return all(_is_library(module, n) for n in (node.func, *names))
    if isinstance(node, ast.Attribute) and node.attr in ("setter", "getter", "deleter"):
        return True
    if isinstance(node, ast.Name) and not module.names.definitions(node.id):
        return hasattr(builtins, node.id) and node.id not in _ANY_NAME
    if not isinstance(node, ast.Name | ast.Attribute):
        return False
    return module.names.library_object(node) not in (None, MISSING)


def evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """What is evaluated when a statement runs: not the bodies of functions."""
    yield node
    inner = list(ast.iter_child_nodes(node))
    if isinstance(node, _DEFINITIONS):
        inner = [node.args, *getattr(node, "decorator_list", [])]
    for child in inner:
        yield from evaluated(child)


def names_set(node: ast.AST) -> set[str]:
    """The attributes that a statement sets by itself, `ANY` where the text does not show them."""
    found = set()
    for inner in ast.walk(node):
        name = str(getattr(inner, "attr", "") or getattr(inner, "id", ""))
        if isinstance(inner, ast.Name | ast.Attribute) and name in _ANY_NAME:
            found.add(ANY)
        elif isinstance(inner, ast.Attribute) and not isinstance(inner.ctx, ast.Load):
            found.add(name)
    return found


@lru_cache(maxsize=16)
def _stored(module: ParsedModule) -> list[tuple[str, ast.AST]]:
    """The attributes that are set anywhere but on objects by their methods, and where."""
    of_objects = _set_by_methods(module)
    found: list[tuple[str, ast.AST]] = []
    for node in ast.walk(module.tree):
        name = str(getattr(node, "attr", "") or getattr(node, "id", ""))
        if isinstance(node, ast.Name | ast.Attribute) and name in _ANY_NAME:
            found.append((ANY, node))
        elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            if node not in of_objects:
                found.append((ANY if _is_of_class(module, node.value) else name, node))
    return found


def _is_of_class(module: ParsedModule, node: ast.expr) -> bool:
    """`Box`, `cls`, `type(obj)`, `obj.__class__`, `shapes.Box`: any class may be meant."""
    if isinstance(node, ast.Name):
        found = module.names.definitions(node.id)
        known = any(isinstance(d.statement, ast.ClassDef) or d.alias is not None for d in found)
        return known or node.id == "cls"
    return isinstance(node, ast.Call) or getattr(node, "attr", "") == "__class__"


@lru_cache(maxsize=16)
def _set_by_methods(module: ParsedModule) -> set[ast.Attribute]:
    """Where methods set attributes of the object they are called on."""
    classes = [n for n in ast.walk(module.tree) if isinstance(n, ast.ClassDef)]
    found = {n for c in classes for m in c.body for n in _of_first_argument(m)}
    return {n for n in found if not isinstance(n.ctx, ast.Load)}


def _of_first_argument(method: ast.stmt) -> Iterator[ast.Attribute]:
    if not isinstance(method, ast.FunctionDef) or not method.args.args:
        return
    if any("classmethod" in ast.unparse(d) for d in method.decorator_list):
        return
    first = method.args.args[0].arg
    for inner in ast.walk(method):
        if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
            if inner.value.id == first:
                yield inner
