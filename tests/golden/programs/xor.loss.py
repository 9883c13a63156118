import math
from types import SimpleNamespace

import numpy as np


def accumulate(x, y):
    """The sum of two cotangents of one value, part by part in containers."""
    return by_parts(accumulate, x, y) if has_parts(x) else x + y


def add_at(x, index, v):
    """Add `v` to the elements of an array or a list at `index`; repeated ones count repeatedly."""
    if isinstance(x, np.ndarray):
        np.add.at(x, index, v)
    else:
        x[index] = accumulate(x[index], v)


def by_parts(function, x, *more):
    """A container like `x`, with what `function` makes of each part of it (and of `more`)."""
    if isinstance(x, dict):
        return {k: function(part, *(y[k] for y in more)) for k, part in x.items()}
    if isinstance(x, (list, tuple)):
        parts = [function(*row) for row in zip(x, *more, strict=True)]
        return type(x)(*parts) if hasattr(x, "_fields") else type(x)(parts)
    made = x.__class__.__new__(x.__class__)
    for name in getattr(x, "__dataclass_fields__", None) or x.__dict__:
        parts = [getattr(y, name) for y in (x, *more)]
        object.__setattr__(made, name, function(*parts))
    return made


def extended_with_zeros(bars, xs):
    """The cotangents of the elements a loop reached, and zeros for those that it did not."""
    return [*bars, *(zero(x) for x in xs[len(bars) :])]


def first_items(xs, n):
    """The first `n` elements of a list, an array or a range."""
    return xs[:n]


def has_parts(x):
    """Whether a value is a container or an object with attributes."""
    if isinstance(x, (list, tuple, dict)):
        return True
    return hasattr(x, "__dict__") or hasattr(x, "__dataclass_fields__")


def without_last(xs):
    """A list without its last element."""
    return xs[:-1]


def zero(like):
    """The zero cotangent of a value: of its shape, floating point, in its structure."""
    if has_parts(like):
        return by_parts(zero, like)
    if isinstance(like, np.ndarray):
        return np.zeros(like.shape, like.dtype if like.dtype.kind in "fc" else float)
    if isinstance(like, np.inexact):
        return type(like)(0)
    return 0j if isinstance(like, complex) else 0.0


