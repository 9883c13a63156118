"""Newton's method for a large problem: Hessian-vector products, never a Hessian.

    python examples/newton_cg.py

SciPy's Newton-CG solves for each step by conjugate gradients, which only ask for products of the
Hessian with vectors. The gradient is the reverse mode of the loss, the product forward mode of it.
"""

import numpy as np
from scipy.optimize import OptimizeResult, minimize

import sourcead


def rosenbrock(x: np.ndarray) -> float:
    """A curved valley in as many dimensions as `x` has."""
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def main(size: int = 200) -> OptimizeResult:
    """Find the bottom of the valley, at ones."""
    fit = minimize(
        rosenbrock,
        np.full(size, 0.8),
        jac=sourcead.grad(rosenbrock),
        hessp=sourcead.hvp(rosenbrock),
        method="Newton-CG",
        options={"xtol": 1e-10},
    )
    error = np.max(np.abs(fit.x - 1.0))
    print(f"{fit.nit} steps, {fit.nhev} products, largest error {error:.1e}")
    return fit


if __name__ == "__main__":
    main()
