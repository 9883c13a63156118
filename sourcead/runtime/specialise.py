"""Making a specialisation: from the disk cache where it can be trusted, else from the compiler."""

from __future__ import annotations

import linecache
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import FunctionType, ModuleType
from typing import Any

from sourcead.errors import (
    Diagnostic,
    DifferentiationError,
    RefusalError,
    SourceadWarning,
    UnsupportedError,
    UsageError,
)
from sourcead.ir.core import GlobalRef, Module
from sourcead.ir.types import StructT, Type, may_be_real_number
from sourcead.ops.originals import as_at_first, frozen
from sourcead.runtime import cache, primals
from sourcead.runtime.axes import equalities, lengths, with_equal_axes, with_lengths
from sourcead.runtime.contract import ArgType, Compiled, Facts, Request, StaticArg
from sourcead.runtime.dependencies import Binding, Dependencies
from sourcead.runtime.describe import name_of, static_text
from sourcead.runtime.dispatch import Specialisation
from sourcead.runtime.loader import load
from sourcead.runtime.locks import importing
from sourcead.runtime.modes import Mode
from sourcead.runtime.own import target_of
from sourcead.runtime.types import type_of_argument

# Stands among the names of parameters for the lengths of all arrays.
LENGTHS = "<lengths>"
# Generated source by key: a closure that is made anew is compiled once.
_recent: dict[str, Compiled] = {}
MOST_IN_MEMORY = 512


def types_of(names: Sequence[str], arguments: Sequence[Any]) -> tuple[ArgType, ...]:
    """The type of each argument, or its value where it is static."""
    return tuple(type_of_argument(v, name) for name, v in zip(names, arguments, strict=True))


def make(
    function: FunctionType,
    request: Request,
    names: tuple[str, ...],
    types: tuple[ArgType, ...],
    arguments: tuple[Any, ...],
    own: tuple[str, ...],
    found: Dependencies,
    sharing: bool = True,
) -> Specialisation:
    """Compile for some types, or find on disk what was compiled for them.

    Args:
        function: what to differentiate.
        request: the derivative.
        names: the parameters, in order.
        types: the types of the arguments.
        arguments: the arguments themselves; code they refer to decides what is generated.
        own: the parameters that the function itself has; the others are tangents of these, and
            have their types.
        found: what the function and the code among its arguments can reach.
        sharing: whether to rely on axes that happen to have equal lengths.

    Returns:
        The specialisation, not yet connected to a dispatcher.
    """
    types, everything = _of(own, names, types), types
    arguments = _of(own, names, arguments)
    lookup = _Lookup(function, request, found, found.digest())
    compiled = lookup.find(types)
    if compiled is None or compiled.facts.static:
        static = compiled.facts.static if compiled is not None else ()
        types, compiled = lookup.compiled(own, types, arguments, static)
    if compiled.unsettled and sharing:
        types, compiled = lookup.settled(own, types, arguments, compiled)
    for message in compiled.warnings:
        # The caller of the derivative, past this module's callers and the dispatcher.
        warnings.warn(message, SourceadWarning, stacklevel=7)
    found.settle(compiled.facts.counted, compiled.facts.known)
    objects, synced = _bind(compiled, found)
    namespace = load(compiled, objects)
    by_name = {**dict(zip(names, everything, strict=True)), **dict(zip(own, types, strict=True))}
    types = tuple(by_name.values())
    return Specialisation(
        request, names, types, compiled, namespace, synced, found, objects=objects
    )


def _of(own: tuple[str, ...], names: tuple[str, ...], values: tuple[Any, ...]) -> tuple[Any, ...]:
    """What belongs to the parameters `own`, out of one value for each of `names`."""
    return tuple(v for name, v in zip(names, values, strict=True) if name in own)


def _remember(key: str, compiled: Compiled) -> None:
    _recent[key] = compiled
    while len(_recent) > MOST_IN_MEMORY:
        _recent.pop(next(iter(_recent)), None)


