"""Bayesian linear regression: the evidence, by its gradient, chooses what matters.

    python examples/programs/bayesian_regression.py

Each feature has a prior precision of its own. Where the evidence drives it to infinity, the
feature is switched off (automatic relevance determination).
"""

import numpy as np

from sourcead import value_and_grad


def posterior(design, targets, alpha, beta):
    """Mean and Cholesky factor of the precision of the weights."""
    precision = np.diag(alpha) + beta * design.T @ design
    factor = np.linalg.cholesky(precision)
    half = np.linalg.solve(factor, beta * design.T @ targets)
    return np.linalg.solve(factor.T, half), factor


def negative_log_evidence(log_alpha, log_beta, design, targets):
    """Of prior precisions `alpha`, one for each feature, and the precision `beta` of the noise."""
    n, p = design.shape
    alpha, beta = np.exp(log_alpha), np.exp(log_beta)
    mean, factor = posterior(design, targets, alpha, beta)
    residual = targets - design @ mean
    energy = 0.5 * beta * residual @ residual + 0.5 * np.sum(alpha * mean**2)
    log_det = 2.0 * np.sum(np.log(np.diagonal(factor)))
    return energy + 0.5 * (log_det - log_alpha.sum() - n * log_beta + n * np.log(2.0 * np.pi))


def polynomial(x, degree):
    """Legendre polynomials as features, by their recurrence."""
    columns = [np.ones_like(x), x]
    for k in range(1, degree):
        columns.append(((2 * k + 1) * x * columns[-1] - k * columns[-2]) / (k + 1))
    return np.stack(columns, axis=1)


def observations(n=80, seed=0):
    """A cubic without quadratic part, measured with noise 0.1."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1.0, 1.0, n)
    return x, 0.5 - x + 2.0 * x**3 + 0.1 * rng.normal(size=n)


def main() -> np.ndarray:
    """Climb the evidence of a polynomial of degree 6; return the weights."""
    x, targets = observations()
    design = polynomial(x, 6)
    log_alpha, log_beta = np.zeros(7), 0.0
    slope = value_and_grad(negative_log_evidence, wrt=("log_alpha", "log_beta"))
    for i in range(801):
        value, (alpha_bar, beta_bar) = slope(log_alpha, log_beta, design, targets)
        log_alpha = np.minimum(log_alpha - 0.5 * alpha_bar, 12.0)
        log_beta -= 0.02 * beta_bar
        if i % 200 == 0:
            print(f"{i:4}  evidence {-value:9.3f}, noise {np.exp(-0.5 * log_beta):.4f}")
    weights, _ = posterior(design, targets, np.exp(log_alpha), np.exp(log_beta))
    print("weights of the Legendre polynomials", np.round(weights, 3))
    return weights


if __name__ == "__main__":
    main()
