"""The gradient of every kernel against its primal, and against other libraries, in one run.

`python -m benchmarks.kernels_bench [NAME ...] [--no-peers]`. gradient / primal is ours: generated
gradient, guard included, over the kernel itself (goal: median at most 2.8, none above 5). The
columns of the libraries that are installed show their gradient over ours: 3.0 is 3 times slower.
"""

from __future__ import annotations

import argparse
import inspect
import statistics
from collections.abc import Sequence

import sourcead
from benchmarks.kernels import NAMES, Kernel, load
from benchmarks.peers import Peer, expressed, installed
from benchmarks.timing import Call, in_words, interleaved
from sourcead.errors import SourceadError

# Gradients that cost more than five primals, and why.
REASONS: dict[str, str] = {}


def positions(kernel: Kernel) -> tuple[int, ...]:
    """Where the arguments to differentiate by stand."""
    names = list(inspect.signature(kernel.loss).parameters)
    return tuple(names.index(name) for name in kernel.wrt)


def measure(kernel: Kernel, peers: Sequence[Peer], seconds: float) -> dict[str, float]:
    """Median seconds of the primal, of our gradient, and of the gradients of the libraries."""
    args = kernel.args("bench")
    calls = {
        "primal": Call(kernel.loss, args, mutates=True),
        "gradient": Call(sourcead.grad(kernel.loss, wrt=kernel.wrt), args),
    }
    for peer in peers:
        loss = expressed(kernel.name, peer)
        if loss is not None:
            _, gradient = peer.gradient(loss, positions(kernel), args)
            calls[peer.name] = Call(gradient, ())
    return interleaved(calls, seconds, least=5)


def row(kernel: Kernel, peers: Sequence[Peer], medians: dict[str, float]) -> str:
    """One line of the table."""
    own = medians["gradient"]
    others = [
        f"{medians[peer.name] / own:10.2f}" if peer.name in medians else f"{'-':>10s}"
        for peer in peers
    ]
    return (
        f"{kernel.name:22s}{in_words(medians['primal']):>11s}{in_words(own):>11s}"
        f"{own / medians['primal']:8.2f}{''.join(others)}  {REASONS.get(kernel.name, '')}"
    )


def main() -> None:
    """Print one line per kernel, and the median and the worst of gradient / primal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=NAMES, metavar="NAME")
    parser.add_argument("--no-peers", action="store_true", help="leave other libraries out")
    parser.add_argument("--seconds", type=float, default=0.3, help="time for each measurement")
    options = parser.parse_args()
    peers = () if options.no_peers else installed()
    columns = "".join(f"{peer.name:>10s}" for peer in peers)
    print(f"{'kernel':22s}{'primal':>11s}{'gradient':>11s}{'ratio':>8s}{columns}")
    ratios = {}
    for name in options.names:
        kernel = load(name)
        try:
            medians = measure(kernel, peers, options.seconds)
        except SourceadError as refusal:
            print(f"{name:22s} refused: {str(refusal).splitlines()[0]}")
            continue
        ratios[name] = medians["gradient"] / medians["primal"]
        print(row(kernel, peers, medians), flush=True)
    if ratios:
        worst = max(ratios, key=lambda name: ratios[name])
        median = statistics.median(ratios.values())
        print(f"gradient / primal: median {median:.2f}, worst {ratios[worst]:.2f} ({worst})")
        print(f"{len(ratios)} of {len(options.names)} kernels")


if __name__ == "__main__":
    main()
