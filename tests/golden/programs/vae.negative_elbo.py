import numpy as np
from vae import Dense, VAE


def negative_elbo_grad(model, x, rng, noise=0.2):
    """Reconstruction error and divergence from the prior, per data point."""
    assert model.encode.b.shape == model.decode.b.shape
    assert model.mean.w.shape == model.log_var.w.shape
    assert model.mean.b.shape == model.log_var.b.shape
    # forward
    encode = model.encode
    model_log_var = model.log_var
    decode = model.decode
    out = model.out
    sum_2 = x @ encode.w + encode.b
    h = np.tanh(sum_2)
    h_prod = h @ model.mean.w
    mean = h_prod + model.mean.b
    log_var = h @ model_log_var.w + model_log_var.b
    z_pre = np.exp(0.5 * log_var)
    draw = rng.normal(size=h_prod.shape)
    z = mean + z_pre * draw
    sum_3 = z @ decode.w + decode.b
    tanh_sum_3 = np.tanh(sum_3)
    tanh_sum_3_prod = tanh_sum_3 @ out.w
    n_x = len(x)
    # reverse
    # return 0.5 * (error + divergence) / len(x)
    error_bar = 0.5 / n_x
    # divergence = np.sum(np.exp(log_var) + mean**2 - 1.0 - log_var)
    mean_bar = mean / n_x
    log_var_bar = 0.5 * np.exp(log_var) / n_x - error_bar
    # error = np.sum((model.decoded(z) - x) ** 2) / noise**2
    prod = 1.0 / noise**2 / n_x * (tanh_sum_3_prod + out.b - x)
    # return x @ self.w + self.b
    # return self.out(np.tanh(self.decode(z)))
    # z = mean + np.exp(0.5 * log_var) * rng.normal(size=mean.shape)
    transposed = out.w.T
    prod_2 = prod @ transposed * np.exp(-2 * np.abs(sum_3)) * (1 + np.abs(tanh_sum_3)) ** 2
    z_bar = prod_2 @ decode.w.T
    mean_bar += z_bar
    log_var_bar += 0.5 * z_bar * draw * z_pre
    h_bar = log_var_bar @ model_log_var.w.T
    h_bar += mean_bar @ model.mean.w.T
    # h = np.tanh(self.encode(x))
    prod_3 = h_bar * np.exp(-2 * np.abs(sum_2)) * (1 + np.abs(h)) ** 2
    return VAE(
        encode=Dense(w=x.T @ prod_3, b=np.sum(prod_3, axis=0)),
        mean=Dense(w=h.T @ mean_bar, b=np.sum(mean_bar, axis=0)),
        log_var=Dense(w=h.T @ log_var_bar, b=np.sum(log_var_bar, axis=0)),
        decode=Dense(w=z.T @ prod_2, b=np.sum(prod_2, axis=0)),
        out=Dense(w=tanh_sum_3.T @ prod, b=np.sum(prod, axis=0)),
    )
