"""What a user waits for: `python -m benchmarks.first_call`.

The first call of the gradient of a function of thirty lines: compiled (goal: under 50 ms), compiled
by a process that has to import the compiler for it, and found in the disk cache by a new process
(goal: under 2 ms); and what the guard of a decorated call costs (goal: under 3 microseconds).
Every first call has a process of its own.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

import sourcead
from benchmarks.generated import unguarded
from benchmarks.hand.scalar import area
from benchmarks.programs import logistic
from benchmarks.timing import Call, in_words, interleaved

PROCESSES = 7


def thirty_lines(w1, b1, w2, b2, x, y, rate, steps):
    """A small network, a penalty, a loop that may end early, and branches."""
    h = np.tanh(x @ w1 + b1)
    out = h @ w2 + b2
    error = out - y
    loss = np.mean(error * error)
    if rate > 0.0:
        penalty = np.sum(w1 * w1) + np.sum(w2 * w2)
        loss = loss + rate * penalty
    else:
        loss = loss + 1e-6
    scale = np.max(np.abs(out), axis=1, keepdims=True)
    normal = out / (1.0 + scale)
    total = 0.0
    for i in range(len(b2)):
        column = normal[:, i]
        total += np.sum(np.exp(-column * column))
    z = loss
    for _ in range(steps):
        z = z - 0.1 * (z * z - loss)
        if abs(z * z - loss) < 1e-12:
            break
    shifted = out - np.max(out, axis=1, keepdims=True)
    log_z = np.log(np.sum(np.exp(shifted), axis=1))
    entropy = np.mean(log_z) - np.mean(shifted)
    spread = np.sqrt(np.var(h, axis=0) + 1e-3)
    balance = np.sum(np.where(spread > 0.5, spread, spread * spread))
    first, last = h[:, 0], h[:, -1]
    link = first @ last / np.sqrt((first @ first) * (last @ last))
    result = loss + 0.01 * total + z
    result += 0.1 * entropy + 0.01 * balance
    return result + 0.01 * link


def numbers() -> tuple[object, ...]:
    """Arguments for the function of thirty lines."""
    rng = np.random.default_rng(0)
    w1, w2 = rng.normal(size=(4, 8)), rng.normal(size=(8, 3))
    x, y = rng.normal(size=(16, 4)), rng.normal(size=(16, 3))
    return w1, rng.normal(size=8), w2, rng.normal(size=3), x, y, 0.01, 20


def child(loaded: bool) -> None:
    """Time the first call and the second of a fresh process, and tell as JSON.

    Args:
        loaded: whether another function has been compiled before.
    """
    args = numbers()
    thirty_lines(*args)
    if loaded:
        sourcead.grad(area)(2.0, -3.0, 5.0, -2.0)
    gradient = sourcead.grad(thirty_lines, wrt=("w1", "b1", "w2", "b2"))
    times = []
    for _ in range(2):
        start = time.perf_counter()
        gradient(*args)
        times.append(time.perf_counter() - start)
    print(json.dumps({"first": times[0], "second": times[1], "black": "black" in sys.modules}))


def in_process(cache: str, state: str) -> dict[str, float]:
    """First and second call in a process that has this cache directory."""
    command = [sys.executable, "-m", "benchmarks.first_call", "--child", state]
    environment = {**os.environ, "SOURCEAD_CACHE_DIR": cache}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def show(label: str, runs: list[dict[str, float]], remark: str) -> None:
    """Print the median of some processes."""
    first = statistics.median(run["first"] - run["second"] for run in runs)
    black = "black imported" if any(run["black"] for run in runs) else "without black"
    print(f"{label:30s}{in_words(first):>11s}   {remark}, {black}")


def main() -> None:
    """Print the waits."""
    compiled, imported, found = [], [], []
    for _ in range(PROCESSES):
        with tempfile.TemporaryDirectory() as cache:
            compiled.append(in_process(cache, "loaded"))
        with tempfile.TemporaryDirectory() as cache:
            imported.append(in_process(cache, "fresh"))
            found.append(in_process(cache, "fresh"))
    show("compiled", compiled, "goal 50 ms")
    show("compiler imported, compiled", imported, "once per process")
    show("from the disk", found, "goal 2 ms")
    for loss, wrt, args in (
        (area, ("a", "b", "c", "f"), (2.0, -3.0, 5.0, -2.0)),
        (logistic, ("w", "b"), (np.ones(4), 0.1, np.ones((16, 4)), np.ones(16))),
    ):
        medians = interleaved(
            {
                "guarded": Call(sourcead.grad(loss, wrt=wrt), args),
                "bare": Call(unguarded(loss, wrt, args), args),
            }
        )
        guard = medians["guarded"] - medians["bare"]
        print(f"{'guard, ' + loss.__name__:30s}{in_words(guard):>11s}   goal 3 us")


if __name__ == "__main__":
    child("loaded" in sys.argv) if "--child" in sys.argv else main()
