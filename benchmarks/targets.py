"""Generated gradients beside hand-written ones: `python -m benchmarks.targets`.

For each: statements, generated against hand; the ratio of their times (goal: at most 1.3), without
the guard, since the hand-written one has none; and gradient / primal of both.
"""

from __future__ import annotations

import inspect
import statistics

import numpy as np

from benchmarks.generated import source_of, statements, unguarded
from benchmarks.hand import Case, all_cases
from benchmarks.timing import Call, in_words, interleaved
from sourcead.errors import SourceadError

HEADER = (
    f"{'target':7s}{'function':12s}{'statements':>12s}{'hand':>6s}"
    f"{'primal':>12s}{'time / hand':>13s}{'grad / primal':>15s}{'hand':>7s}"
)


def agree(case: Case, got: object, want: object) -> bool:
    """Whether two gradients are equal but for rounding."""
    one = got if isinstance(got, tuple) else (got,)
    other = want if isinstance(want, tuple) else (want,)
    return all(np.allclose(a, b) for a, b in zip(one, other, strict=True))


def measure(case: Case) -> tuple[str, float]:
    """Measure one case; return its line and generated / hand."""
    args = case.args()
    generated = unguarded(case.primal, case.wrt, args)
    if not agree(case, generated(*args), case.gradient(*args)):
        raise AssertionError(f"{case.primal.__name__}: the generated gradient differs")
    medians = interleaved(
        {
            "primal": Call(case.primal, args),
            "generated": Call(generated, args),
            "hand": Call(case.gradient, args),
        }
    )
    written = statements(source_of(case.primal, case.wrt, args))
    by_hand = statements(inspect.getsource(case.gradient))
    ratio = medians["generated"] / medians["hand"]
    line = (
        f"{case.target:7s}{case.primal.__name__:12s}{written:12d}{by_hand:6d}"
        f"{in_words(medians['primal']):>12s}{ratio:13.2f}"
        f"{medians['generated'] / medians['primal']:15.2f}"
        f"{medians['hand'] / medians['primal']:7.2f}"
    )
    return line, ratio


def main() -> None:
    """Print one line per target."""
    print(HEADER)
    ratios = []
    for case in all_cases():
        try:
            line, ratio = measure(case)
        except SourceadError as refusal:
            print(f"{case.target:7s}{case.primal.__name__:12s} refused: {first_line(refusal)}")
            continue
        ratios.append(ratio)
        print(line)
    if ratios:
        print(f"generated / hand: median {statistics.median(ratios):.2f}, worst {max(ratios):.2f}")


def first_line(refusal: Exception) -> str:
    """The first line of a diagnostic."""
    return str(refusal).splitlines()[0]


if __name__ == "__main__":
    main()
