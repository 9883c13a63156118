"""`with`: contexts that change no value, and those of the user's own, which are lowered in line."""

from __future__ import annotations

import ast
import contextlib
import inspect
import warnings
from collections.abc import Iterable
from types import FunctionType
from typing import Any, NoReturn

import numpy as np

from sourcead.frontend.assign import assign
from sourcead.frontend.bindings import Applied, Binding, Static
from sourcead.frontend.calls import apply, keyword_arguments, positional_arguments
from sourcead.frontend.classes import object_class, special_method
from sourcead.frontend.conditions import truth
from sourcead.frontend.frame import Frame, statement
from sourcead.frontend.generators import consume
from sourcead.frontend.iterators import Generated, begin
from sourcead.frontend.liveness import own_nodes
from sourcead.frontend.parsed_decorators import undecorated
from sourcead.frontend.parsed_module import ParsedFunction
from sourcead.frontend.statements import lower_block
from sourcead.frontend.statics import static_value
from sourcead.frontend.trying import Cleanup, cleaned_up, try_statement
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Op
from sourcead.ir.types import OpaqueT

# Contexts that change neither a value nor which path is taken.
NEUTRAL = (np.errstate, np.printoptions, warnings.catch_warnings, contextlib.nullcontext)
# What is said to the warnings inside `warnings.catch_warnings` holds inside it only.
_FILTERS = (warnings.simplefilter, warnings.filterwarnings, warnings.resetwarnings)
_HELPER = contextlib.contextmanager(lambda: iter(())).__code__


@statement(ast.With)
def with_statement(frame: Frame, stmt: ast.With) -> None:
    _enter(frame, stmt, stmt.items, stmt.body)


def _enter(frame: Frame, stmt: ast.With, items: list[ast.withitem], body: list[ast.stmt]) -> None:
    if not items:
        lower_block(frame, body)
        return
    item, *rest = items
    call = item.context_expr
    function: Binding | None = None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name | ast.Attribute):
        function = frame.expr(call.func)
    known = static_value(function) if function is not None else MISSING
    if known is contextlib.suppress and isinstance(call, ast.Call) and not item.optional_vars:
        inner: list[ast.stmt] = body
        if rest:
            inner = [ast.copy_location(ast.With(rest, body), stmt)]
        try_statement(frame, _suppressing(call, inner, stmt))
        return
    if known in NEUTRAL and isinstance(call, ast.Call):
        if item.optional_vars is not None or (known is np.errstate and _may_raise(frame, call)):
            _refuse(frame, stmt)
        if known is warnings.catch_warnings:
            body = [s for s in body if not _sets_filters(frame, s)]
        _enter(frame, stmt, rest, body)
        return
    made = None
    if isinstance(call, ast.Call) and function is not None:
        made = _generator_of(frame, function, call)
    if made is None:
        method = getattr(known, "__enter__", known)
        if known is not MISSING and not isinstance(method, FunctionType):
            _refuse(frame, stmt)
        _object(frame, stmt, item, rest, body)
        return
    if rest:
        body = [ast.copy_location(ast.With(rest, body), stmt)]
    _around(frame, stmt, item, made, body)


def _suppressing(call: ast.Call, body: list[ast.stmt], stmt: ast.With) -> ast.Try:
    """`with suppress(A, B): ...` as `try: ... except (A, B): pass`."""
    classes = ast.Tuple(list(call.args), ast.Load())
    handler = ast.ExceptHandler(classes, None, [ast.Pass()])
    made = ast.Try(body, [handler], [], [])
    for node in (made, handler, classes, handler.body[0]):
        ast.copy_location(node, stmt)
    return made


def _may_raise(frame: Frame, call: ast.Call) -> bool:
    """Whether an `np.errstate` makes NumPy raise, or call, where it would only warn."""
    given = [static_value(frame.expr(k.value)) for k in call.keywords]
    return any(mode not in ("ignore", "warn", "print") for mode in given)


def _sets_filters(frame: Frame, stmt: ast.stmt) -> bool:
    if not isinstance(stmt, ast.Expr) or not isinstance(stmt.value, ast.Call):
        return False
    return static_value(frame.expr(stmt.value.func)) in _FILTERS


def _refuse(frame: Frame, stmt: ast.With) -> NoReturn:
    frame.refuse(
        stmt,
        "SAD101",
        "`with` is not supported for this context",
        "what it does when it is entered and left is not known",
        "the block without it, or the context around the call of the function",
    )


# Generator functions under `contextlib.contextmanager` -------------------------------------------


def _generator_of(frame: Frame, function: Binding, call: ast.Call) -> Generated | None:
    """What a function that `contextlib.contextmanager` has decorated runs."""
    first: tuple[Binding, ...] = ()
    if isinstance(function, Applied) and not function.kwargs:
        first, function = function.args, function.function
    wrapped = _wrapped(static_value(function))
    if wrapped is None:
        return None
    args = [*first, *positional_arguments(frame, call)]
    made = apply(frame, Static(wrapped), args, keyword_arguments(frame, call), call)
    made = begin(frame, made, call)
    return made if isinstance(made, Generated) else None


