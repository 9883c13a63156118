"""Operations as Python expressions: one table of spellings, one function per kind."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Protocol

from sourcead.backend import syntax
from sourcead.ir.constants import constant
from sourcead.ir.core import GlobalRef, Op, Region, Value
from sourcead.ir.index import Dots, Entry, Index, NewAxis, Ref, Slice
from sourcead.ir.types import ArrayT, ListT, ScalarT, StructT
from sourcead.ops.catalog import definition
from sourcead.ops.opdef import REQUIRED, ParamSpec


class Names(Protocol):
    """What the printer of expressions needs to know of the function around them."""

    def expr(self, value: Value) -> ast.expr:
        """The expression or the variable that stands for a value."""

    def library(self, path: str) -> str:
        """The printed name of a library function (`np.linalg.solve`), which it imports."""

    def helper(self, name: str) -> str:
        """The printed name of a run-time helper."""

    def reference(self, ref: GlobalRef) -> str:
        """The printed name of a module-level object of the user's."""


BINARY: dict[str, type[ast.operator]] = {
    "add": ast.Add,
    "sub": ast.Sub,
    "mul": ast.Mult,
    "div": ast.Div,
    "floordiv": ast.FloorDiv,
    "mod": ast.Mod,
    "pow": ast.Pow,
    "matmul": ast.MatMult,
    "bitand": ast.BitAnd,
    "bitor": ast.BitOr,
    "bitxor": ast.BitXor,
    "lshift": ast.LShift,
    "rshift": ast.RShift,
}
COMPARE: dict[str, type[ast.cmpop]] = {
    "lt": ast.Lt,
    "le": ast.LtE,
    "gt": ast.Gt,
    "ge": ast.GtE,
    "eq": ast.Eq,
    "ne": ast.NotEq,
    "is": ast.Is,
    "is_not": ast.IsNot,
    "in": ast.In,
    "not_in": ast.NotIn,
}
UNARY: dict[str, type[ast.unaryop]] = {
    "neg": ast.USub,
    "pos": ast.UAdd,
    "invert": ast.Invert,
    "not": ast.Not,
}
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
    method = op.name.removeprefix("np.")
    if op.name in ONLY_METHODS or (op.style == "method" and args and method in METHODS):
        return syntax.call(syntax.attribute(args[0], method), args[1:], keywords)
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
    no_keywords = op.name in POSITIONAL or op.name.startswith("math.")
    given = {arg: names.expr(v) for arg, v in zip(_args(op), op.operands, strict=True)}
    args: list[ast.expr] = []
    keywords: dict[str, ast.expr] = {}
    by_position = True
    for param in known.params:
        if param.kind == "var":
            args += [given.pop(arg) for arg in list(given) if _is_element(arg, param.name)]
            continue
        node = given.pop(param.name, None)
        if node is None and param.name in op.attrs:
            node = _static(param.name, op.attrs[param.name], names)
        if node is None:
            by_position = False
        elif by_position and (no_keywords or _is_plain(param)):
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


# Subscripts -----------------------------------------------------------------------------------


def index_expression(op: Op, names: Names) -> ast.expr:
    """The inside of the brackets of `getitem`, `setitem` and `setitem_add`."""
    return _index(op.attrs["index"], index_operands(op), names)


def index_operands(op: Op) -> list[Value]:
    return op.operands[2 if op.name in ("setitem", "setitem_add") else 1 :]


def place_expression(op: Op, base: ast.expr, names: Names) -> ast.Subscript:
    """`x[i]`, or `x[i][j]` where a write goes through a view."""
    operands = index_operands(op)
    place = syntax.subscript(base, _index(op.attrs["index"], operands, names))
    for index in op.attrs.get("inner", ()):
        place = syntax.subscript(place, _index(index, operands, names))
    return place


def _index(index: Index, operands: list[Value], names: Names) -> ast.expr:
    def bound(part: int | Ref | None) -> ast.expr | None:
        if isinstance(part, Ref):
            known = constant(operands[part.k])
            return None if known is None else names.expr(operands[part.k])
        return None if part is None else syntax.literal(part)

    def entry(part: Entry) -> ast.expr:
        if isinstance(part, Slice):
            return ast.Slice(bound(part.lower), bound(part.upper), bound(part.step))
        if isinstance(part, NewAxis):
            return ast.Constant(None)
        if isinstance(part, Dots):
            return ast.Constant(...)
        return names.expr(operands[part.k]) if isinstance(part, Ref) else syntax.literal(part)

    entries = [entry(part) for part in index]
    return entries[0] if len(entries) == 1 else syntax.tuple_of(entries)


def subscript(op: Op, names: Names) -> ast.Subscript:
    return syntax.subscript(names.expr(op.operands[0]), index_expression(op, names))


# The operations with a spelling of their own ---------------------------------------------------


def _const(op: Op, names: Names) -> ast.expr:
    if "." in op.style:
        return syntax.dotted(names.library(op.style))
    return syntax.literal(op.attrs["value"])


def _global(op: Op, names: Names) -> ast.expr:
    return syntax.dotted(names.reference(op.attrs["ref"]))


def _undef(op: Op, names: Names) -> ast.expr:
    return syntax.name(op.result.hint or "undefined")


