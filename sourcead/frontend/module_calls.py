"""What a call at module level may do, by what is called."""

from __future__ import annotations

import ast
import builtins
import inspect
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from sourcead.frontend.module_chance import CLOCK, NUMPY, PYTHON, note_library, note_standard
from sourcead.frontend.module_effects import NOTHING, Effects, Reader, Roots
from sourcead.frontend.module_sharing import of_other_file
from sourcead.frontend.module_syntax import FunctionLike
from sourcead.frontend.module_targets import (
    Builtin,
    Foreign,
    Functions,
    Harmless,
    Library,
    LocalFunction,
    MethodOf,
)
from sourcead.frontend.module_values import ARRAY_METHODS, DRAWS, STORING

# Builtins that change nothing and whose result is new.
FRESH = {
    "abs", "all", "any", "ascii", "bin", "bool", "bytes", "callable", "chr", "complex", "divmod",
    "float", "format", "hasattr", "hash", "help", "hex", "id", "input", "int", "isinstance",
    "issubclass", "len", "oct", "ord", "pow", "print", "range", "repr", "round", "slice", "str",
}  # fmt: skip
# Those that iterate over their arguments.
CONSUMING = {
    "all", "any", "bytearray", "bytes", "dict", "frozenset", "list", "max", "min", "next", "set",
    "sorted", "sum", "tuple",
}  # fmt: skip
WILD = {"exec", "eval", "globals", "locals", "vars", "__import__", "compile", "breakpoint"}
# Functions of libraries that write into their first argument.
WRITING = {
    "copyto", "put", "place", "putmask", "fill_diagonal", "put_along_axis", "at", "shuffle",
    "setitem", "delitem", "heappush", "heappop", "heapify", "heapreplace", "heappushpop",
    "insort", "insort_left", "insort_right", "iadd", "isub", "imul", "itruediv", "iconcat",
    "ipow", "ifloordiv", "imatmul", "ior", "iand", "ixor", "imod", "setattr", "setfield",
}  # fmt: skip
# Methods that change nothing, of whatever has them in Python and NumPy.
READING = ARRAY_METHODS | {
    "copy", "count", "get", "index", "items", "keys", "values", "format", "join", "split", "strip",
    "startswith", "endswith", "upper", "lower", "replace", "union", "intersection", "difference",
    "issubset", "issuperset", "isdisjoint", "most_common", "elements", "is_integer", "title",
    "view", "reshape", "ravel", "transpose", "swapaxes", "squeeze", "diagonal", "astype",
    "bit_length", "splitlines", "lstrip", "rstrip", "removeprefix", "removesuffix", "zfill",
}  # fmt: skip
# Of those, the ones whose result may be, or hold, part of the object.
SHARING = {
    "copy", "get", "items", "values", "union", "intersection", "difference", "elements", "view",
    "reshape", "ravel", "transpose", "swapaxes", "squeeze", "diagonal", "astype", "most_common",
}  # fmt: skip


def call_of(reader: Reader, node: ast.Call) -> Roots:
    """A call is evaluated: its effects are noted; the names that may lead to its result."""
    called = reader.module.called(node.func, reader)
    owner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    base = reader.value(owner if isinstance(called, MethodOf) else node.func)
    args = [reader.value(arg) for arg in node.args]
    keywords = {k.arg or "**": reader.value(k.value) for k in node.keywords}
    given = NOTHING.union(*args, *keywords.values())
    match called:
        case Builtin(name=name):
            return _builtin(reader, node, name, args, given)
        case Library(target=target):
            return _library(reader, node, target, args, keywords, given)
        case Harmless(name=name):
            return _harmless(reader, node, name, args, given)
        case Functions(nodes=nodes):
            roots = NOTHING
            for function in nodes:
                roots |= _own(reader, function, args, keywords, given)
            if len(nodes) == 1:
                reader.effects.kills |= reader.module.summary(nodes[0]).kills
            return roots
        case LocalFunction(node=function, tag=tag):
            _called_back(reader, given | {f"return#{tag}"})
            return given | {f"return#{tag}"}
        case MethodOf(name=name):
            return _method(reader, owner, name, base, args, keywords, given)
        case Foreign():
            _called_back(reader, given)
            if called.found is not None:
                return _of_other_file(reader, called, args, keywords, given)
            reader.effects.foreign = reader.effects.foreign or node
            reader.effects.write(given | {called.module})
            _draws_from_anywhere(reader.effects)
            return given | {called.module}
    return unknown_call(reader, given | base)


