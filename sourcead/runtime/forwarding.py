"""Functions that stand for what is called like one: bound methods, partial functions, objects."""

from __future__ import annotations

import functools
import inspect
import itertools
import linecache
import weakref
from collections.abc import Callable, Hashable
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sourcead.errors import SourceUnavailableError
from sourcead.frontend.codes import is_library, own_signature
from sourcead.runtime.decorated import is_decorated, passes_all_on
from sourcead.runtime.dispatch import Signature
from sourcead.runtime.locks import importing

if TYPE_CHECKING:
    from sourcead.ops.opdef import OpDef, ParamSpec

T = TypeVar("T")

_count = itertools.count(1)


def function_of(callee: Callable[..., Any]) -> FunctionType:
    """The Python function that a call of an object runs, or one that passes its arguments on.

    Args:
        callee: a function, be it decorated, a bound method, a `functools.partial`, or an object
            whose class has a `__call__` written in Python.

    Returns:
        A function with the signature of the object; the object is captured by it.

    Raises:
        SourceUnavailableError: it is written in another language.
    """
    if isinstance(callee, FunctionType) and not _hides_parameters(callee):
        if not is_library(callee.__module__) or _definition(callee) is None:
            return callee
    captured = _captured(callee)
    if captured is None:
        raise SourceUnavailableError(
            f"{callee!r} is not a Python function, so it has no source to differentiate: "
            "wrap it in a function"
        )
    call, objects = captured
    return forwarding(callee, call, objects, signature_of(callee))


def signature_of(callee: Callable[..., Any]) -> inspect.Signature:
    """The parameters by which a callable is called; behind a decorator those of what it wraps."""
    if isinstance(callee, functools.partial):
        return inspect.signature(functools.partial(_stand_in(callee.func), *callee.args,
                                                   **callee.keywords))  # fmt: skip
    known = _definition(callee)
    if known is not None:
        return inspect.Signature([_parameter(p) for p in known.params if p.name != "out"])
    hidden = isinstance(callee, FunctionType) and _hides_parameters(callee)
    return inspect.signature(callee) if hidden else own_signature(callee)


def _stand_in(callee: Any) -> Any:
    """What has the parameters of a callable, for who asks after those of a partial function."""
    if _definition(callee) is None and "__signature__" not in getattr(callee, "__dict__", ()):
        return callee

    def stand_in() -> None: ...

    vars(stand_in)["__signature__"] = signature_of(callee)
    return stand_in


def _definition(callee: Any) -> OpDef | None:
    """What is known of a library's function; looked up only where its source says nothing."""
    module = getattr(callee, "__module__", None) or type(callee).__module__
    bound = not isinstance(getattr(callee, "__self__", None), ModuleType | None)
    if bound or isinstance(callee, functools.partial | type) or not is_library(module):
        return None
    with importing.held():
        from sourcead.ops.catalog import find
    return find(callee)


def _parameter(spec: ParamSpec) -> inspect.Parameter:
    """A parameter of a library's function, under the name that the catalogue has for it."""
    kind = {
        "positional": inspect.Parameter.POSITIONAL_OR_KEYWORD,
        "keyword": inspect.Parameter.KEYWORD_ONLY,
        "var": inspect.Parameter.VAR_POSITIONAL,
    }[spec.kind]
    required = spec.kind == "var" or repr(spec.default) == "REQUIRED"
    default = inspect.Parameter.empty if required else spec.default
    return inspect.Parameter(spec.name, kind, default=default)


def _passed_by_name(p: inspect.Parameter) -> str:
    """An argument on its way to a library's function, which may have others in between."""
    if p.kind is p.VAR_POSITIONAL:
        return f"*{p.name}"
    return p.name if p.default is p.empty else f"{p.name}={p.name}"


def parameters_of(callee: Callable[..., Any]) -> list[tuple[str, Any]]:
    """The names and kinds of the parameters by which a callable is called."""
    return [(p.name, p.kind) for p in signature_of(callee).parameters.values()]


