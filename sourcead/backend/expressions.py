"""Operations as Python expressions: one table of spellings, one function per kind."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from sourcead.backend import syntax
from sourcead.backend.conditionals import conditional
from sourcead.backend.operators import BINARY, COMPARE, UNARY, Names
from sourcead.backend.subscripts import index_argument, index_expression, subscript
from sourcead.ir.constants import constant
from sourcead.ir.core import GlobalRef, Op, Value
from sourcead.ir.types import (
    ArrayT,
    ListT,
    OpaqueT,
    ScalarT,
    StructT,
    UnknownT,
    kind_of,
)
from sourcead.ops.catalog import definition
from sourcead.ops.opdef import REQUIRED, ParamSpec
from sourcead.ops.signatures_random import OWNED, RANDOM_STATE, is_draw

BUILTINS = {
    "abs", "max", "min", "round", "float", "int", "bool", "complex", "range", "reversed", "print",
    "slice", "sum", "any", "all", "sorted", "divmod", "isinstance", "len",
}  # fmt: skip
# Methods that take the same arguments, by the same names, as the function.
METHODS = {
    "sum", "mean", "max", "min", "prod", "std", "var", "argmax", "argmin", "argsort", "cumsum",
    "cumprod", "reshape", "ravel", "squeeze", "swapaxes", "repeat", "dot", "trace", "diagonal",
    "take", "any", "all", "round", "conj", "searchsorted", "nonzero",
}  # fmt: skip
# Functions whose optional arguments people pass by position.
POSITIONAL = BUILTINS | {"np.arange", "np.where", "np.clip"}
ONLY_METHODS = {"flatten", "tolist"}
# NumPy asks for both, with None for one that is left out.
BOUNDS = ("a_min", "a_max")
NUMBER_TYPES = {"bool", "int", "float", "complex"}


def expression(op: Op, names: Names) -> ast.expr:
    """The expression that computes an operation's single result."""
    spelled = op.style.startswith(("np.", "math.", "operator."))
    if op.name in BINARY and not spelled:
        x, y = (names.expr(v) for v in op.operands)
        return ast.BinOp(x, BINARY[op.name](), y)
    if op.name in COMPARE and not spelled:
        x, y = (names.expr(v) for v in op.operands)
        return ast.Compare(x, [COMPARE[op.name]()], [y])
    if op.name in UNARY and not spelled:
        return _unary(op, names)
    if op.name in SPECIAL:
        return SPECIAL[op.name](op, names)
    return _call(op, names)


def _unary(op: Op, names: Names) -> ast.expr:
    operand = names.expr(op.operands[0])
    if op.name == "not":
        return syntax.negated(operand)
    return ast.UnaryOp(UNARY[op.name](), operand)


# Calls of library functions -------------------------------------------------------------------


def _call(op: Op, names: Names) -> ast.expr:
    """A function or method call; optional arguments are passed by keyword."""
    args, keywords = _arguments(op, names)
    if op.name.startswith(OWNED):
        return syntax.call(syntax.attribute(args[0], op.name.partition(".")[2]), args[1:], keywords)
    method = op.name.removeprefix("np.")
    if op.name in ONLY_METHODS or (op.style == "method" and args and method in METHODS):
        if method == "conj" and not isinstance(op.operands[0].type, ArrayT):
            method = "conjugate"  # Python's numbers have no other name for it
        return syntax.call(syntax.attribute(args[0], method), args[1:], keywords)
    ref = definition(op.name).ref
    if ref is not None:
        return syntax.call(syntax.dotted(names.reference(ref)), args, keywords)
    spelling = op.style if op.style.startswith(("np.", "math.", "operator.")) else op.name
    return syntax.call(_function(spelling, names), args, keywords)


def _function(spelling: str, names: Names) -> ast.expr:
    if "." in spelling:
        return syntax.dotted(names.library(spelling))
    if spelling in BUILTINS:
        return syntax.dotted(names.library(f"builtins.{spelling}"))
    return syntax.name(names.helper(spelling))


