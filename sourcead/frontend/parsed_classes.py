"""Classes of files that are only parsed: real classes with stand-ins for the methods.

The frontend asks a class for its `__mro__`, its descriptors and its data class fields. Python makes
all of these from what the `class` statement says, and nothing of the user's runs: a method is a
function that is never called and leads to the text of the one it stands for.
"""

from __future__ import annotations

import abc
import ast
import dataclasses
import enum
import functools
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, NoReturn
from weakref import WeakKeyDictionary

from sourcead.frontend.class_data import note_class, shared_data
from sourcead.frontend.constants_of_files import NotKnown, constant_value, is_plain
from sourcead.frontend.parsed_module import (
    FromClass,
    NotEvaluated,
    ParsedClass,
    ParsedFunction,
    ParsedModule,
)
from sourcead.frontend.stored_attributes import changed_at
from sourcead.frontend.trees import mangled, private_name, walk
from sourcead.ir.classes import FROM_TEXT
from sourcead.ir.constants import MISSING

METHOD = "sourcead_method"
# What a class does when another one is derived from it, made or asked, and how it is made itself.
_HOOKS = {
    "__init_subclass__", "__class_getitem__", "__set_name__", "__mro_entries__", "__prepare__",
    "__class__", "__dict__", "__new__", "__del__",
}  # fmt: skip
# What makes the members of an enum, or looks at them, when its class is made.
_HOOKS_OF_ENUMS = ("__", "_generate_next_value_", "_missing_", "_ignore_")
_WRAPPERS = (property, staticmethod, classmethod, functools.cached_property, abc.abstractmethod)
# What a class body may give another name.
_METHODS = (types.FunctionType, property, staticmethod, classmethod)
_BASES = (
    *(object, abc.ABC, NamedTuple),
    *(enum.Enum, enum.IntEnum, enum.StrEnum, enum.Flag, enum.IntFlag),
)
_SPECIAL_FIELDS = {"ClassVar", "InitVar", "KW_ONLY"}


@dataclass(frozen=True, eq=False)
class Method:
    """What a stand-in stands for: a method as it is written, and the class it is written in."""

    function: ParsedFunction
    owner: ParsedClass


def method_behind(function: Any) -> Method | None:
    """The method that a function stands for, None for any other function."""
    found = getattr(function, METHOD, None)
    return found if isinstance(found, Method) else None


def class_behind(found: ParsedClass) -> type | ParsedClass:
    """A class whose text says all about it; itself for an exception, or where that is not so."""
    refusal_of(found)
    return found.made if isinstance(found.made, type) else found


def value_behind(found: FromClass) -> Any:
    """A member or an instance of a class that is known from its text; else what stands for it."""
    if found not in _VALUES:
        made = class_behind(found.owner)
        try:
            value = found.make(made) if isinstance(made, type) else MISSING
        except (TypeError, ValueError):
            value = MISSING
        _VALUES[found] = NotEvaluated(found.line) if value is MISSING else value
    return _VALUES[found]


_VALUES: WeakKeyDictionary[FromClass, Any] = WeakKeyDictionary()


def refusal_of(found: ParsedClass) -> Exception | None:
    """Why a class is not known from its text, None where it is, or is an exception."""
    if found.made is None and found.is_exception:
        return None
    if found.made is None:
        try:
            found.made = _Maker(found).make()
        except _NotMade as error:
            found.made = error.refusal
    return found.made if isinstance(found.made, Exception) else None


def decides_itself(found: ParsedClass) -> bool:
    """Whether a class may say itself what its instances are, by its metaclass."""
    if found.node.keywords:
        return True
    bases = [constant_value(base, found.resolve_here) for base in found.node.bases]
    return not all(
        not decides_itself(base) if isinstance(base, ParsedClass) else type(base) in _METACLASSES
        for base in bases
    )


_METACLASSES = (type, abc.ABCMeta, enum.EnumMeta)


class _NotMade(Exception):
    def __init__(self, refusal: Exception) -> None:
        super().__init__()
        self.refusal = refusal


def _stand_in(method: Method, name: str, owner: str) -> types.FunctionType:
    def stand_in(*args: object, **kwargs: object) -> NoReturn:
        raise AssertionError("a method of a file that is parsed only")

    stand_in.__name__, stand_in.__qualname__ = name, f"{owner}.{name}"
    setattr(stand_in, METHOD, method)
    assert isinstance(stand_in, types.FunctionType)
    return stand_in