def unknown_call(reader: Reader, given: Roots) -> Roots:
    """Something of the module is called, and which is not known: it may be anything there is."""
    found = reader.module.everything()
    reader.effects.write(given)
    return given | applied(reader, found, {}, given)


def _draws_from_anywhere(effects: Effects) -> None:
    for state in (NUMPY, PYTHON):
        effects.reads.add(state)
        effects.write({state})


# The functions of the module ---------------------------------------------------------------------


def _own(
    reader: Reader,
    function: ast.AST,
    args: list[Roots],
    keywords: Mapping[str, Roots],
    given: Roots,
) -> Roots:
    """A function, or a class, of the module."""
    _called_back(reader, given)
    summary = reader.module.summary(function)
    if isinstance(function, ast.ClassDef):
        held = reader.module.held_by_class(function)
        return given | held | applied(reader, summary, {}, given)
    return applied(reader, summary, parameters(function, args, keywords), given)


def parameters(
    function: ast.AST, args: list[Roots], keywords: Mapping[str, Roots]
) -> dict[str, Roots]:
    """What each parameter may lead to; of a parameter that is not named, anything given."""
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    spec = function.args
    if spec.vararg or spec.kwarg or "**" in keywords:
        return {}
    names = [arg.arg for arg in (*spec.posonlyargs, *spec.args)]
    found = {arg.arg: NOTHING for arg in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)}
    if len(args) > len(names):
        return {}
    found.update(zip(names, args, strict=False))
    found.update(keywords)
    return found


def applied(reader: Reader, summary: Effects, given: Mapping[str, Roots], rest: Roots) -> Roots:
    """The effects of a function, for these arguments; the names that lead to its result."""

    def outside(names: set[str] | Roots) -> Roots:
        roots: set[str] = set()
        for name in names:
            if name.startswith("@"):
                roots |= given.get(name[1:], rest)
            elif name != "return":
                roots.add(name)
        return frozenset(roots)

    effects = reader.effects
    effects.reads |= outside(summary.reads)
    effects.binds |= summary.binds
    effects.writes |= outside(summary.writes)
    effects.reshapes |= outside(summary.reshapes)
    for names in summary.shares:
        effects.share(outside(names))
    effects.wild = effects.wild or summary.wild
    effects.foreign = effects.foreign or summary.foreign
    effects.of_the_module = effects.of_the_module or summary.of_the_module
    for state, node in summary.varies.items():
        if state not in effects.kills:
            effects.varies.setdefault(state, node)
    return NOTHING.union(*(outside(s) for s in summary.shares if "return" in s))


def _of_other_file(
    reader: Reader,
    called: Foreign,
    args: list[Roots],
    keywords: Mapping[str, Roots],
    given: Roots,
) -> Roots:
    """A function, or a class, of another file, whose names are all that file to this one."""
    assert called.found is not None
    names, function = called.found
    seen = of_other_file(names.summary(function), called.module)
    given_as = {}
    if not isinstance(function, ast.ClassDef):
        given_as = parameters(function, args, keywords)
    roots = applied(reader, seen, given_as, given)
    return roots | given | {called.module} if isinstance(function, ast.ClassDef) else roots


def _called_back(reader: Reader, given: Roots) -> None:
    """Functions that are handed over may be called."""
    for name in given:
        local = reader.module.function_of_tag(name)
        if local is not None:
            _, tag = local
            reader.effects.share({f"{p}#{tag}" for p in parameter_names(local[0])} | given)
        elif "#" not in name:
            for function in reader.module.functions_of(name):
                applied(reader, reader.module.summary(function), {}, given)
            if reader.module.holds_methods(name):
                unknown_call(reader, given)


