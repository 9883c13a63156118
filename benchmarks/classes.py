"""The cost of a gradient for each class of programs: `python -m benchmarks.classes [--no-peers]`.

"code" is gradient / primal of what was generated, "call" that of a call with its guard, "hand" that
of the adjoint an expert writes in NumPy: measured with the others where `benchmarks.hand` has it,
else the figure known for the class. The goal is code <= 1.3 hand. The columns of the libraries that
are installed show their gradient over our call: 3.0 is three times slower.
"""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Sequence

import sourcead
from benchmarks.generated import unguarded
from benchmarks.hand import all_cases
from benchmarks.peers import Peer, expressed, installed
from benchmarks.programs import PROGRAMS, Program
from benchmarks.timing import Call, in_words, interleaved
from sourcead.errors import SourceadError

GOAL = 1.3


def measure(program: Program, peers: Sequence[Peer], seconds: float) -> dict[str, float]:
    """Median seconds of the primal, of our gradient, and of the gradients of the libraries."""
    args = program.args()
    calls = {
        "primal": Call(program.loss, args),
        "code": Call(unguarded(program.loss, program.wrt, args), args),
        "call": Call(sourcead.grad(program.loss, wrt=program.wrt), args),
    }
    by_hand = {case.primal: case.gradient for case in all_cases()}
    if program.loss in by_hand:
        calls["hand"] = Call(by_hand[program.loss], args)
    names = list(inspect.signature(program.loss).parameters)
    where = tuple(names.index(name) for name in program.wrt)
    for peer in peers:
        loss = expressed(program.loss.__name__, peer)
        if loss is not None:
            _, gradient = peer.gradient(loss, where, args)
            calls[peer.name] = Call(gradient, ())
    return interleaved(calls, seconds, least=5)


def row(program: Program, peers: Sequence[Peer], medians: dict[str, float]) -> str:
    """One line of the table."""
    code = medians["code"] / medians["primal"]
    hand = medians["hand"] / medians["primal"] if "hand" in medians else program.hand
    others = [
        f"{medians[peer.name] / medians['call']:10.2f}" if peer.name in medians else f"{'-':>10s}"
        for peer in peers
    ]
    within = "yes" if code <= GOAL * hand else "NO"
    return (
        f"{program.kind:19s}{program.loss.__name__:19s}{in_words(medians['primal']):>11s}"
        f"{code:7.2f}{medians['call'] / medians['primal']:7.2f}{hand:6.2f}{within:>5s}"
        f"{''.join(others)}"
    )


def main() -> None:
    """Print one line per program."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--no-peers", action="store_true", help="leave other libraries out")
    parser.add_argument("--seconds", type=float, default=0.5, help="time for each measurement")
    options = parser.parse_args()
    peers = () if options.no_peers else installed()
    columns = "".join(f"{peer.name:>10s}" for peer in peers)
    print(
        f"{'class':19s}{'program':19s}{'primal':>11s}{'code':>7s}{'call':>7s}{'hand':>6s}"
        f"{'goal':>5s}{columns}"
    )
    for program in PROGRAMS:
        try:
            medians = measure(program, peers, options.seconds)
        except SourceadError as refusal:
            print(f"{program.kind:19s}{program.loss.__name__:19s} refused: {refusal}")
            continue
        print(row(program, peers, medians), flush=True)


if __name__ == "__main__":
    main()
