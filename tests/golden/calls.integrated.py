import numpy as np


def rk4_step_rev(saved, t, y, dt, k, out_bar):
    # reverse
    k1, k2, k3, k4 = saved
    # return y + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    k4_bar = out_bar * (dt / 6.0)
    k3_bar = 2.0 * k4_bar
    dt_bar = out_bar * (k1 + 2.0 * k2 + 2.0 * k3 + k4) / 6.0
    # return -k * y + np.sin(t)
    # k4 = rhs(t + dt, y + dt * k3, k)
    # k3 = rhs(t + 0.5 * dt, y + 0.5 * dt * k2, k)
    # k2 = rhs(t + 0.5 * dt, y + 0.5 * dt * k1, k)
    t_bar = k4_bar * np.cos(t + dt)
    k4_bar_prod = k4_bar * k
    k3_bar_2 = k3_bar - k4_bar_prod * dt
    half_dt = 0.5 * dt
    k3_bar_prod = k3_bar_2 * (y + half_dt * k2)
    k3_bar_prod_2 = k3_bar_2 * k
    k2_bar = k3_bar - 0.5 * k3_bar_prod_2 * dt
    prod = (k3_bar_2 + k2_bar) * np.cos(t + half_dt)
    k2_bar_prod = k2_bar * k
    k1_bar = k4_bar - 0.5 * k2_bar_prod * dt
    dt_bar = (
        dt_bar - k4_bar_prod * k3 + t_bar + 0.5 * (prod - (k3_bar_prod_2 * k2 + k2_bar_prod * k1))
    )
    t_bar = t_bar + prod + k1_bar * np.cos(t)
    y_bar = out_bar - k4_bar_prod - k3_bar_prod_2 - k2_bar_prod - k1_bar * k
    k_bar = -(k4_bar * (y + dt * k3) + k3_bar_prod + k2_bar * (y + half_dt * k1) + k1_bar * y)
    return t_bar, y_bar, dt_bar, k_bar


def rk4_step_fwd(t, y, dt, k):
    minus_k = -k
    k1 = minus_k * y + np.sin(t)
    half_dt = 0.5 * dt
    sin = np.sin(t + half_dt)
    k2 = minus_k * (y + half_dt * k1) + sin
    k3 = minus_k * (y + half_dt * k2) + sin
    k4 = minus_k * (y + dt * k3) + np.sin(t + dt)
    return y + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4), (k1, k2, k3, k4)


def integrated_grad(y0, k, dt, steps):
    # forward
    y = y0
    y_tape = []
    rk4_step_saved_tape = []
    for i in range(steps):
        y_tape.append(y)
        y, rk4_step_saved = rk4_step_fwd(i * dt, y, dt, k)
        rk4_step_saved_tape.append(rk4_step_saved)
    # reverse
    # return np.sum(y * y)
    y_bar = 2.0 * y
    dt_bar = k_bar = 0.0
    for i, y, rk4_step_saved in zip(
        reversed(range(steps)), reversed(y_tape), reversed(rk4_step_saved_tape)
    ):
        # y = rk4_step(i * dt, y, dt, k)
        i_prod_bar, y_bar, dt_bar_2, k_bar_2 = rk4_step_rev(rk4_step_saved, i * dt, y, dt, k, y_bar)
        k_bar += k_bar_2
        dt_bar = dt_bar + dt_bar_2 + i_prod_bar * i
    return y_bar, k_bar, dt_bar