def _arguments(op: Op, names: Names) -> tuple[list[ast.expr], dict[str, ast.expr]]:
    """Required arguments by position, the others by keyword, in the order of the signature.

    Functions written in C that know no keywords get all arguments by position.
    """
    known = definition(op.name)
    no_keywords = op.name in POSITIONAL or op.name.startswith("math.") or is_draw(op.name)
    given = {arg: names.expr(v) for arg, v in zip(_args(op), op.operands, strict=True)}
    args: list[ast.expr] = []
    keywords: dict[str, ast.expr] = {}
    by_position = True
    for param in known.params:
        if param.kind == "var":
            args += [given.pop(arg) for arg in list(given) if _is_element(arg, param.name)]
            continue
        node = given.pop(param.name, None)
        if node is None and op.name == "np.clip" and param.name in BOUNDS:
            node = _static(param.name, op.attrs.get(param.name), names)
        if node is None and param.name in op.attrs:
            node = _static(param.name, op.attrs[param.name], names)
        if node is None:
            by_position = False
        elif by_position and param.kind != "keyword" and (no_keywords or _is_plain(param)):
            args.append(node)
        else:
            keywords[param.name] = node
            by_position = False
    if given:
        raise KeyError(f"{op.name} has no parameter for {sorted(given)}")
    return args, keywords


def _args(op: Op) -> tuple[str, ...]:
    return op.args or definition(op.name).arg_names(len(op.operands))


def _is_plain(param: ParamSpec) -> bool:
    return param.kind == "positional" and param.default is REQUIRED


def _is_element(arg: str, param: str) -> bool:
    return arg.startswith(param) and arg[len(param) :].isdigit()


def _static(param: str, value: Any, names: Names) -> ast.expr:
    """A static argument; a dtype's name is printed as the type."""
    if isinstance(value, GlobalRef):
        return syntax.dotted(names.reference(value))
    if param == "dtype" and isinstance(value, str):
        if value in NUMBER_TYPES:
            return syntax.dotted(names.library(f"builtins.{value}"))
        return syntax.dotted(names.library(f"np.{value}"))
    return syntax.literal(value)


# The operations with a spelling of their own ---------------------------------------------------


def _const(op: Op, names: Names) -> ast.expr:
    if "." in op.style:
        return syntax.dotted(names.library(op.style))
    return syntax.literal(op.attrs["value"])


def _global(op: Op, names: Names) -> ast.expr:
    return syntax.dotted(names.reference(op.attrs["ref"]))


def _undef(op: Op, names: Names) -> ast.expr:
    return syntax.name(op.result.hint) if op.result.hint else ast.Constant(None)


def _dim(op: Op, names: Names) -> ast.expr:
    x = names.expr(op.operands[0])
    if op.style == "len":
        return syntax.call(names.library("builtins.len"), [x])
    axis = op.attrs.get("axis")
    at = syntax.literal(axis) if axis is not None else names.expr(op.operands[1])
    return syntax.subscript(_shape(op, x, names), at)


def _shape(op: Op, x: ast.expr, names: Names) -> ast.expr:
    """`x.shape`; `np.shape(x)` where the program does not ask itself, and `x` may be a list."""
    if op.phase == "reverse" and isinstance(op.operands[0].type, UnknownT):
        return syntax.call(names.library("np.shape"), [x])
    return syntax.attribute(x, "shape")


def _of_array(attr: str) -> Callable[[Op, Names], ast.expr]:
    """`x.shape` of an array, `np.shape(x)` of what may be a number or a list."""

    def build(op: Op, names: Names) -> ast.expr:
        x = names.expr(op.operands[0])
        if isinstance(op.operands[0].type, ArrayT) or op.style == "method":
            return syntax.attribute(x, attr)
        return syntax.call(names.library(f"np.{attr}"), [x])

    return build


def _container(op: Op, names: Names) -> ast.expr:
    elements = [names.expr(v) for v in op.operands]
    if op.name == "dict":
        return ast.Dict([syntax.literal(k) for k in op.attrs["keys"]], list(elements))
    if op.name == "list":
        return ast.List(elements, syntax.LOAD)
    return syntax.tuple_of(elements)


def _repeat(op: Op, names: Names) -> ast.expr:
    item, times = (names.expr(v) for v in op.operands)
    return ast.BinOp(ast.List([item], syntax.LOAD), ast.Mult(), times)


def _object(op: Op, names: Names) -> ast.expr:
    fields = {k: names.expr(v) for k, v in zip(op.attrs["keys"], op.operands, strict=True)}
    return syntax.call(names.reference(op.attrs["cls"]), [], fields)


def _field(op: Op, names: Names) -> ast.expr:
    struct = op.operands[0]
    key = op.attrs["key"]
    by_name = op.style == "attribute" or (
        isinstance(struct.type, StructT) and struct.type.kind == "object"
    )
    if by_name and isinstance(key, str):
        return syntax.attribute(names.expr(struct), key)
    return syntax.subscript(names.expr(struct), syntax.literal(key))


