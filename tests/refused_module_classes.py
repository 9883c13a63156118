"""Files with classes that become others when the file runs, or may do so."""

from __future__ import annotations

LAW = """
class Law:
    rate = 2.0

    def of(self, x):
        return x * self.rate


def change(which):
    which.rate = 3.0
"""
END = """

def f(x):
    return np.sum(Law().of(x))
"""
BOUND = "what `Law` is, is decided when line"
CHANGED = "this may change an attribute of the class `Law`"
ONLY_THEN = "of `Law` is only known when the module runs"


def _body(text: str) -> str:
    """A class with another statement in its body."""
    return f"class Law:\n    {text}\n\n    def of(self, x):\n        return x{END}"


# Each computes something else than the text of the class says, or may do so.
REFUSED = {
    "attribute": (f"{LAW}\nLaw.rate = 3.0{END}", BOUND),
    "new_attribute": (f"{LAW}\nLaw.bonus = 3.0{END}", BOUND),
    "other_name": (f"{LAW}\nSame = Law\nSame.rate = 3.0{END}", BOUND),
    "setattr": (f'{LAW}\nsetattr(Law, "rate", 3.0){END}', BOUND),
    "function": (f"{LAW}\nchange(Law){END}", BOUND),
    "map": (f"{LAW}\nlist(map(change, [Law])){END}", BOUND),
    "type_of_an_object": (f"{LAW}\nlaw = Law()\ntype(law).rate = 3.0{END}", CHANGED),
    "derived": (f"{LAW}\nclass More(Law): pass\nMore.__base__.rate = 3.0{END}", BOUND),
    "base": (
        f"{LAW}\nBase = Law\nclass Law(Base): pass\nclass One(Law): pass\n"
        f"change(One.mro()[2]){END}",
        BOUND,
    ),
    "constructor": (
        f"{LAW}\nclass Count:\n    def __init__(self):\n        Law.rate += 1.0\nCount(){END}",
        BOUND,
    ),
    "of_the_class": (
        f"{LAW}\nclass More(Law):\n    @classmethod\n    def go(cls):\n"
        f"        cls.mro()[1].rate = 3.0\nMore.go(){END}",
        BOUND,
    ),
    "asked_for": (
        f"class Law:\n    def of(self, x):\n        return x * getattr(self, 'bonus', 1.0)\n\n\n"
        f"def add(law):\n    found = type(law)\n    found.bonus = 8.0\n\n\nadd(Law()){END}",
        CHANGED,
    ),
    "hook": (
        f"{LAW}\nclass Hook:\n    def __init_subclass__(cls):\n        Law.rate = 9.0\n"
        f"class Other(Hook): pass{END}",
        CHANGED,
    ),
    "decorator": (f"def same(cls):\n    return cls\n\n\n@same\n{LAW.lstrip()}{END}", ONLY_THEN),
    "metaclass": (f"class Law(metaclass=type):\n    pass{END}", ONLY_THEN),
    "unknown_base": (f"from elsewhere import Base\nclass Law(Base): pass{END}", ONLY_THEN),
    "call": (f"from elsewhere import made\n{_body('rate = made(3)')}", ONLY_THEN),
    "loop": (_body("for rate in range(3): pass"), ONLY_THEN),
    "default": (_body("def more(self, rate=np.ones(3)): pass"), ONLY_THEN),
    "own_decorator": (f"def twice(f): return f\n{_body('@twice' + chr(10) + '    def g(self): 0')}",
                      ONLY_THEN),
    "shadowed_decorator": (
        f"def property(f): return f\n{_body('@property' + chr(10) + '    def g(self): 0')}",
        ONLY_THEN,
    ),
    "made_by_itself": (_body("def __new__(cls): return 3.0"), ONLY_THEN),
    "arm": (f"if len(np.__version__) > 3:\n    class Law: pass\nelse:\n    class Law: pass{END}",
            BOUND),
    "kind_of_field": (
        "from dataclasses import dataclass\nfrom typing import ClassVar\nKind = ClassVar[float]\n"
        f"@dataclass\nclass Law:\n    rate: Kind = 2.0\n    v: float = 1.0{END}",
        ONLY_THEN,
    ),
    "annotation": (
        "from dataclasses import dataclass, fields\n@dataclass\nclass Law:\n    v: float\n\n\n"
        "def f(x):\n    return np.sum(x) * (2.0 if fields(Law)[0].type is float else 1.0)\n",
        "what `type` is, is decided when line",
    ),
    "counted": (
        f"class Law:\n    made = 0\n    def __init__(self):\n        Law.made += 1{END}",
        "the attribute `made` cannot be written",
    ),
    "instances": (
        "class Meta(type):\n    def __instancecheck__(cls, found): return True\n"
        "class Law(metaclass=Meta): pass\n\n\ndef f(x):\n"
        "    return np.sum(x) * (2.0 if isinstance((x,), Law) else 1.0)\n",
        "may decide itself what its instances are",
    ),
    "around": (
        "class Law:\n    def of(self, x):\n        return x * len(__class__.__name__)" + END,
        "the name `__class__` is not defined",
    ),
    "enum_that_is_changed": (
        "from enum import Enum\nclass Law(Enum):\n    ONE = 1.0\nLaw.ONE._value_ = 3.0\n"
        "def f(x):\n    return np.sum(x) * Law.ONE.value\n",
        BOUND,
    ),
    "enum_that_makes_its_members": (
        "from enum import Enum\nclass Law(Enum):\n    ONE = 1.0\n    def __init__(self, v):\n"
        "        self.more = v\ndef f(x):\n    return np.sum(x) * Law.ONE.more\n",
        "what `__init__` makes of `Law`",
    ),
    "member_that_is_looked_up": (
        "from enum import Enum\nclass Law(Enum):\n    ONE = 1.0\nK = Law(1.0)\n"
        "def f(x):\n    return np.sum(x) * (2.0 if K is Law.ONE else 3.0)\n",
        "`is` must be decided",
    ),
    "named_tuple_that_is_changed": (
        "from typing import NamedTuple\nclass Law(NamedTuple):\n    a: float = 1.0\n"
        "Law.__new__.__defaults__ = (3.0,)\ndef f(x):\n    return np.sum(x) * Law().a\n",
        BOUND,
    ),
    "named_tuple_that_is_returned": (
        "from collections import namedtuple\nLaw = namedtuple('Law', 'a')\n"
        "def f(x):\n    return Law(np.sum(x))\n",
        "an object of the named tuple `Law` is returned",
    ),
    **{
        f"instance_{name}": (
            "from dataclasses import dataclass\n@dataclass\nclass Law:\n    kind: str = 'a'\n"
            f"    def go(self):\n        self.kind = 'b'\nK = Law()\n{change}\n"
            "def f(x):\n    return np.sum(x) * (2.0 if K.kind == 'a' else 3.0)\n",
            "`.kind` is not known",
        )
        for name, change in (
            ("attribute", "K.kind = 'b'"),
            ("alias", "BOX = [K]\nBOX[0].kind = 'b'"),
            ("method", "K.go()"),
            ("setattr", "setattr(K, 'kind', 'b')"),
            ("dict", "K.__dict__.update(kind='b')"),
            ("function", "def put():\n    K.kind = 'b'\nput()"),
        )
    },
}  # fmt: skip