def code_of(callee: Callable[..., Any]) -> CodeType | None:
    """The code of the Python function that a call ends in, None where there is none."""
    inner = _inner_function(callee)
    return None if inner is None else inner.__code__


def form_of(callee: Callable[..., Any]) -> tuple[Any, ...]:
    """What decides which parameters a callable takes.

    It is the code, what partial functions give, and what a decorator says that it has wrapped.
    """
    given = []
    while isinstance(callee, functools.partial):
        given.append((len(callee.args), tuple(callee.keywords)))
        callee = callee.func
    hidden = isinstance(callee, FunctionType) and _hides_parameters(callee)
    return code_of(callee), *given, *(parameters_of(callee) if hidden else ())


def _hides_parameters(function: FunctionType) -> bool:
    """Whether a decorator has put `*args, **kwargs` in the place of the parameters."""
    return is_decorated(function) and passes_all_on(function)


def _captured(callee: Any) -> tuple[str, dict[str, Any]] | None:
    """How to call the object, and what that captures; None where nobody can look inside."""
    if isinstance(callee, MethodType):
        return "function(self, {})", {"function": callee.__func__, "self": callee.__self__}
    if isinstance(callee, functools.partial | FunctionType):
        return "function({})", {"function": callee}
    if _definition(callee) is not None:
        given = signature_of(callee).parameters.values()
        return f"function({', '.join(map(_passed_by_name, given))})", {"function": callee}
    method = inspect.getattr_static(type(callee), "__call__", None)
    if isinstance(callee, type) or not isinstance(method, FunctionType):
        return None
    return None if is_library(type(callee).__module__) else ("self({})", {"self": callee})


def forwarding(
    callee: Any, call: str, objects: dict[str, Any], parameters: inspect.Signature
) -> FunctionType:
    """A function with these parameters that passes its arguments on.

    Args:
        callee: what is called in the end: it gives the function its name, module and docstring.
        call: the text of the call, with `{}` where the arguments stand.
        objects: what the text names; the function captures them.
        parameters: those of the function.
    """
    signature = Signature(list(parameters.parameters.values()))
    inner = _inner_function(callee)
    name = _name_of(callee, inner)
    # What is captured is found under a name of its own, whatever the function is called.
    taken = {name, *signature.names}
    names = {captured: _free(captured, taken) for captured in objects}
    for captured, free in names.items():
        call = call.replace(captured, free)
    text = (
        f"def capture({', '.join(names.values())}):\n"
        f"    def {name}({_with_defaults(signature)}):\n"
        f"        return {call.format(signature.passing)}\n"
        f"    return {name}\n"
    )
    filename = f"<call of {name} {next(_count)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    home = inner.__module__ if inner is not None else type(callee).__module__
    namespace = inner.__globals__ if inner is not None else {"__name__": home}
    found: dict[str, Any] = {}
    exec(compile(text, filename, "exec"), namespace, found)
    made: FunctionType = found["capture"](*objects.values())
    made.__defaults__, made.__kwdefaults__ = _defaults(signature)
    made.__module__ = home
    made.__dict__["passes_on"] = True
    made.__doc__ = getattr(callee, "__doc__", None)
    return made


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _inner_function(callee: Any) -> FunctionType | None:
    """The function at the bottom, None where it is not a Python function."""
    while callee is not None and not isinstance(callee, FunctionType):
        if isinstance(callee, functools.partial):
            callee = callee.func
        elif isinstance(callee, MethodType):
            callee = callee.__func__
        else:
            method = inspect.getattr_static(type(callee), "__call__", None)
            plain = method if isinstance(method, FunctionType) else None
            callee = getattr(callee, "__wrapped__", plain)
    return callee


