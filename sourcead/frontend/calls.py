"""Calls: what is called decides how; arguments are lowered here."""

from __future__ import annotations

import ast
import collections
import inspect
import math
from functools import partial
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any, NoReturn

import numpy as np

from sourcead.frontend import prelude
from sourcead.frontend.bindings import (
    Applied,
    Binding,
    Cell,
    Closure,
    DictItems,
    Either,
    Items,
    ListItems,
    Method,
    SetItems,
    ShapeOf,
    Static,
)
from sourcead.frontend.builtin_calls import BUILTINS
from sourcead.frontend.classes import call as call_method
from sourcead.frontend.classes import new_instance, object_class, special_method
from sourcead.frontend.comprehensions import added_up, known_list
from sourcead.frontend.conditions import elements
from sourcead.frontend.containers import container_method
from sourcead.frontend.derivatives import derivative_call
from sourcead.frontend.dunders import called_on_object
from sourcead.frontend.frame import Frame, expression
from sourcead.frontend.iteration import known_items
from sourcead.frontend.iterators import leads, made_of, read_now, take_all
from sourcead.frontend.library import CORE_UFUNCS, check_version, library_call, method_call
from sourcead.frontend.library_decorators import undecorated
from sourcead.frontend.memory import named
from sourcead.frontend.namespaces import namespace_call
from sourcead.frontend.optional import present
from sourcead.frontend.outcomes import decided
from sourcead.frontend.outside import static
from sourcead.frontend.parsed_classes import refusal_of
from sourcead.frontend.parsed_decorators import is_wrapped, wrapped
from sourcead.frontend.parsed_functions import remembers
from sourcead.frontend.parsed_module import ParsedClass, ParsedFunction
from sourcead.frontend.paths import per_path
from sourcead.frontend.randomness import draw, is_generator
from sourcead.frontend.readings import would_act
from sourcead.frontend.sharing import reachable_cells
from sourcead.frontend.static_calls import static_call
from sourcead.frontend.statics import static_value
from sourcead.frontend.sums import sum_of_floats
from sourcead.frontend.text import text_method
from sourcead.frontend.trees import may_act
from sourcead.frontend.user_calls import call_closure, call_source, inline_prelude
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Value
from sourcead.ir.types import ListT, StructT
from sourcead.ops.catalog import find, find_method


@expression(ast.Call)
def call(frame: Frame, node: ast.Call) -> Binding:
    function = frame.thing(node.func)
    at_once = _takes_at_once(frame, function, node)
    if at_once and isinstance(function, Static) and function.held is sum and not node.keywords:
        if isinstance(first := node.args[0] if node.args else None, ast.GeneratorExp):
            return _sum_of_generator(frame, function, first, node)
    if len(node.args) == 1 and isinstance(star := node.args[0], ast.Starred):
        # What is starred alone is taken when all other arguments are there.
        several = frame.expr(star.value)
        kwargs = keyword_arguments(frame, node)
        args = _unpacked(frame, several, star)
    else:
        args = positional_arguments(frame, node, at_once)
        kwargs = keyword_arguments(frame, node)
    if not _only_reads(function):
        args = [named(frame, a) for a in args]
        kwargs = {name: named(frame, a) for name, a in kwargs.items()}
    frame.pieces[-1].clear()  # they are the function's now
    return apply(frame, function, args, kwargs, node)


def _only_reads(function: Binding) -> bool:
    """Whether a call is one of the functions of arrays: all others may keep their arguments."""
    return isinstance(function, Static) and _hashable(function.held) and bool(find(function.held))


def _has_generator(node: ast.Call) -> bool:
    return any(isinstance(arg, ast.GeneratorExp) for arg in node.args)


def _takes_at_once(frame: Frame, function: Binding, node: ast.Call) -> bool:
    """Whether a function takes all that its arguments have left, and does nothing in between."""
    others = [*node.args[1:], *(keyword.value for keyword in node.keywords)]
    if isinstance(function, Static):
        target = function.held
        takes = _hashable(target) and (target in TAKING_ALL or isinstance(target, str))
        return takes and _has_generator(node) and not would_act(frame, others)
    if not isinstance(function, Method) or function.name not in ("extend", "update", "join"):
        return False
    if any(map(may_act, others)):
        return False
    reads = read_now(frame, frame.live.reads(node.args[0])) if node.args else []
    return not leads(frame, reads, function.owner)


