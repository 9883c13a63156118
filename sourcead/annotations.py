"""Types of parameters as people write them: annotations, defaults, `--types`.

Nothing is executed: annotations are syntax trees. What cannot be understood is unknown, for which
the compiler writes code that is right for every type.
"""

from __future__ import annotations

import ast

import numpy as np

from sourcead.errors import UsageError
from sourcead.ir.types import (
    ANY,
    BOOL,
    COMPLEX,
    FLOAT,
    INT,
    NONE,
    ONE,
    RANGE,
    STR,
    UNKNOWN,
    ArrayT,
    Dim,
    ListT,
    ScalarT,
    StructT,
    Type,
    kind_of_dtype,
)
from sourcead.runtime.contract import ArgType, StaticArg

_PLAIN: dict[str, Type] = {
    "float": FLOAT,
    "int": INT,
    "bool": BOOL,
    "complex": COMPLEX,
    "str": STR,
    "None": NONE,
    "range": RANGE,
}
_ARRAYS = ("ndarray", "Array", "NDArray")
# Element types of the jaxtyping style; a word for a whole kind means the usual precision.
_KINDS = {
    "Float": "float64",
    "Int": "int64",
    "Integer": "int64",
    "Bool": "bool",
    "Complex": "complex128",
    "Float64": "float64",
    "Float32": "float32",
    "Float16": "float16",
    "Int64": "int64",
    "Int32": "int32",
    "Complex128": "complex128",
    "Complex64": "complex64",
}


def parameter_types(
    arguments: ast.arguments, declared: dict[str, ArgType] | None = None
) -> list[ArgType]:
    """The type of each parameter: declared, else annotated, else that of a literal default.

    Args:
        arguments: the parameters of a function definition.
        declared: types given by name; they win.

    Returns:
        One type for each parameter, in order of the signature; unknown is one.

    >>> tree = ast.parse("def f(a, x: float, n=3): ...")
    >>> [str(t) for t in parameter_types(tree.body[0].args)]
    ['?', 'float', 'int']
    """
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = len(positional) - len(arguments.defaults)
    defaults: dict[str, ast.expr | None] = {
        node.arg: value
        for node, value in zip(positional[missing:], arguments.defaults, strict=True)
    }
    keywords = {n.arg: v for n, v in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)}
    given = declared or {}
    return [
        given[node.arg]
        if node.arg in given
        else _annotated_or_default(node, {**defaults, **keywords}.get(node.arg))
        for node in _parameters(arguments)
    ]


def parameter_names(arguments: ast.arguments) -> tuple[str, ...]:
    """The names of the parameters, in order of the signature."""
    return tuple(node.arg for node in _parameters(arguments))


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    positional = [*arguments.posonlyargs, *arguments.args]
    nodes = [*positional, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg]
    return [node for node in nodes if node is not None]


def _annotated_or_default(node: ast.arg, default: ast.expr | None) -> ArgType:
    if node.annotation is not None:
        return annotation_type(node.annotation)
    # A default of None or a string says that other values may come, of which nothing is known.
    if isinstance(default, ast.Constant) and isinstance(default.value, bool | int | float):
        return _PLAIN[type(default.value).__name__]
    return UNKNOWN


def annotation_type(node: ast.expr) -> Type:
    """The type an annotation stands for, unknown where it is not understood.

    >>> str(annotation_type(ast.parse('Float[np.ndarray, "n 3"]').body[0].value))
    'float64[?, n]'
    """
    if isinstance(node, ast.Constant):
        return _constant_annotation(node.value)
    if isinstance(node, ast.Subscript):
        return _subscript(_last_name(node.value), _items(node.slice))
    name = _last_name(node)
    if name in _PLAIN:
        return _PLAIN[name]
    if name in _ARRAYS:
        return ArrayT()
    kind = _dtype_kind(name) if isinstance(node, ast.Attribute) else None
    return ScalarT(kind, name) if kind else UNKNOWN


def _constant_annotation(value: object) -> Type:
    if value is None:
        return NONE
    if not isinstance(value, str):
        return UNKNOWN
    try:
        return annotation_type(ast.parse(value, mode="eval").body)
    except (SyntaxError, ValueError):
        return UNKNOWN


