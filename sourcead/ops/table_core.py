"""The core operations, which are no function of any library."""

from __future__ import annotations

from sourcead.ops import infer_core as core
from sourcead.ops import infer_elementwise as ew
from sourcead.ops.opdef import (
    Infer,
    OpDef,
    Views,
    all_views,
    first_two_views,
    first_view,
    no_views,
    parse_params,
    unknown,
    words,
)

# name: (signature, inference, views, cost)
Row = tuple[str, Infer, Views, str]

STRUCTURE: dict[str, Row] = {
    "const": ("", core.const, no_views, "free"),
    "global": ("", unknown, no_views, "free"),
    "undef": ("", core.undef, no_views, "free"),
    "tuple": ("*e", core.struct, all_views, "free"),
    "list": ("*e", core.struct, all_views, "free"),
    "dict": ("*e", core.struct, all_views, "free"),
    "object": ("*e", core.struct, all_views, "free"),
    "field": ("s", core.field, first_view, "free"),
    "set_field": ("s, v", core.set_field, all_views, "free"),
    "append": ("xs, v", core.append, all_views, "cheap"),
    "extend": ("xs, ys", core.extend, first_two_views, "array"),
    "repeat": ("x, n", core.repeated, first_view, "array"),
    "concat": ("xs, ys", core.extend, first_two_views, "array"),
    "truncate": ("xs, n", core.same_as_first, first_view, "array"),
    "insert": ("xs, v, k", core.append, first_two_views, "cheap"),
    "delete": ("xs, item, k", core.same_as_first, first_view, "cheap"),
    "without_last": ("xs, item", core.same_as_first, first_view, "cheap"),
    "insertion_place": ("k, n", ew.always_int, no_views, "cheap"),
    "range": ("start, stop, step", core.range_type, no_views, "free"),
    "getitem": ("x, *i", core.getitem, core.item_views, "free"),
    "setitem": ("x, v, *i", core.setitem, no_views, "array"),
    "setitem_add": ("x, v, *i", core.setitem, no_views, "array"),
    "dim": ("x, axis", core.dim, no_views, "free"),
    "shape": ("x", core.shape, no_views, "free"),
    "ndim": ("x", ew.always_int, no_views, "free"),
    "size": ("x, axis=None", ew.always_int, no_views, "free"),
    "dtype": ("x", unknown, no_views, "free"),
    "float": ("x=0.0", ew.always_float, no_views, "cheap"),
    "int": ("x=0", ew.always_int, no_views, "cheap"),
    "bool": ("x=False", ew.always_bool, no_views, "cheap"),
    "complex": ("real=0, imag=0", ew.always_complex, no_views, "cheap"),
    "item": ("x", ew.item, no_views, "cheap"),
    "np.astype": ("x, dtype, *, copy=True", core.astype, no_views, "array"),
    "same": ("x", core.same_as_first, first_view, "free"),
    "copy": ("x, order=None", core.copy, no_views, "array"),
    "copied_parts": ("x", core.same_as_first, first_view, "array"),
    "rounds": ("x", ew.always_bool, no_views, "cheap"),
    "updated": ("v, x", core.either, first_view, "array"),
    "unbroadcast": ("g, like", core.unbroadcast, first_view, "array"),
    "gate": ("x, *g", core.same_as_first, no_views, "array"),
    "accumulate": ("x, y", core.same_as_first, all_views, "array"),
    "broadcast_like": ("g, like", core.like_second, first_view, "free"),
    "extended_with_zeros": ("bars, xs", core.same_as_first, no_views, "array"),
    "preceded_by_zeros": ("bars, xs", core.same_as_first, no_views, "array"),
    "first_items": ("xs, n", core.same_as_first, no_views, "cheap"),
    "last_items": ("xs, n", core.same_as_first, no_views, "cheap"),
    "sum_of_outer": ("us, vs, like", core.like, no_views, "array"),
    "last_writer": ("x, *i", unknown, no_views, "array"),
    "reversed": ("xs", core.same_as_first, first_view, "free"),
    "without_item": ("xs, k", core.same_as_first, all_views, "cheap"),
    "with_zero_at": ("bars, xs, k", core.same_as_first, no_views, "array"),
    "zero": ("like", core.zero, no_views, "array"),
    "format": ("*x", unknown, no_views, "cheap"),
    "abs": ("x", ew.absolute, no_views, "array"),
    "max": ("x, y", ew.select, all_views, "cheap"),
    "min": ("x, y", ew.select, all_views, "cheap"),
    "snapshot_places": ("n, snapshots", core.places, no_views, "cheap"),
    "online_schedule": ("marks, snapshots", core.online, no_views, "cheap"),
    "stored_places": ("marks", core.places, no_views, "cheap"),
    "listed_actions": ("places, n, snapshots", core.actions, no_views, "array"),
    "binomial_actions": ("places, n, snapshots", core.actions, no_views, "free"),
    "length": ("size, *vectors", core.same_as_first, no_views, "array"),
    "divisor": ("x", core.same_as_first, first_view, "cheap"),
    "stop_gradient": ("x", core.same_as_first, first_view, "free"),
    "sum": ("xs, start=0", ew.sum_of_numbers, no_views, "cheap"),
    "round": ("x, ndigits=None", ew.python_round, no_views, "cheap"),
}

ARITHMETIC = words("add sub mul div floordiv mod pow matmul bitand bitor bitxor lshift rshift")
UNARY = ("neg", "pos", "invert")
COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")
TESTS = ("is", "is_not", "in", "not_in")

# Effects and control flow: no inference, never merged nor dropped by name alone.
EFFECTS = ("print", "raise", "check", "effect", "caught", "call", "if", "for", "while")


def _define(name: str, row: Row) -> OpDef:
    text, infer, views, cost = row
    return OpDef(name, parse_params(text), infer, True, views, name in ("copy", "zero"), cost)


def core_definitions() -> dict[str, OpDef]:
    """All core operations by name."""
    from sourcead.ops.infer_products import matmul

    found = {name: _define(name, row) for name, row in STRUCTURE.items()}
    two, one = parse_params("x, y"), parse_params("x")
    for name in ARITHMETIC:
        infer = matmul if name == "matmul" else ew.operator
        found[name] = OpDef(name, two, infer, cost="heavy" if name == "matmul" else "array")
    for name in UNARY:
        found[name] = OpDef(name, one, ew.operator)
    for name in COMPARISONS:
        found[name] = OpDef(name, two, ew.comparison)
    for name in TESTS:
        found[name] = OpDef(name, two, ew.always_bool, cost="cheap")
    found["not"] = OpDef("not", one, ew.always_bool, cost="cheap")
    for name, params in (("generator_state", "rng=None"), ("restore_generator", "state, rng=None")):
        found[name] = OpDef(name, parse_params(params), core.opaque, pure=False)
    for name in EFFECTS:
        found[name] = OpDef(name, parse_params("*x"), pure=name in ("if", "for", "while"))
    return found
