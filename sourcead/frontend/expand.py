"""The bodies of rules as IR: inlined into a builder, their static conditions decided."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from sourcead.errors import Diagnostic, DifferentiationError
from sourcead.frontend import lower as _lower  # noqa: F401  (registers the language)
from sourcead.frontend.bindings import Binding, Cell, DictItems, Items, ListItems, Static
from sourcead.frontend.builtin_calls import BUILTINS
from sourcead.frontend.frame import Frame, Poisoned, Refused
from sourcead.frontend.memory import bind_value, read
from sourcead.frontend.program import Program
from sourcead.frontend.source import FunctionSource, source_of
from sourcead.frontend.statics import static_truth
from sourcead.frontend.user_calls import run_body
from sourcead.ir.core import Loc, Value
from sourcead.ops.build import Builder
from sourcead.rules.declare import (
    Unsupported,
    divisor,
    fitted,
    held,
    is_second_order,
    length,
    orders_to_come,
    surely,
)


class Expander:
    """Lowers rule bodies; implements the protocol of the transforms."""

    def __init__(self, orders_to_come: int = 0) -> None:
        self.sources: dict[Any, FunctionSource] = {}
        self.orders_to_come = orders_to_come

    def expand(self, builder: Builder, function: Callable[..., Any], bound: dict[str, Any]) -> Any:
        """Inline a rule's body.

        Args:
            builder: where operations go; they get its location and phase.
            function: the body, an ordinary Python function.
            bound: values or static objects for its parameters; the others take their defaults.

        Returns:
            A value; or a tuple or list of values and None, as the body returns it.

        Raises:
            DifferentiationError: the rule does not cover these arguments.
        """
        source = self._source(function)
        program = RuleProgram(builder, self.orders_to_come)
        frame = Frame(program, source, RuleBuilder(builder))
        self._bind(frame, source, bound)
        try:
            result = _unwrap(frame, run_body(frame))
        except Unsupported as error:
            raise DifferentiationError([_diagnostic(builder.loc, str(error))]) from error
        except (Refused, Poisoned) as error:
            raise _inapplicable(builder.loc, program, source) from error
        if program.problems:  # in a branch that a run-time condition may take
            raise _inapplicable(builder.loc, program, source)
        return result

    def _source(self, function: Callable[..., Any]) -> FunctionSource:
        # By the function itself: two that a factory has made of one code capture different things.
        if function not in self.sources:
            self.sources[function] = source_of(function)
        return self.sources[function]

    def _bind(self, frame: Frame, source: FunctionSource, bound: dict[str, Any]) -> None:
        given = dict(bound)
        spec = source.node.args
        for arg in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs):
            if arg.arg in given:
                frame.bind(arg.arg, wrap(frame, given.pop(arg.arg)))
            elif arg.arg in source.defaults:
                frame.bind(arg.arg, wrap(frame, source.defaults[arg.arg]))
        if spec.vararg is not None:
            name = spec.vararg.arg
            frame.bind(name, wrap(frame, tuple(given.get(name, ()))))


def wrap(frame: Frame, value: Any) -> Binding:
    """A rule's argument as a binding."""
    if isinstance(value, Value):
        return bind_value(frame, value, owner="global")
    if isinstance(value, tuple):
        return Items(tuple(wrap(frame, v) for v in value))
    if isinstance(value, bool | int | float | complex):
        return frame.const(value)
    return Static(value)


def _unwrap(frame: Frame, binding: Binding) -> Any:
    match binding:
        case Static(value=None):
            return None
        case Items(items=items):
            return tuple(_unwrap(frame, item) for item in items)
        case Cell():
            content = frame.state.contents[binding]
            if isinstance(content, ListItems):
                return [_unwrap(frame, item) for item in content.items]
            if isinstance(content, DictItems):
                return {k: _unwrap(frame, item) for k, item in content.items.items()}
    return read(frame, binding, frame.source.node)


