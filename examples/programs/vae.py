"""One step after another of a variational autoencoder, with its random draws inside the loss.

    python examples/programs/vae.py

The data are points on a ring in eight dimensions. The gradient goes through the sampled code (the
reparametrisation of Kingma and Welling): what was drawn in the forward sweep is used again.
"""

from typing import NamedTuple

import numpy as np

from sourcead import value_and_grad


class Dense(NamedTuple):
    """A linear layer."""

    w: np.ndarray
    b: np.ndarray

    def __call__(self, x):
        return x @ self.w + self.b


class VAE(NamedTuple):
    """Encoder with two heads, decoder with one."""

    encode: Dense
    mean: Dense
    log_var: Dense
    decode: Dense
    out: Dense

    def encoded(self, x):
        h = np.tanh(self.encode(x))
        return self.mean(h), self.log_var(h)

    def decoded(self, z):
        return self.out(np.tanh(self.decode(z)))


def negative_elbo(model, x, rng, noise=0.2):
    """Reconstruction error and divergence from the prior, per data point."""
    mean, log_var = model.encoded(x)
    z = mean + np.exp(0.5 * log_var) * rng.normal(size=mean.shape)
    error = np.sum((model.decoded(z) - x) ** 2) / noise**2
    divergence = np.sum(np.exp(log_var) + mean**2 - 1.0 - log_var)
    return 0.5 * (error + divergence) / len(x)


def initial(visible=8, hidden=16, code=2, seed=0):
    rng = np.random.default_rng(seed)

    def dense(m, n):
        return Dense(rng.normal(size=(m, n)) / np.sqrt(m), np.zeros(n))

    return VAE(
        dense(visible, hidden),
        dense(hidden, code),
        dense(hidden, code),
        dense(code, hidden),
        dense(hidden, visible),
    )


def ring(n, rng):
    """Points on a circle, seen from eight sides."""
    angle = rng.uniform(0.0, 2.0 * np.pi, size=n)
    sides = np.linspace(0.0, np.pi, 8)
    return np.cos(angle[:, None] - sides) + 0.05 * rng.normal(size=(n, 8))


def main() -> float:
    """Train with Adam; return the mean of the last losses."""
    rng = np.random.default_rng(1)
    model = initial()
    slope = value_and_grad(negative_elbo, wrt="model")
    mean, square = [0.0] * 10, [0.0] * 10
    losses = []
    for i in range(1, 1001):
        value, bar = slope(model, ring(64, rng), rng)
        rate = 0.01 * np.sqrt(1.0 - 0.99**i) / (1.0 - 0.9**i)
        new = []
        for k, (p, g) in enumerate(zip(sum(model, ()), sum(bar, ()), strict=True)):
            mean[k] = 0.9 * mean[k] + 0.1 * g
            square[k] = 0.99 * square[k] + 0.01 * g**2
            new.append(p - rate * mean[k] / (np.sqrt(square[k]) + 1e-8))
        model = VAE(*(Dense(*pair) for pair in zip(new[::2], new[1::2], strict=True)))
        losses.append(value)
        if i % 200 == 0:
            print(f"{i:5}  {np.mean(losses[-100:]):.4f}")
    return float(np.mean(losses[-100:]))


if __name__ == "__main__":
    main()