TAKING_ALL = {
    list, tuple, set, frozenset, dict, sorted, sum, max, min, math.fsum, math.prod, np.fromiter,
    collections.deque, collections.Counter, collections.OrderedDict, dict.fromkeys,
}  # fmt: skip

# They ask for the key of an element before they take the next one.
ASKING = {max, min}


def _sum_of_generator(
    frame: Frame, function: Binding, generator: ast.GeneratorExp, node: ast.Call
) -> Binding:
    known = known_list(frame, generator)
    rest = [frame.expr(arg) for arg in node.args[1:]]

    def add(items: Binding) -> Binding:
        return apply(frame, function, [items, *rest], {}, node)

    if known is not None:
        return add(known)
    start = rest[0] if rest else None
    listed = ast.copy_location(ast.ListComp(generator.elt, generator.generators), generator)
    exactly = sum_of_floats(frame, lambda: frame.expr(listed), start, node)
    return exactly or added_up(frame, generator, start or frame.const(0), add)


def positional_arguments(frame: Frame, node: ast.Call, taking_all: bool = False) -> list[Binding]:
    """The positional arguments of a call, which may take all elements of iterators at once."""
    found: list[Binding] = []
    for arg in node.args:
        if isinstance(arg, ast.Starred):
            found += _unpacked(frame, frame.expr(arg.value), arg)
        elif taking_all and isinstance(arg, ast.GeneratorExp):
            found.append(frame.expr(ast.copy_location(ast.ListComp(arg.elt, arg.generators), arg)))
        else:
            found.append(frame.thing(arg))
    return found


def _unpacked(frame: Frame, several: Binding, star: ast.Starred) -> list[Binding]:
    """The arguments that a starred one stands for."""
    inner = known_items(frame, take_all(frame, several, star), star)
    if inner is None:
        frame.refuse(
            star, "SAD107", "the number of starred arguments is not known",
            fix="pass the arguments one by one",
        )  # fmt: skip
    return inner


def keyword_arguments(frame: Frame, node: ast.Call) -> dict[str, Binding]:
    """The arguments of a call that are given by name."""
    found: dict[str, Binding] = {}
    for keyword in node.keywords:
        value = frame.thing(keyword.value)
        if keyword.arg is not None:
            found[keyword.arg] = value
            continue
        value = frame.known(value, keyword.value)
        if isinstance(value, Static) and type(value.value) is dict and not value.value:
            continue
        content = frame.state.contents.get(value) if isinstance(value, Cell) else None
        if not isinstance(content, DictItems):
            frame.refuse(keyword.value, "SAD107", "the keys of `**` arguments must be known")
        found.update({str(k): v for k, v in content.items.items()})
    return found


def apply(
    frame: Frame,
    function: Binding,
    args: list[Binding],
    kwargs: dict[str, Binding],
    node: ast.AST,
) -> Binding:
    """Call something that has been looked up."""
    function = present(frame, function)
    if frame.program.eithers:
        found = [decided(frame.state, b) for b in (function, *args, *kwargs.values())]
        undecided = [k for k, b in enumerate(found) if isinstance(b, Either)]
        if undecided:
            return _each(frame, found, undecided[0], list(kwargs), node)
        n = len(args) + 1
        function, args = found[0], found[1:n]
        kwargs = dict(zip(kwargs, found[n:], strict=True))
    if isinstance(function, Method):
        if isinstance(function.owner, Either):
            return per_path(
                frame, function.owner, node,
                lambda one: apply(frame, Method(one, function.name), args, kwargs, node),
            )  # fmt: skip
        return _method(frame, function, args, kwargs, node)
    if isinstance(function, Applied):
        given = {**function.kwargs, **kwargs}
        return apply(frame, function.function, [*function.args, *args], given, node)
    if isinstance(function, Cell | Items):
        method = special_method(frame, object_class(frame, function), "__call__", node)
        if method is not None:
            return call_method(frame, method, [function, *args], kwargs, node)
    if isinstance(function, Closure):
        return call_closure(frame, function, args, kwargs, node)
    if isinstance(function, Static):
        own = isinstance(_call_method(function.held), FunctionType)
        target = function.held if own else function.value
        return _static(frame, target, args, kwargs, node, function)
    return frame.refuse(
        node,
        "SAD104",
        "what is called here is not known when the function is compiled",
        fix="call a function by its name",
    )


