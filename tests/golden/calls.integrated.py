import numpy as np


def rk4_step_2_rev(saved, out_bar):
    # reverse
    t, y, dt, k, k1, _, _, k2, _, k3, _, _, _, _ = saved
    # return y + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    k4_bar = out_bar * saved[12]
    k3_bar = 2.0 * k4_bar
    dt_bar = out_bar * saved[13] / 6.0
    # return -k * y + np.sin(t); k4 = rhs(t + dt, y + dt * k3, k); k3 = rhs(t + 0.5 * dt, y ...
    t_bar = k4_bar * np.cos(saved[10])
    k4_bar_prod = k4_bar * saved[11]
    k4_bar_prod_2 = k4_bar * k
    k3_bar_2 = k3_bar - k4_bar_prod_2 * dt
    k3_bar_prod = k3_bar_2 * saved[8]
    k3_bar_prod_2 = k3_bar_2 * k
    k2_bar = k3_bar - 0.5 * k3_bar_prod_2 * dt
    prod = (k3_bar_2 + k2_bar) * np.cos(saved[5])
    k2_bar_prod = k2_bar * k
    k1_bar = k4_bar - 0.5 * k2_bar_prod * dt
    dt_bar = (
        dt_bar
        - k4_bar_prod_2 * k3
        + t_bar
        + 0.5 * (-(k3_bar_prod_2 * k2) - k2_bar_prod * k1 + prod)
    )
    t_bar = t_bar + prod + k1_bar * np.cos(t)
    y_bar = out_bar - k4_bar_prod_2 - k3_bar_prod_2 - k2_bar_prod - k1_bar * k
    k_bar = -(k4_bar_prod + k3_bar_prod + k2_bar * saved[6] + k1_bar * y)
    return t_bar, y_bar, dt_bar, k_bar


def rk4_step_2_fwd(t, y, dt, k):
    minus_k = -k
    k1 = minus_k * y + np.sin(t)
    k2_pre = 0.5 * dt
    k2_pre_2 = t + k2_pre
    k2_pre_3 = y + k2_pre * k1
    sin_k2_pre_2 = np.sin(k2_pre_2)
    k2 = minus_k * k2_pre_3 + sin_k2_pre_2
    k3_pre = y + k2_pre * k2
    k3 = minus_k * k3_pre + sin_k2_pre_2
    k4_pre = t + dt
    k4_pre_2 = y + dt * k3
    k4 = minus_k * k4_pre_2 + np.sin(k4_pre)
    dt_ratio = dt / 6.0
    k4_sum = k1 + 2.0 * k2 + 2.0 * k3 + k4
    return y + dt_ratio * k4_sum, (
        t,
        y,
        dt,
        k,
        k1,
        k2_pre_2,
        k2_pre_3,
        k2,
        k3_pre,
        k3,
        k4_pre,
        k4_pre_2,
        dt_ratio,
        k4_sum,
    )


def integrated_grad(y0, k, dt, steps):
    # forward
    y = y0
    rk4_step_2_saved_tape = []
    for i in range(steps):
        y, rk4_step_2_saved = rk4_step_2_fwd(i * dt, y, dt, k)
        rk4_step_2_saved_tape.append(rk4_step_2_saved)
    # reverse
    # return np.sum(y * y)
    y_bar = 2.0 * y
    dt_bar = k_bar = 0.0
    for i, rk4_step_2_saved in zip(reversed(range(steps)), reversed(rk4_step_2_saved_tape)):
        # y = rk4_step(i * dt, y, dt, k)
        rk4_step_2_rev_out, y_bar, rk4_step_2_rev_out_2, rk4_step_2_rev_out_3 = rk4_step_2_rev(
            rk4_step_2_saved, y_bar
        )
        k_bar += rk4_step_2_rev_out_3
        dt_bar = dt_bar + rk4_step_2_rev_out_2 + rk4_step_2_rev_out * i
    return y_bar, k_bar, dt_bar
