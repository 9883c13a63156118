"""Which names are still read: a conservative backward analysis of one function's tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from sourcead.frontend.trees import children, walk

Names = frozenset[str]
NONE: Names = frozenset()
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# Contexts that let exceptions pass.
NEUTRAL = ("errstate", "printoptions", "catch_warnings", "nullcontext")
# What a generator expression is given to that takes all of it at once.
TAKERS = {
    "sum", "list", "tuple", "set", "frozenset", "dict", "sorted", "min", "max", "any", "all",
    "next", "join", "extend", "fsum", "prod", "fromiter",
}  # fmt: skip


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function, without those of the functions inside it."""
    stack = children(node)
    while stack:
        inner = stack.pop()
        yield inner
        if not isinstance(inner, FUNCTIONS):
            stack += children(inner)


@lru_cache(maxsize=512)
def liveness_of(node: ast.FunctionDef | ast.Lambda) -> Liveness:
    """The analysis of a function, made once."""
    return Liveness(node)


@dataclass(frozen=True, slots=True)
class _Exits:
    """What is live where a `break`, a `continue`, a `return`, a `raise` lead to."""

    on_break: Names = NONE
    on_continue: Names = NONE
    on_return: Names = NONE
    on_raise: Names = NONE


class Liveness:
    """`after[s]`: names read after a statement; `head[loop]`: names read when a turn begins."""

    def __init__(self, node: ast.FunctionDef | ast.Lambda) -> None:
        self.after: dict[ast.stmt, Names] = {}
        self.head: dict[ast.stmt, Names] = {}
        self._reads: dict[ast.AST, Names] = {}
        self.always = _captured(node)
        if isinstance(node, ast.FunctionDef):
            self.block(node.body, self.always, _Exits())

    def block(self, statements: Sequence[ast.stmt], live: Names, exits: _Exits) -> Names:
        for statement in reversed(statements):
            self.after[statement] = live
            live = self.statement(statement, live, exits) | self.always
        return live

    def statement(self, s: ast.stmt, live: Names, exits: _Exits) -> Names:
        match s:
            case ast.If():
                body = self.block(s.body, live, exits)
                return body | self.block(s.orelse, live, exits) | self.reads(s.test)
            case ast.For():
                return self._for(s, live, exits)
            case ast.While():
                return self._while(s, live, exits)
            case ast.Return():
                return self.reads(s) | exits.on_return
            case ast.Raise():
                return self.reads(s) | exits.on_raise
            case ast.Break():
                return exits.on_break
            case ast.Continue():
                return exits.on_continue
            case ast.Assign():
                return (live - _names(s.targets)) | self.reads(s)
            case ast.AnnAssign() if s.value is not None:
                return (live - _names([s.target])) | self.reads(s)
            case ast.AugAssign():
                target = frozenset([s.target.id]) if isinstance(s.target, ast.Name) else NONE
                return live | self.reads(s) | target
            case ast.FunctionDef():
                return (live - {s.name}) | self.reads(s)
            case ast.With() if all(map(_is_neutral, s.items)):
                body = self.block(s.body, live, exits)
                return body | self._all(s.items)
            case ast.With() | ast.Try() | ast.Match():
                return live | self._everything(s, live, exits)
        return live | self.reads(s)

    def _for(self, s: ast.For, live: Names, exits: _Exits) -> Names:
        done = self.block(s.orelse, live, exits)
        head = done | live
        while True:
            body = self.block(s.body, head, replace(exits, on_break=live, on_continue=head))
            new = head | (body - _names([s.target])) | self.reads(s.target)
            if new == head:
                break
            head = new
        self.head[s] = head
        return head | self.reads(s.iter)

    def _while(self, s: ast.While, live: Names, exits: _Exits) -> Names:
        done = self.block(s.orelse, live, exits)
        head = done | live | self.reads(s.test)
        while True:
            inner = replace(exits, on_break=live, on_continue=head)
            new = head | self.block(s.body, head, inner)
            if new == head:
                break
            head = new
        self.head[s] = head
        return head

    def _everything(self, s: ast.stmt, live: Names, exits: _Exits) -> Names:
        """Handlers may run after any part of a block, so all that is read in it stays live.

        So does what is read where a block of it is left to; `finally` runs on the way there, and
        what a `raise` leads to may be a handler, or what follows a `with` that ends the exception.
        """
        inside = [type(n) for n in walk(s)]
        read = self._all([s]) | live
        read |= exits.on_break if ast.Break in inside else NONE
        read |= exits.on_continue if ast.Continue in inside else NONE
        left = _Exits(read | exits.on_break, read | exits.on_continue, exits.on_return)
        if isinstance(s, ast.Match):
            left = replace(left, on_raise=exits.on_raise)
        else:
            final = s.finalbody if isinstance(s, ast.Try) else []
            returned = self._all(final) | exits.on_return
            left = replace(left, on_return=returned, on_raise=read | exits.on_raise)
        for block in _blocks(s):
            self.block(block, read, left)
        return read

    def _all(self, nodes: Sequence[ast.AST]) -> Names:
        found = NONE
        for node in nodes:
            found |= self.reads(node)
        return found

    def reads(self, node: ast.AST) -> Names:
        """Every name read anywhere in a node."""
        if node not in self._reads:
            self._reads[node] = frozenset(
                n.id
                for n in walk(node)
                if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load | ast.Del)
            )
        return self._reads[node]


