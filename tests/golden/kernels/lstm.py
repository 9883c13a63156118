import numpy as np


def sum_of_outer(us, vs, like):
    """The sum of `np.outer(u, v)` over pairs of vectors: a matrix of the shape of `like`."""
    return np.array(us).T @ np.array(vs) if us else np.zeros_like(like)


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


def run_rev(saved, inputs, wx, wh, hidden, memory, hidden_bar):
    # reverse
    (
        pre_tape,
        exp_pre_tape,
        tanh_pre_tape,
        exp_pre_3_tape,
        tanh_memory_tape,
        exp_pre_2_tape,
        bias_shape,
    ) = saved
    # for t in range(len(inputs)):
    memory_bar = np.zeros_like(hidden_bar)
    bias_bar = np.zeros(bias_shape)
    inputs_bar = np.zeros_like(inputs)
    units = hidden.shape[1]
    left = []
    right = []
    left_2 = []
    right_2 = []
    for t, pre, exp_pre, tanh_pre, exp_pre_3, tanh_memory, exp_pre_2 in zip(
        reversed(range(len(inputs))),
        reversed(pre_tape),
        reversed(exp_pre_tape),
        reversed(tanh_pre_tape),
        reversed(exp_pre_3_tape),
        reversed(tanh_memory_tape),
        reversed(exp_pre_2_tape),
    ):
        # hidden[t] = sigmoid(pre[3 * units :]) * np.tanh(memory[t])
        hidden_bar_prod = hidden_bar[t] * tanh_memory
        exp_pre_3_sum = 1.0 + exp_pre_3
        hidden_bar_ratio = hidden_bar[t] / exp_pre_3_sum
        prod = -2 * np.abs(memory[t])
        memory_bar[t] += hidden_bar_ratio * np.exp(prod) * (1 + np.abs(tanh_memory)) ** 2
        pre_bar = np.zeros_like(pre)
        units_prod = 3 * units
        pre_bar[units_prod:] = (
            unbroadcast(hidden_bar_prod, exp_pre_3) / exp_pre_3_sum / exp_pre_3_sum * exp_pre_3
        )
        # memory[t] += write
        memory_bar_t = memory_bar[t]
        exp_pre_sum = 1.0 + exp_pre
        write = 1.0 / exp_pre_sum * tanh_pre
        write_bar = unbroadcast(memory_bar_t, write).copy()
        is_greater_t = t > 0
        twice_units = 2 * units
        if is_greater_t:
            # memory[t] = sigmoid(pre[2 * units : 3 * units]) * memory[t - 1]
            memory_bar_t_prod = memory_bar_t * memory[t - 1]
            exp_pre_2_sum = 1.0 + exp_pre_2
            memory_bar_t_ratio = memory_bar_t / exp_pre_2_sum
            summed = unbroadcast(memory_bar_t_prod, exp_pre_2)
            memory_bar[t] = 0.0
            memory_bar[t - 1] += memory_bar_t_ratio
            pre_bar[twice_units:units_prod] = summed / exp_pre_2_sum / exp_pre_2_sum * exp_pre_2
        # write = sigmoid(pre[:units]) * np.tanh(pre[units : 2 * units])
        write_bar_prod = write_bar * tanh_pre
        write_bar_ratio = write_bar / exp_pre_sum
        summed_2 = unbroadcast(write_bar_ratio, tanh_pre)
        prod_2 = -2 * np.abs(pre[units:twice_units])
        power = (1 + np.abs(tanh_pre)) ** 2
        pre_bar[units:twice_units] += summed_2 * np.exp(prod_2) * power
        pre_bar[:units] += (
            unbroadcast(write_bar_prod, exp_pre) / exp_pre_sum / exp_pre_sum * exp_pre
        )
        # hidden[t] = sigmoid(pre[3 * units :]) * np.tanh(memory[t])
        hidden_bar[t] = 0.0
        if is_greater_t:
            # pre += hidden[t - 1] @ wh
            wh_prod = wh @ pre_bar
            left.append(hidden[t - 1])
            right.append(pre_bar)
            hidden_bar[t - 1] += wh_prod
        # pre = inputs[t] @ wx + bias
        bias_bar += pre_bar
        wx_prod = wx @ pre_bar
        left_2.append(inputs[t])
        right_2.append(pre_bar)
        inputs_bar[t] += wx_prod
    wx_bar = sum_of_outer(left_2, right_2, wx)
    wh_bar = sum_of_outer(left, right, wh)
    return inputs_bar, wx_bar, wh_bar, bias_bar


def run_fwd(inputs, wx, wh, bias, hidden, memory):
    bias_shape = bias.shape
    units = hidden.shape[1]
    pre_tape = []
    exp_pre_tape = []
    tanh_pre_tape = []
    exp_pre_3_tape = []
    tanh_memory_tape = []
    exp_pre_2_tape = []
    for t in range(len(inputs)):
        pre = inputs[t] @ wx + bias
        is_greater_t = t > 0
        if is_greater_t:
            pre += hidden[t - 1] @ wh
        pre_tape.append(pre)
        exp_pre = np.exp(-pre[:units])
        exp_pre_tape.append(exp_pre)
        twice_units = 2 * units
        tanh_pre = np.tanh(pre[units:twice_units])
        tanh_pre_tape.append(tanh_pre)
        write = 1.0 / (1.0 + exp_pre) * tanh_pre
        if is_greater_t:
            exp_pre_2 = np.exp(-pre[twice_units : 3 * units])
            memory[t] = 1.0 / (1.0 + exp_pre_2) * memory[t - 1]
        else:
            exp_pre_2 = None
        exp_pre_2_tape.append(exp_pre_2)
        memory[t] += write
        exp_pre_3 = np.exp(-pre[3 * units :])
        exp_pre_3_tape.append(exp_pre_3)
        tanh_memory = np.tanh(memory[t])
        tanh_memory_tape.append(tanh_memory)
        hidden[t] = 1.0 / (1.0 + exp_pre_3) * tanh_memory
    return (
        hidden,
        memory,
        (
            pre_tape,
            exp_pre_tape,
            tanh_pre_tape,
            exp_pre_3_tape,
            tanh_memory_tape,
            exp_pre_2_tape,
            bias_shape,
        ),
    )


def loss_grad(inputs, wx, wh, bias, target):
    """Squared distance between the hidden states and their targets."""
    # forward
    hidden = np.zeros_like(target)
    memory = np.zeros_like(target)
    hidden, memory, run_saved = run_fwd(inputs, wx, wh, bias, hidden, memory)
    # reverse
    # return np.mean((hidden - target) ** 2)
    hidden_bar = 2 * (hidden - target) / hidden.size
    # run(inputs, wx, wh, bias, hidden, memory)
    inputs_bar, wx_bar, wh_bar, bias_bar = run_rev(
        run_saved, inputs, wx, wh, hidden, memory, hidden_bar
    )
    return wx_bar, wh_bar, bias_bar, inputs_bar