def _subscript(name: str, items: list[ast.expr]) -> Type:
    if name == "Annotated":
        return annotation_type(items[0])
    if name in ("list", "List", "Sequence"):
        return ListT(annotation_type(items[0])) if name != "Sequence" else UNKNOWN
    if name in ("tuple", "Tuple"):
        if any(isinstance(i, ast.Constant) and i.value is Ellipsis for i in items):
            return UNKNOWN
        return StructT("tuple", tuple(range(len(items))), tuple(map(annotation_type, items)))
    if name in _KINDS and len(items) == 2 and _last_name(items[0]) in _ARRAYS:
        shape = items[1]
        if isinstance(shape, ast.Constant) and isinstance(shape.value, str):
            return ArrayT(_KINDS[name], _jaxtyping_shape(shape.value))
    if name in ("NDArray", "ndarray"):
        return ArrayT(_element_name(items[-1]))
    return UNKNOWN


def _element_name(node: ast.expr) -> str | None:
    """`np.float64`, `float` or `np.dtype[np.float64]` as the name of a dtype."""
    if isinstance(node, ast.Subscript):
        return _element_name(node.slice)
    name = _last_name(node)
    if name in ("float", "int", "bool", "complex"):
        return str(np.dtype(name))
    return name if _dtype_kind(name) else None


def _jaxtyping_shape(text: str) -> tuple[Dim, ...] | None:
    words = text.split()
    if any(word == "..." or word.startswith("*") for word in words):
        return None
    return tuple(_axis(word.removeprefix("#").partition("=")[2] or word) for word in words)


def _axis(word: str) -> Dim:
    """A number, a name (equal names are equal lengths), or anything else: an unknown length."""
    if word.isascii() and word.isdigit():
        return ONE if int(word) == 1 else Dim(int(word), False)
    return Dim(word, None) if word.isidentifier() and word != "_" else ANY


def _dtype_kind(name: str) -> str | None:
    """The kind of a dtype's name, None if it is not the name of one."""
    kind = kind_of_dtype(name)
    if kind is None or name in ("float", "int", "complex"):
        return None
    try:
        return kind if np.dtype(name).name == name else None
    except TypeError:
        return None


def _items(node: ast.expr) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.Tuple) else [node]


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


# --types -------------------------------------------------------------------------------------


def parse_types(text: str) -> dict[str, ArgType]:
    """Types by parameter name, as `--types` gives them.

    Args:
        text: such as `"x: float64[n, m], k: int, w: list[float64[n]], mode: 'fast'"`. A literal
            string or None fixes the value of a parameter.

    Returns:
        The types.

    Raises:
        UsageError: the text is not understood; the message quotes the part.

    >>> {name: str(t) for name, t in parse_types("x: float64[n, 1], k: int").items()}
    {'x': 'float64[?, 1]', 'k': 'int'}
    """
    found: dict[str, ArgType] = {}
    for part in _split(text):
        name, colon, spelled = part.partition(":")
        if not colon or not name.strip().isidentifier():
            raise UsageError(f"--types: {part.strip()!r} is not of the form `name: type`")
        found[name.strip()] = _parse_type(spelled.strip())
    return found


def _split(text: str) -> list[str]:
    """Split at the commas and semicolons outside brackets."""
    parts, depth = [""], 0
    for char in text:
        depth += (char in "[(") - (char in ")]")
        if char in ",;" and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return [part for part in parts if part.strip()]


def _parse_type(text: str) -> ArgType:
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UsageError(f"--types: {text!r} is not a type") from None
    if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, str)):
        return StaticArg(node.value)
    t = _spelled_type(node)
    if t is None:
        raise UsageError(
            f"--types: {text!r} is not a type; write float, int, bool, complex, float64[n, m], "
            "float64[...], list[float64[n]], tuple[float, int], a string or None"
        )
    return t


def _spelled_type(node: ast.expr) -> Type | None:
    if isinstance(node, ast.Name):
        kind = _dtype_kind(node.id) if node.id not in _PLAIN else None
        return _PLAIN.get(node.id) or (ScalarT(kind, node.id) if kind else _array_word(node.id))
    if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
        return None
    name, items = node.value.id, _items(node.slice)
    if name in ("list", "tuple"):
        inner = [_spelled_type(item) for item in items]
        known = [t for t in inner if t is not None]
        if len(known) < len(inner) or (name == "list" and len(known) != 1):
            return None
        if name == "list":
            return ListT(known[0])
        return StructT("tuple", tuple(range(len(known))), tuple(known))
    if not _dtype_kind(name):
        return None
    return ArrayT(name, _spelled_shape(items))


def _array_word(name: str) -> Type | None:
    return ArrayT() if name in ("array", "ndarray") else None


def _spelled_shape(items: list[ast.expr]) -> tuple[Dim, ...] | None:
    """`[n, 3]`; `[...]` is of unknown rank and `[()]` of rank 0."""
    if any(isinstance(item, ast.Constant) and item.value is Ellipsis for item in items):
        return None
    return tuple(_axis(ast.unparse(item)) for item in items)