def _found(key: str) -> Compiled | None:
    found = _recent.get(key) or cache.load(key)
    if found is not None:
        _remember(key, found)
    return found


def _store(key: str, compiled: Compiled) -> None:
    _remember(key, compiled)
    cache.store(key, compiled)


def forget() -> None:
    """Forget what has been compiled in this process, which other functions could still use."""
    _recent.clear()
    primals.forget()


@dataclass(frozen=True, slots=True)
class _Lookup:
    """One derivative of one function, in the disk cache or from the compiler."""

    function: FunctionType
    request: Request
    reached: Dependencies
    digest: str

    def key(self, types: tuple[ArgType, ...], values: str = "") -> str:
        qualified = f"{self.function.__module__}.{self.function.__qualname__}"
        kinds = "\n".join(map(_type_key, types))
        return cache.key_of(qualified, repr(self.request), kinds, self.digest, values)

    def find(self, types: tuple[ArgType, ...]) -> Compiled | None:
        """What was compiled in this process, or is on disk."""
        return _found(self.key(types, self.numbers(self.relied(types))))

    def relied(self, types: tuple[ArgType, ...]) -> Facts:
        """The objects and names of which it is known that their numbers may decide the code."""
        reads = self.reached.numbers or any(b.is_data for b in self.reached.bindings)
        marker = _found(self.key(types)) if reads else None
        return marker.facts if marker is not None else Facts()

    def numbers(self, relied: Facts) -> str:
        return f"numbers {self.reached.values(relied.counted, relied.known)}"

    def code(self, types: tuple[ArgType, ...]) -> Compiled | None:
        """The same, unless it only says that values must be known, too."""
        found = self.find(types)
        return found if found is not None and found.entry else None

    def keep(self, types: tuple[ArgType, ...], made: Compiled) -> None:
        """Let this process and others find it, unless it was made of what has changed meanwhile."""
        if not self.reached.unchanged():
            return
        before = self.relied(types)
        counted = tuple(sorted({*before.counted, *made.facts.counted}))
        relied = Facts(counted=counted, known=_both(before.known, made.facts.known))
        if relied != before:
            # Under the types alone is kept only whose numbers to look at.
            _store(self.key(types), Compiled("", "", {}, relied))
        _store(self.key(types, self.numbers(relied)), made)

    def compile(self, types: tuple[ArgType, ...], assumed: tuple[str, ...]) -> Compiled:
        """Run the compiler; what is captured is referred to as other processes understand it."""
        with importing.held():
            from sourcead.frontend.outside import looking_into

        with looking_into() as looked_into:
            try:
                made = _compile(self.function, types, self.request, assumed, self.reached)
            except RecursionError:
                raise _too_deep(self.function) from None
        numbered = {name: self.reached.numbered(ref) for name, ref in made.requires.items()}
        counted = self.reached.with_numbers(looked_into)
        known = tuple(map(self.reached.numbered, made.facts.known))
        facts = replace(made.facts, counted=counted, known=known)
        return replace(made, requires=numbered, facts=facts)

    def compiled(
        self,
        names: tuple[str, ...],
        types: tuple[ArgType, ...],
        arguments: tuple[Any, ...],
        static: tuple[str, ...],
    ) -> tuple[tuple[ArgType, ...], Compiled]:
        """Compile, with the values of integers where their types are not enough."""
        refusal: RefusalError | None = None
        # What was enough for other values comes first.
        attempts = [*dict.fromkeys([static, *static_candidates(names, types, arguments)])]
        while attempts:
            attempt = attempts.pop(0)
            promoted = with_values(names, types, arguments, attempt)
            try:
                made = self.code(promoted) or self.compile(
                    promoted, known_values(names, promoted, attempt)
                )
            except RefusalError as error:
                refusal = refusal or error
                if not error.asks_for_values:
                    # Where paths decide, it is tried once, with all numbers.
                    numbers = [known for known in attempts if LENGTHS not in known]
                    attempts = numbers[-1:] if error.is_of_paths else []
                continue
            made = replace(made, facts=replace(made.facts, static=attempt))
            if attempt:
                # Under the types alone is kept only what to look for.
                marker = Compiled("", "", {}, Facts(static=attempt))
                self.keep(types, marker)
            self.keep(promoted, replace(made, facts=replace(made.facts, static=())))
            return promoted, made
        assert refusal is not None
        raise refusal

    def settled(
        self,
        names: tuple[str, ...],
        types: tuple[ArgType, ...],
        arguments: tuple[Any, ...],
        made: Compiled,
    ) -> tuple[tuple[ArgType, ...], Compiled]:
        """The code that relies on axes of equal length, where that is better."""
        versions = with_equal_axes(types, arguments)
        while versions and made.unsettled:
            joined = versions.pop(0)
            found = self.code(joined)
            if found is None:
                assumed = known_values(names, joined, made.facts.static)
                assumed += equalities(names, joined)
                found = self.compile(joined, assumed)
                self.keep(joined, found)
            if found.unsettled < made.unsettled:
                static = made.facts.static
                types, made = joined, replace(found, facts=replace(found.facts, static=static))
            else:
                # What knows more may still help; what does not, ends the search.
                versions = versions[-1:]
        return types, made