@dataclass
class _Maker:
    """One class: `entries` is what its body has bound so far."""

    parsed: ParsedClass
    entries: dict[str, Any] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    annotations: dict[str, Any] = field(default_factory=dict)
    is_enum: bool = False

    @property
    def module(self) -> ParsedModule:
        return self.parsed.module

    def make(self) -> type:
        node = self.parsed.node
        if node.keywords:
            self._refuse(node.keywords[0].value, "a metaclass, or an argument of the class")
        bases = tuple(map(self._base, node.bases))
        fields = self._dataclass_options()
        self.is_enum = any(isinstance(base, enum.EnumType) for base in bases)
        for statement in node.body:
            self._statement(statement, fields is not None)
        self._check_changes()
        self.entries["__module__"] = self.module.module
        self.entries["__doc__"] = ast.get_docstring(node, clean=False)
        self.entries["__annotations__"] = self.annotations
        try:
            made = types.new_class(node.name, bases, exec_body=lambda ns: ns.update(self.entries))
            FROM_TEXT.add(made)
            note_class(made, self.parsed)
            return made if fields is None else dataclass(**fields)(made)
        except (TypeError, ValueError) as error:
            self._refuse(node, f"the class: {error}")

    def _refuse(self, node: ast.AST, what: str) -> NoReturn:
        raise _NotMade(
            self.module.refusal(
                node,
                f"{what} of `{self.parsed.node.name}` is only known when the module runs",
                "the file is parsed and never executed",
                "methods, and numbers, texts, arrays or containers in the class, or call "
                "`sourcead.grad` in a program",
                "SAD104",
            )
        )

    # The header ----------------------------------------------------------------------------------

    def _known(self, node: ast.expr) -> Any:
        return constant_value(node, self._resolve)

    def _resolve(self, name: str | ast.Lambda) -> Any:
        if isinstance(name, ast.Lambda):
            return MISSING
        own = self.entries.get(self._as_known(name), MISSING)
        return self.parsed.resolve_here(name) if own is MISSING else own

    def _base(self, node: ast.expr) -> Any:
        base = self._known(node)
        if base in _BASES or (base in (str, int) and len(self.parsed.node.bases) > 1):
            return base
        if isinstance(base, ParsedClass) and not base.is_exception:
            refusal = refusal_of(base)
            if refusal is not None:
                raise _NotMade(refusal)
            assert isinstance(base.made, type)
            return base.made
        self._refuse(node, f"the base `{ast.unparse(node)}`")

    def _dataclass_options(self) -> dict[str, Any] | None:
        """What `@dataclass` is called with, None for a class without it."""
        decorators = self.parsed.node.decorator_list
        if not decorators:
            return None
        first = decorators[0]
        call = first if isinstance(first, ast.Call) else ast.Call(first, [], [])
        options = {k.arg or "": self._known(k.value) for k in call.keywords}
        known = self._known(call.func) is dataclass and not call.args
        plain = "slots" not in options and all(type(v) is bool for v in options.values())
        if len(decorators) > 1 or not known or not plain or "" in options:
            self._refuse(decorators[-1], f"what `{ast.unparse(decorators[-1])}` makes")
        return options

    # The body ------------------------------------------------------------------------------------

    def _statement(self, node: ast.stmt, has_fields: bool) -> None:
        match node:
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                return
            case ast.FunctionDef():
                self._bind(node, node.name, self._method(node))
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._bind(node, name, self._value(value))
            case ast.AnnAssign(target=ast.Name(id=name), value=value, annotation=annotation):
                self._annotated(node, name, value, annotation, has_fields)
            case _:
                self._refuse(node, "what this does to the body")

    def _bind(self, node: ast.AST, name: str, value: Any) -> None:
        if name in _HOOKS or (self.is_enum and name.startswith(_HOOKS_OF_ENUMS)):
            self._refuse(node, f"what `{name}` makes")
        self.names.add(name)
        self.entries[self._as_known(name)] = value

    def _as_known(self, name: str) -> str:
        return str(private_name(name, self.parsed.node.name))

    def _annotated(
        self,
        node: ast.AST,
        name: str,
        value: ast.expr | None,
        annotation: ast.expr,
        has_fields: bool,
    ) -> None:
        kind: Any = self._kind_of_field(annotation) if has_fields else object
        self.annotations[self._as_known(name)] = kind
        if value is not None:
            is_field = has_fields and isinstance(value, ast.Call)
            self._bind(node, name, self._field(value) if is_field else self._value(value))

    def _kind_of_field(self, annotation: ast.expr) -> Any:
        """An annotation as far as `@dataclass` looks at it: `ClassVar`, or what is not known."""
        what = annotation.value if isinstance(annotation, ast.Subscript) else annotation
        known = self._known(what) if isinstance(what, ast.Name | ast.Attribute) else object
        if known is ClassVar:
            return ClassVar
        special = any(word in ast.unparse(annotation) for word in _SPECIAL_FIELDS)
        special = special or known is dataclasses.InitVar or known is dataclasses.KW_ONLY
        if special or isinstance(known, NotKnown):
            self._refuse(annotation, "the annotation of a field")
        return NotEvaluated(annotation.lineno, is_code=True)

    def _value(self, node: ast.expr) -> Any:
        """The value of an attribute that no object changes in place."""
        value = self._known(node)
        if self.is_enum and isinstance(node, ast.Call) and self._known(node.func) is enum.auto:
            return enum.auto()
        is_method = isinstance(node, ast.Name) and isinstance(value, _METHODS)
        if is_plain(value) or is_method:  # another name for a method: `__radd__ = __add__`
            return value
        found = MISSING if self.is_enum else shared_data(self.parsed, node, value, self.entries)
        if found is MISSING:
            self._refuse(node, "the value of an attribute")
        return found

    def _field(self, node: ast.expr) -> Any:
        """`field(default_factory=list)`, `field(default=1.0, init=False)`."""
        assert isinstance(node, ast.Call)
        if self._known(node.func) is not dataclasses.field or node.args:
            return self._value(node)
        options = {k.arg or "": self._known(k.value) for k in node.keywords}
        factory = options.get("default_factory", list)
        plain = all(is_plain(v) for k, v in options.items() if k != "default_factory")
        if "" in options or factory not in (list, dict, set, tuple) or not plain:
            self._refuse(node, "a field")
        return dataclasses.field(**options)

    def _method(self, node: ast.FunctionDef) -> Any:
        """A stand-in for a method, in what its decorators make of it."""
        for default in [*node.args.defaults, *node.args.kw_defaults]:
            if default is not None and not _is_literal(default):
                self._refuse(default, f"the default `{ast.unparse(default)}` of a method")
        owner = self.parsed.node.name
        has_private = owner.strip("_") and _has_private_names(node)
        text = mangled(node, owner) if has_private else node
        made: Any = _stand_in(
            Method(ParsedFunction(self.module, text), self.parsed), node.name, owner
        )
        for decorator in reversed(node.decorator_list):
            made = self._wrapper(node, decorator)(made)
        return made

    def _wrapper(self, node: ast.FunctionDef, decorator: ast.expr) -> Any:
        match decorator:
            case ast.Attribute(value=ast.Name(id=name), attr="getter" | "setter" | "deleter"):
                known = self.entries.get(name)
                if isinstance(known, property) and len(node.decorator_list) == 1:
                    return getattr(known, decorator.attr)
            case ast.Name() | ast.Attribute():
                found = self._known(decorator)
                if any(found is wrapper for wrapper in _WRAPPERS):
                    return found
        self._refuse(decorator, f"what `{ast.unparse(decorator)}` makes of a method")

    def _check_changes(self) -> None:
        """What the class holds must be what it still holds once all modules have run."""
        found = changed_at(self.module.files, self.names | {self.parsed.node.name})
        if found is not None:
            module, node = found
            raise _NotMade(
                module.refusal(
                    node,
                    f"this may change an attribute of the class `{self.parsed.node.name}`",
                    "what the file does when it runs is not followed into functions",
                    "another name for the attribute, or call `sourcead.grad` in a program",
                    "SAD104",
                )
            )


def _is_literal(node: ast.expr) -> bool:
    try:
        return is_plain(ast.literal_eval(node))
    except (ValueError, TypeError, SyntaxError):
        return False


def _has_private_names(node: ast.AST) -> bool:
    return any(
        name.startswith("__") and not name.endswith("__")
        for inner in walk(node)
        for name in _identifiers(inner)
    )


def _identifiers(node: ast.AST) -> Iterator[str]:
    for name in ("id", "attr", "arg", "name"):
        value = getattr(node, name, None)
        if isinstance(value, str):
            yield value
