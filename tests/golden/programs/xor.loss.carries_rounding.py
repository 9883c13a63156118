import math
from types import SimpleNamespace

import numpy as np


def accumulate(x, y):
    """The sum of two cotangents of one value, part by part in containers."""
    if has_parts(x):
        return by_parts(accumulate, x, y)
    return None if x is None else x + y


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


def copied(x):
    """A value that shares no memory with `x`."""
    if isinstance(x, np.ndarray):
        return x.copy()
    if isinstance(x, (list, tuple)):
        parts = [copied(item) for item in x]
        return type(x)(*parts) if hasattr(x, "_fields") else type(x)(parts)
    if isinstance(x, dict):
        return {k: copied(item) for k, item in x.items()}
    names = getattr(x, "__dataclass_fields__", None) or getattr(x, "__dict__", None)
    if not names:
        return x
    made = x.__class__.__new__(x.__class__)
    for name in names:
        object.__setattr__(made, name, copied(getattr(x, name)))
    return made


def first_items(xs, n):
    """The first `n` elements of a list, an array or a range."""
    return xs[:n]


def has_parts(x):
    """Whether a value is a container or an object with attributes."""
    if isinstance(x, (list, tuple, dict)):
        return True
    return hasattr(x, "__dict__") or hasattr(x, "__dataclass_fields__")


def zero(like):
    """The zero cotangent of a value: of its shape, floating point, in its structure."""
    if has_parts(like):
        return by_parts(zero, like)
    if isinstance(like, str):
        return None
    if isinstance(like, np.ndarray):
        return np.zeros(like.shape, like.dtype if like.dtype.kind in "fc" else float)
    if isinstance(like, np.inexact):
        return type(like)(0)
    return 0j if isinstance(like, complex) else 0.0


def loss_grad(params, table, sizes=(2, 3, 1), decay=0.001):
    """Squared hinge of the margins, and weight decay."""
    # forward
    sizes_0, sizes_1, sizes_2 = sizes
    items_sizes_0 = [sizes_0, sizes_1, sizes_2]
    items_sizes_1 = [sizes_1, sizes_2]
    items = []
    at = 0
    at_tapes = []
    count = 0
    for k, (inputs, outputs) in enumerate(zip(items_sizes_0, items_sizes_1)):
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
    act_tapes_tape = []
    for x, _ in table:
        x_tape = []
        item_tapes = []
        act_tapes = []
        for layer in items:
            x_tape.append(x)
            x_2 = []
            item_tape = []
            act_tape = []
            for neuron in layer.neurons:
                if len(x) != len(neuron.weights):
                    raise ValueError("zip() argument 2 is not as long as argument 1")
                item = []
                for w, xi in zip(neuron.weights, x):
                    item.append(w * xi)
                item_tape.append(item)
                act = sum(item, neuron.bias)
                act_tape.append(act)
                tanh_act = math.tanh(act) if neuron.nonlinear else act
                x_2.append(tanh_act)
            item_tapes.append(item_tape)
            act_tapes.append(act_tape)
            x = x_2
        x_tape_2.append(x)
        x_tapes.append(x_tape)
        item_tapes_tape.append(item_tapes)
        act_tapes_tape.append(act_tapes)
        assert len(x) == 1, "expected 1 values to unpack"
    item = []
    for p in params:
        item.append(p * p)
    # reverse
    item = [decay] * len(item)
    p_bars = []
    for p in reversed(params):
        # return total / len(table) + decay * sum(p * p for p in params)
        item_last = item.pop()
        p_bar = 2.0 * item_last * p
        p_bars.append(p_bar)
    # for x, y in table:
    zeros_items = zero(items)
    for (_, y), x_2, x_tape, item_tapes, act_tapes in zip(
        reversed(table),
        reversed(x_tape_2),
        reversed(x_tapes),
        reversed(item_tapes_tape),
        reversed(act_tapes_tape),
    ):
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
        x_bar = [0.0] * len(x_2)
        x_bar[0] = score_bar
        object_bars_tape_2 = []
        for layer, x, item_tape, act_tape in zip(
            reversed(items), reversed(x_tape), reversed(item_tapes), reversed(act_tapes)
        ):
            layer_neurons = layer.neurons
            item = x_bar
            x_bar = [0.0] * len(x)
            object_bars_tape = []
            for neuron, item_in, act in zip(
                reversed(layer_neurons), reversed(item_tape), reversed(act_tape)
            ):
                # return [neuron(x) for neuron in self.neurons]
                act_bar = item.pop()
                if neuron.nonlinear:
                    tanh_act_2 = math.tanh(act)
                    # return math.tanh(act) if self.nonlinear else act
                    abs_tanh_act_2 = abs(tanh_act_2)
                    result = (
                        1 - tanh_act_2 * tanh_act_2
                        if abs_tanh_act_2 < 0.5
                        else math.exp(-2 * abs(act)) * (1 + abs_tanh_act_2) ** 2
                    )
                    act_bar = act_bar * result
                # act = sum((w * xi for w, xi in zip(self.weights, x, strict=True)), self.bias)
                n_item_in = len(item_in)
                weights = neuron.weights
                item_2 = [act_bar] * n_item_in
                w_bars = []
                xi_bars = []
                for w, xi in zip(reversed(weights), reversed(x)):
                    # act = sum((w * xi for w, xi in zip(self.weights, x, strict=True)), self.bias)
                    item_2_last = item_2.pop()
                    w_bar = item_2_last * xi
                    w_bars.append(w_bar)
                    xi_bar = item_2_last * w
                    xi_bars.append(xi_bar)
                x_bar = accumulate(x_bar, xi_bars[::-1])
                object_bars_tape.append(
                    SimpleNamespace(weights=w_bars[::-1], bias=act_bar, nonlinear=0.0)
                )
            object_bars_tape_2.append(SimpleNamespace(neurons=object_bars_tape[::-1]))
        zeros_items = accumulate(zeros_items, object_bars_tape_2[::-1])
    # for k, (inputs, outputs) in enumerate(zip(sizes, sizes[1:], strict=False)):
    first_items_2 = first_items(items_sizes_0, count)
    # return total / len(table) + decay * sum(p * p for p in params)
    params_bar = p_bars[::-1]
    for inputs, at_tape in zip(reversed(first_items_2), reversed(at_tapes)):
        # self.layers.append(Layer(neurons))
        zeros_items_last = zeros_items.pop()
        neurons_bar = zeros_items_last.neurons
        neurons_bar = copied(neurons_bar)
        for at in reversed(at_tape):
            # neurons.append(Neuron(params[at : at + inputs], params[at + inputs], k < len(sizes) -
            #     2))
            neurons_bar_last = neurons_bar.pop()
            at_sum = at + inputs
            params_bar[at_sum] = params_bar[at_sum] + neurons_bar_last.bias
            add_at(params_bar, slice(at, at_sum, None), neurons_bar_last.weights)
    return params_bar
