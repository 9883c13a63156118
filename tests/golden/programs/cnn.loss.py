import numpy as np
from cnn import Weights


def unbroadcast(g, like):
    """Sum `g` over the axes along which `like` was broadcast to the shape of `g`."""
    shape = np.shape(like)
    if np.shape(g) != shape:
        lead = np.ndim(g) - len(shape)
        g = np.sum(g, axis=tuple(range(lead))) if lead > 0 else g
        if np.ndim(g) == len(shape):
            ones = tuple(k for k, n in enumerate(shape) if n == 1 and np.shape(g)[k] != 1)
            g = np.sum(g, axis=ones, keepdims=True) if ones else g
        g = np.broadcast_to(g, shape).copy() if np.shape(g) != shape else g
    dtype = getattr(like, "dtype", None)
    if dtype is not None and dtype.kind in "fc" and getattr(g, "dtype", dtype) != dtype:
        g = g.real.astype(dtype) if dtype.kind == "f" and g.dtype.kind == "c" else g.astype(dtype)
    return g.real if isinstance(like, (int, float)) and np.iscomplexobj(g) else g


def convolve_rev(biases_shape, images, filters, out_bar):
    # reverse
    # out += biases[:, None, None]
    biases_bar = np.zeros(biases_shape)
    biases_bar[:, None, None] = np.sum(np.sum(out_bar, axis=0), axis=(1, 2), keepdims=True)
    fh = filters.shape[1]
    fw = filters.shape[2]
    height = images.shape[1]
    width = images.shape[2]
    filters_bar = np.zeros_like(filters)
    for i in reversed(range(fh)):
        for j in reversed(range(fw)):
            filters_part = filters[None, :, i, j, None, None]
            patch = images[:, i : i + height - fh + 1, j : j + width - fw + 1]
            filters_part_prod = filters_part * patch[:, None]
            # out += filters[None, :, i, j, None, None] * patch[:, None]
            summed_out_bar = unbroadcast(out_bar, filters_part_prod)
            prod = summed_out_bar * patch[:, None]
            sum_prod = np.sum(prod, axis=(0, 2, 3), keepdims=True)
            filters_bar[None, :, i, j, None, None] += sum_prod
    return filters_bar, biases_bar


def convolve_fwd(images, filters, biases):
    """Valid cross-correlation of every image with every filter."""
    n = images.shape[0]
    height = images.shape[1]
    width = images.shape[2]
    count = filters.shape[0]
    fh = filters.shape[1]
    fw = filters.shape[2]
    out = np.zeros((n, count, height - fh + 1, width - fw + 1))
    for i in range(fh):
        for j in range(fw):
            patch = images[:, i : i + height - fh + 1, j : j + width - fw + 1]
            out += filters[None, :, i, j, None, None] * patch[:, None]
    out += biases[:, None, None]
    return out, biases.shape


def loss_grad(w, images, labels, decay=0.001):
    """Softmax cross entropy with weight decay."""
    # forward
    filters = w.filters
    convolve_out, convolve_saved = convolve_fwd(images, filters, w.biases)
    hidden = np.maximum(convolve_out, 0.0)
    n = convolve_out.shape[0]
    count = convolve_out.shape[1]
    height = convolve_out.shape[2]
    width = convolve_out.shape[3]
    tiles = hidden.reshape((n, count, height // 2, 2, width // 2, 2))
    pooled = tiles.max(axis=(3, 5))
    reshape_pooled = pooled.reshape((len(images), -1))
    prod = reshape_pooled @ w.dense
    scores = prod + w.offset
    max_scores = np.max(scores, axis=1, keepdims=True)
    scores_2 = scores - max_scores
    exp_scores = np.exp(scores_2)
    sum_exp_scores = exp_scores.sum(axis=1, keepdims=True)
    log_p = scores_2 - np.log(sum_exp_scores)
    fit_pre = np.arange(len(labels))
    # reverse
    # return fit + decay * (np.sum(w.filters**2) + np.sum(w.dense**2))
    twice_decay = 2 * decay
    # fit = -log_p[np.arange(len(labels)), labels].mean()
    log_p_bar = np.zeros_like(prod)
    log_p_bar[fit_pre, labels] = -1.0 / log_p[fit_pre, labels].size
    # log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    scores_bar = log_p_bar - np.sum(log_p_bar, axis=1, keepdims=True) / sum_exp_scores * exp_scores
    # scores = scores - np.max(scores, axis=1, keepdims=True)
    sum_scores_bar = np.sum(scores_bar, axis=1, keepdims=True)
    hit = scores == max_scores
    scores_bar -= sum_scores_bar * hit / np.sum(hit, axis=1, keepdims=True)
    # return pooled.reshape(len(images), -1) @ w.dense + w.offset
    transposed = w.dense.T
    pooled_bar = np.reshape(scores_bar @ transposed, pooled.shape)
    # return tiles.max(axis=(3, 5))
    hit = tiles == np.expand_dims(pooled, (3, 5))
    expand_dims = np.expand_dims(pooled_bar, (3, 5))
    tiles_bar = expand_dims * hit / np.sum(hit, axis=(3, 5), keepdims=True)
    # tiles = x.reshape(n, count, height // size, size, width // size, size)
    hidden_bar = np.reshape(tiles_bar, convolve_out.shape)
    # hidden = np.maximum(convolve(images, w.filters, w.biases), 0.0)
    hidden_bar_prod = hidden_bar * (hidden > 0.0)
    filters_bar, biases_bar = convolve_rev(convolve_saved, images, filters, hidden_bar_prod)
    return Weights(
        filters=twice_decay * filters + filters_bar,
        biases=biases_bar,
        dense=twice_decay * w.dense + reshape_pooled.T @ scores_bar,
        offset=np.sum(scores_bar, axis=0),
    )
