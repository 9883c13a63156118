"""The object that `grad` returns: a function whose code is made when it is first called."""

from __future__ import annotations

import functools
import inspect
import sys
import threading
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sourcead.errors import UsageError
from sourcead.runtime.dispatch import Signature, Specialisation, connect, dispatcher
from sourcead.runtime.guard import Scope
from sourcead.runtime.modes import MODES
from sourcead.runtime.specialise import (
    checked_function,
    make,
    request_for,
    types_of,
    with_values,
    wrt_names,
)

# The oldest specialisation goes when there are more: a notebook redefines functions for hours.
MOST_SPECIALISATIONS = 64

Wrt = int | str | Sequence[int | str]


class Derivative:
    """A derivative of a Python function, compiled for the kinds of arguments it is called with.

    It behaves like the function it comes from: name, docstring, signature, defaults. Every
    instance has a class of its own, whose `__call__` is the dispatcher itself: a call costs no
    more than that of a function.
    """

    __wrapped__: Callable[..., Any]
    __name__: str

    def __new__(cls, *args: Any, **kwargs: Any) -> Derivative:
        return super().__new__(type(cls.__name__, (cls,), {"__module__": cls.__module__}))

    def __init__(self, function: Callable[..., Any], mode: str, wrt: Wrt | None) -> None:
        function = checked_function(function)
        functools.update_wrapper(self, function)
        self._function = function
        self._mode = MODES[mode]
        self._signature = Signature(function)
        names = self._signature.names
        self._wrt = names if wrt is None else wrt_names(function.__name__, names, wrt)
        self._given = wrt
        self._scope = Scope(names)
        self._known: list[Specialisation] = []
        self._lock = threading.RLock()
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
        return Derivative, (self._function, self._mode.name, self._given)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters, in order."""
        return self._signature.names

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
        names, function = self._signature.names, self._function
        found = types_of(names, arguments)
        with self._lock:
            for known in self._known:
                given = with_values(names, found, arguments, known.compiled.facts.static)
                if known.types == given and known.dependencies.hold():
                    return known
            request = request_for(function, self._mode, self._wrt, names, found)
            made = make(function, request, names, found, arguments)
            boxed = len(self._wrt) == 1 and not isinstance(self._given, int | str)
            made.finish = self._mode.finish(made, boxed)
            connect(made, self._signature, arguments, self._scope)
            self._known.insert(0, made)
            del self._known[MOST_SPECIALISATIONS:]
            self._install()
        return made

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """One argument for each parameter, as a call passes them."""
        bound = inspect.signature(self._function, follow_wrapped=False).bind(*args, **kwargs)
        bound.apply_defaults()
        return tuple(bound.arguments.values())

    def source_for(self, *args: Any, **kwargs: Any) -> str:
        """The generated source for some arguments, which are not computed with."""
        return readable_source(self.specialise(self.bind(args, kwargs)))

    def _slow(self, arguments: tuple[Any, ...]) -> Any:
        """A call for which no branch of the dispatcher fits."""
        return self.specialise(arguments).call(arguments)

    def _install(self) -> None:
        branches = [known.branch for known in self._known]
        function = dispatcher(self._function, self._signature, branches, self._slow, self._scope)
        own_class: Any = type(self)
        own_class.__call__ = staticmethod(function)

    def _last(self) -> Specialisation:
        if not self._known:
            raise UsageError(
                f"{self.__name__} has not been called yet, so it is not known for which kinds of "
                f"arguments to write its derivative: use "
                f"`sourcead.source({self.__name__}, *example_args)`"
            )
        return self._known[0]


def readable_source(specialisation: Specialisation) -> str:
    """Formatting is loaded when somebody wants to read."""
    from sourcead.runtime.readable import readable

    return readable(specialisation)
