"""Softmax regression and a small neural network on real handwritten digits.

    python examples/digits.py                      # differentiates the losses as it starts
    python examples/digits.py --generated DIR      # imports what the command line wrote to DIR

The 1,797 images of 8 by 8 pixels come with scikit-learn; every fourth one is kept for the test.
"""

import argparse
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import sourcead

Arrays = tuple[np.ndarray, ...]
ValueAndGradient = Callable[..., tuple[float, Arrays]]


def cross_entropy(logits, labels):
    """Mean over the rows of the negative log-probability of each row's label."""
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_z = np.log(np.sum(np.exp(shifted), axis=1))
    return np.mean(log_z - shifted[np.arange(len(labels)), labels])


def softmax_loss(w, b, x, labels):
    """Loss of softmax regression: one linear layer."""
    return cross_entropy(x @ w + b, labels)


def mlp_loss(w1, b1, w2, b2, x, labels):
    """Loss of a network with one hidden layer."""
    hidden = np.tanh(x @ w1 + b1)
    return cross_entropy(hidden @ w2 + b2, labels)


@dataclass(frozen=True)
class Model:
    """What training needs to know of a model besides its gradient."""

    loss: Callable[..., float]
    wrt: tuple[str, ...]
    logits: Callable[..., np.ndarray]
    sizes: tuple[tuple[int, ...], ...]
    rate: float

    def initial(self, rng: np.random.Generator) -> Arrays:
        """Draw small weights; the biases start from zero."""
        return tuple(
            rng.normal(size=size) / np.sqrt(size[0]) if len(size) == 2 else np.zeros(size)
            for size in self.sizes
        )


MODELS = {
    "softmax": Model(
        loss=softmax_loss,
        wrt=("w", "b"),
        logits=lambda w, b, x: x @ w + b,
        sizes=((64, 10), (10,)),
        rate=0.3,
    ),
    "mlp": Model(
        loss=mlp_loss,
        wrt=("w1", "b1", "w2", "b2"),
        logits=lambda w1, b1, w2, b2, x: np.tanh(x @ w1 + b1) @ w2 + b2,
        sizes=((64, 32), (32,), (32, 10), (10,)),
        rate=0.1,
    ),
}


@dataclass(frozen=True)
class Digits:
    """Images as rows of 64 numbers, with their labels."""

    x: np.ndarray
    labels: np.ndarray
    test_x: np.ndarray
    test_labels: np.ndarray


def load() -> Digits:
    """Read scikit-learn's digits, centred on the mean training image."""
    from sklearn.datasets import load_digits

    x, labels = load_digits(return_X_y=True)
    test = np.arange(len(x)) % 4 == 0
    x = (x - x[~test].mean(axis=0)) / 16.0
    return Digits(x[~test], labels[~test], x[test], labels[test])


def accuracy(model: Model, params: Arrays, data: Digits) -> float:
    """Share of the test images whose most probable label is the right one."""
    guesses = model.logits(*params, data.test_x).argmax(axis=1)
    return float(np.mean(guesses == data.test_labels))


def train(
    name: str, value_and_gradient: ValueAndGradient, data: Digits, epochs: int, batch: int = 64
) -> tuple[list[float], float]:
    """Train by gradient descent with momentum; return the loss of each epoch and the accuracy."""
    from tqdm import tqdm

    model = MODELS[name]
    rng = np.random.default_rng(0)
    params = model.initial(rng)
    speeds = tuple(np.zeros_like(p) for p in params)
    curve = []
    with tqdm(total=epochs, desc=f"{name:8}", unit="epoch") as progress:
        for _ in range(epochs):
            order = rng.permutation(len(data.x))
            losses = []
            for rows in np.split(order, range(batch, len(order), batch)):
                loss, slopes = value_and_gradient(*params, data.x[rows], data.labels[rows])
                for p, v, slope in zip(params, speeds, slopes, strict=True):
                    v[...] = 0.9 * v - model.rate * slope
                    p += v
                losses.append(loss)
            curve.append(float(np.mean(losses)))
            share = accuracy(model, params, data)
            progress.set_postfix(loss=f"{curve[-1]:.4f}", accuracy=f"{share:.1%}", refresh=False)
            progress.update()
    return curve, share


def gradients(generated: Path | None) -> dict[str, ValueAndGradient]:
    """Differentiate the losses now, or import the modules the command line wrote."""
    if generated is None:
        return {name: sourcead.value_and_grad(m.loss, wrt=m.wrt) for name, m in MODELS.items()}
    found = {}
    for name, model in MODELS.items():
        spec = importlib.util.spec_from_file_location(
            f"digits_{name}_grad", generated / f"digits_{name}_grad.py"
        )
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found[name] = getattr(module, f"{model.loss.__name__}_value_and_grad")
    return found


def draw(curves: dict[str, list[float]], path: Path) -> None:
    """Write the loss curves as the image that the suffix of the path names."""
    from matplotlib.figure import Figure

    axes = (figure := Figure(figsize=(6.0, 3.5), layout="constrained")).subplots()
    for name, curve in curves.items():
        axes.semilogy(range(1, len(curve) + 1), curve, label=name)
    axes.set(xlabel="epoch", ylabel="mean training loss", title="Handwritten digits")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path)


def main(argv: list[str] | None = None) -> dict[str, float]:
    """Train every model, draw the curves, and return the test accuracies."""
    parser = argparse.ArgumentParser(description="Train two models on handwritten digits.")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--curve", type=Path, default=Path("digits_loss.svg"))
    parser.add_argument("--generated", type=Path, help="directory of the generated modules")
    options = parser.parse_args(argv)

    data = load()
    curves, shares = {}, {}
    for name, value_and_gradient in gradients(options.generated).items():
        curves[name], shares[name] = train(name, value_and_gradient, data, options.epochs)
    draw(curves, options.curve)
    for name, share in shares.items():
        print(f"{name}: {share:.1%} of {len(data.test_x)} test images right")
    print(f"loss curves: {options.curve}")
    return shares


if __name__ == "__main__":
    main()
