"""The composition of the stages: source in, source of the derivative out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sourcead.backend import Emitted, Require, emit
from sourcead.errors import DifferentiationError
from sourcead.frontend.expand import Expander
from sourcead.frontend.known_numbers import with_values
from sourcead.frontend.lower import lower
from sourcead.frontend.source import FunctionSource
from sourcead.ir.core import Derivation, Function, GlobalRef, Module, Op
from sourcead.ir.structure import Leaf, Node, Structure, map_leaves
from sourcead.ir.types import ScalarT, dims_of, rank_of
from sourcead.ir.verify import verify_function, verify_module
from sourcead.ops.signatures_random import is_draw
from sourcead.runtime import contract
from sourcead.runtime.contract import ArgType, Compiled, Request
from sourcead.transforms.awaited import mark_awaited
from sourcead.transforms.deferred import defer_outer_products
from sourcead.transforms.facts import Facts
from sourcead.transforms.invariants import questions_asked_again
from sourcead.transforms.lengths import erase_lengths
from sourcead.transforms.modes import TRANSFORMS
from sourcead.transforms.pipeline import Check, clean
from sourcead.transforms.rounding import require_floats
from sourcead.transforms.scalar import require_scalar
from sourcead.transforms.squares import mark_roots
from sourcead.transforms.stops import erase_stops
from sourcead.transforms.unused_results import (
    callees,
    callers_first,
    calls_itself,
    drop_unused_results,
)

# The derivatives of a scalar result; what they return is in the order of `wrt`.
SCALAR_MODES = ("grad", "value_and_grad", "hvp", "grad_aux", "value_and_grad_aux")
# Where the gradient is in the result of those that return something else too.
GRADIENT_AT = {"value_and_grad": 1, "value_and_grad_aux": 1, "grad_aux": 0}
JACOBIAN_MODES = ("jacobian_forward", "jacobian_reverse")


def compile_derivative(
    source: FunctionSource, types: Sequence[ArgType], request: Request, check: bool = False
) -> Compiled:
    """Compile one derivative for arguments of some types.

    Args:
        source: the function.
        types: the type of each parameter, or its value where it is static.
        request: which derivative, and of which parameters.
        check: run the IR verifier after each pass.

    Returns:
        The generated source and what it needs.

    Raises:
        UnsupportedError: the function is outside the subset.
        DifferentiationError: something on the way has no derivative.
    """
    return compile_with_values(lambda: lower(source, list(types)), request, check)


def compile_with_values(
    lowered: Callable[[], Module],
    request: Request,
    check: bool = False,
    assumed: tuple[str, ...] = (),
) -> Compiled:
    """The same of what lowers a function, if need be knowing the values of numbers from outside."""
    made, known = with_values(lambda: _compiled(lowered(), request, check, assumed))
    return replace(made, facts=replace(made.facts, known=known)) if known else made


def _compiled(primal: Module, request: Request, check: bool, assumed: tuple[str, ...]) -> Compiled:
    """One derivative of a function that has been lowered, and is used up by this."""
    relied = contract.Facts(primal.functions[primal.entry].writes)
    module, found = _differentiate(primal, request, check)
    module.assumed = assumed
    made = emit(module)
    return Compiled(
        made.text,
        made.entry,
        _references(made),
        relied,
        "".join(made.exports),
        found,
        _unsettled(module),
        any(is_draw(op.name) for f in module.functions.values() for op in f.body.walk()),
    )


def _unsettled(module: Module) -> int:
    ops = (op for function in module.functions.values() for op in function.body.walk())
    return sum(op.name == "unbroadcast" or _meets_a_stretched_number(op) for op in ops)


def _meets_a_stretched_number(op: Op) -> bool:
    """Whether `1.0` would do for an array full of it, were two lengths known to be equal."""
    if op.name not in ("add", "sub", "mul", "div") or op.phase != "reverse":
        return False
    for value, other in (op.operands, op.operands[::-1]):
        made, dims = value.op, dims_of(other.type)
        if made is not None and made.name == "np.broadcast_to" and dims:
            if dims_of(made.operands[0].type) == () and all(d.one is False for d in dims):
                return len(dims) == rank_of(value.type)
    return False


def has_scalar_result(source: FunctionSource, types: Sequence[ArgType]) -> bool:
    """Whether a function returns one number, so that reverse mode takes a single sweep."""
    primal, _ = with_values(lambda: lower(source, list(types)))
    function = primal.functions[primal.entry]
    output = function.output
    return isinstance(output, Leaf) and isinstance(function.body.yields[output.index].type, ScalarT)


def differentiated(primal: Module, request: Request, check: bool = False) -> Module:
    """The module of the derivative: its entry, and the functions that it calls."""
    return _differentiate(primal, request, check)[0]


def _differentiate(primal: Module, request: Request, check: bool) -> tuple[Module, tuple[str, ...]]:
    """The module of the derivative, and the warnings about it."""
    verify: Check | None = verify_function if check else None
    module, warnings = primal, []
    mark_awaited(primal)
    mark_roots(primal, [derivation.function for derivation in primal.derived.values()])
    stages = (*request.before, request)
    warnings += make_inner(primal, verify, _orders_of(stages))
    require_floats(primal, stages[0].wrt)
    for k, stage in enumerate(stages):
        facts = Facts(module, Expander(_orders_of(stages[k + 1 :])))
        module, found = _stage(facts, stage, verify)
        if stage.mode in JACOBIAN_MODES and k and stages[k - 1].mode == "grad":
            _rename(module, module.entry.removesuffix("_grad_jacobian") + "_hessian")
        if stage.boxed and not (stage is request and stage.mode in SCALAR_MODES):
            # The runtime boxes the last gradient.
            _box(module.functions[module.entry], stage)
        warnings += found
    for function in module.functions.values():
        erase_stops(function)
        defer_outer_products(function)
    return module, tuple(dict.fromkeys(warnings))


def _orders(mode: str) -> int:
    """How many derivatives a stage takes, one of the other."""
    return 2 if mode == "hvp" else 1


def _orders_of(stages: Sequence[Request]) -> int:
    return sum(_orders(stage.mode) for stage in stages)


def _rename(module: Module, name: str) -> None:
    """Call the entry of a module by another name."""
    entry = module.functions.pop(module.entry)
    entry.name = module.entry = name
    module.functions[name] = entry


def make_inner(module: Module, verify: Check | None = None, orders_to_come: int = 1) -> list[str]:
    """Make the derivatives that functions of a module call, innermost first; their warnings."""
    warnings: list[str] = []
    done: set[str] = set()
    names: dict[str, str] = {}

    def visit(function: Function, orders: int) -> None:
        for op in [op for op in function.body.walk() if op.name == "call"]:
            callee = op.attrs["callee"]
            if callee in module.derived:
                if callee not in names:
                    derivation = module.derived[callee]
                    visit(derivation.function, orders + _orders(derivation.mode))
                    names[callee] = made(derivation, orders)
                op.attrs["callee"] = names[callee]
            elif callee not in done:
                done.add(callee)
                visit(module.functions[callee], orders)

    def made(derivation: Derivation, orders: int) -> str:
        facts = Facts(module, Expander(orders), wrt=derivation.wrt)
        function = derivation.function
        moved = tuple(k in derivation.wrt for k in range(len(function.params)))
        if derivation.mode in SCALAR_MODES:
            require_scalar(function, facts, derivation.mode.endswith("_aux"))
        if not facts.problems:
            entry, _ = TRANSFORMS[derivation.mode](function, moved, facts)
        if facts.problems:
            raise DifferentiationError(facts.problems)
        warnings.extend(map(str, facts.warnings))
        entry.name = facts.fresh_name(entry.name)
        # Callers read the results one by one.
        entry.output = None
        module.functions[entry.name] = entry
        _cleaned([entry], facts, verify)
        return entry.name

    for function in list(module.functions.values()):
        done.add(function.name)
        visit(function, orders_to_come)
    return warnings


def _stage(facts: Facts, stage: Request, verify: Check | None) -> tuple[Module, list[str]]:
    """One transformation of the entry of a module, which may be a derivative itself."""
    module = facts.module
    function = module.functions[module.entry]
    moved = tuple(p.name in stage.wrt for p in function.params)
    names = [p.name for p in function.params]
    facts.wrt = tuple(map(names.index, stage.wrt))
    if stage.mode in SCALAR_MODES:
        require_scalar(function, facts, stage.mode.endswith("_aux"))
        if facts.problems:
            raise DifferentiationError(facts.problems)
    entry, exports = TRANSFORMS[stage.mode](function, moved, facts)
    entry.writes = function.writes
    _order_as_asked(entry, function, stage)
    if facts.problems:
        raise DifferentiationError(facts.problems)
    return _cleaned([entry, *exports], facts, verify, alone=True), [str(w) for w in facts.warnings]


def _order_as_asked(entry: Function, primal: Function, request: Request) -> None:
    """Transforms give gradients in the order of the parameters; `wrt` may have another one."""
    names = [p.name for p in primal.params if p.name in request.wrt]
    if list(request.wrt) == names or request.mode not in SCALAR_MODES:
        return

    def in_order(grads: Structure) -> Structure:
        assert isinstance(grads, Node)
        children = tuple(grads.children[names.index(name)] for name in request.wrt)
        return Node("tuple", grads.keys, children)

    _change_gradient(entry, request.mode, in_order)


def _change_gradient(entry: Function, mode: str, change: Callable[[Structure], Structure]) -> None:
    """Change the structure of the gradient, which is the result or a part of it."""
    output, at = entry.output, GRADIENT_AT.get(mode)
    if at is None:
        entry.output = change(output)
        return
    assert isinstance(output, Node)
    parts = [change(c) if k == at else c for k, c in enumerate(output.children)]
    entry.output = Node("tuple", (0, 1), tuple(parts))


def _box(entry: Function, stage: Request) -> None:
    """The gradient with respect to a tuple of one argument is a tuple of one."""
    if stage.mode in SCALAR_MODES:
        _change_gradient(entry, stage.mode, lambda grads: Node("tuple", (0,), (grads,)))
    elif stage.mode in JACOBIAN_MODES:
        entry.output = map_leaves(entry.output, lambda leaf: Node("tuple", (0,), (leaf,)))


def _cleaned(
    wanted: list[Function], facts: Facts, verify: Check | None, alone: bool = False
) -> Module:
    """Every function that is reached, after the passes.

    `alone`: nobody else calls these functions, so that results which they do not use may go.
    """
    reached: dict[str, Function] = {}
    known = {f.name: f for f in wanted}
    for name in callers_first(facts.module, wanted):
        callers = [f for f in reached.values() if name in callees(f)]
        if not callers and name not in known:
            continue  # what called it was dead code
        function = known.get(name) or facts.module.functions[name]
        if alone and name not in known and not calls_itself(facts.module, name):
            drop_unused_results(function, callers)
        if not facts.again:
            erase_lengths(function)
        reached[name] = clean(function, facts, verify)
        facts.problems += questions_asked_again(reached[name])
    if facts.problems:
        raise DifferentiationError(facts.problems)
    entry, *exports = (f.name for f in wanted)
    module = Module(entry, reached, tuple(exports))
    if verify is not None:
        verify_module(module)
    return module


def _references(made: Emitted) -> dict[str, GlobalRef]:
    return {require.name: _reference(require) for require in made.requires}


def _reference(require: Require) -> GlobalRef:
    return require.ref or GlobalRef(require.module, require.attr)
