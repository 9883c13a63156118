"""Recursive smoothing of an image (R. Deriche, 1990): two causal and two anti-causal passes."""

import numpy as np

WRT = ("image", "alpha")


def smooth_rows(image, out, alpha):
    width = image.shape[1]
    decay = np.exp(-alpha)
    gain = (1.0 - decay) ** 2 / (1.0 + 2.0 * alpha * decay - decay * decay)
    left = np.zeros_like(image)
    right = np.zeros_like(image)
    left[:, 0] = gain * image[:, 0]
    left[:, 1] = gain * (image[:, 1] + decay * (alpha - 1.0) * image[:, 0])
    left[:, 1] += 2.0 * decay * left[:, 0]
    for j in range(2, width):
        left[:, j] = gain * (image[:, j] + decay * (alpha - 1.0) * image[:, j - 1])
        left[:, j] += 2.0 * decay * left[:, j - 1] - decay * decay * left[:, j - 2]
    right[:, width - 2] = gain * decay * (alpha + 1.0) * image[:, width - 1]
    for j in range(width - 3, -1, -1):
        right[:, j] = gain * decay * ((alpha + 1.0) * image[:, j + 1] - decay * image[:, j + 2])
        right[:, j] += 2.0 * decay * right[:, j + 1] - decay * decay * right[:, j + 2]
    np.add(left, right, out=out)


def loss(image, alpha):
    """Energy of the smoothed image."""
    across = np.empty_like(image)
    smooth_rows(image, across, alpha)
    both = np.empty_like(image)
    smooth_rows(across.T, both.T, alpha)
    return np.sum(both * both)


def make_args(size, rng):
    h, w = {"small": (5, 6), "bench": (200, 240)}[size]
    return rng.normal(size=(h, w)), 0.6
