"""The object that `grad` returns: a function whose code is made when it is first called."""

from __future__ import annotations

import functools
import inspect
import sys
import types
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from sourcead.errors import UsageError
from sourcead.runtime.axes import equalities, with_equal_axes, without_symbols
from sourcead.runtime.contract import ArgType, Request
from sourcead.runtime.dependencies import Dependencies
from sourcead.runtime.dispatch import Signature, Specialisation, connect, defaults, dispatcher
from sourcead.runtime.forwarding import (
    Remembered,
    code_of,
    default_of,
    form_of,
    function_of,
    parameters_of,
)
from sourcead.runtime.guard import Scope
from sourcead.runtime.locks import lock_of
from sourcead.runtime.modes import MODES
from sourcead.runtime.reach import code_among, dependencies
from sourcead.runtime.specialise import (
    make,
    request_for,
    types_of,
    with_values,
    wrt_names,
)
from sourcead.runtime.tangents import conform_tangent
from sourcead.runtime.variadic import collects, own_names, with_required, written_out

# The oldest specialisation goes when there are more: a notebook redefines functions for hours.
MOST_SPECIALISATIONS = 64
# What a dispatcher refers to; beyond these the objects of old specialisations are let go.
MOST_OBJECTS = 1024
# With arguments whose lengths coincide in ever new ways, code that is right for all is made.
MOST_LENGTHS = 3

Wrt = int | str | Sequence[int | str]