def _blocks(s: ast.stmt) -> list[list[ast.stmt]]:
    if isinstance(s, ast.Try):
        return [s.body, *(h.body for h in s.handlers), s.orelse, s.finalbody]
    if isinstance(s, ast.With):
        return [s.body]
    return [c.body for c in s.cases] if isinstance(s, ast.Match) else []


def _is_neutral(item: ast.withitem) -> bool:
    """Whether a context, by its name, ends no exception."""
    call = item.context_expr
    return isinstance(call, ast.Call) and name_of(call.func) in NEUTRAL


def _names(targets: Sequence[ast.expr]) -> Names:
    """The names that an assignment surely binds."""
    found: set[str] = set()
    for target in targets:
        if isinstance(target, ast.Name):
            found.add(target.id)
        elif isinstance(target, ast.Tuple | ast.List):
            found |= _names(target.elts)
        elif isinstance(target, ast.Starred):
            found |= _names([target.value])
    return frozenset(found)


def _captured(node: ast.FunctionDef | ast.Lambda) -> Names:
    """Names that nested functions and generators read: live from beginning to end."""
    inside = (n for outer in run_later(node) for n in walk(outer))
    return frozenset(n.id for n in inside if isinstance(n, ast.Name))


def run_later(node: ast.AST) -> Iterator[ast.AST]:
    """The functions and generators inside a node, which see its names as they are later."""
    nodes = nodes_of(node)
    taken = {call.args[0] for call in nodes if isinstance(call, ast.Call) and _takes(call)}
    for inner in nodes:
        later = isinstance(inner, ast.GeneratorExp) and inner not in taken
        if (isinstance(inner, FUNCTIONS) or later) and inner is not node:
            yield inner


@lru_cache(maxsize=64)
def nodes_of(node: ast.AST) -> tuple[ast.AST, ...]:
    """Every node of a function that is being looked at."""
    return tuple(walk(node))


def _takes(call: ast.Call) -> bool:
    """Whether a call takes all of its first argument at once."""
    return bool(call.args) and name_of(call.func) in TAKERS


def name_of(node: ast.expr) -> str:
    """A name, or the last one of a chain of attributes."""
    return str(getattr(node, "id", "") or getattr(node, "attr", ""))