def _surely(frame: Frame, args: list[Binding], kwargs: dict[str, Binding], node: Any) -> Binding:
    """Whether a condition is known to hold while the rule is expanded."""
    return frame.const(static_truth(args[0], frame.state) is True)


def _orders(frame: Frame, args: list[Binding], kwargs: dict[str, Binding], node: Any) -> Binding:
    """How many more derivatives are taken after the one that the rule is expanded for."""
    assert isinstance(frame.program, RuleProgram)
    return frame.const(frame.program.orders_to_come)


def _is_second_order(
    frame: Frame, args: list[Binding], kwargs: dict[str, Binding], node: Any
) -> Binding:
    assert isinstance(frame.program, RuleProgram)
    return frame.const(frame.program.builder.second_order)


def _held(frame: Frame, args: list[Binding], kwargs: dict[str, Binding], node: Any) -> Binding:
    value = read(frame, args[0], node)
    return bind_value(frame, frame.op("stop_gradient", [value]), "")


BUILTINS[surely] = _surely
BUILTINS[orders_to_come] = _orders
BUILTINS[is_second_order] = _is_second_order
BUILTINS[held] = _held


def _emitted(name: str) -> Any:
    """An operation of the compiler's own, which rules call like a function."""

    def emit(frame: Frame, args: list[Binding], kwargs: Any, node: Any) -> Binding:
        return frame.op(name, [read(frame, arg, node) for arg in args])

    return emit


BUILTINS[length] = _emitted("length")
BUILTINS[divisor] = _emitted("divisor")
BUILTINS[fitted] = _emitted("unbroadcast")


DEEPEST = 40  # levels of a rule's helper that calls itself; one for each axis is usual


class RuleProgram(Program):
    """A compilation that inlines whatever a rule calls."""

    def __init__(self, builder: Builder, orders_to_come: int = 0) -> None:
        super().__init__(inlines_everything=True)
        self.builder = builder
        self.orders_to_come = orders_to_come

    def loc(self, source: FunctionSource, node: ast.AST, stmt: ast.stmt | None) -> Loc:
        """Where the rule is expanded: places inside its body do not show."""
        return self.builder.loc

    def is_open(self, frame: Frame | None, source: FunctionSource) -> bool:
        """A helper may call itself: it is inlined until a static condition ends it."""
        depth = 0
        while frame is not None:
            depth += frame.source.node is source.node
            frame = frame.parent
        if depth > DEEPEST:
            raise Unsupported(f"`{source.name}` calls itself without an end known in advance")
        return False

    def raised(self, exc: type[BaseException], args: list[Any]) -> None:
        """A rule says while it is expanded that it does not apply."""
        if issubclass(exc, Unsupported):
            raise exc(*args)


class RuleBuilder(Builder):
    """Emits where the rule is expanded; locations inside the rule's body do not show."""

    def __init__(self, target: Builder) -> None:
        super().__init__(target.region, target.loc, target.phase)
        self.target = target

    def op(self, *args: Any, **kwargs: Any) -> Value:
        """Emit as the target builder does, which may simplify."""
        with self.target.into(self.region):
            return self.target.op(*args, **kwargs)

    @property
    def loc(self) -> Loc:
        return self._loc

    @loc.setter
    def loc(self, loc: Loc) -> None:
        if not hasattr(self, "_loc"):
            self._loc = loc


def _inapplicable(loc: Loc, program: Program, source: FunctionSource) -> DifferentiationError:
    messages = dict.fromkeys(d.message for d in program.problems)
    what = "; ".join(messages) or "its result is not known"
    message = f"the rule `{source.name}` cannot be applied here: {what}"
    return DifferentiationError([_diagnostic(loc, message)])


def _diagnostic(loc: Loc, message: str) -> Diagnostic:
    return Diagnostic(
        "SAD302",
        loc.file,
        loc.line,
        loc.col,
        loc.col + 1,
        message,
        "the derivative rule does not cover this use of the function",
        "the computation with functions that are covered, or a rule of your own",
        loc.statement,
    )
