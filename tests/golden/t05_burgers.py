def burgers_grad(u, dt, steps):
    # forward
    u = u.copy()
    u_old_tape = []
    for t in range(steps):
        u_old_tape.append(u[1:-1].copy())
        u[1:-1] = u[1:-1] - dt * u[1:-1] * (u[2:] - u[:-2])
    # reverse
    # return np.sum(u * u)
    u_bar = 2.0 * u
    dt_bar = 0.0
    for u_old in reversed(u_old_tape):
        u[1:-1] = u_old
        # u[1:-1] = u[1:-1] - dt * u[1:-1] * (u[2:] - u[:-2])
        u_bar_prod = u_bar[1:-1] * (u[2:] - u[:-2])
        u_bar_prod_2 = u_bar[1:-1] * (dt * u[1:-1])
        u_bar[1:-1] -= dt * u_bar_prod
        u_bar[:-2] += u_bar_prod_2
        u_bar[2:] -= u_bar_prod_2
        dt_bar -= u_bar_prod @ u[1:-1]
    return u_bar, dt_bar
