"""A notebook: cells that fail, that are run again with other text, magic functions, `%autoreload`.

The cells run in a real kernel, whose tracebacks set attributes on syntax trees (`executing`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# A process of its own talks with the kernel: its threads and sockets end with it.
CLIENT = """
import json, sys
from jupyter_client.manager import start_new_kernel

manager, client = start_new_kernel(kernel_name="python3")
results = []
try:
    for cell in json.load(sys.stdin):
        texts = []
        def hear(message):
            if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
                texts.append(message["content"]["text"])
        reply = client.execute_interactive(cell, timeout=60, output_hook=hear)["content"]
        error = [f"{reply['ename']}: {reply['evalue']}"] if reply["status"] == "error" else []
        results.append("".join(texts + error))
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
print(json.dumps(results))
"""

EDITED = """
import os, pathlib
def edit(text, time):
    pathlib.Path("edited_in_the_notebook.py").write_text(text)
    os.utime("edited_in_the_notebook.py", (time, time))
edit('''
def f(x):
    return x * 2.0

class Model:
    def loss(self, x):
        return x * 3.0
''', 10**9)
%load_ext autoreload
%autoreload 2
import edited_in_the_notebook as edited
from edited_in_the_notebook import f
model = edited.Model()
kept = grad(f), grad(model.loss)
print(grad(f)(1.0), kept[0](1.0), kept[1](1.0), grad(model.loss)(1.0))
"""

# Each cell with what it prints, or the beginning of the error.
CELLS = {
    "set up": ("import numpy as np\nimport sourcead\nfrom sourcead import grad", ""),
    "a function": ("def f(x):\n    return x ** 2\nprint(grad(f)(3.0))", "6.0"),
    "the cell is edited": ("def f(x):\n    return x ** 3\nprint(grad(f)(3.0))", "27.0"),
    "a cell that fails": ("def g(x):\n    return unknown(x)\ng(1.0)", "NameError"),
    "a refusal": ("grad(lambda x: eval('x'))(1.0)", "UnsupportedError"),
    "after a traceback": ("def f(x):\n    return x ** 4\nprint(grad(f)(1.0))", "4.0"),
    "generators after a traceback": (
        """
def parts(x):
    yield from (x * k for k in (1.0, 2.0))
def f(x):
    return sum(parts(x))
print(grad(f)(1.0))
""",
        "3.0",
    ),
    "the source": (
        "print(sourcead.source(grad(f), 2.0).strip().splitlines()[-1])",
        "return x_bar",
    ),
    "two lambdas of a line": (
        "fs = [lambda x: x * 2.0, lambda x: x * 3.0]\nprint([grad(f)(1.0) for f in fs])",
        "[2.0, 3.0]",
    ),
    "a helper": ("def helper(x):\n    return x * 2.0", ""),
    "its caller": ("def f(x):\n    return helper(x)\nkept = grad(f)\nprint(kept(1.0))", "2.0"),
    "another helper": ("def helper(x):\n    return x * 7.0\nprint(kept(1.0))", "7.0"),
    "%time": ("%time print(grad(lambda x: 5.0 * x)(1.0))", "5.0"),
    "%%time": ("%%time\ndef timed(x):\n    return x * 6.0\nprint(grad(timed)(1.0))", "6.0"),
    "a function of an earlier %%time": ("print(grad(lambda x: timed(x) * x)(1.0))", "12.0"),
    "%timeit": ("%timeit -n 1 -r 1 print(grad(lambda x: 7.0 * x)(1.0))", "7.0"),
    "%%timeit": ("%%timeit -n1 -r1\nk = 8.0\nf = lambda x: k * x\nprint(grad(f)(1.0))", "8.0"),
    "%prun": ("%prun -q print(grad(lambda x: 9.0 * x)(1.0))", "9.0"),
    "%%prun": ("%%prun -q\ndef f(x):\n    return 10.0 * x\nprint(grad(f)(1.0))", "10.0"),
    "%%capture": ("%%capture\ndef captured(x):\n    return x * 11.0", ""),
    "what was captured": ("print(grad(captured)(1.0))", "11.0"),
    "a magic function inside a block": (
        "for k in (12.0,):\n    %time print(grad(lambda x: k * x)(1.0))",
        "12.0",
    ),
    "text that nobody keeps": (
        "exec('def f(x): return x')\ngrad(f)(1.0)",
        "SourceUnavailableError: the source of f cannot be read from '<string>'",
    ),
    "a module": (EDITED, "2.0 2.0 3.0 3.0"),
    "the module is edited": (
        "edit('''\n# moved\ndef f(x):\n    return x * 4.0\n\nclass Model:\n    def loss(self, x):\n"
        "        return x * 5.0\n''', 2 * 10**9)",
        "",
    ),
    "and reloaded": (
        "print(grad(f)(1.0), kept[0](1.0), kept[1](1.0), grad(model.loss)(1.0))",
        "4.0 4.0 5.0 5.0",
    ),
    "other parameters": (
        "edit('def f(y, x=2.0):\\n    return y * x * 3.0\\n', 3 * 10**9)",
        "",
    ),
    "of a derivative that was kept": ("kept[0](1.0)", "UsageError: f takes other parameters"),
    "and of one that is new": ("print(grad(f)(1.0))", "6.0"),
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each cell prints."""
    folder = tmp_path_factory.mktemp("notebook")
    done = subprocess.run(
        [sys.executable, "-c", CLIENT],
        input=json.dumps([cell for cell, _ in CELLS.values()]),
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "IPYTHONDIR": str(folder / "ipython"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "SOURCEAD_CACHE": "0",
        },
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(CELLS, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("name", CELLS)
def test_cell(name: str, printed: dict[str, str]) -> None:
    assert printed[name].strip().startswith(CELLS[name][1])
    assert bool(printed[name].strip()) == bool(CELLS[name][1])
