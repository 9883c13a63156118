import numpy as np
from logistic_model import LogisticModel


def loss_grad(model, x, labels):
    """Negative log posterior per observation."""
    assert len(model.weights) == x.shape[1]
    assert x.shape[0] == len(labels)
    # forward
    weights = model.weights
    scores = x @ weights + model.intercept
    exp = np.exp(-2.0 * model.log_scale)
    n_labels = len(labels)
    # reverse
    # shrinkage = -0.5 * self.prior_precision * weights @ weights
    weights_bar = 0.5 * weights / n_labels * exp - -0.5 * exp * weights / n_labels
    # return np.sum(labels * scores - np.logaddexp(0.0, scores))
    scores_bar = np.exp(-np.logaddexp(0, -scores)) / n_labels
    scores_bar -= labels / n_labels
    # return x @ self.weights + self.intercept
    weights_bar += x.T @ scores_bar
    return LogisticModel(
        weights=weights_bar,
        intercept=np.sum(scores_bar),
        log_scale=model.log_scale / n_labels
        + len(weights) / n_labels
        - weights / n_labels @ weights * exp,
    )