def _name_of(callee: Any, inner: FunctionType | None) -> str:
    """A method is called after its class and itself, an object after its class."""
    if isinstance(callee, MethodType):
        owner = callee.__self__
        cls = owner if isinstance(owner, type) else type(owner)
        name = f"{cls.__name__}_{callee.__name__}"
    elif inner is not None and isinstance(callee, functools.partial | FunctionType):
        name = inner.__name__
    elif _definition(callee) is not None:
        name = callee.__name__
    elif isinstance(callee, functools.partial):
        name = getattr(callee.func, "__name__", "call")
    else:
        name = type(callee).__name__
    return name if name.isidentifier() else "function"


def _with_defaults(signature: Signature) -> str:
    """The text of the parameters; numbers and strings as defaults stand there."""
    text = str(inspect.Signature([_spelled(p) for p in signature.parameters]))
    return text[1:-1]


def _spelled(p: inspect.Parameter) -> inspect.Parameter:
    p = p.replace(annotation=p.empty)
    plain = p.default is p.empty or type(p.default) in (bool, int, float, str, type(None))
    return p if plain else p.replace(default=None)


def _defaults(signature: Signature) -> tuple[tuple[Any, ...] | None, dict[str, Any] | None]:
    given = [p for p in signature.parameters if p.default is not p.empty]
    by_position = tuple(p.default for p in given if p.kind is not p.KEYWORD_ONLY)
    by_name = {p.name: p.default for p in given if p.kind is p.KEYWORD_ONLY}
    return by_position or None, by_name or None


def default_of(callee: Any, name: str) -> Any:
    """The value that a parameter has now where a call does not give one.

    Raises:
        TypeError: it has none.
    """
    while True:
        if isinstance(callee, functools.partial):
            if name in callee.keywords:
                return callee.keywords[name]
            callee = callee.func
        elif isinstance(callee, MethodType):
            callee = callee.__func__
        elif hasattr(type(callee), "derivation"):
            callee = callee.__wrapped__
        else:
            break
    parameter = signature_of(callee).parameters.get(name)
    if parameter is None or parameter.default is parameter.empty:
        raise TypeError(f"{callee} is missing a required argument: {name!r}")
    return parameter.default


class Kept:
    """What has been made of a function, in an attribute of it.

    It stays behind where the function is copied or pickled: a wrapper has copies of the attributes
    of what it wraps, and what is compiled belongs to one process.
    """

    __slots__ = ("owner", "tables")

    def __init__(self, owner: Callable[..., Any]) -> None:
        self.owner = weakref.ref(owner)
        self.tables: dict[str, dict[Hashable, Any]] = {}

    def __reduce__(self) -> tuple[type, tuple[()]]:
        return type(None), ()


class Remembered(Generic[T]):
    """What has been made of functions.

    What is made of a function refers to it. It is kept in the function itself, so that both go
    together; what is made of a method, or of an object that is called, goes when there are many
    newer ones: objects are the user's, and get no attributes.
    """

    def __init__(self, what: str, most: int) -> None:
        self._what = what
        self._methods: dict[tuple[int, int], tuple[Any, dict[Hashable, T]]] = {}
        self._most = most

    def of(self, callee: Callable[..., Any]) -> dict[Hashable, T]:
        """The table of what belongs to a function."""
        if isinstance(callee, MethodType):
            return self._kept(callee, (id(callee.__self__), id(callee.__func__)))
        if not isinstance(callee, FunctionType) and not hasattr(type(callee), "derivation"):
            return self._kept(callee, (id(callee), 0))
        kept = vars(callee).get("__sourcead__")
        if kept is None:
            kept = vars(callee).setdefault("__sourcead__", Kept(callee))
        if not isinstance(kept, Kept) or kept.owner() is not callee:
            kept = vars(callee)["__sourcead__"] = Kept(callee)
        return kept.tables.setdefault(self._what, {})

    def _kept(self, callee: Any, key: tuple[int, int]) -> dict[Hashable, T]:
        # The object is kept, so that no other one takes its place in memory.
        _, table = self._methods.setdefault(key, (callee, {}))
        while len(self._methods) > self._most:
            self._methods.pop(next(iter(self._methods)), None)
        return table