def _dim(op: Op, names: Names) -> ast.expr:
    x = names.expr(op.operands[0])
    if op.style == "len":
        return syntax.call(names.library("builtins.len"), [x])
    axis = op.attrs.get("axis")
    at = syntax.literal(axis) if axis is not None else names.expr(op.operands[1])
    return syntax.subscript(syntax.attribute(x, "shape"), at)


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
    x = op.operands[0]
    if isinstance(x.type, ArrayT):
        args, keywords = _arguments(op, names)
        return syntax.call(syntax.attribute(args[0], "copy"), [], keywords)
    return syntax.call(names.helper("copied"), [names.expr(x)])


def _zero(op: Op, names: Names) -> ast.expr:
    like = op.operands[0]
    if isinstance(like.type, ScalarT) and like.type.dtype is None:
        return ast.Constant(0j if like.type.kind == "complex" else 0.0)
    if isinstance(like.type, ArrayT) and (like.type.dtype or "").startswith(("float", "complex")):
        return syntax.call(names.library("np.zeros_like"), [names.expr(like)])
    return syntax.call(names.helper("zero"), [names.expr(like)])


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


def _last_writer(op: Op, names: Names) -> ast.expr:
    index = index_argument(index_expression(op, names), names)
    return syntax.call(names.helper("last_writer"), [names.expr(op.operands[0]), index])


def index_argument(index: ast.expr, names: Names) -> ast.expr:
    """A subscript as the argument of a call: slices are spelled out."""
    if isinstance(index, ast.Tuple):
        return syntax.tuple_of([index_argument(e, names) for e in index.elts])
    if isinstance(index, ast.Slice):
        bounds = (index.lower, index.upper, index.step)
        args = [ast.Constant(None) if b is None else b for b in bounds]
        return syntax.call(names.library("builtins.slice"), args)
    return index


def _format(op: Op, names: Names) -> ast.expr:
    """A formatted string: `"{:.3f} of {}".format(x, n)`."""
    text = ""
    for part in op.attrs["parts"]:
        if isinstance(part, str):
            text += part.replace("{", "{{").replace("}", "}}")
        else:
            position, conversion, spec = part
            text += f"{{{position}{'!' + conversion if conversion else ''}{':' + spec if spec else ''}}}"
    method = syntax.attribute(ast.Constant(text), "format")
    return syntax.call(method, [names.expr(v) for v in op.operands])


# Conditions -----------------------------------------------------------------------------------


def _only(region: Region) -> Value:
    (value,) = region.yields
    return value


def conditional(op: Op, names: Names) -> ast.expr:
    """An `if` of expressions: `a < b < c`, `a and b`, `a or b` or `a if c else b`."""
    test = op.operands[0]
    then, other = (_only(region) for region in op.regions)
    if constant(then) is True and constant(other) is False and _is_bool(test):
        return names.expr(test)
    if constant(then) is False and constant(other) is True:
        return syntax.negated(names.expr(test))
    if other is test or (constant(other) is False and _is_bool(test)):
        chain = _chained(test, then, names)
        if chain is not None:
            return chain
        return _joined(ast.And(), names.expr(test), names.expr(then))
    if then is test or (constant(then) is True and _is_bool(test)):
        return _joined(ast.Or(), names.expr(test), names.expr(other))
    return ast.IfExp(names.expr(test), names.expr(then), names.expr(other))


def _is_bool(value: Value) -> bool:
    return isinstance(value.type, ScalarT) and value.type.kind == "bool"


def _joined(op: ast.boolop, left: ast.expr, right: ast.expr) -> ast.expr:
    parts = []
    for side in (left, right):
        same = isinstance(side, ast.BoolOp) and isinstance(side.op, type(op))
        parts += side.values if same and isinstance(side, ast.BoolOp) else [side]
    return ast.BoolOp(op, parts)


def _chained(test: Value, then: Value, names: Names) -> ast.expr | None:
    """`a < b < c` for `a < b and b < c`, where the middle is one and the same value."""
    left, right = names.expr(test), names.expr(then)
    if not (isinstance(left, ast.Compare) and isinstance(right, ast.Compare)):
        return None
    last = _last_compared(test)
    if last is None or then.op is None or _first_compared(then) is not last:
        return None
    return ast.Compare(left.left, left.ops + right.ops, left.comparators + right.comparators)


def _last_compared(value: Value) -> Value | None:
    op = value.op
    if op is not None and op.name == "if":
        return _last_compared(_only(op.regions[0]))
    return op.operands[1] if op is not None and op.name in COMPARE else None


def _first_compared(value: Value) -> Value | None:
    op = value.op
    if op is not None and op.name == "if":
        return _first_compared(op.operands[0])
    return op.operands[0] if op is not None and op.name in COMPARE else None


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
    "dict": _container,
    "object": _object,
    "field": _field,
    "range": _range,
    "copy": _copy,
    "zero": _zero,
    "item": _item,
    "np.astype": _astype,
    "np.transpose": _transpose,
    "np.real": _part("real"),
    "np.imag": _part("imag"),
    "reversed": _reversed,
    "last_writer": _last_writer,
    "format": _format,
    "if": conditional,
}
