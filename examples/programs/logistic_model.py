"""Logistic regression with a model that is a data class; so is its gradient.

python examples/programs/logistic_model.py
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sourcead import value_and_grad


@dataclass(frozen=True)
class LogisticModel:
    """Weights of standardised features, an intercept, and the scale of the prior."""

    weights: np.ndarray
    intercept: float
    log_scale: float

    @property
    def prior_precision(self) -> float:
        return np.exp(-2.0 * self.log_scale)

    def scores(self, x: np.ndarray) -> np.ndarray:
        return x @ self.weights + self.intercept

    def log_prior(self) -> float:
        """Normal for the weights and, widely, for their log scale."""
        weights = self.weights
        shrinkage = -0.5 * self.prior_precision * weights @ weights
        return shrinkage - len(weights) * self.log_scale - 0.5 * self.log_scale**2

    def log_likelihood(self, x: np.ndarray, labels: np.ndarray) -> float:
        scores = self.scores(x)
        return np.sum(labels * scores - np.logaddexp(0.0, scores))

    def probability(self, x: np.ndarray) -> np.ndarray:
        return 1.0 / (1.0 + np.exp(-self.scores(x)))


def loss(model: LogisticModel, x: np.ndarray, labels: np.ndarray) -> float:
    """Negative log posterior per observation."""
    return -(model.log_likelihood(x, labels) + model.log_prior()) / len(labels)


def descend(model: LogisticModel, bar: LogisticModel, rate: float) -> LogisticModel:
    """Take a step against the gradient, which is a model too."""
    return replace(
        model,
        weights=model.weights - rate * bar.weights,
        intercept=model.intercept - rate * bar.intercept,
        log_scale=model.log_scale - rate * bar.log_scale,
    )


def observations(n: int = 300, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return standardised features, two of five without effect, and labels."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 5))
    p = 1.0 / (1.0 + np.exp(-(x @ np.array([1.5, -2.0, 0.0, 1.0, 0.0]) + 0.5)))
    return x, (rng.random(n) < p).astype(float)


def main() -> LogisticModel:
    """Fit, and return the model."""
    x, labels = observations()
    model = LogisticModel(np.zeros(5), 0.0, 0.0)
    slope = value_and_grad(loss)
    for i in range(301):
        value, bar = slope(model, x, labels)
        model = descend(model, bar, 1.0)
        if i % 100 == 0:
            print(f"{i:4}  {value:.5f}")
    print(f"weights {np.round(model.weights, 2)}, intercept {model.intercept:.2f}")
    print(f"right: {np.mean((model.probability(x) > 0.5) == labels):.1%}")
    return model


if __name__ == "__main__":
    main()
