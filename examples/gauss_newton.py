"""Fitting a curve by Gauss and Newton: the Jacobian as an operator for `lsqr`.

    python examples/gauss_newton.py

Each step solves a linear least-squares problem with the Jacobian of the residuals. `lsqr` asks only
for products with it (forward mode) and with its transpose (reverse mode).
"""

import numpy as np
from scipy.sparse.linalg import lsqr

import sourcead

TIMES = np.linspace(0.0, 4.0, 60)
TRUTH = np.array([2.0, 0.4, 3.0, 0.5])


def oscillation(p: np.ndarray, t: np.ndarray) -> np.ndarray:
    """A damped oscillation: amplitude, decay, frequency and phase."""
    return p[0] * np.exp(-p[1] * t) * np.cos(p[2] * t + p[3])


def residuals(p: np.ndarray, t: np.ndarray, measured: np.ndarray) -> np.ndarray:
    """What the curve leaves of the measurements."""
    return oscillation(p, t) - measured


def main() -> np.ndarray:
    """Fit noisy measurements, and print how the sum of squares falls."""
    rng = np.random.default_rng(0)
    measured = oscillation(TRUTH, TIMES) + 0.01 * rng.normal(size=TIMES.size)
    p = np.array([1.5, 0.3, 2.8, 0.3])
    for step in range(6):
        left = residuals(p, TIMES, measured)
        print(f"step {step}: sum of squares {left @ left:.3e}")
        jacobian = sourcead.as_linear_operator(residuals, p, TIMES, measured)
        p = p - lsqr(jacobian, left, atol=1e-12, btol=1e-12)[0]
    print("estimate", p.round(3), "truth", TRUTH)
    return p


if __name__ == "__main__":
    main()