def _wrapped(function: Any) -> Any:
    if isinstance(function, FunctionType) and function.__code__ is _HELPER:
        return inspect.unwrap(function, stop=lambda f: getattr(f, "__code__", None) is not _HELPER)
    if isinstance(function, ParsedFunction) and len(function.node.decorator_list) == 1:
        (decorator,) = function.node.decorator_list
        if ast.unparse(decorator).rpartition(".")[2] == "contextmanager":
            return undecorated(function)
    return None


def _around(
    frame: Frame, stmt: ast.With, item: ast.withitem, made: Generated, body: list[ast.stmt]
) -> None:
    """The block stands where the generator yields."""
    left = next((n for n in _own(body) if isinstance(n, ast.Break | ast.Continue)), None)
    if left is not None:
        frame.refuse(
            left, "SAD101", "a jump out of a `with` whose context is a generator",
            fix="a flag that the loop tests after the block",
        )  # fmt: skip
    target = item.optional_vars or _place(item)
    loop = ast.For(target, item.context_expr, body, [])
    for node in (target, loop):
        ast.copy_location(node, stmt)
    consume(frame, loop, made, resumes=True)


def _own(body: Iterable[ast.AST]) -> list[ast.AST]:
    """The nodes of a block, without those of loops (but their `else`) and functions inside it."""
    found: list[ast.AST] = []
    for node in body:
        found.append(node)
        if isinstance(node, ast.For | ast.While):
            found += _own(node.orelse)
        elif not isinstance(node, ast.FunctionDef | ast.Lambda):
            found += _own(ast.iter_child_nodes(node))
    return found


# Objects of the user's ---------------------------------------------------------------------------


def _object(
    frame: Frame,
    stmt: ast.With,
    item: ast.withitem,
    rest: list[ast.withitem],
    body: list[ast.stmt],
) -> None:
    """`__enter__`, the block, `__exit__`, which runs however the block is left."""
    made = assign(frame, _place(item), frame.expr(item.context_expr))
    enter, leave = (_method(frame, made, name, stmt) for name in ("__enter__", "__exit__"))
    if enter is None or leave is None:
        _refuse(frame, stmt)
    entered = apply(frame, enter, [], {}, stmt)
    if item.optional_vars is not None:
        assign(frame, item.optional_vars, entered)

    def usual() -> None:
        apply(frame, leave, [Static(None)] * 3, {}, stmt)

    cleanup = Cleanup(usual, lambda: _left_by(frame, leave, stmt), _may_end(frame, leave, stmt))
    cleaned_up(frame, stmt, lambda: _enter(frame, stmt, rest, body), cleanup)


def _place(item: ast.withitem) -> ast.Name:
    """The name of an entered context, by which it counts as read until it is left."""
    where = item.context_expr
    return ast.Name(f"<context {where.lineno}:{where.col_offset}>", ast.Store())


def _left_by(frame: Frame, leave: Applied, stmt: ast.With) -> bool:
    """`__exit__` on the way of an exception: whether what it returns ends the exception."""
    if _looks_at_exception(_definition(frame, leave, stmt)):
        frame.refuse(
            stmt, "SAD101", "`__exit__` looks at the exception that leaves this `with`",
            "which one it is, is not known when the function is compiled",
            "`try` and `except` for what depends on the exception",
        )  # fmt: skip
    caught = Op("caught", [], loc=frame.builder.loc)
    frame.builder.append(caught)
    exception = caught.new_result(OpaqueT("exception"))
    result = apply(frame, leave, [exception] * 3, {}, stmt)
    ends = truth(frame, result, stmt.items[0].context_expr)
    if isinstance(ends, bool):
        return ends
    return frame.refuse(
        stmt, "SAD101", "whether `__exit__` ends an exception depends on data",
        fix="`try` and `except` around the block",
    )  # fmt: skip


def _method(frame: Frame, owner: Binding, name: str, node: ast.AST) -> Applied | None:
    """A method of an object, as its class defines it."""
    found = special_method(frame, object_class(frame, owner), name, node)
    return None if found is None else Applied(Static(found), (owner,))


def _definition(frame: Frame, leave: Applied, node: ast.AST) -> ast.FunctionDef | ast.Lambda:
    function = static_value(leave.function)
    if not isinstance(function, FunctionType):
        frame.refuse(node, "SAD101", "`__exit__` is no function whose source can be read")
    return frame.program.source(frame, function, node).node


def _may_end(frame: Frame, leave: Applied, node: ast.AST) -> bool:
    """Whether an `__exit__` may return something true, which ends an exception."""
    returns = own_nodes(_definition(frame, leave, node))
    values = [n.value for n in returns if isinstance(n, ast.Return)]
    return not all(v is None or (isinstance(v, ast.Constant) and not v.value) for v in values)


def _looks_at_exception(leave: ast.FunctionDef | ast.Lambda) -> bool:
    """Whether an `__exit__` does more with what it is given than to ask whether there is one."""
    given = {arg.arg for arg in [*leave.args.args[1:], leave.args.vararg] if arg is not None}
    tests = (n for n in ast.walk(leave) if isinstance(n, ast.Compare))
    asked = {
        n.left for n in tests
        if isinstance(n.ops[0], ast.Is | ast.IsNot) and ast.unparse(n.comparators[0]) == "None"
    }  # fmt: skip
    reads = (n for n in ast.walk(leave) if isinstance(n, ast.Name) and n.id in given)
    return any(n not in asked for n in reads)
