"""Statements and blocks: what runs after an early exit moves into the branch that goes on."""

from __future__ import annotations

import ast
import contextlib
import functools
from collections.abc import Sequence

from sourcead.errors import UnsupportedError
from sourcead.frontend.alternatives import Before
from sourcead.frontend.assign import assign, bind_statement_names
from sourcead.frontend.attributes import delete_attribute
from sourcead.frontend.augment import augment
from sourcead.frontend.bindings import (
    POISON,
    RAISED,
    RETURN,
    RETURNED,
    SKIPPED,
    STOPPED,
    UNBOUND,
    Binding,
    Closure,
    State,
    Static,
)
from sourcead.frontend.conditions import condition
from sourcead.frontend.containers import delete_item
from sourcead.frontend.effects import effect, exception_name, raise_statement
from sourcead.frontend.frame import (
    BLOCK,
    STATEMENTS,
    Frame,
    Poisoned,
    Raises,
    Refused,
    statement,
)
from sourcead.frontend.join import Arm, conditional, finish, join_arms
from sourcead.frontend.memory import named
from sourcead.frontend.optional import assume
from sourcead.frontend.outcomes import Undecided
from sourcead.frontend.statics import static_value
from sourcead.frontend.trees import described
from sourcead.ir.core import Region, Value, newer_key


def lower_block(frame: Frame, statements: Sequence[ast.stmt]) -> None:
    """Lower statements in order; those after a possible exit run only where there was none."""
    for k, stmt in enumerate(statements):
        skipped = frame.flag(SKIPPED)
        if skipped is True:
            return
        if isinstance(skipped, Value):
            guarded(frame, skipped, statements[k:])
            return
        if lower_statement(frame, stmt, statements[k + 1 :]):
            return
        if statements is frame.program.hasty and frame.program.problems:
            raise UnsupportedError(frame.program.problems)


BLOCK.append(lower_block)


MOST_SPLIT = 200


def lower_statement(frame: Frame, stmt: ast.stmt, rest: Sequence[ast.stmt]) -> bool:
    """Lower one statement; True if it has taken the rest of the block with it.

    Where it needs to know which object a path has chosen, it is lowered for each of them.
    """
    program = frame.program
    if not program.by_path:
        return _once(frame, stmt, rest)
    before = Before(frame) if program.eithers and not program.watches else None
    outer, program.begun = program.begun, newer_key()
    try:
        return _once(frame, stmt, rest)
    except Undecided as found:
        if before is None or program.split >= MOST_SPLIT:
            _report_undecided(frame, stmt)
            give_up(frame, stmt)
            return False
        before.restore()
        program.split += 1
        cond = found.either.cond
    finally:
        program.begun = outer
    return _dynamic_if(frame, stmt, ([stmt], [stmt]), cond, rest)


def _report_undecided(frame: Frame, stmt: ast.stmt) -> None:
    frame.report(
        stmt, "SAD201", "which of several objects this works with depends on the path taken",
        "it would have to be done for each of them",
        "the statement in each of the branches that choose the object",
    )  # fmt: skip


def _once(frame: Frame, stmt: ast.stmt, rest: Sequence[ast.stmt]) -> bool:
    outer, frame.statement = frame.statement, stmt
    outer_node, frame.here = frame.here, stmt
    outer_pieces, frame.pieces = frame.pieces, []
    outer_loc = frame.builder.loc
    frame.builder.loc = frame.loc(stmt)
    try:
        if isinstance(stmt, ast.If):
            return if_statement(frame, stmt, rest)
        handler = STATEMENTS.get(type(stmt))
        if handler is None:
            _unsupported(frame, stmt)
        else:
            handler(frame, stmt)
    except Raises as found:
        effect(frame, "raise", [frame.const(str(found))], {"exc": exception_name(found.exc)})
        frame.bind(RAISED, Static(found.exc))
        frame.set_flags(True, SKIPPED)
    except Refused:
        give_up(frame, stmt)
    except Poisoned:
        report_unknown_names(frame, stmt)
        give_up(frame, stmt)
    finally:
        frame.statement, frame.here, frame.pieces = outer, outer_node, outer_pieces
        frame.builder.loc = outer_loc
    return False


def give_up(frame: Frame, stmt: ast.stmt) -> None:
    """Go on after a statement that was refused: what it would have bound is unknown."""
    bind_statement_names(frame, stmt, POISON)
    if isinstance(stmt, ast.Return):
        frame.bind(RETURN, POISON)
        frame.set_flags(True, RETURNED, STOPPED, SKIPPED)


def report_unknown_names(frame: Frame, stmt: ast.stmt) -> None:
    """The names of a statement that is given up because of an earlier one."""
    names = [n for n in ast.walk(stmt) if isinstance(n, ast.Name)]
    known = {n.id for n in names if isinstance(n.ctx, ast.Store)}
    known |= {n.arg for n in ast.walk(stmt) if isinstance(n, ast.arg)}
    known |= frame.program.locals_of(frame.source) | frame.state.env.keys()
    for node in names:
        if node.id not in known and frame.captured is None:
            with contextlib.suppress(Refused):
                frame.program.outer(frame, node.id, node)