def _both(some: tuple[GlobalRef, ...], others: tuple[GlobalRef, ...]) -> tuple[GlobalRef, ...]:
    return tuple(dict.fromkeys((*some, *others)))


def static_candidates(
    names: tuple[str, ...], types: tuple[ArgType, ...], arguments: tuple[Any, ...]
) -> list[tuple[str, ...]]:
    """What to know besides the types, in the order in which to try it.

    Integer parameters whose values decide the code: each alone, then all of them; then the same
    with the lengths of arrays.
    """
    found = [
        name
        for name, t, value in zip(names, types, arguments, strict=True)
        if isinstance(t, Type) and _is_static_number(value)
    ]
    sets: list[tuple[str, ...]] = [(name,) for name in found]
    if len(found) > 1:
        sets.append(tuple(found))
    if with_lengths(types, arguments) == types:
        return sets
    return [*sets, (LENGTHS,), *([(*found, LENGTHS)] if found else [])]


def _is_static_number(value: Any) -> bool:
    """An integer, or a tuple of integers, None and strings."""
    if type(value) is tuple:
        return all(map(_is_static_number, value))
    return value is None or type(value) in (bool, int, str)


def with_values(
    names: tuple[str, ...],
    types: tuple[ArgType, ...],
    arguments: tuple[Any, ...],
    static: tuple[str, ...],
) -> tuple[ArgType, ...]:
    """The types, with some arguments replaced by their values, or with their lengths."""
    if LENGTHS in static:
        types = with_lengths(types, arguments)
    return tuple(
        StaticArg(value) if name in static else t
        for name, t, value in zip(names, types, arguments, strict=True)
    )


def known_values(
    names: tuple[str, ...], types: tuple[ArgType, ...], static: tuple[str, ...]
) -> tuple[str, ...]:
    """What code relies on that was made for some values: the source states it."""
    found = [
        f"{name} {'is' if t.value is None or type(t.value) is bool else '=='} {t.value!r}"
        for name, t in zip(names, types, strict=True)
        if name in static and isinstance(t, StaticArg)
    ]
    return (*found, *(lengths(names, types) if LENGTHS in static else ()))


def _compile(
    function: FunctionType,
    types: tuple[ArgType, ...],
    request: Request,
    assumed: tuple[str, ...],
    reached: Dependencies,
) -> Compiled:
    with importing.held(), as_at_first() as replaced:
        from sourcead.backend.printing import load_printer
        from sourcead.compiler import compile_with_values
        from sourcead.rules.table import all_rules

        load_printer()
        if replaced:
            all_rules()

    def lowered() -> Module:
        return primals.lowered(function, types, reached)

    return compile_with_values(lowered, request, assumed=assumed)


