"""A convolutional layer with rectified output (Y. LeCun et al., 1989), one shift per filter tap."""

import numpy as np

WRT = ("image", "filters", "bias")


def layer(image, filters, bias, out):
    height, width = out.shape[1:]
    for o in range(filters.shape[0]):
        out[o] = bias[o]
        for c in range(filters.shape[1]):
            for i in range(filters.shape[2]):
                for j in range(filters.shape[3]):
                    out[o] += filters[o, c, i, j] * image[c, i : i + height, j : j + width]
    np.maximum(out, 0.0, out=out)


def loss(image, filters, bias):
    """Energy of the layer's output."""
    outputs, _, tall, wide = filters.shape
    out = np.empty((outputs, image.shape[1] - tall + 1, image.shape[2] - wide + 1))
    layer(image, filters, bias, out)
    return np.sum(out * out)


def make_args(size, rng):
    channels, n, outputs, taps = {"small": (2, 5, 2, 2), "bench": (3, 64, 8, 5)}[size]
    return (
        rng.normal(size=(channels, n, n + 1)),
        rng.normal(size=(outputs, channels, taps, taps)),
        rng.normal(size=outputs),
    )
