"""Functions that are passed to one which is lowered by itself: what they see goes along.

A closure sees names of the function it was made in, which another function of the module does not
have. They become arguments of the call (`g_rate`), and the callee has the closure with these.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable
from dataclasses import dataclass, field, replace

from sourcead.frontend.bindings import UNBOUND, Binding, Box, Closure, Items, Static
from sourcead.frontend.frame import Frame
from sourcead.frontend.liveness import free_names, shared_names
from sourcead.frontend.source import FunctionSource
from sourcead.frontend.statics import static_value
from sourcead.frontend.trees import walk
from sourcead.ir.constants import MISSING


@dataclass(frozen=True)
class Surroundings:
    """What a closure sees in the callee: arguments, by the names of their parameters, and what is
    known when the function is compiled. The same for the default values of its parameters."""

    source: FunctionSource
    passed: dict[str, str] = field(default_factory=dict)
    known: dict[str, Binding] = field(default_factory=dict)
    defaults: Surroundings | None = None


@dataclass
class _Carrier:
    """The arguments of one call; `inside` are the closures that are being looked into."""

    frame: Frame
    node: ast.AST
    found: dict[str, Binding]
    taken: set[str]
    inside: list[Closure] = field(default_factory=list)

    def carried(self, binding: Binding, name: str) -> Binding:
        """A closure as the callee can have it; anything else as it is."""
        if isinstance(binding, Items):
            parts = enumerate(binding.items)
            return replace(binding, items=tuple(self.carried(b, f"{name}_{k}") for k, b in parts))
        if not isinstance(binding, Closure):
            return binding
        seen = _seen(self.frame, binding, self.node)
        if not seen and not binding.defaults:
            return binding
        outer: Frame = binding.frame
        self.check(binding, name)
        self.inside.append(binding)
        around = self.place(outer.source, seen, name)
        defaults = self.place(outer.source, binding.defaults, name)
        self.inside.pop()
        return Closure(binding.node, replace(around, defaults=defaults), {})

    def check(self, binding: Closure, name: str) -> None:
        """Refuse what no arguments can stand for."""
        _, rebound = shared_names(binding.node)
        again = any(binding.node is outer.node for outer in self.inside)
        if not rebound and not again:
            return
        what = f"rebinds `{min(rebound)}`" if rebound else "needs another like itself"
        self.frame.refuse(
            self.node, "SAD111", f"a function that {what} is passed to one that calls itself",
            f"what `{name}` sees of the function around it goes along as arguments",
            "a result that is returned, or a loop in place of the recursion",
        )  # fmt: skip

    def place(self, source: FunctionSource, seen: dict[str, Binding], name: str) -> Surroundings:
        around = Surroundings(source)
        for each, binding in seen.items():
            if _is_known(binding):
                around.known[each] = self.carried(binding, f"{name}_{each}")
                continue
            parameter = f"{name}_{each}"
            while parameter in self.taken:
                parameter += "_"
            self.taken.add(parameter)
            self.found[parameter] = binding
            around.passed[each] = parameter
        return around


def with_surroundings(
    frame: Frame, source: FunctionSource, bound: dict[str, Binding], node: ast.AST
) -> dict[str, Binding]:
    """The arguments of a call, with what the closures among them see."""
    inside = walk(source.node)
    taken = {getattr(n, "id", None) or getattr(n, "arg", None) or "" for n in inside} | set(bound)
    carrier = _Carrier(frame, node, {}, taken)
    own = {name: carrier.carried(binding, name) for name, binding in bound.items()}
    return {**own, **carrier.found}


def _seen(frame: Frame, closure: Closure, node: ast.AST) -> dict[str, Binding]:
    """What a closure reads of the functions around it."""
    found: dict[str, Binding] = {}
    outer: Frame | None = closure.frame
    names = free_names(closure.node)
    while outer is not None:
        for name in sorted(names & outer.state.env.keys() - found.keys()):
            binding = closure.frame.lookup(name, node, from_inside=True)
            if binding is not UNBOUND:
                found[name] = binding
        outer = outer.captured
    return found


def _is_known(binding: Binding) -> bool:
    if isinstance(binding, Items):
        return bool(binding.items) and all(map(_is_known, binding.items))
    return isinstance(binding, Closure | Static) or static_value(binding) is not MISSING


def arrived(frame: Frame, closure: Closure) -> Closure:
    """A closure in the callee's own body."""
    around = closure.frame
    if not isinstance(around, Surroundings):
        return closure
    outer = Frame(frame.program, around.source, frame.builder)
    env = {name: held for name, held in outer.state.env.items() if not isinstance(held, Box)}
    outer.state.env = {**env, **_found(frame, around)}
    defaults = {} if around.defaults is None else _found(frame, around.defaults)
    return Closure(closure.node, outer, defaults)


def _found(frame: Frame, around: Surroundings) -> dict[str, Binding]:
    known = {name: relocated(frame, binding) for name, binding in around.known.items()}
    return {**known, **{name: frame.state.env[p] for name, p in around.passed.items()}}


def relocated(frame: Frame, binding: Binding) -> Binding:
    """A static argument in the callee's own body: literals are written there anew."""
    if isinstance(binding, Closure):
        return arrived(frame, binding)
    if isinstance(binding, Items):
        return replace(binding, items=tuple(relocated(frame, i) for i in binding.items))
    if isinstance(binding, Static):
        return binding
    return frame.const(static_value(binding))


def static_key(binding: Binding) -> Hashable:
    """What tells a static argument from another one."""
    if isinstance(binding, Items):
        return tuple(static_key(item) for item in binding.items)
    if isinstance(binding, Closure) and isinstance(binding.frame, Surroundings):
        return id(binding.node), _key(binding.frame)
    if isinstance(binding, Closure):
        return id(binding)
    value = binding.held if isinstance(binding, Static) else static_value(binding)
    if isinstance(value, str | int | float | bytes | type(None)):
        return (type(value), value)
    return id(value)


def _key(around: Surroundings) -> Hashable:
    known = tuple((name, static_key(binding)) for name, binding in around.known.items())
    defaults = None if around.defaults is None else _key(around.defaults)
    return tuple(around.passed.items()), known, defaults