def _too_deep(function: FunctionType) -> UnsupportedError:
    """The refusal of what Python's stack does not hold."""
    file, line = function.__code__.co_filename, function.__code__.co_firstlineno
    text = linecache.getline(file, line).rstrip()
    found = Diagnostic(
        "SAD102", file, line, 0, len(text), "the program is nested too deeply",
        "blocks stand in blocks that stand in blocks, or an expression has very many parts",
        "intermediate results with names, loops, or functions of their own", text,
    )  # fmt: skip
    return UnsupportedError([found])


def _bind(compiled: Compiled, found: Dependencies) -> tuple[dict[str, Any], dict[str, Binding]]:
    """What the free names of generated code stand for, and which of them change between calls."""
    objects: dict[str, Any] = {}
    synced: dict[str, Binding] = {}
    for name, ref in compiled.requires.items():
        target = target_of(ref)
        if target is not None:
            objects[name] = target
            continue
        binding = found.resolve(ref)
        if isinstance(binding, ModuleType):
            objects[name] = frozen(binding)
            continue
        objects[name] = binding.current()
        if binding.is_data:
            synced[name] = binding
    return objects, synced


def _type_key(t: ArgType) -> str:
    """A type, or a value with its type: what it reaches is among the dependencies."""
    if not isinstance(t, StaticArg):
        return repr(t)
    return f"static {static_text(t.value) or name_of(t.value)}"


def request_for(
    function: FunctionType,
    mode: Mode,
    wrt: tuple[str, ...],
    names: tuple[str, ...],
    types: tuple[ArgType, ...],
) -> Request:
    """The request, once the arguments that it is taken of are known to have a derivative.

    Args:
        function: what to differentiate.
        mode: the kind of derivative.
        wrt: the parameters asked for.
        names: all parameters.
        types: the types of the arguments.

    Returns:
        The request.

    Raises:
        DifferentiationError: an argument asked for has no derivative; all of them are listed.
        UsageError: every argument was asked for, and none has one.
    """
    by_name = dict(zip(names, types, strict=True))
    if mode.every:
        found = tuple(n for n in wrt if has_derivative(by_name[n]))
        if not found:
            raise UsageError(
                f"no argument of {function.__name__} has a derivative: pass floats or float arrays"
            )
        return Request(mode.name, found)
    refused = [name for name in wrt if not has_derivative(by_name[name])]
    if refused:
        from sourcead.runtime.refusals import argument_without_derivative

        problems = [argument_without_derivative(function, n, by_name[n]) for n in refused]
        raise DifferentiationError(problems)
    return Request(mode.name, wrt)


def has_derivative(t: ArgType) -> bool:
    empty = isinstance(t, StructT) and not t.types  # its derivative is as empty
    return empty or (isinstance(t, Type) and may_be_real_number(t))


def wrt_names(
    function: str, names: tuple[str, ...], wrt: int | str | Sequence[int | str]
) -> tuple[str, ...]:
    """The names of the parameters that `wrt` gives by position or name.

    Raises:
        UsageError: there is no such parameter, or one is named twice, or none.
    """
    asked = (wrt,) if isinstance(wrt, int | str) else tuple(wrt)
    found = []
    for item in asked:
        if isinstance(item, bool) or not isinstance(item, int | str):
            raise UsageError(f"wrt holds {item!r}: give parameters by position or by name")
        known = item in names if isinstance(item, str) else -len(names) <= item < len(names)
        if not known:
            raise UsageError(
                f"{function} has no parameter {item!r} to differentiate with respect to: "
                f"its parameters are ({', '.join(names)})"
            )
        found.append(item if isinstance(item, str) else names[item])
    if not found or len(set(found)) < len(found):
        raise UsageError(f"wrt={wrt!r} must name at least one parameter, and each only once")
    return tuple(found)
