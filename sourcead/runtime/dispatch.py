"""The function that is called: it picks the specialisation that fits, and calls it.

It is generated for the signature of the function and for the specialisations that exist, and
made anew when there is another one. For `power(x: float, n: int)` it reads

    def power(x, n):
        if type(x) is _float and type(n) is _int and _globals.get('power') is _function:
            return _compiled(x, n)
        return _slow(x, n)
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import CellType, FunctionType
from typing import Any

import numpy as np

from sourcead.errors import UsageError
from sourcead.frontend.codes import own_signature
from sourcead.ir.core import Param
from sourcead.ir.tangent_params import with_tangents
from sourcead.ir.types import ArrayT, ScalarT
from sourcead.runtime.axes import equalities
from sourcead.runtime.contract import ArgType, Compiled, Request
from sourcead.runtime.dependencies import Binding, Dependencies
from sourcead.runtime.guard import Scope, condition
from sourcead.runtime.loader import define
from sourcead.runtime.tangents import same_form
from sourcead.runtime.types import UnsupportedArgument, fields_of, type_of

# Specialisations beyond these are found by their key, which takes some microseconds longer.
MOST_GUARDS = 8
# Stands for an argument that is not passed.
UNSET = object()


@dataclass(slots=True)
class Specialisation:
    """Generated code with the conditions under which it is right.

    `namespace` is where the code looks up the `synced` names, which hold module-level numbers:
    they are bound to their current values before every call. `branch` is its part of the
    dispatcher, `call` the same without the conditions, for a tuple of all arguments. `found_for`
    are the types of arguments for which it was chosen; `objects` is what free names stand for.
    """

    request: Request
    names: tuple[str, ...]
    types: tuple[ArgType, ...]
    compiled: Compiled
    namespace: dict[str, Any]
    synced: dict[str, Binding]
    dependencies: Dependencies
    finish: Callable[[Any, tuple[Any, ...]], Any] | None = None
    found_for: set[tuple[tuple[ArgType, ...], ...]] = field(default_factory=set)
    branch: tuple[str, ...] = ()
    objects: dict[str, Any] = field(default_factory=dict)
    call: Callable[[tuple[Any, ...]], Any] = field(init=False)

    @property
    def function(self) -> Callable[..., Any]:
        """The generated function."""
        entry: Callable[..., Any] = self.namespace[self.compiled.entry]
        return entry


class Signature:
    """The parameters of a function, and the text that passes them on.

    `tangents` maps the name of a parameter that is the tangent of another one to that one's name,
    `own_tangents` those that the last transformation added.
    """

    def __init__(
        self,
        parameters: Sequence[inspect.Parameter],
        tangents: dict[str, str] | None = None,
        own_tangents: dict[str, str] | None = None,
    ) -> None:
        self.parameters = list(parameters)
        self.tangents = tangents or {}
        self.own_tangents = own_tangents or {}
        self.names = tuple(p.name for p in self.parameters)
        bare = [p.replace(annotation=p.empty, default=p.empty) for p in self.parameters]
        # A default in the text only says that there is one: the values are the function's own.
        self.text = ", ".join(
            (f"{p}=None" if full.default is not full.empty else str(p)) if mark is None else mark
            for mark, p, full in _with_marks(bare, self.parameters)
        )
        self.passing = ", ".join(_passed(p) for p in self.parameters)

    @classmethod
    def of(cls, function: Callable[..., Any]) -> Signature:
        """The signature of a function itself."""
        return cls(list(own_signature(function).parameters.values()))

    def with_tangents(self, moved: Sequence[str], along: bool) -> Signature:
        """The signature of the tangent: it also takes the tangents of some parameters.

        Those with an axis of directions (`along`) are not of the form of what they move.
        """
        by_name = {p.name: p for p in self.parameters}
        params = [
            Param(p.name, None if p.default is p.empty else "", p.kind.name)
            for p in self.parameters
        ]
        everything, names = with_tangents(params, moved)
        made = [
            by_name.get(p.name) or inspect.Parameter(p.name, getattr(inspect.Parameter, p.kind))
            for p in everything
        ]
        own = dict(zip(names, moved, strict=True))
        return Signature(made, self.tangents if along else {**self.tangents, **own}, own)


def _with_marks(
    bare: list[inspect.Parameter], full: list[inspect.Parameter]
) -> list[tuple[str | None, inspect.Parameter, inspect.Parameter]]:
    """The parameters with `/` and `*` between them where Python wants them."""
    marked: list[tuple[str | None, inspect.Parameter, inspect.Parameter]] = []
    previous = None
    star = False
    for p, f in zip(bare, full, strict=True):
        if previous is p.POSITIONAL_ONLY and p.kind is not p.POSITIONAL_ONLY:
            marked.append(("/", p, f))
        if p.kind is p.KEYWORD_ONLY and not star:
            marked.append(("*", p, f))
        star = star or p.kind in (p.VAR_POSITIONAL, p.KEYWORD_ONLY)
        marked.append((None, p, f))
        previous = p.kind
    if previous is inspect.Parameter.POSITIONAL_ONLY:
        marked.append(("/", bare[-1], full[-1]))
    return marked


def _passed(p: inspect.Parameter) -> str:
    prefix: dict[Any, str] = {
        p.VAR_POSITIONAL: "*",
        p.VAR_KEYWORD: "**",
        p.KEYWORD_ONLY: f"{p.name}=",
    }
    return f"{prefix.get(p.kind, '')}{p.name}"


def dispatcher(
    original: Callable[..., Any],
    signature: Signature,
    branches: Sequence[tuple[str, ...]],
    slow: Callable[[tuple[Any, ...]], Any],
    scope: Scope,
    given: Sequence[str] = (),
) -> FunctionType:
    """A function with the signature and name of the original.

    Args:
        original: the function that is differentiated.
        signature: its signature.
        branches: the `branch` of each specialisation, most wanted first.
        slow: called with the tuple of all arguments where nothing fits.
        scope: the objects the branches refer to.
        given: lines that read the defaults of what is not passed.

    Returns:
        The function to call.
    """
    everything = "".join(f"{name}, " for name in signature.names)
    lines = [*given, *(line for lines in branches[:MOST_GUARDS] for line in lines)]
    lines.append(f"return {scope.bind(slow, 'slow')}(({everything}))")
    # The name is the original's, so that a call with wrong arguments is told so by Python.
    name = original.__name__ if original.__name__.isidentifier() else "derivative"
    text = f"def {name}({signature.text}):\n    " + "\n    ".join(lines) + "\n"
    function = define(text, name, scope.objects)
    function.__defaults__ = tuple(UNSET for _ in function.__defaults__ or ()) or None
    function.__kwdefaults__ = dict.fromkeys(function.__kwdefaults__ or (), UNSET) or None
    return function


def defaults(
    original: FunctionType,
    signature: Signature,
    current: Callable[[str], Any],
    plain: bool,
    scope: Scope,
) -> list[str]:
    """Lines that read the defaults of parameters as they are when the function is called.

    Args:
        original: the function that is differentiated.
        signature: the parameters.
        current: gives the default of a parameter.
        plain: whether the defaults are the function's own; else something else is called.
        scope: receives the objects the lines refer to.
    """
    lines = []
    for p in signature.parameters:
        if p.default is p.empty:
            continue
        value = f"{scope.bind(current, 'default')}({p.name!r})"
        if plain and p.kind is not p.KEYWORD_ONLY:
            kept, known = scope.bind(p.default, "value"), scope.bind(original.__defaults__, "known")
            same = f"{scope.bind(original, 'function')}.__defaults__ is {known}"
            value = f"{kept} if {same} else {value}"
        lines.append(f"if {p.name} is {scope.bind(UNSET, 'unset')}: {p.name} = {value}")
    return lines


def connect(s: Specialisation, signature: Signature, examples: Sequence[Any], scope: Scope) -> None:
    """Write a specialisation's `branch` and `call`.

    Args:
        s: the specialisation.
        signature: the parameters of the function.
        examples: the arguments that it is made for, in order.
        scope: receives the objects the branch refers to.
    """
    tests = [
        condition(t, name, example, scope)
        for t, name, example in zip(s.types, signature.names, examples, strict=True)
    ]
    tests += equalities(signature.names, s.types)
    tests += _tangent_tests(s, signature, scope)
    tests += _global_tests(s.dependencies, scope)
    test = " and ".join(test for test in tests if test) or "True"
    s.branch = f"if {test}:", *(f"    {line}" for line in _body(s, signature, scope))
    own = Scope(signature.names)
    all_names = "".join(f"{name}, " for name in signature.names)
    packed = own.fresh("arguments")
    lines = [f"({all_names}) = {packed}", *_body(s, signature, own)]
    text = f"def call({packed}):\n    " + "\n    ".join(lines) + "\n"
    s.call = define(text, "call", own.objects)


def _body(s: Specialisation, signature: Signature, scope: Scope) -> list[str]:
    """The lines that call the generated function."""
    body = []
    if s.compiled.facts.writes:
        check = scope.bind(check_memory, "check_memory")
        pairs = "".join(f"{name!r}: {name}, " for name in signature.names)
        others = ", ".join(_read(binding, scope) for binding in s.synced.values())
        body.append(f"{check}({{{pairs}}}, {s.compiled.facts.writes!r}, [{others}])")
    for name, binding in s.synced.items():
        namespace = scope.bind(s.namespace, "namespace")
        body.append(f"{namespace}[{name!r}] = {_read(binding, scope)}")
    call = f"{scope.bind(s.function, 'compiled')}({signature.passing})"
    if s.finish is not None:
        everything = "".join(f"{name}, " for name in signature.names)
        call = f"{scope.bind(s.finish, 'finish')}({call}, ({everything}))"
    return [*body, f"return {call}"]


def _global_tests(dependencies: Dependencies, scope: Scope) -> list[str]:
    """Module-level numbers must have the same type; everything else must be the same object."""
    tests = []
    for binding in dependencies.bindings:
        read = _read(binding, scope)
        value = binding.current()
        if binding.is_data:
            tests.append(_data_test(value, read, scope))
        elif binding.is_atom:
            tests.append(f"{read} is {scope.bind(value, 'object')}")
        else:
            tests.append(f"{read} is {scope.bind(binding, 'binding')}.value")
    for function, made in dependencies.functions.items():
        # Tools that reload modules put new code into old functions.
        name = scope.bind(function, "function")
        tests.append(f"{name}.__code__ is {scope.bind(made.code, 'code')}")
        if made.defaults:
            tests.append(f"{name}.__defaults__ is {scope.bind(made.defaults, 'defaults')}")
        if made.by_name:
            tests.append(f"{name}.__kwdefaults__ is {scope.bind(made.by_name, 'defaults')}")
    for module, name, value in dependencies.borrowed:
        # Where attributes that are missing are asked for, they may go.
        place = vars(module) if dependencies.asks else module
        read = f".get({name!r})" if dependencies.asks else f".{name}"
        tests.append(f"{scope.bind(place, 'library')}{read} is {scope.bind(value, name)}")
    for namespace, names in dependencies.builtins.values():
        where, absent = scope.bind(namespace, "globals"), scope.bind(frozenset(names), "builtins")
        tests.append(f"{where}.keys().isdisjoint({absent})")
    if dependencies.known:
        tests.append(f"{scope.bind(dependencies.knows, 'knows')}()")
    if dependencies.watch.needed:
        tests.append(f"{scope.bind(dependencies.watch.unchanged, 'unchanged')}()")
    return tests


def _tangent_tests(s: Specialisation, signature: Signature, scope: Scope) -> list[str]:
    """A tangent has the shape of what it is the tangent of, not only its type."""
    tests = []
    types = dict(zip(signature.names, s.types, strict=True))
    for tangent, primal in signature.tangents.items():
        if isinstance(types[primal], ArrayT):
            tests.append(f"{tangent}.shape == {primal}.shape")
        elif not isinstance(types[primal], ScalarT):
            tests.append(f"{scope.bind(same_form, 'same_form')}({tangent}, {primal})")
    return tests


def _data_test(value: Any, read: str, scope: Scope) -> str:
    try:
        return condition(type_of(value), read, value, scope)
    except UnsupportedArgument:
        return f"{read} is {scope.bind(value, 'value')}"


def _read(binding: Binding, scope: Scope) -> str:
    if isinstance(binding.where, CellType):
        return f"{scope.bind(binding.where, 'cell')}.cell_contents{binding.steps}"
    name = repr(binding.name)
    found = f"[{name}]" if binding.steps else f".get({name})"
    return f"{scope.bind(binding.where, 'globals')}{found}{binding.steps}"


def check_memory(arguments: dict[str, Any], writes: tuple[str, ...], others: list[Any]) -> None:
    """Refuse arguments that may share memory with one the function writes to.

    Args:
        arguments: all of them, by name.
        writes: the names of those that are written.
        others: module-level objects that generated code reads.

    Raises:
        UsageError: two arguments may share memory; it names the copy to make.
    """
    for written in writes:
        for name, value in arguments.items():
            if name != written and _may_share(arguments[written], value):
                raise UsageError(
                    f"arguments {written!r} and {name!r} may share memory, and the function "
                    f"writes to {written!r}, so what it computes depends on that: "
                    f"pass a copy, such as {name}.copy()"
                )
        if _may_share(arguments[written], others) or _overlaps(arguments[written]):
            raise UsageError(
                f"argument {written!r} may share memory with another object that the function "
                f"uses, and the function writes to it: pass a copy, such as {written}.copy()"
            )


def _may_share(a: Any, b: Any) -> bool:
    lists = {id(part) for part in _mutable_in(a)}
    if any(id(part) in lists for part in _mutable_in(b)):
        return True
    return any(np.may_share_memory(x, y) for x in arrays_in(a) for y in arrays_in(b))


def _overlaps(value: Any) -> bool:
    """Whether two arrays inside one argument may share memory."""
    containers = [id(part) for part in _walk(value) if _parts(part)]
    if len(set(containers)) < len(containers):
        return True
    arrays = arrays_in(value)
    pairs = ((x, y) for k, x in enumerate(arrays) for y in arrays[:k])
    return any(np.may_share_memory(x, y) for x, y in pairs)


def arrays_in(value: Any) -> list[np.ndarray[Any, Any]]:
    """The arrays in nested containers."""
    return [part for part in _walk(value) if isinstance(part, np.ndarray)]


def _mutable_in(value: Any) -> list[Any]:
    """The lists and dicts in nested containers, the outermost included."""
    return [part for part in _walk(value) if isinstance(part, list | dict)]


def _walk(value: Any) -> Iterator[Any]:
    """A value and what is nested in it; an object that refers back to itself is entered once."""
    entered: set[int] = set()
    todo = [value]
    while todo:
        part = todo.pop()
        yield part
        if id(part) not in entered and not isinstance(part, np.ndarray):
            entered.add(id(part))
            todo += reversed(_parts(part))


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list | tuple):
        return list(value)
    return [getattr(value, name) for name in fields_of(value) or ()]