def _range(op: Op, names: Names) -> ast.expr:
    """`range(n)`: a start of 0 and a step of 1 are left out."""
    bounds = dict(zip(_args(op), op.operands, strict=True))
    step = constant(bounds.get("step"))
    if step == 1:
        del bounds["step"]
        if constant(bounds.get("start")) == 0:
            del bounds["start"]
    return syntax.call(names.library("builtins.range"), [names.expr(v) for v in bounds.values()])


def _copy(op: Op, names: Names) -> ast.expr:
    """A copy of an array; of what may be a container, or nothing on some path, by a helper."""
    x = op.operands[0]
    if op.style == "np.copy":
        return syntax.call(names.library("np.copy"), *_arguments(op, names))
    if isinstance(x.type, ArrayT) and op.style != "maybe":
        args, keywords = _arguments(op, names)
        filled = _filled(x, args[0], names)
        if filled is not None and not keywords:
            return filled
        return syntax.call(syntax.attribute(args[0], "copy"), [], keywords)
    return syntax.call(names.helper("copied"), [names.expr(x)])


def _copied_parts(op: Op, names: Names) -> ast.expr:
    """A tuple with copies of those arrays that somebody else overwrites."""
    keys = [ast.Constant(key) for key in sorted(op.attrs["keys"])]
    return syntax.call(names.helper("copied_parts"), [names.expr(op.operands[0]), *keys])


def _filled(x: Value, printed: ast.expr, names: Names) -> ast.expr | None:
    """`np.broadcast_to(1.0, shape).copy()` is `np.ones(shape)`."""
    spread = x.op
    if spread is None or spread.name != "np.broadcast_to" or not isinstance(printed, ast.Call):
        return None
    value, shape = spread.operands[0], printed.args[1]
    if not isinstance(value.type, ScalarT):
        return None
    if constant(value) == 1 and isinstance(constant(value), float):
        return syntax.call(names.library("np.ones"), [shape])
    return syntax.call(names.library("np.full"), [shape, names.expr(value)])


def _zero(op: Op, names: Names) -> ast.expr:
    like = op.operands[0]
    shape = _plain_zero(op)
    if shape == "number":
        return ast.Constant(0j if kind_of(like.type) == "complex" else 0.0)
    if shape == "array":
        return syntax.call(names.library("np.zeros_like"), [names.expr(like)])
    if shape == "list":
        length = syntax.call(names.library("builtins.len"), [names.expr(like)])
        return ast.BinOp(ast.List([ast.Constant(0.0)], syntax.LOAD), ast.Mult(), length)
    return syntax.call(names.helper("zero"), [names.expr(like)])


def _plain_zero(op: Op) -> str:
    """How a zero is written, "" where that takes the helper, which knows what is not there."""
    t = op.operands[0].type
    if op.attrs.get("absent"):
        return ""
    if isinstance(t, ScalarT) and t.dtype is None:
        return "number"
    if isinstance(t, ArrayT) and (t.dtype or "").startswith(("float", "complex")):
        return "array"
    if isinstance(t, ListT) and isinstance(t.elem, ScalarT) and t.elem.kind == "float":
        return "list" if t.elem.dtype in (None, "float64", "?") else ""
    return ""


def zero_takes_helper(op: Op) -> bool:
    """Whether a `zero` operation is printed as a call of the helper."""
    return op.name == "zero" and not _plain_zero(op)


def _item(op: Op, names: Names) -> ast.expr:
    return syntax.call(syntax.attribute(names.expr(op.operands[0]), "item"), [])


def _astype(op: Op, names: Names) -> ast.expr:
    args, keywords = _arguments(op, names)
    return syntax.call(syntax.attribute(args[0], "astype"), args[1:], keywords)


def _transpose(op: Op, names: Names) -> ast.expr:
    plain = not op.attrs.get("axes") and len(op.operands) == 1
    if plain and isinstance(op.operands[0].type, ArrayT):
        return syntax.attribute(names.expr(op.operands[0]), "T")
    return _call(op, names)


def _part(attr: str) -> Callable[[Op, Names], ast.expr]:
    def build(op: Op, names: Names) -> ast.expr:
        if op.style == "method":
            return syntax.attribute(names.expr(op.operands[0]), attr)
        return _call(op, names)

    return build


def _reversed(op: Op, names: Names) -> ast.expr:
    xs = names.expr(op.operands[0])
    if isinstance(op.operands[0].type, ListT):
        back = ast.Slice(None, None, syntax.literal(-1))
        return syntax.subscript(xs, back)
    return syntax.call(names.library("builtins.reversed"), [xs])