def _each(frame: Frame, found: list[Binding], k: int, names: list[str], node: ast.AST) -> Binding:
    """A call of which the function or an argument is one of two: on each path with that one."""
    n = len(found) - len(names)

    def use(one: Binding) -> Binding:
        given = [*found[:k], one, *found[k + 1 :]]
        named = dict(zip(names, given[n:], strict=True))
        return apply(frame, given[0], given[1:n], named, node)

    return per_path(frame, found[k], node, use)


def _call_method(target: object) -> object:
    """What the class of an object does when the object is called."""
    return inspect.getattr_static(type(target), "__call__", None)


def _static(
    frame: Frame,
    target: object,
    args: list[Binding],
    kwargs: dict[str, Binding],
    node: ast.AST,
    binding: Binding | None = None,
) -> Binding:
    derivative = derivative_call(frame, target, args, kwargs, node)
    if derivative is not None:
        return derivative
    namespace = namespace_call(frame, target, args, kwargs, node)
    if namespace is not None:
        return namespace
    answer = static_call(frame, target, args, kwargs, node)
    if answer is not None:
        return answer
    if isinstance(target, BuiltinMethodType) and isinstance(target.__self__, str):
        args = [_known_tuple(frame, take_all(frame, arg, node), node) for arg in args]
        return text_method(frame, target.__self__, target.__name__, args, kwargs, node)
    asked = called_on_object(frame, target, args, node)
    if asked is not None:
        return asked
    special = BUILTINS.get(target) if _hashable(target) else None
    if _hashable(target) and target in TAKING_ALL and not (target in ASKING and "key" in kwargs):
        args = [take_all(frame, arg, node) for arg in args]
    if special is not None:
        return special(frame, args, kwargs, node)
    if getattr(target, "sourcead_static", False) is True:
        return _at_compile_time(frame, target, args, kwargs, node)
    known = find(target)
    if known is not None:
        check_version(frame, target, known, args, kwargs, node)
        style = CORE_UFUNCS.get(known.name, "") if _is_numpy(target) else ""
        if isinstance(target, BuiltinMethodType) and target.__name__ in ("reduce", "accumulate"):
            if len(args) == 1:
                kwargs = {"axis": frame.const(0), **kwargs}
        return library_call(frame, known, args, kwargs, node, style)
    if isinstance(target, MethodType):
        owner = frame.program.static_binding(frame, target.__self__, node)
        return _static(frame, target.__func__, [owner, *args], kwargs, node)
    if isinstance(target, FunctionType):
        inner = undecorated(frame, target, args, kwargs, node)
        if inner is not None:
            return _static(frame, inner, args, kwargs, node)
    if isinstance(target, ParsedFunction) and is_wrapped(target):
        return apply(frame, wrapped(frame, target), args, kwargs, node)
    if isinstance(target, FunctionType | ParsedFunction):
        return _call_of_source(frame, target, args, kwargs, node)
    if isinstance(implementation := getattr(target, "_implementation", None), FunctionType):
        # One of NumPy's own functions that other array libraries may take over.
        return _static(frame, implementation, args, kwargs, node)
    if isinstance(target, type):
        return new_instance(frame, target, args, kwargs, node)
    if isinstance(target, partial):
        return _partial(frame, target, args, kwargs, node)
    method = _call_method(target)
    if isinstance(method, FunctionType):
        return _static(frame, method, [binding or static(target), *args], kwargs, node)
    return _refuse_unknown(frame, target, node)


