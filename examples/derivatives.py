"""Write the derivative of every example with the command line.

    python examples/derivatives.py                 # beside the examples, where they are checked in
    python examples/derivatives.py --into DIR      # somewhere else
"""

import argparse
import os
import shlex
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

# What is written: the example it is made from, and how.
DERIVATIVES = {
    "textbook_grad.py": ("textbook.py", "-f textbook --wrt a,b,c,f"),
    "kepler_grad.py": ("kepler.py", "-f eccentric_anomaly --wrt mean_anomaly,ecc"),
    "likelihood_grad.py": (
        "likelihood.py",
        "-f weibull_nll --wrt theta --value"
        " --types 'theta: float64[3], log_time: float64[n],"
        " ended: float64[n], treated: float64[n]'",
    ),
    "digits_softmax_grad.py": (
        "digits.py",
        "-f softmax_loss --wrt w,b --value"
        " --types 'w: float64[p, k], b: float64[k], x: float64[n, p], labels: int64[n]'",
    ),
    "digits_mlp_grad.py": (
        "digits.py",
        "-f mlp_loss --wrt w1,b1,w2,b2 --value --types 'w1: float64[p, h], b1: float64[h],"
        " w2: float64[h, k], b2: float64[k], x: float64[n, p], labels: int64[n]'",
    ),
}


def write(into: Path) -> None:
    """Run the command line once for each derivative, showing what is run."""
    target = Path(os.path.relpath(into, ROOT))
    for name, (example, options) in DERIVATIVES.items():
        arguments = [f"examples/{example}", *shlex.split(options), "-o", str(target / name)]
        print("$", shlex.join(["sourcead", *arguments]), flush=True)
        subprocess.run([sys.executable, "-m", "sourcead", *arguments], cwd=ROOT, check=True)


def main(argv: list[str] | None = None) -> None:
    """Write all of them."""
    parser = argparse.ArgumentParser(description="Write the derivative of every example.")
    parser.add_argument("--into", type=Path, default=HERE)
    write(parser.parse_args(argv).into)


if __name__ == "__main__":
    main()
