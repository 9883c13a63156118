"""Modules put together from generated functions."""

from __future__ import annotations

import pytest

from sourcead.errors import UsageError
from sourcead.ir.core import GlobalRef
from sourcead.runtime.contract import Compiled
from sourcead.standalone import import_statement, module_text, one_by_one

NUMPY = GlobalRef("numpy", "")


@one_by_one
def bind(name: str, ref: GlobalRef) -> list[str]:
    return [f"{name} = {len(ref.module)}.0"] if ref.file else [import_statement(name, ref)]


def test_imports_constants_functions() -> None:
    part = Compiled(
        "def f_grad(x):\n    return np.sin(x) * K * math.pi * special.erf(x)\n",
        "f_grad",
        {
            "np": NUMPY,
            "K": GlobalRef("m", "K", "m.py"),
            "math": GlobalRef("math", ""),
            "special": GlobalRef("scipy", "special"),
        },
    )
    assert module_text([part], bind, "Title.").splitlines() == [
        '"""Title."""',
        "",
        "import math",
        "",
        "import numpy as np",
        "from scipy import special",
        "",
        "K = 1.0",
        "",
        "",
        "def f_grad(x):",
        "    return np.sin(x) * K * math.pi * special.erf(x)",
    ]


HELPER = "def helper(x):\n    return x\n\n\n"


def entry(name: str, helper: str = HELPER) -> Compiled:
    return Compiled(
        f"{helper}def {name}(x):\n    return helper(x) + x.helper(helper=1)\n", name, {}
    )


def test_what_parts_share_is_written_once() -> None:
    text = module_text([entry("f_grad"), entry("g_grad")], bind)
    assert text.count("def helper(x)") == 1


def test_different_things_of_one_name_are_told_apart() -> None:
    other = HELPER.replace("return x", "return -x")
    text = module_text([entry("f_grad"), entry("g_grad", other)], bind)
    assert "def g_grad(x):\n    return helper_2(x) + x.helper(helper=1)" in text
    assert text.count("def helper") == 2


def test_the_same_text_that_reads_different_things() -> None:
    aux = "def aux(x):\n    return x\n\n\n"
    caller = "def helper(x):\n    return aux(x)\n\n\n"
    parts = [
        entry("f_grad", aux + caller),
        entry("g_grad", aux.replace("return x", "return 10 * x") + caller),
    ]
    namespace: dict[str, object] = {}
    exec(module_text(parts, bind), namespace)

    class Number(float):
        helper = staticmethod(lambda helper: 0.0)

    assert namespace["f_grad"](Number(2.0)) == 2.0
    assert namespace["g_grad"](Number(2.0)) == 20.0


def test_constants_of_two_modules_do_not_mix() -> None:
    parts = [
        Compiled(
            f"def {name}(x):\n    return K * x\n", name, {"K": GlobalRef(module, "K", "file.py")}
        )
        for name, module in (("f_grad", "m"), ("g_grad", "mm"))
    ]
    namespace: dict[str, object] = {}
    exec(module_text(parts, bind), namespace)
    assert namespace["f_grad"](1.0) == 1.0
    assert namespace["g_grad"](1.0) == 2.0


def test_two_derivatives_of_one_name_are_refused() -> None:
    with pytest.raises(UsageError, match="separate files"):
        module_text(
            [entry("f_grad"), Compiled("def f_grad(x):\n    return 0\n", "f_grad", {})], bind
        )


def test_a_constant_that_another_module_overwrites_is_refused() -> None:
    """`c` is needed to make `L`, but another `c` is read by the function itself."""

    @one_by_one
    def leaves_c(name: str, ref: GlobalRef) -> list[str]:
        return ["c = 2.0", "L = c"] if name == "L" else ["c = 1.0"]

    requires = {"c": GlobalRef("a", "c", "a.py"), "L": GlobalRef("b", "L", "b.py")}
    with pytest.raises(UsageError, match="c would stand for two things"):
        module_text([Compiled("def f_grad(x):\n    return c * L\n", "f_grad", requires)], leaves_c)