def _gate(op: Op, names: Names) -> ast.expr:
    """`np.where(g != 0, x, 0)`; of numbers `x if g != 0 else 0.0`."""
    x, *factors = op.operands
    tests = [ast.Compare(names.expr(g), [ast.NotEq()], [ast.Constant(0)]) for g in factors]
    if all(isinstance(v.type, ScalarT) for v in op.operands):
        test = tests[0] if len(tests) == 1 else ast.BoolOp(ast.Or(), list(tests))
        return ast.IfExp(test, names.expr(x), ast.Constant(0.0))
    either: ast.expr = tests[0]
    for test in tests[1:]:
        either = ast.BinOp(either, ast.BitOr(), test)
    where = syntax.dotted(names.library("np.where"))
    chosen = syntax.call(where, [either, names.expr(x), ast.Constant(0)])
    if isinstance(x.type, ArrayT) and x.type.rank:
        return chosen
    # What may be a number stays one.
    return syntax.subscript(chosen, ast.Tuple([], syntax.LOAD))


def _last_writer(op: Op, names: Names) -> ast.expr:
    index = index_argument(index_expression(op, names), names)
    return syntax.call(names.helper("last_writer"), [names.expr(op.operands[0]), index])


def _format(op: Op, names: Names) -> ast.expr:
    """A formatted string: an f-string, or `"{}".format(x)` where that has no text."""
    pieces: list[ast.expr] = []
    for part in op.attrs["parts"]:
        if isinstance(part, str):
            pieces.append(ast.Constant(part))
            continue
        position, conversion, spec = part
        shown = names.expr(op.operands[position])
        form = ast.JoinedStr([ast.Constant(spec)]) if spec else None
        pieces.append(ast.FormattedValue(shown, ord(conversion) if conversion else -1, form))
    text = ast.JoinedStr(pieces)
    try:
        ast.unparse(text)
    except ValueError:  # quotes and backslashes inside the braces
        return _format_call(op, names)
    return text


def _format_call(op: Op, names: Names) -> ast.expr:
    text = ""
    for part in op.attrs["parts"]:
        if isinstance(part, str):
            text += part.replace("{", "{{").replace("}", "}}")
        else:
            position, conversion, spec = part
            tail = (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
            text += f"{{{position}{tail}}}"
    method = syntax.attribute(ast.Constant(text), "format")
    return syntax.call(method, [names.expr(v) for v in op.operands])


def _generator_state(op: Op, names: Names) -> ast.expr:
    """The state of a generator; NumPy's own where none is given."""
    generator = op.operand("rng")
    if generator is None:
        return syntax.call(syntax.dotted(names.library("np.random.get_state")), [])
    if generator.type == OpaqueT(RANDOM_STATE):
        return syntax.call(syntax.attribute(names.expr(generator), "get_state"), [])
    return syntax.attribute(syntax.attribute(names.expr(generator), "bit_generator"), "state")


def _divisor(op: Op, names: Names) -> ast.expr:
    """Where Python's numbers raise NumPy's are infinite; it is not known what else may come."""
    (x,) = op.operands
    if not isinstance(x.type, ScalarT):
        return syntax.subscript(
            syntax.call(names.library("np.asarray"), [names.expr(x)]), ast.Tuple([], syntax.LOAD)
        )
    number = "np.complex128" if kind_of(x.type) == "complex" else "np.float64"
    zero = syntax.call(names.library(number), [names.expr(x)])
    return ast.IfExp(names.expr(x), names.expr(x), zero)


SPECIAL: dict[str, Callable[[Op, Names], ast.expr]] = {
    "const": _const,
    "global": _global,
    "undef": _undef,
    "dim": _dim,
    "shape": _of_array("shape"),
    "ndim": _of_array("ndim"),
    "size": _of_array("size"),
    "dtype": lambda op, names: syntax.attribute(names.expr(op.operands[0]), "dtype"),
    "getitem": subscript,
    "tuple": _container,
    "list": _container,
    "repeat": _repeat,
    "dict": _container,
    "object": _object,
    "field": _field,
    "range": _range,
    "copy": _copy,
    "same": lambda op, names: names.expr(op.operands[0]),
    "copied_parts": _copied_parts,
    "divisor": _divisor,
    "zero": _zero,
    "item": _item,
    "np.astype": _astype,
    "np.transpose": _transpose,
    "np.real": _part("real"),
    "np.imag": _part("imag"),
    "reversed": _reversed,
    "last_writer": _last_writer,
    "gate": _gate,
    "format": _format,
    "generator_state": _generator_state,
    "if": conditional,
}