def _unsupported(frame: Frame, stmt: ast.stmt) -> None:
    frame.refuse(
        stmt,
        "SAD101",
        f"{described(stmt)} is not supported in a differentiated function",
        fix="move it out of the function",
    )


def guarded(frame: Frame, skipped: Value, rest: Sequence[ast.stmt]) -> None:
    """Lower `rest` so that it runs only where `skipped` is false."""

    def leave() -> None:
        for flag in (RETURNED, STOPPED, SKIPPED):
            if frame.state.env[flag] is skipped:
                frame.set_flags(True, flag)

    def go_on() -> None:
        frame.set_flags(False, RETURNED, STOPPED, SKIPPED)
        lower_block(frame, rest)

    live = frame.live.after[rest[-1]] | frame.loop_live
    conditional(frame, skipped, leave, go_on, rest[0], live)


# if --------------------------------------------------------------------------------------------


def if_statement(frame: Frame, stmt: ast.If, rest: Sequence[ast.stmt]) -> bool:
    """An `if`: static conditions select code; the rest joins the arm that goes on."""
    try:
        cond = condition(frame, stmt.test)
    except (Refused, Poisoned):
        cond = None
    if cond is None:
        for arm in (stmt.body, stmt.orelse):
            bind_all_names(frame, arm)
        return False
    if isinstance(cond, bool):
        lower_block(frame, stmt.body if cond else stmt.orelse)
        return False
    return _dynamic_if(frame, stmt, (stmt.body, stmt.orelse), cond, rest)


def bind_all_names(frame: Frame, statements: Sequence[ast.stmt]) -> None:
    for stmt in statements:
        bind_statement_names(frame, stmt, POISON)


def _dynamic_if(
    frame: Frame,
    stmt: ast.stmt,
    blocks: tuple[list[ast.stmt], list[ast.stmt]],
    cond: Value,
    rest: Sequence[ast.stmt],
) -> bool:
    before = frame.state
    arms = []
    for block, holds in zip(blocks, (True, False), strict=True):
        arm = Arm(Region(), before.copy())
        with frame.branch(arm.region, arm.state):
            assume(frame, cond, holds)
            lower_block(frame, block)
            arm.state = frame.state
        arms.append(arm)
    ends = [_skipped(arm.state) for arm in arms]
    raising = [_raises(arm.state) for arm in arms]
    if any(raising):
        return _go_on_without(frame, stmt, cond, arms, raising)
    taken = False
    if ends[0] is True and ends[1] is False:
        taken = _lower_into(frame, arms[1], rest)
    elif ends[1] is True and ends[0] is False:
        taken = _lower_into(frame, arms[0], rest)
    elif ends[0] is True and ends[1] is True:
        taken = True
    live = frame.live.after[rest[-1] if taken and rest else stmt]
    if ends != [False, False]:
        live |= frame.loop_live
    finish(frame, join_arms(frame, cond, before, (arms[0], arms[1]), live, stmt))
    return taken


def _skipped(state: State) -> bool | Value | None:
    binding = state.env[SKIPPED]
    if isinstance(binding, Static):
        return bool(binding.value)
    return binding if isinstance(binding, Value) else None


def _raises(state: State) -> bool:
    return RAISED in state.env


def _lower_into(frame: Frame, arm: Arm, rest: Sequence[ast.stmt]) -> bool:
    with frame.branch(arm.region, arm.state):
        lower_block(frame, rest)
        arm.state = frame.state
    return True


def _go_on_without(
    frame: Frame, stmt: ast.stmt, cond: Value, arms: list[Arm], raising: list[bool]
) -> bool:
    """One arm always raises: the other goes on in line, with what it found out."""
    op = frame.builder.make("if", [cond], (), {})
    op.regions = [arm.region if bad else Region() for arm, bad in zip(arms, raising, strict=True)]
    frame.builder.append(op)
    if all(raising):
        frame.bind(RAISED, Static(True))
        frame.set_flags(True, SKIPPED)
        return True
    keep = arms[raising.index(False)]
    frame.builder.region.ops += keep.region.ops
    keep.state.decided |= frame.state.decided
    frame.state = keep.state
    frame.share_contents()
    return False


# Other statements --------------------------------------------------------------------------------


@statement(ast.Pass)
def pass_statement(frame: Frame, stmt: ast.Pass) -> None:
    """Nothing to do."""


@statement(ast.Expr)
def expression_statement(frame: Frame, stmt: ast.Expr) -> None:
    if not isinstance(stmt.value, ast.Constant):
        frame.expr(stmt.value)


@statement(ast.Assign)
def assignment(frame: Frame, stmt: ast.Assign) -> None:
    value = frame.thing(stmt.value)
    for target in stmt.targets:
        value = assign(frame, target, value)


