import numpy as np

TINY = 1e-290


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


def negative_log_likelihood_grad(theta, measurements, dt=1.0):
    """Of the logarithms of the two noise levels; missing measurements are NaN."""
    # forward
    exp_theta = np.exp(theta)
    acceleration, noise = exp_theta
    array = np.array([[1.0, dt], [0.0, 1.0]])
    ratio = dt**2 / 2
    array_2 = np.array([[dt**3 / 3, ratio], [ratio, dt]])
    array_2_prod = acceleration**2 * array_2
    array_3 = np.array([[1.0, 0.0]])
    eye = np.eye(1)
    eye_prod = noise**2 * eye
    x = np.zeros(2)
    P_pre = np.eye(2)
    P = 100.0 * P_pre
    isnan_z_tape = []
    innovation_tape = []
    S_tape = []
    solution_S_tape = []
    solution_S_2_tape = []
    det_S_tape = []
    gain_prod_tape = []
    for z in measurements:
        x = array @ x
        P = array @ P @ array.T + array_2_prod
        isnan_z = np.isnan(z)
        isnan_z_tape.append(isnan_z)
        if isnan_z:
            innovation = None
            S = None
            solution_S = None
            solution_S_2 = None
            det_S = None
            gain_prod = None
        else:
            innovation = np.array([z]) - array_3 @ x
            S_pre = array_3 @ P
            S = S_pre @ array_3.T + eye_prod
            solution_S = np.linalg.solve(S, S_pre)
            gain = solution_S.T
            x = x + gain @ innovation
            gain_prod = gain @ S
            P = P - gain_prod @ gain.T
            solution_S_2 = np.linalg.solve(S, innovation)
            det_S = np.linalg.det(S)
        innovation_tape.append(innovation)
        S_tape.append(S)
        solution_S_tape.append(solution_S)
        solution_S_2_tape.append(solution_S_2)
        det_S_tape.append(det_S)
        gain_prod_tape.append(gain_prod)
    # reverse
    # for z in measurements:
    P_bar = np.zeros_like(P_pre)
    zeros_eye = np.zeros_like(eye)
    zeros_array_2 = np.zeros_like(array_2)
    x_bar = np.zeros_like(x)
    for isnan_z, innovation, S, solution_S, solution_S_2, det_S, gain_prod in zip(
        reversed(isnan_z_tape),
        reversed(innovation_tape),
        reversed(S_tape),
        reversed(solution_S_tape),
        reversed(solution_S_2_tape),
        reversed(det_S_tape),
        reversed(gain_prod_tape),
    ):
        if isnan_z:
            P_bar_2 = P_bar
        else:
            gain = solution_S.T
            # return x + gain @ innovation, P - gain @ S @ gain.T, nll
            P_bar_prod = P_bar @ gain
            P_bar_prod_2 = P_bar.T @ gain_prod
            innovation_bar = solution_S @ x_bar
            gain_bar = np.outer(x_bar, innovation) - (P_bar_prod_2 + P_bar_prod @ S.T)
            if np.all(np.abs(det_S) > TINY):
                result = det_S * np.linalg.inv(S).T
            else:
                # nll = 0.5 * (innovation @ np.linalg.solve(S, innovation) +
                #     np.log(np.linalg.det(S)))
                u, s, vh = np.linalg.svd(S)
                rest = np.prod(np.where(np.eye(1), 1.0, s[..., None, :]), axis=-1)
                sign = np.linalg.det(u) * np.linalg.det(vh)
                result = sign * (u * rest[..., None, :] @ vh)
            # nll = 0.5 * (innovation @ np.linalg.solve(S, innovation) + np.log(np.linalg.det(S)))
            S_bar = 0.5 * unbroadcast(result, S) / det_S - solution_S @ P_bar_prod
            innovation_bar += 0.5 * solution_S_2
            b_bar = np.linalg.solve(S.T, 0.5 * innovation)
            S_bar -= np.outer(b_bar, solution_S_2)
            innovation_bar += b_bar
            # gain = np.linalg.solve(S, self.H @ P).T
            b_bar = np.linalg.solve(S.T, gain_bar.T)
            S_bar -= b_bar @ gain
            # S = self.H @ P @ self.H.T + self.R
            P_bar += array_3.T @ (b_bar + S_bar @ array_3)
            # innovation = z - self.H @ x
            x_bar -= array_3.T @ innovation_bar
            P_bar_2 = P_bar
            zeros_eye = zeros_eye + S_bar
        # return self.F @ x, self.F @ P @ self.F.T + self.Q
        P_bar = array.T @ (P_bar_2 @ array)
        x_bar = array.T @ x_bar
        zeros_array_2 = zeros_array_2 + P_bar_2
    # self.R = noise**2 * np.eye(1)
    noise_bar = 2 * np.vdot(zeros_eye, eye) * noise
    # self.Q = acceleration**2 * np.array([[dt**3 / 3, dt**2 / 2], [dt**2 / 2, dt]])
    acceleration_bar = 2 * np.vdot(zeros_array_2, array_2) * acceleration
    # acceleration, noise = np.exp(theta)
    zeros_theta = np.zeros_like(theta)
    zeros_theta[1] = noise_bar
    zeros_theta[0] = acceleration_bar
    theta_bar = zeros_theta * exp_theta
    return theta_bar
