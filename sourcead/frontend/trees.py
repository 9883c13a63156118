"""Walking and copying Python's syntax trees.

Other tools keep notes on the nodes: `executing`, which shows tracebacks in notebooks, sets
`.parent`, also on the nodes that all trees of a process share, such as `ast.Load()`. So nothing but
the fields of a node is looked at, and whole trees are not copied by `copy.deepcopy`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """Every node of a tree but contexts, in no particular order; much faster than `ast.walk`."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack += children(node)


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below a node, without its context."""
    found: list[ast.AST] = []
    kind = type(node)
    if kind not in _fields:
        _fields[kind] = _fields_with_nodes(kind)
    for name in _fields[kind]:
        value = getattr(node, name, None)
        if isinstance(value, ast.AST):
            found.append(value)
        elif type(value) is list:
            found += [v for v in value if isinstance(v, ast.AST)]
    return found


# Fields that hold texts and numbers, or a context, whatever the node is.
_WITHOUT_NODES = {"ctx", "id", "attr", "arg", "kind", "type_comment", "module", "level", "simple"}


_fields: dict[type[ast.AST], tuple[str, ...]] = {}


def _fields_with_nodes(kind: type[ast.AST]) -> tuple[str, ...]:
    if issubclass(kind, ast.Constant):
        return ()
    return tuple(name for name in kind._fields if name not in _WITHOUT_NODES)


def copied(part: Any) -> Any:
    """A copy of a tree, or of a list of trees, with positions.

    >>> tree = ast.parse("x + 1")
    >>> tree.body[0].value.op.parent = tree
    >>> ast.unparse(copied(tree)), hasattr(copied(tree).body[0].value.op, "parent")
    ('x + 1', False)
    """
    if isinstance(part, list):
        return [copied(item) for item in part]
    if isinstance(part, ast.AST):
        fields = {name: copied(getattr(part, name, None)) for name in part._fields}
        places = {n: getattr(part, n) for n in part._attributes if hasattr(part, n)}
        return type(part)(**fields, **places)
    return part


# Where identifiers stand, besides the name of a function or a class that is looked at itself.
_IDENTIFIERS: dict[type[ast.AST], tuple[str, ...]] = {
    ast.Name: ("id",),
    ast.Attribute: ("attr",),
    ast.arg: ("arg",),
    ast.FunctionDef: ("name",),
    ast.ClassDef: ("name",),
    ast.ExceptHandler: ("name",),
    ast.MatchAs: ("name",),
    ast.MatchStar: ("name",),
    ast.MatchMapping: ("rest",),
    ast.Global: ("names",),
    ast.Nonlocal: ("names",),
    ast.alias: ("name", "asname"),
}


def mangled(node: ast.AST, owner: str) -> Any:
    """A copy of a function with its private names as Python knows them in a class.

    >>> ast.unparse(mangled(ast.parse("lambda self: self.__rate"), "Model"))
    'lambda self: self._Model__rate'
    """
    made = copied(node)
    for inner in walk(made):
        if inner is made:
            continue
        for name in _IDENTIFIERS.get(type(inner), ()):
            value = getattr(inner, name)
            given = isinstance(value, list)
            names = [private_name(n, owner) for n in (value if given else [value])]
            setattr(inner, name, names if given else names[0])
    return made


def private_name(name: Any, owner: str) -> Any:
    """A name as Python knows it in a class; what is no name stays as it is."""
    private = name is not None and name.startswith("__") and not name.endswith("__")
    plain = not private or "." in str(name) or not owner.strip("_")
    return name if plain else f"_{owner.lstrip('_')}{name}"


NAMES = {
    ast.Await: "`await`",
    ast.Yield: "`yield`",
    ast.YieldFrom: "`yield from`",
    ast.Set: "a set",
    ast.SetComp: "a set comprehension",
    ast.With: "`with`",
    ast.Try: "`try`",
    ast.TryStar: "`except*`",
    ast.Match: "`match`",
    ast.ClassDef: "a class definition",
    ast.Global: "`global`",
    ast.Nonlocal: "`nonlocal`",
    ast.Delete: "`del`",
    ast.AsyncFunctionDef: "`async def`",
    ast.AsyncFor: "`async for`",
    ast.AsyncWith: "`async with`",
}


def described(node: ast.AST) -> str:
    """What a message calls a node that is not supported."""
    return NAMES.get(type(node), f"`{type(node).__name__}`")


def may_act(node: ast.AST) -> bool:
    """Whether an expression may do something that what was evaluated before it would see."""
    return any(isinstance(n, ast.Call | ast.NamedExpr) for n in walk(node))
