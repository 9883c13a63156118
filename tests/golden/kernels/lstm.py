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
    return g


def run_rev(saved, hidden_bar):
    # reverse
    (
        inputs,
        wx,
        wh,
        units,
        hidden,
        memory,
        pre_tape,
        part_saved,
        part_saved_2,
        part_saved_3,
        part_saved_4,
        part_saved_5,
        part_saved_6,
        part_saved_7,
        part_saved_8,
        part_saved_9,
        bias_shape,
    ) = saved
    # for t in range(len(inputs)):
    memory_bar = np.zeros_like(hidden_bar)
    bias_bar = np.zeros(bias_shape)
    inputs_bar = np.zeros_like(inputs)
    wh_bar = np.zeros_like(wh)
    wx_bar = np.zeros_like(wx)
    for t, pre, item, item_in, item_2, item_3, i, item_4, item_5, i_in, i_2 in zip(
        reversed(range(len(inputs))),
        reversed(pre_tape),
        reversed(part_saved),
        reversed(part_saved_2),
        reversed(part_saved_3),
        reversed(part_saved_4),
        reversed(part_saved_5),
        reversed(part_saved_6),
        reversed(part_saved_7),
        reversed(part_saved_8),
        reversed(part_saved_9),
    ):
        # hidden[t] = sigmoid(pre[3 * units :]) * np.tanh(memory[t])
        hidden_bar_prod = hidden_bar[t] * item_3
        item_2_sum = 1.0 + item_2
        summed = unbroadcast(hidden_bar_prod, item_2)
        memory_bar[t] += hidden_bar[t] / item_2_sum * (1 - item_3 * item_3)
        pre_bar = np.zeros_like(pre)
        pre_bar[3 * units :] = -(summed * (-1.0 / item_2_sum / item_2_sum) * item_2)
        # memory[t] += write
        memory_bar_t = memory_bar[t]
        item_sum = 1.0 + item
        write = 1.0 / item_sum * item_in
        write_bar = unbroadcast(memory_bar_t, write).copy()
        is_greater_t = t > 0
        units_prod = 2 * units
        if is_greater_t:
            # memory[t] = sigmoid(pre[2 * units : 3 * units]) * memory[t - 1]
            memory_bar_t_prod = memory_bar_t * memory[i_in]
            memory_bar_t_ratio = memory_bar_t / item_5
            summed_2 = unbroadcast(memory_bar_t_prod, item_4)
            memory_bar[t] = 0.0
            memory_bar[i_in] += memory_bar_t_ratio
            pre_bar[units_prod:i] -= summed_2 * (-1.0 / item_5 / item_5) * item_4
        # write = sigmoid(pre[:units]) * np.tanh(pre[units : 2 * units])
        write_bar_prod = write_bar * item_in
        write_bar_ratio = write_bar / item_sum
        summed_3 = unbroadcast(write_bar_prod, item)
        pre_bar[units:units_prod] += unbroadcast(write_bar_ratio, item_in) * (1 - item_in * item_in)
        pre_bar[:units] -= summed_3 * (-1.0 / item_sum / item_sum) * item
        # hidden[t] = sigmoid(pre[3 * units :]) * np.tanh(memory[t])
        hidden_bar[t] = 0.0
        if is_greater_t:
            # pre += hidden[t - 1] @ wh
            wh_bar += np.outer(hidden[i_2], pre_bar)
            hidden_bar[i_2] += wh @ pre_bar
        # pre = inputs[t] @ wx + bias
        bias_bar += pre_bar
        wx_bar += np.outer(inputs[t], pre_bar)
        inputs_bar[t] += wx @ pre_bar
    return inputs_bar, wx_bar, wh_bar, bias_bar


def run_fwd(inputs, wx, wh, bias, hidden, memory):
    bias_shape = bias.shape
    units = hidden.shape[1]
    pre_tape = []
    exp_pre_tape = []
    tanh_pre_tape = []
    exp_pre_tape_2 = []
    tanh_memory_tape = []
    units_prod_tape = []
    exp_pre_tape_3 = []
    sum_tape = []
    t_diff_tape = []
    t_diff_tape_2 = []
    for t in range(len(inputs)):
        pre = inputs[t] @ wx + bias
        is_greater_t = t > 0
        if is_greater_t:
            t_diff = t - 1
            pre += hidden[t_diff] @ wh
        else:
            t_diff = None
        pre_tape.append(pre)
        t_diff_tape_2.append(t_diff)
        exp_pre = np.exp(-pre[:units])
        exp_pre_tape.append(exp_pre)
        write_pre = 2 * units
        tanh_pre = np.tanh(pre[units:write_pre])
        tanh_pre_tape.append(tanh_pre)
        write = 1.0 / (1.0 + exp_pre) * tanh_pre
        if is_greater_t:
            units_prod = 3 * units
            exp_pre_2 = np.exp(-pre[write_pre:units_prod])
            exp_pre_2_sum = 1.0 + exp_pre_2
            t_diff_2 = t - 1
            memory[t] = 1.0 / exp_pre_2_sum * memory[t_diff_2]
        else:
            units_prod = None
            exp_pre_2 = None
            exp_pre_2_sum = None
            t_diff_2 = None
        units_prod_tape.append(units_prod)
        exp_pre_tape_3.append(exp_pre_2)
        sum_tape.append(exp_pre_2_sum)
        t_diff_tape.append(t_diff_2)
        memory[t] += write
        exp_pre_3 = np.exp(-pre[3 * units :])
        exp_pre_tape_2.append(exp_pre_3)
        tanh_memory = np.tanh(memory[t])
        tanh_memory_tape.append(tanh_memory)
        hidden[t] = 1.0 / (1.0 + exp_pre_3) * tanh_memory
    return (
        hidden,
        memory,
        (
            inputs,
            wx,
            wh,
            units,
            hidden,
            memory,
            pre_tape,
            exp_pre_tape,
            tanh_pre_tape,
            exp_pre_tape_2,
            tanh_memory_tape,
            units_prod_tape,
            exp_pre_tape_3,
            sum_tape,
            t_diff_tape,
            t_diff_tape_2,
            bias_shape,
        ),
    )


def loss_grad(inputs, wx, wh, bias, target):
    """Squared distance between the hidden states and their targets."""
    # forward
    hidden = np.zeros_like(target)
    memory = np.zeros_like(target)
    hidden, _, run_saved = run_fwd(inputs, wx, wh, bias, hidden, memory)
    # reverse
    # return np.mean((hidden - target) ** 2)
    hidden_bar = 2 * (hidden - target) / hidden.size
    # run(inputs, wx, wh, bias, hidden, memory)
    inputs_bar, wx_bar, wh_bar, bias_bar = run_rev(run_saved, hidden_bar)
    return wx_bar, wh_bar, bias_bar, inputs_bar