def _call_of_source(
    frame: Frame,
    target: FunctionType | ParsedFunction,
    args: list[Binding],
    kwargs: dict[str, Binding],
    node: ast.AST,
) -> Binding:
    made = call_source(frame, frame.program.source(frame, target, node), args, kwargs, node)
    if isinstance(target, ParsedFunction) and remembers(target):
        made = named(frame, made)
        for cell in reachable_cells(frame, [made]):
            cell.owner = "global"  # every call gives the same object
    return made


def _refuse_unknown(frame: Frame, target: object, node: ast.AST) -> NoReturn:
    if isinstance(target, ParsedClass) and (refusal := refusal_of(target)) is not None:
        raise refusal
    shown = ast.unparse(node.func) if isinstance(node, ast.Call) else "this"
    frame.refuse(
        node,
        "SAD104",
        f"`{shown}` is a function that is not known",
        "it is not in the table of known functions, and its source cannot be read",
        "declare a rule for it, or keep it outside the differentiated function",
    )


def _known_tuple(frame: Frame, binding: Binding, node: ast.AST) -> Binding:
    """What a text is made of, if its elements are known."""
    known = elements(frame, binding, node) if isinstance(binding, Cell) else None
    return binding if known is None else Items(tuple(known))


def _partial(
    frame: Frame, target: Any, args: list[Binding], kwargs: dict[str, Binding], node: ast.AST
) -> Binding:
    """A call of a `functools.partial` from outside."""
    given = [frame.program.static_binding(frame, a, node) for a in target.args]
    keywords = target.keywords.items()
    named = {k: frame.program.static_binding(frame, a, node) for k, a in keywords}
    return _static(frame, target.func, [*given, *args], {**named, **kwargs}, node)


def _at_compile_time(
    frame: Frame, target: Any, args: list[Binding], kwargs: dict[str, Binding], node: ast.AST
) -> Binding:
    """A helper of a rule that runs in the compiler."""
    given = [static_value(a) for a in args]
    named = {name: static_value(a) for name, a in kwargs.items()}
    if MISSING in given or MISSING in named.values():
        frame.refuse(node, "SAD108", f"`{target.__name__}` needs arguments known to the compiler")
    return known_binding(frame, target(*given, **named))


def known_binding(frame: Frame, value: Any) -> Binding:
    """A static object that the compiler has computed."""
    if isinstance(value, bool | int | float | complex):
        return frame.const(value)
    if isinstance(value, tuple):
        return Items(tuple(known_binding(frame, v) for v in value))
    return Static(value)


def _hashable(target: object) -> bool:
    try:
        hash(target)
    except TypeError:
        return False
    return True


def _is_numpy(target: Any) -> bool:
    """Whether an operator was called as a NumPy function, and is to be printed so."""
    module = getattr(target, "__module__", None) or ""
    return isinstance(target, np.ufunc) or module.startswith("numpy")


def _method(
    frame: Frame, method: Method, args: list[Binding], kwargs: dict[str, Binding], node: ast.AST
) -> Binding:
    owner = method.owner
    if isinstance(owner, Value) and is_generator(owner):
        return draw(frame, owner, method.name, args, kwargs, node)
    content = frame.state.contents.get(owner) if isinstance(owner, Cell) else None
    if method.name == "extend" and any(made_of(frame, arg, owner) for arg in args):
        return inline_prelude(frame, prelude.extend, [owner, *args], node)
    if method.name in ("extend", "update", "extendleft", "union", "intersection"):
        args = [take_all(frame, arg, node) for arg in args]
    if isinstance(content, ListItems | DictItems | SetItems) or isinstance(owner, Items | ShapeOf):
        return container_method(frame, owner, method.name, args, kwargs, node)
    value = content if isinstance(content, Value) else owner
    known = find_method(method.name)
    listed = isinstance(value, Value) and isinstance(value.type, ListT | StructT)
    if listed or known is None or not isinstance(node, ast.Call):
        return container_method(frame, owner, method.name, args, kwargs, node)
    owner = named(frame, owner)
    return method_call(frame, owner, known, method.name, args, kwargs, node)
