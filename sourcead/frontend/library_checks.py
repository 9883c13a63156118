"""Validators of scikit-learn and SciPy: what they return and raise for arrays of known type."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.frontend import prelude
from sourcead.frontend.bindings import Binding, Items, Static
from sourcead.frontend.frame import Frame
from sourcead.frontend.library import static_list
from sourcead.frontend.memory import bind_value, read
from sourcead.frontend.statics import static_value
from sourcead.frontend.user_calls import inline_prelude
from sourcead.ir.constants import MISSING
from sourcead.ir.types import ArrayT, Type

Args = list[Binding]
Kwargs = dict[str, Binding]
MATTERS = ("dtype", "ensure_2d", "ensure_all_finite", "ensure_non_negative", "copy")
FLOATS = ("float64", "float32")


def check_array(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding | None:
    """The array itself, or a copy; numbers that are not finite raise as they do there."""
    names = ("array", "accept_sparse")
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    array = given.pop("array")
    t = read(frame, array, node).type
    options = {name: static_list(frame, b) for name, b in given.items() if name in MATTERS}
    if not _is_floating(t) or MISSING in options.values() or not _keeps(t, options.get("dtype")):
        return None
    assert isinstance(t, ArrayT)
    if options.get("ensure_2d", True) and t.rank != 2:
        text = "Expected a 2-dimensional container"
        frame.raises(ValueError, text)
        frame.refuse(node, "SAD105", "scikit-learn takes matrices here, of samples and features",
                     fix="x.reshape(-1, 1), or x.reshape(1, -1) for one sample")  # fmt: skip
    if options.get("ensure_all_finite", True) is True:
        inline_prelude(frame, prelude.check_finite, [array], node)
    if options.get("ensure_non_negative", False):
        inline_prelude(frame, prelude.check_not_negative, [array], node)
    if options.get("copy", False):
        copied = frame.op("copy", [read(frame, array, node)], style="np.copy")
        return bind_value(frame, copied)
    return array


def _is_floating(t: Type) -> bool:
    return isinstance(t, ArrayT) and t.dtype in FLOATS and t.rank not in (None, 0)


def _keeps(t: Type, wanted: Any) -> bool:
    """Whether an array has one of the types that are asked for."""
    assert isinstance(t, ArrayT)
    if wanted is None or isinstance(wanted, str):
        return wanted in (None, "numeric", t.dtype)
    kinds = wanted if isinstance(wanted, tuple | list) else (wanted,)
    return any(np.dtype(kind) == np.dtype(t.dtype) for kind in kinds)


def assert_all_finite(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding | None:
    allow = static_value(kwargs.get("allow_nan", Static(False)))
    if len(args) != 1 or allow is not False or not _is_floating(read(frame, args[0], node).type):
        return None
    inline_prelude(frame, prelude.check_finite, args, node)
    return Static(None)


def same_arrays(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding | None:
    """There is one device to move them to."""
    return args[0] if len(args) == 1 else Items(tuple(args))


def consistent_length(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding | None:
    present = [a for a in args if static_value(a) is not None]
    lengths = [_length(frame, a, node) for a in present]
    if None in lengths:
        return None
    text = Static("Found input variables with inconsistent numbers of samples")
    for length in lengths[1:]:
        assert length is not None
        assert lengths[0] is not None
        inline_prelude(frame, prelude.check_length, [length, lengths[0], text], node)
    return Static(None)


def number_of_samples(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding | None:
    return _length(frame, args[0], node) if len(args) == 1 else None


def _length(frame: Frame, binding: Binding, node: ast.AST) -> Binding | None:
    value = read(frame, binding, node)
    if not isinstance(value.type, ArrayT) or not value.type.rank:
        return None
    return frame.op("dim", [value], ("x",), {"axis": 0})


def floating_type(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding | None:
    """The widest type of those of the arrays."""
    types = [read(frame, a, node).type for a in args if static_value(a) is MISSING]
    known = [t.dtype for t in types if isinstance(t, ArrayT) and t.dtype in FLOATS]
    if len(known) != len(types) or not known:
        return None
    return Static(np.result_type(*[np.dtype(name) for name in known]))


Answer = Callable[[Frame, Args, Kwargs, ast.AST], Binding | None]
CHECKS: dict[str, Answer] = {
    "check_array": check_array,
    "_assert_all_finite": assert_all_finite,
    "assert_all_finite": assert_all_finite,
    "check_consistent_length": consistent_length,
    "_num_samples": number_of_samples,
    "move_to": same_arrays,
    "_find_matching_floating_dtype": floating_type,
}
