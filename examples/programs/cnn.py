"""A small convolutional network tells horizontal bars from vertical ones.

    python examples/programs/cnn.py

Convolution and pooling are written with slices and loops over the kernel's few offsets, the way
one writes them when no library is at hand.
"""

from typing import NamedTuple

import numpy as np

from sourcead import value_and_grad


class Weights(NamedTuple):
    """Filters (count, height, width), their biases, and the linear layer on top."""

    filters: np.ndarray
    biases: np.ndarray
    dense: np.ndarray
    offset: np.ndarray


def convolve(images, filters, biases):
    """Valid cross-correlation of every image with every filter."""
    n, height, width = images.shape
    count, fh, fw = filters.shape
    out = np.zeros((n, count, height - fh + 1, width - fw + 1))
    for i in range(fh):
        for j in range(fw):
            patch = images[:, i : i + height - fh + 1, j : j + width - fw + 1]
            out += filters[None, :, i, j, None, None] * patch[:, None]
    out += biases[:, None, None]
    return out


def max_pool(x, size):
    """Largest value in each square of the given size."""
    n, count, height, width = x.shape
    tiles = x.reshape(n, count, height // size, size, width // size, size)
    return tiles.max(axis=(3, 5))


def predict(w, images):
    hidden = np.maximum(convolve(images, w.filters, w.biases), 0.0)
    pooled = max_pool(hidden, 2)
    return pooled.reshape(len(images), -1) @ w.dense + w.offset


def loss(w, images, labels, decay=1e-3):
    """Softmax cross entropy with weight decay."""
    scores = predict(w, images)
    scores = scores - np.max(scores, axis=1, keepdims=True)
    log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    fit = -log_p[np.arange(len(labels)), labels].mean()
    return fit + decay * (np.sum(w.filters**2) + np.sum(w.dense**2))


def initial(count=4, size=8, kernel=3, classes=2, seed=0):
    rng = np.random.default_rng(seed)
    pooled = (size - kernel + 1) // 2
    return Weights(
        0.3 * rng.normal(size=(count, kernel, kernel)),
        np.zeros(count),
        0.1 * rng.normal(size=(count * pooled**2, classes)),
        np.zeros(classes),
    )


def bars(n, size=8, seed=1):
    """Noisy images with one bar each, and whether it is vertical."""
    rng = np.random.default_rng(seed)
    images = 0.5 * rng.normal(size=(n, size, size))
    labels = rng.integers(0, 2, size=n)
    for image, vertical in zip(images, labels, strict=True):
        place = rng.integers(size)
        if vertical:
            image[:, place] += 1.0
        else:
            image[place, :] += 1.0
    return images, labels


def main() -> float:
    """Train by gradient descent; return the accuracy on new images."""
    images, labels = bars(200)
    w = initial()
    slope = value_and_grad(loss)
    for i in range(151):
        value, bar = slope(w, images, labels)
        w = Weights(*(p - 0.3 * g for p, g in zip(w, bar, strict=True)))
        if i % 50 == 0:
            print(f"{i:4}  {value:.4f}")
    images, labels = bars(500, seed=2)
    accuracy = float(np.mean(predict(w, images).argmax(axis=1) == labels))
    print(f"accuracy on new images: {accuracy:.1%}")
    return accuracy


if __name__ == "__main__":
    main()