def parameter_names(function: FunctionLike) -> list[str]:
    """All the parameters of a function."""
    return [arg.arg for arg in ast.walk(function.args) if isinstance(arg, ast.arg)]


# Builtins and libraries --------------------------------------------------------------------------


def _builtin(reader: Reader, node: ast.Call, name: str, args: list[Roots], given: Roots) -> Roots:
    effects = reader.effects
    if name in WILD:
        effects.wild = effects.wild or node
        return given
    if name in ("setattr", "delattr", "next"):
        effects.write(args[0] if args else given)
        effects.share(given)
        if name == "next":
            unknown_call(reader, given)
        return given
    if not hasattr(builtins, name):
        return unknown_call(reader, given)
    if name == "id":
        effects.varies.setdefault(CLOCK, node)
    if name in CONSUMING:
        reader.consumed(given)
    _called_back(reader, given)
    return NOTHING if name in FRESH else given


def _library(
    reader: Reader,
    node: ast.Call,
    target: Any,
    args: list[Roots],
    keywords: Mapping[str, Roots],
    given: Roots,
) -> Roots:
    """A function of NumPy, SciPy or the standard library."""
    effects = reader.effects
    name = getattr(target, "__name__", "")
    note_library(effects, target, reader.module.draws_from(target), node)
    if name in WRITING and args:
        effects.write(args[0], reshapes=False)
    if inspect.ismethoddescriptor(target) and name not in READING and args:
        effects.write(args[0])
    place = _place_of_out(target)
    out = keywords.get("out", NOTHING)
    out |= NOTHING.union(*args[place:]) if place is not None else NOTHING
    effects.write(out, reshapes=False)
    for key, roots in keywords.items():
        if key == "**" or key.startswith("overwrite"):
            effects.write(given | roots)
    if any(isinstance(arg, ast.Starred) for arg in node.args):
        effects.write(given if place is not None or name in WRITING else NOTHING)
    _called_back(reader, given)
    reader.consumed(given)
    return out if reader.module.makes_new(target) else given


@lru_cache(maxsize=1024)
def _place_of_out(target: Any) -> int | None:
    """The position from which on arguments are written into."""
    if isinstance(target, np.ufunc):
        return target.nin
    try:
        names = list(inspect.signature(target).parameters)
    except (TypeError, ValueError):
        return None
    return names.index("out") if "out" in names else None


def _harmless(reader: Reader, node: ast.Call, name: str, args: list[Roots], given: Roots) -> Roots:
    """A function of the standard library, or one that draws a picture."""
    effects = reader.effects
    note_standard(effects, name, node)
    if name.rpartition(".")[2] in WRITING and args:
        effects.write(args[0])
        effects.share(given)
    _called_back(reader, given)
    reader.consumed(given)
    return given


def _method(
    reader: Reader,
    owner: ast.expr,
    name: str,
    base: Roots,
    args: list[Roots],
    keywords: Mapping[str, Roots],
    given: Roots,
) -> Roots:
    """A method of an object: what has that name in Python, in NumPy, or in the module."""
    effects = reader.effects
    own = reader.module.methods(name)
    reader.consumed(given)
    _called_back(reader, given)
    for method in own:
        applied(reader, reader.module.summary(method), {}, base | given)
    effects.write(keywords.get("out", NOTHING), reshapes=False)
    if reader.is_data(owner) and name in ARRAY_METHODS and not own:
        effects.write(NOTHING.union(*args[1:]) if name in ("dot", "sum", "cumsum") else NOTHING)
        return NOTHING
    if name in READING and not own:
        return base if name in SHARING else NOTHING
    effects.write(base, reshapes=name not in ("fill", "sort", "put", "partition"))
    if name in STORING and not own:
        effects.share(base | given)
        return base | given
    if name in DRAWS and not own:
        effects.write(args[0] if name == "shuffle" and args else NOTHING, reshapes=False)
        return given
    if own and not reader.module.may_be_foreign(base):
        effects.write(given)
        effects.share(base | given)
        return base | given
    effects.write(given)
    effects.share(base | given)
    return unknown_call(reader, base | given)