class Derivative:
    """A derivative of a Python function, compiled for the kinds of arguments it is called with.

    It behaves like the function it comes from: name, docstring, signature, defaults. Every
    instance has a class of its own, whose `__call__` is the dispatcher itself: a call costs no
    more than that of a function.
    """

    __wrapped__: Callable[..., Any]
    __name__: str
    _before: tuple[Request, ...]
    _own_names: tuple[str, ...]
    _root: Callable[..., Any]
    _signature: Signature
    _takes: list[tuple[str, Any]]

    def __new__(cls, *args: Any, **kwargs: Any) -> Derivative:
        return super().__new__(type(cls.__name__, (cls,), {"__module__": cls.__module__}))

    def __init__(self, function: Callable[..., Any], mode: str, wrt: Wrt | None) -> None:
        functools.update_wrapper(self, function)
        self._differentiated = function
        self._mode = MODES[mode]
        inner = function if isinstance(function, Derivative) else None
        base: Any = function if inner is None else inner._function
        self._root = function if inner is None else inner._root
        self._function: types.FunctionType = function_of(base)
        if not hasattr(self, "__name__"):
            self.__name__ = self._function.__name__
        if isinstance(function, Derivative):
            # A derivative of a derivative: of the same function, with one more transformation.
            self._before = function._stages()
            self._own_names = function._own_names
            self._takes = function._takes
            signature = function._signature
        else:
            self._before = ()
            signature = Signature.of(self._function)
            self._own_names = signature.names
            self._takes = [(p.name, p.kind) for p in signature.parameters]
        names = signature.names
        # The derivatives of functions with a parameter for each argument that `*args` collects.
        self._written_out: dict[int, Derivative] = {}
        self._variadic = not self._mode.tangents and collects(signature.parameters, wrt)
        asked = wrt
        if self._variadic and wrt is not None:
            asked = own_names(self._root, signature.parameters, wrt)
        self._wrt = names if asked is None else wrt_names(self.__name__, names, asked)
        self._given = wrt
        if self._mode.tangents:
            signature = signature.with_tangents(self._wrt, self._mode.along)
        self._signature = signature
        names = self._signature.names
        self.__signature__ = inspect.Signature(self._signature.parameters)
        self._scope = Scope(names)
        self._known: list[Specialisation] = []
        # What was compiled for another derivative of the same function.
        self._form = form_of(self._root)
        self._shared = _compiled.of(self._root).setdefault(self._stages(), [])
        self._latest: Specialisation | None = None
        plain = self._root is self._function
        self._defaults = defaults(self._function, signature, self._default, plain, self._scope)
        # All derivatives of a function, and of others with its code, wait for each other.
        self._lock = lock_of(code_of(self._root) or self._function.__code__)
        self._install()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Replaced by the dispatcher in the class of each instance."""
        return self._slow(self.bind(args, kwargs))

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def __repr__(self) -> str:
        return f"<{self._mode.name} of {self.__name__} with respect to {', '.join(self._wrt)}>"

    def __reduce__(self) -> str | tuple[Any, ...]:
        module = sys.modules.get(self.__module__)
        if getattr(module, self.__name__, None) is self:
            return str(self.__name__)  # a decorated function is found by its name, as functions are
        return Derivative, (self._differentiated, self._mode.name, self._given)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters, in order."""
        return self._signature.names

    def _stages(self) -> tuple[Request, ...]:
        """The transformations that lead here, innermost first."""
        return *self._before, Request(self._mode.name, self._wrt, (), self._boxed())

    def _boxed(self) -> bool:
        """Whether `wrt` is a tuple of one, so that the result is such a tuple too."""
        return len(self._wrt) == 1 and not isinstance(self._given, int | str)

    @property
    def derivation(self) -> tuple[Callable[..., Any], str, Any]:
        """The function, the kind of derivative and its `wrt`: what the compiler makes anew where
        a differentiated function calls this one."""
        return self._differentiated, self._mode.name, self._given

    @property
    def wrt(self) -> tuple[str, ...]:
        """The names of the parameters that it is taken of."""
        return self._wrt

    @property
    def source(self) -> str:
        """The generated source of the specialisation that was compiled last.

        Raises:
            UsageError: there has been no call yet.
        """
        return readable_source(self._last())

    @property
    def generated(self) -> Callable[..., Any]:
        """The generated function that was compiled last, for `inspect.getsource` and `pdb`.

        Raises:
            UsageError: there has been no call yet.
        """
        return self._last().function

    def dump(self, path: str | Path) -> None:
        """Write the generated source to a file.

        Args:
            path: the file.

        Raises:
            UsageError: there has been no call yet.
        """
        Path(path).write_text(self.source, encoding="utf-8")

    def specialise(self, arguments: tuple[Any, ...]) -> Specialisation:
        """What is compiled for the arguments, compiling it where there is nothing yet.

        Args:
            arguments: one for each parameter, in order.

        Returns:
            The specialisation.
        """
        self._check_current()
        arguments = self._conformed(arguments)
        found = types_of(self._signature.names, arguments)
        known = self._known_for(found, arguments)
        if known is None:
            with self._lock.held():
                known = self._known_for(found, arguments) or self._looked_up(found, arguments)
        return known

    def _check_current(self) -> None:
        if not self.is_current():
            raise UsageError(
                f"{self.__name__} takes other parameters than when its derivative was asked for: "
                f"ask again, with sourcead.{self._mode.name}({self.__name__})"
            )

    def is_current(self) -> bool:
        """Whether what it is the derivative of still takes the parameters that it took.

        Tools that reload modules put new code into old functions; keywords come to partial ones.
        """
        if self._root is self._function and self._function.__code__ is self._form[0]:
            return True
        form = form_of(self._root)
        if form != self._form and parameters_of(self._root) != self._takes:
            return False
        self._form = form
        return True

    def _known_for(
        self, types: tuple[ArgType, ...], arguments: tuple[Any, ...]
    ) -> Specialisation | None:
        """What this derivative has been compiled to for such arguments, if nothing has changed."""
        for known in self._known:
            key = self._key(types, arguments, known.compiled.facts.static)
            if key in known.found_for and known.dependencies.unchanged():
                return known
        return None

    def _looked_up(self, types: tuple[ArgType, ...], arguments: tuple[Any, ...]) -> Specialisation:
        """What was compiled when things were as they are now, or is compiled now."""
        own = [v for name, v in zip(self._signature.names, arguments, strict=True)
               if name in self._own_names]  # fmt: skip
        reached = dependencies([self._function, *code_among(own)])
        for known in self._known:
            key = self._key(types, arguments, known.compiled.facts.static)
            if key in known.found_for and known.dependencies.adopt(reached):
                reached.release()
                return known
        for known in reversed(self._shared):
            key = self._key(types, arguments, known.compiled.facts.static)
            if key in known.found_for and known.dependencies.adopt(reached):
                shared = replace(known, found_for={key})
                self._add(shared, arguments)
                return shared
        return self._made(types, arguments, reached)

    def _made(
        self, types: tuple[ArgType, ...], arguments: tuple[Any, ...], reached: Dependencies
    ) -> Specialisation:
        """What the compiler makes for some arguments."""
        names, function = self._signature.names, self._function
        for stage in self._before:
            request_for(function, MODES[stage.mode], stage.wrt, names, types)
        request = request_for(function, self._mode, self._wrt, names, types)
        request = replace(request, before=self._before, boxed=self._boxed())
        sharing = self._of_other_lengths(types) < MOST_LENGTHS
        made = make(function, request, names, types, arguments, self._own_names, reached, sharing)
        key = self._key(types, arguments, made.compiled.facts.static)
        for known in self._known:
            if known.types == made.types and known.dependencies.adopt(reached):
                known.found_for.add(key)
                return known
        made.found_for.add(key)
        self._shared.append(made)
        del self._shared[:-MOST_SPECIALISATIONS]
        self._add(made, arguments)
        return made

    def _add(self, made: Specialisation, arguments: tuple[Any, ...]) -> None:
        """Let calls find a specialisation."""
        names = self._signature.names
        made.dependencies.release()
        made.finish = self._mode.finish(made, self._boxed())
        connect(made, self._signature, arguments, self._scope)
        # Code that relies on more is looked for first. Other threads read the list meanwhile.
        everything = [made, *self._known][:MOST_SPECIALISATIONS]
        self._known = sorted(everything, key=lambda s: not equalities(names, s.types))
        self._latest = made
        self._install()

    def _key(
        self, types: tuple[ArgType, ...], arguments: tuple[Any, ...], static: tuple[str, ...]
    ) -> tuple[tuple[ArgType, ...], ...]:
        """What two calls share that take the same specialisation."""
        names = self._signature.names
        given = with_values(names, types, arguments, static)
        own = [name in self._own_names for name in names]
        return (given, *with_equal_axes(given, arguments, own))

    def _of_other_lengths(self, types: tuple[ArgType, ...]) -> int:
        """How many specialisations differ from some types only in which axes are equal."""
        plain = tuple(map(without_symbols, types))
        return sum(tuple(map(without_symbols, known.types)) == plain for known in self._known)

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """One argument for each parameter, as a call passes them."""
        return tuple(self._bound(self._signature.parameters, args, kwargs).values())

    def _bound(
        self, parameters: list[inspect.Parameter], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> dict[str, Any]:
        """The arguments of a call by name, with defaults as they are now."""
        bound = inspect.Signature(parameters).bind(*args, **kwargs)
        for p in parameters:
            if p.name not in bound.arguments and p.default is not p.empty:
                bound.arguments[p.name] = self._default(p.name)
        bound.apply_defaults()
        for p in parameters:  # Python 3.13.0 misses none where `**kwargs` took its name
            if p.name not in bound.arguments:
                raise TypeError(f"missing a required argument: {p.name!r}")
        return bound.arguments

    def _default(self, name: str) -> Any:
        """The value that a parameter has now where a call does not give one."""
        try:
            return default_of(self._root, name)
        except TypeError:
            self._check_current()
            raise

    def moving(self, primals: tuple[Any, ...], tangents: dict[str, Any]) -> Any:
        """A call with tangents by the names of the parameters that they are tangents of."""
        own = self._signature.own_tangents
        parameters = [p for p in self._signature.parameters if p.name not in own]
        bound = self._bound(parameters, primals, {})
        values = {**bound, **{name: tangents[primal] for name, primal in own.items()}}
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        for p in self._signature.parameters:
            if p.kind is p.VAR_POSITIONAL:
                args += values[p.name]
            elif p.kind is p.VAR_KEYWORD:
                kwargs.update(values[p.name])
            elif p.kind is p.KEYWORD_ONLY:
                kwargs[p.name] = values[p.name]
            else:
                args.append(values[p.name])
        return self(*args, **kwargs)

    def of_arguments(self, count: int) -> Derivative:
        """The same derivative of a function that takes so many arguments by position."""
        if not self._variadic:
            return self
        if count not in self._written_out:
            inner = self._differentiated
            if isinstance(inner, Derivative):
                function: Callable[..., Any] = inner.of_arguments(count)
            else:
                function = written_out(inner, count)
            if function is inner:
                return self
            self._written_out[count] = Derivative(function, self._mode.name, self._given)
        return self._written_out[count]

    def _of_many(self, *args: Any, **kwargs: Any) -> Any:
        """A call of the derivative of a variadic function."""
        chosen = self.of_arguments(len(args))
        if chosen is self:
            return self._slow(self.bind(args, kwargs))
        found = chosen(*args, **kwargs)
        self._latest = chosen._latest
        return found

    def source_for(self, *args: Any, **kwargs: Any) -> str:
        """The generated source for some arguments, which are not computed with."""
        chosen = self.of_arguments(len(args))
        if chosen is not self:
            return chosen.source_for(*args, **kwargs)
        return readable_source(self.specialise(self.bind(args, kwargs)))

    def _slow(self, arguments: tuple[Any, ...]) -> Any:
        """A call for which no branch of the dispatcher fits."""
        return self.specialise(arguments).call(self._conformed(arguments))

    def _conformed(self, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments, with each tangent in the form of what it is the tangent of."""
        if not self._signature.tangents:
            return arguments
        by_name = dict(zip(self._signature.names, arguments, strict=True))
        for tangent, primal in self._signature.tangents.items():
            by_name[tangent] = conform_tangent(
                by_name[tangent], by_name[primal], f"the tangent {tangent!r}"
            )
        return tuple(by_name.values())

    def _install(self) -> None:
        branches = [known.branch for known in self._known]
        if len(self._scope.objects) > MOST_OBJECTS:
            self._scope.keep("\n".join(chain(self._defaults, *branches)))
        function = dispatcher(
            self._function, self._signature, branches, self._slow, self._scope, self._defaults
        )
        own_class: Any = type(self)
        own_class.__call__ = staticmethod(self._of_many if self._variadic else function)

    def _last(self) -> Specialisation:
        if self._latest is None:
            raise UsageError(
                f"{self.__name__} has not been called yet, so it is not known for which kinds of "
                f"arguments to write its derivative: use "
                f"`sourcead.source({self.__name__}, *example_args)`"
            )
        return self._latest


_made: Remembered[Derivative] = Remembered("derivatives", most=64)
_compiled: Remembered[list[Specialisation]] = Remembered("specialisations", most=64)


def derivative_of(f: Callable[..., Any], mode: str, wrt: Wrt | None = None) -> Derivative:
    """The derivative of a function, made once: who asks again does not wait for the compiler.

    Args:
        f: the function.
        mode: the kind of derivative.
        wrt: the parameters, None for all.
    """
    f = getattr(f, "in_one_direction", f) if hasattr(type(f), "derivation") else f
    known = _made.of(f)
    key = mode, wrt if wrt is None or type(wrt) in (int, str) else repr(wrt)
    made = known.get(key)
    if MODES[mode].tangents:
        f = with_required(f)  # each argument has a tangent of its own
    if made is not None and not made.is_current():
        known.pop(key, None)
        made = None
    return made or known.setdefault(key, Derivative(f, mode, wrt))


def readable_source(specialisation: Specialisation) -> str:
    """Formatting is loaded when somebody wants to read."""
    from sourcead.runtime.readable import readable

    return readable(specialisation)