@lru_cache(maxsize=512)
def shared_names(node: ast.FunctionDef | ast.Lambda) -> tuple[Names, Names]:
    """A function's own variables that nested functions rebind, and those that it or they rebind
    although they belong to a function around it."""
    functions = [n for n in nodes_of(node) if isinstance(n, FUNCTIONS)]
    rebound = frozenset(name for n in functions for name in nonlocal_names(n))
    for inner in nodes_of(node):
        if isinstance(inner, COMPREHENSIONS):
            rebound |= walrus_names(inner)
    if not rebound:
        return NONE, NONE
    bound, updated = stored_names(node.body if isinstance(node, ast.FunctionDef) else [node.body])
    own = bound | updated | {n.arg for n in walk(node.args) if isinstance(n, ast.arg)}
    own -= nonlocal_names(node)
    return rebound & own, rebound - own


@lru_cache(maxsize=512)
def walrus_names(node: ast.AST) -> Names:
    """The names that a comprehension binds by `:=`, which are those of the function around it."""
    found: set[str] = set()
    stack = [node]
    while stack:
        inner = stack.pop()
        if isinstance(inner, ast.NamedExpr):
            found.add(inner.target.id)
        if not isinstance(inner, FUNCTIONS):
            stack += children(inner)
    return frozenset(found)


@lru_cache(maxsize=512)
def free_names(node: ast.AST) -> Names:
    """The names that a function, or a comprehension, reads and does not bind itself."""
    bound: set[str] = set()
    around = NONE
    if isinstance(node, COMPREHENSIONS):
        bound, _ = stored_names([generator.target for generator in node.generators])
        around = free_names(ast.Expr(node.generators[0].iter))  # which it does not see as its own
    elif isinstance(node, ast.FunctionDef | ast.Lambda):
        body = node.body if isinstance(node, ast.FunctionDef) else [node.body]
        bound = set().union(*stored_names(body)) - nonlocal_names(node)
        bound |= {arg.arg for arg in children(node.args) if isinstance(arg, ast.arg)}
    read: set[str] = set()
    stack = children(node)
    while stack:
        inner = stack.pop()
        if isinstance(inner, ast.Name):
            read.add(inner.id)
        if isinstance(inner, (*FUNCTIONS, *COMPREHENSIONS)):
            read |= free_names(inner)
        else:
            stack += children(inner)
    return around | (read - bound)


def nonlocal_names(node: ast.AST) -> Names:
    """The names that a function itself declares `nonlocal`."""
    body = getattr(node, "body", [])
    found = (s.names for s in body if isinstance(s, ast.Nonlocal)) if type(body) is list else ()
    return frozenset(name for names in found for name in names)


def stored_names(statements: Sequence[ast.AST]) -> tuple[set[str], set[str]]:
    """The names that statements bind, and the names they only update by `x += ...`."""
    bound, updated = _stored_names(tuple(statements))
    return set(bound), set(updated)


@lru_cache(maxsize=512)
def _stored_names(statements: tuple[ast.AST, ...]) -> tuple[Names, Names]:
    bound: set[str] = set()
    updated: set[str] = set()
    stack = list(statements)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            updated.add(node.target.id)
            stack.append(node.value)
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            bound.add(node.id)
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound.update((a.asname or a.name).partition(".")[0] for a in node.names)
        if isinstance(node, COMPREHENSIONS):
            bound |= walrus_names(node)
        bound |= _bound_by(node)
        if not isinstance(node, (*FUNCTIONS, *COMPREHENSIONS)):
            stack += children(node)
    return frozenset(bound), frozenset(updated - bound)


def _bound_by(node: ast.AST) -> Names:
    """The name that a definition, a handler, or a part of a pattern binds."""
    match node:
        case ast.FunctionDef(name=name) | ast.ExceptHandler(name=str(name)):
            return frozenset([name])
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return frozenset([name])
        case ast.MatchMapping(rest=str(name)):
            return frozenset([name])
    return NONE