def loss_grad(params, table, sizes=(2, 3, 1), decay=0.001):
    """Squared hinge of the margins, and weight decay."""
    # forward
    part_sizes, part_sizes_2, part_sizes_3 = sizes
    items_part_sizes = [part_sizes, part_sizes_2, part_sizes_3]
    items_part_sizes_2 = [part_sizes_2, part_sizes_3]
    items = []
    at = 0
    at_tapes = []
    count = 0
    for k, (inputs, outputs) in enumerate(zip(items_part_sizes, items_part_sizes_2)):
        count += 1
        neurons = []
        at_tape = []
        for _ in range(outputs):
            at_tape.append(at)
            at_sum = at + inputs
            neurons.append(
                SimpleNamespace(weights=params[at:at_sum], bias=params[at_sum], nonlinear=k < 1)
            )
            at += inputs + 1
        at_tapes.append(at_tape)
        items.append(SimpleNamespace(neurons=neurons))
    x_tape_2 = []
    x_tapes = []
    item_tapes_tape = []
    start_2_tapes_tape = []
    count_tapes_tape = []
    for value in table:
        x = value[0]
        x_tape = []
        item_tapes = []
        start_2_tapes = []
        count_tapes = []
        for layer in items:
            x_tape.append(x)
            part_layer = layer.neurons
            x_2 = []
            item_tape = []
            start_2_tape = []
            count_tape = []
            for neuron in part_layer:
                if len(x) != len(neuron.weights):
                    raise ValueError("zip() argument 2 is not as long as argument 1")
                item = []
                count_2 = 0
                for w, xi in zip(neuron.weights, x):
                    count_2 += 1
                    item.append(w * xi)
                item_tape.append(item)
                count_tape.append(count_2)
                start = neuron.bias
                for item_in in item:
                    start = start + item_in
                if neuron.nonlinear:
                    start = math.tanh(start)
                    start_2 = start
                else:
                    start_2 = None
                start_2_tape.append(start_2)
                x_2.append(start)
            item_tapes.append(item_tape)
            start_2_tapes.append(start_2_tape)
            count_tapes.append(count_tape)
            x = x_2
        x_tape_2.append(x)
        x_tapes.append(x_tape)
        item_tapes_tape.append(item_tapes)
        start_2_tapes_tape.append(start_2_tapes)
        count_tapes_tape.append(count_tapes)
        assert len(x) == 1, "expected 1 values to unpack"
    item = []
    for p in params:
        item.append(p * p)
    # reverse
    start_bar_tape = []
    for item_in in reversed(item):
        start_bar_tape.append(decay)
    item = start_bar_tape[::-1]
    p_bar_tape = []
    for p in reversed(params):
        # return total / len(table) + decay * sum(p * p for p in params)
        p_bar = 2.0 * item[-1] * p
        p_bar_tape.append(p_bar)
        item = without_last(item)
    # return total / len(table) + decay * sum(p * p for p in params)
    params_bar = p_bar_tape[::-1]
    # for x, y in table:
    zeros_items = zero(items)
    for value, x_2, x_tape, item_tapes, start_2_tapes, count_tapes in zip(
        reversed(table),
        reversed(x_tape_2),
        reversed(x_tapes),
        reversed(item_tapes_tape),
        reversed(start_2_tapes_tape),
        reversed(count_tapes_tape),
    ):
        y = value[1]
        score = x_2[0]
        margin = 1.0 - y * score
        if margin > 0.0:
            # total += margin**2
            margin_bar = 2 * margin / len(table)
        else:
            margin_bar = 0.0
        # margin = 1.0 - y * score
        score_bar = -margin_bar * y
        # (score,) = model(x)
        x_bar = zero(x_2)
        x_bar[0] = score_bar
        object_bars_tape_2 = []
        for layer, x, item_tape, start_2_tape, count_tape in zip(
            reversed(items),
            reversed(x_tape),
            reversed(item_tapes),
            reversed(start_2_tapes),
            reversed(count_tapes),
        ):
            part_layer_2 = layer.neurons
            item = x_bar
            x_bar = zero(x)
            object_bars_tape = []
            for neuron, item_in, start_2, count_in in zip(
                reversed(part_layer_2),
                reversed(item_tape),
                reversed(start_2_tape),
                reversed(count_tape),
            ):
                # return [neuron(x) for neuron in self.neurons]
                start_bar = item[-1]
                if neuron.nonlinear:
                    # return math.tanh(act) if self.nonlinear else act
                    start_bar = start_bar * (1 - start_2 * start_2)
                start_bar_tape = []
                for item_2 in reversed(item_in):
                    start_bar_tape.append(start_bar)
                # for item in items:
                bars = start_bar_tape[::-1]
                part_neuron = neuron.weights
                # act = sum((w * xi for w, xi in zip(self.weights, x, strict=True)), self.bias)
                first_items_2 = first_items(part_neuron, count_in)
                first_items_x = first_items(x, count_in)
                w_bar_tape = []
                xi_bar_tape = []
                for w, xi in zip(reversed(first_items_2), reversed(first_items_x)):
                    # act = sum((w * xi for w, xi in zip(self.weights, x, strict=True)), self.bias)
                    w_bar = bars[-1] * xi
                    w_bar_tape.append(w_bar)
                    xi_bar = bars[-1] * w
                    xi_bar_tape.append(xi_bar)
                    bars = without_last(bars)
                x_bar = accumulate(x_bar, extended_with_zeros(xi_bar_tape[::-1], x))
                object_bars_tape.append(
                    SimpleNamespace(
                        weights=extended_with_zeros(w_bar_tape[::-1], part_neuron),
                        bias=start_bar,
                        nonlinear=0.0,
                    )
                )
                item = without_last(item)
            object_bars_tape_2.append(SimpleNamespace(neurons=object_bars_tape[::-1]))
        zeros_items = accumulate(zeros_items, object_bars_tape_2[::-1])
    # for k, (inputs, outputs) in enumerate(zip(sizes, sizes[1:], strict=False)):
    first_items_3 = first_items(items_part_sizes, count)
    for inputs, at_tape in zip(reversed(first_items_3), reversed(at_tapes)):
        # self.layers.append(Layer(neurons))
        neurons_bar = zeros_items[-1].neurons
        for at in reversed(at_tape):
            at_sum_2 = at + inputs
            # neurons.append(Neuron(params[at : at + inputs], params[at + inputs], k < len(sizes) -
            #     2))
            params_bar[at_sum_2] = params_bar[at_sum_2] + neurons_bar[-1].bias
            add_at(params_bar, slice(at, at_sum_2, None), neurons_bar[-1].weights)
            neurons_bar = without_last(neurons_bar)
        zeros_items = without_last(zeros_items)
    return params_bar