@statement(ast.AnnAssign)
def annotated_assignment(frame: Frame, stmt: ast.AnnAssign) -> None:
    if stmt.value is not None:
        assign(frame, stmt.target, frame.thing(stmt.value))


@statement(ast.AugAssign)
def augmented_assignment(frame: Frame, stmt: ast.AugAssign) -> None:
    augment(frame, stmt)


@statement(ast.Return)
def return_statement(frame: Frame, stmt: ast.Return) -> None:
    value: Binding = Static(None) if stmt.value is None else frame.thing(stmt.value)
    frame.bind(RETURN, value)
    frame.set_flags(True, RETURNED, STOPPED, SKIPPED)


@statement(ast.Break)
def break_statement(frame: Frame, stmt: ast.Break) -> None:
    frame.set_flags(True, STOPPED, SKIPPED)


@statement(ast.Continue)
def continue_statement(frame: Frame, stmt: ast.Continue) -> None:
    frame.set_flags(True, SKIPPED)


@statement(ast.Raise)
def raise_(frame: Frame, stmt: ast.Raise) -> None:
    frame.bind(RAISED, raise_statement(frame, stmt))
    frame.set_flags(True, SKIPPED)


@statement(ast.Global)
def global_statement(frame: Frame, stmt: ast.Global) -> None:
    """A name of the module's may be said to be one; rebinding it would be seen outside."""
    rebound = [n for n in stmt.names if n in frame.program.locals_of(frame.source)]
    for name in rebound:
        frame.bind(name, POISON)
    if rebound:
        frame.refuse(
            stmt, "SAD101", f"`{rebound[0]}` of the module is rebound here",
            "the program outside would see the change, which a derivative does not make",
            "a result that the caller assigns; count calls where the derivative is called",
        )  # fmt: skip


@statement(ast.Nonlocal)
def nonlocal_statement(frame: Frame, stmt: ast.Nonlocal) -> None:
    """Names of an enclosing function that is lowered here are rebound; others belong outside."""
    if frame.captured is None:
        frame.refuse(
            stmt,
            "SAD202",
            f"`{stmt.names[0]}` belongs to an enclosing scope and is rebound here",
            "the program outside would see the change",
            "a result that the caller assigns",
        )


@statement(ast.Delete)
def delete(frame: Frame, stmt: ast.Delete) -> None:
    """`del x` only takes the name away."""
    for target in stmt.targets:
        if isinstance(target, ast.Subscript):
            delete_item(frame, target, stmt)
        elif isinstance(target, ast.Name):
            frame.lookup(target.id, target)
            frame.bind(target.id, UNBOUND)
        elif isinstance(target, ast.Attribute):
            delete_attribute(frame, frame.expr(target.value), target.attr, stmt)
        else:
            frame.refuse(stmt, "SAD101", "`del` of this is not supported", fix="leave it out")


@statement(ast.FunctionDef)
def nested_function(frame: Frame, stmt: ast.FunctionDef) -> None:
    from sourcead.frontend.calls import apply

    wanted = [d for d in stmt.decorator_list if not _only_names(frame, d)]
    decorators = [(frame.expr(d), d) for d in wanted]
    made: Binding = Closure(stmt, frame, closure_defaults(frame, stmt.args))
    for decorator, node in reversed(decorators):
        made = apply(frame, decorator, [made], {}, node)
    frame.bind(stmt.name, made)


REMEMBERING = (functools.lru_cache, functools.cache)


def _only_names(frame: Frame, decorator: ast.expr) -> bool:
    """Whether a decorator does no more than name a function after another: `functools.wraps`."""
    maker = static_value(
        frame.expr(decorator.func if isinstance(decorator, ast.Call) else decorator)
    )
    if any(maker is each for each in REMEMBERING):
        frame.refuse(
            decorator, "SAD101", "a nested function that remembers its results",
            "how often it runs depends on which arguments were equal",
            "the function without the decorator",
        )  # fmt: skip
    return isinstance(decorator, ast.Call) and maker is functools.wraps


def closure_defaults(frame: Frame, args: ast.arguments) -> dict[str, Binding]:
    """The default values of a nested function, evaluated where it is defined."""
    names = [a.arg for a in (*args.posonlyargs, *args.args)]
    found = {
        name: _kept(frame, node)
        for name, node in zip(names[len(names) - len(args.defaults) :], args.defaults, strict=True)
    }
    for arg, node in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        if node is not None:
            found[arg.arg] = _kept(frame, node)
    return found


def _kept(frame: Frame, node: ast.expr) -> Binding:
    """What an expression makes, as one thing for all who get it."""
    made = frame.expr(node)
    return named(frame, made)


@statement(ast.Import, ast.ImportFrom)
def import_statement(frame: Frame, stmt: ast.Import | ast.ImportFrom) -> None:
    frame.program.import_names(frame, stmt)
