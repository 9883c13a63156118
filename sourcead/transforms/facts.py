"""What a transform is told besides the IR."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from sourcead.errors import Diagnostic
from sourcead.ir.core import Function, Module, Region
from sourcead.ir.types import Dim, holds_complex
from sourcead.ops.build import Builder
from sourcead.ops.catalog import definition
from sourcead.transforms.guards import DERIVATIVE


class CalleeHalves(Protocol):
    """Makes the forward and reverse halves of callees, each pair once."""

    def of(
        self,
        name: str,
        moved: tuple[bool, ...],
        wanted: tuple[bool, ...],
        onto: tuple[bool, ...],
        zeros: Any = ...,
    ) -> Any: ...

    def again(
        self,
        name: str,
        moved: tuple[bool, ...],
        wanted: tuple[bool, ...],
        onto: tuple[bool, ...] = (),
        zeros: Any = ...,
    ) -> str: ...


class Expander(Protocol):
    """Lowers the body of a rule into a builder, with its parameters bound.

    `orders_to_come`: how many more times what is made now will be differentiated.
    """

    orders_to_come: int

    def expand(
        self, builder: Builder, function: Callable[..., Any], bound: dict[str, Any]
    ) -> Any: ...


@dataclass
class Facts:
    """The module a function belongs to, how rules become IR, and what was found wrong."""

    module: Module
    expander: Expander
    problems: list[Diagnostic] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)
    # The positions of the differentiated parameters, in the order asked for.
    wrt: tuple[int, ...] = ()
    # The halves of callees made so far (`transforms.halves`).
    halves: CalleeHalves | None = None
    # Tangent functions of callees made so far, by kind, name and masks.
    made: dict[tuple[Any, ...], str] = field(default_factory=dict)
    # Callees copied with an axis of directions (`transforms.batched`), by name and mask of the
    # operands that have it, and by the type of the axis; with each, which results have it.
    batched: dict[tuple[str, tuple[bool, ...], Dim], tuple[str, tuple[bool, ...]]] = field(
        default_factory=dict
    )
    reserved: set[str] = field(default_factory=set)
    # Whether what is being differentiated is a derivative itself.
    second_order: bool = False
    _complex: bool | None = None

    @property
    def again(self) -> bool:
        """Whether the derivative is to be differentiated in its turn."""
        return self.expander.orders_to_come > 0

    @contextmanager
    def differentiating(self, function: Function) -> Iterator[bool]:
        """Whether a function is a derivative itself; then so is what it calls."""
        outer = self.second_order
        phases = {op.phase for op in function.body.walk()}
        self.second_order = outer or not phases.isdisjoint(DERIVATIVE)
        try:
            yield self.second_order
        finally:
            self.second_order = outer

    def has_complex_numbers(self) -> bool:
        """Whether any value of the program may be complex: is known to be, or made by what can."""
        if self._complex is None:
            bodies = [function.body for function in self.module.functions.values()]
            self._complex = any(map(_has_complex, bodies))
        return self._complex

    def fresh_name(self, name: str) -> str:
        """A name that no function of the module has, nor one that is being made."""
        free, number = name, 2
        while free in self.module.functions or free in self.reserved:
            free, number = f"{name}_{number}", number + 1
        self.reserved.add(free)
        return free

    def has_effects(self, name: str, seen: frozenset[str] = frozenset()) -> bool:
        """Whether calling a function of the module may print or raise on purpose."""
        if name in seen:
            return False
        if name not in self.module.functions:
            return True  # a half that is still being made
        for op in self.module.functions[name].body.walk():
            if op.name == "call":
                if self.has_effects(op.attrs["callee"], seen | {name}):
                    return True
            elif op.awaited or not definition(op.name).pure:
                return True
        return False


# They make complex numbers of real ones, some only where the values ask for it.
COMPLEX_OF_REAL = {
    "np.linalg.eig", "np.linalg.eigvals", "scipy.linalg.logm", "scipy.linalg.sqrtm",
}  # fmt: skip


def _has_complex(region: Region) -> bool:
    if any(holds_complex(param.type) for param in region.params):
        return True
    for op in region.ops:
        if op.name in COMPLEX_OF_REAL or op.name.startswith(("np.fft.", "scipy.fft.")):
            return True
        if any(map(_has_complex, op.regions)):
            return True
        if any(holds_complex(result.type) for result in op.results):
            return True
    return False


Pass = Callable[[Function, Facts], Function]
