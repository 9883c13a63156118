"""Parameters as the printed signature has them; a default is text that can be read anywhere."""

from __future__ import annotations

import ast
import builtins
import math
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np

from sourcead.frontend.module_definitions import TRUSTED
from sourcead.frontend.parsed_functions import settled_default
from sourcead.frontend.parsed_module import ParsedModule
from sourcead.frontend.source import FunctionSource
from sourcead.ir.core import GlobalRef, Param

# An array of no more elements than this is written out.
SMALL = 64

Default = tuple[str | None, tuple[tuple[str, str | GlobalRef], ...]]


def signature_params(source: FunctionSource) -> list[Param]:
    """The parameters of a definition, in order, as the printed signature has them."""
    args = source.node.args
    positional = [*args.posonlyargs, *args.args]
    missing = len(positional) - len(args.defaults)
    found = []
    for k, arg in enumerate(positional):
        default = _default(source, arg.arg, args.defaults[k - missing] if k >= missing else None)
        kind = "POSITIONAL_ONLY" if k < len(args.posonlyargs) else "POSITIONAL_OR_KEYWORD"
        found.append(Param(arg.arg, default[0], kind, default[1]))
    if args.vararg is not None:
        found.append(Param(args.vararg.arg, None, "VAR_POSITIONAL"))
    for arg, node in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        text, names = _default(source, arg.arg, node)
        found.append(Param(arg.arg, text, "KEYWORD_ONLY", names))
    if args.kwarg is not None:
        found.append(Param(args.kwarg.arg, None, "VAR_KEYWORD"))
    return found


def _default(source: FunctionSource, parameter: str, node: ast.expr | None) -> Default:
    """The text of a default and what its names stand for.

    A default that selects code is not read by what is generated for it, and is None there.
    """
    if node is None:
        return None, ()
    if isinstance(source.scope, ParsedModule):
        node = settled_default(source.scope, source.node, node)
    names = sorted(_free_names(node))
    objects = {name: source.scope.resolve(name) for name in names}
    if all(_is_library(value) for value in objects.values()):
        return ast.unparse(node), tuple((n, m.__name__) for n, m in objects.items())
    scope = source.scope
    if isinstance(scope, ParsedModule):
        refs = {
            name: value.__name__
            if _is_library(value)
            else GlobalRef(scope.module, name, str(scope.path))
            for name, value in objects.items()
        }
        return ast.unparse(node), tuple(refs.items())
    text = _literal(source.defaults.get(parameter))
    return text or "None", (("np", "numpy"),) if text and "np." in text else ()


def _free_names(node: ast.expr) -> set[str]:
    """The names that an expression reads and does not bind, builtins left out."""
    inner = list(ast.walk(node))
    bound = {n.arg for n in inner if isinstance(n, ast.arg)}
    bound |= {n.id for n in inner if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    read = {n.id for n in inner if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    return {name for name in read - bound if not hasattr(builtins, name)}


def _is_library(value: Any) -> bool:
    return isinstance(value, ModuleType) and value.__name__.partition(".")[0] in TRUSTED


def _literal(value: Any) -> str | None:
    """The text of a number, a string, a small array, or a container of these."""
    if value is None or type(value) in (bool, int, str):
        return repr(value)
    if type(value) is float:
        return repr(value) if math.isfinite(value) else f"float({str(value)!r})"
    if type(value) is np.ndarray and value.size <= SMALL and value.dtype in (float, int, bool):
        inner = _literal(value.tolist())
        return None if inner is None else f"np.array({inner})"
    if type(value) is dict:
        keys, values = _literals(list(value)), _literals(list(value.values()))
        if keys is None or values is None:
            return None
        return "{" + ", ".join(f"{k}: {v}" for k, v in zip(keys, values, strict=True)) + "}"
    if type(value) not in (tuple, list):
        return None
    parts = _literals(value)
    if parts is None:
        return None
    if type(value) is list:
        return f"[{', '.join(parts)}]"
    return f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"


def _literals(values: Sequence[Any]) -> list[str] | None:
    found = [_literal(value) for value in values]
    known = [text for text in found if text is not None]
    return known if len(known) == len(found) else None
