import numpy as np


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


def layer_rev(bias_shape, image, filters, out, out_bar):
    # reverse
    # np.maximum(out, 0.0, out=out)
    out_bar *= out > 0.0
    # for o in range(filters.shape[0]):
    image_bar = np.zeros_like(image)
    filters_bar = np.zeros_like(filters)
    bias_bar = np.zeros(bias_shape)
    height = out.shape[1]
    width = out.shape[2]
    for o in reversed(range(filters.shape[0])):
        for c in reversed(range(filters.shape[1])):
            for i in reversed(range(filters.shape[2])):
                for j in reversed(range(filters.shape[3])):
                    i_sum = i + height
                    j_sum = j + width
                    image_part = image[c, i:i_sum, j:j_sum]
                    # out[o] += filters[o, c, i, j] * image[c, i : i + height, j : j + width]
                    summed_out_bar = unbroadcast(out_bar[o], image_part)
                    filters_part = filters[o, c, i, j]
                    image_bar[c, i:i_sum, j:j_sum] += summed_out_bar * filters_part
                    filters_bar[o, c, i, j] += np.vdot(summed_out_bar, image_part)
        # out[o] = bias[o]
        bias_bar[o] += np.sum(out_bar[o])
        out_bar[o] = 0.0
    return image_bar, filters_bar, bias_bar


def layer_fwd(image, filters, bias, out):
    height = out.shape[1]
    width = out.shape[2]
    for o in range(filters.shape[0]):
        out[o] = bias[o]
        for c in range(filters.shape[1]):
            for i in range(filters.shape[2]):
                for j in range(filters.shape[3]):
                    image_part = image[c, i : i + height, j : j + width]
                    out[o] += filters[o, c, i, j] * image_part
    out = np.maximum(out, 0.0)
    return out, bias.shape


def loss_grad(image, filters, bias):
    """Energy of the layer's output."""
    # forward
    outputs = filters.shape[0]
    tall = filters.shape[2]
    wide = filters.shape[3]
    out_pre = image.shape[1] - tall + 1
    out = np.empty((outputs, out_pre, image.shape[2] - wide + 1))
    out, layer_saved = layer_fwd(image, filters, bias, out)
    # reverse
    # return np.sum(out * out)
    out_bar = 2.0 * out
    # layer(image, filters, bias, out)
    image_bar, filters_bar, bias_bar = layer_rev(layer_saved, image, filters, out, out_bar)
    return image_bar, filters_bar, bias_bar
