"""Functions of `scipy.special` under an alias."""

import numpy as np
import scipy.special as sp
from scipy.special import expit, logsumexp

from tests.corpus.registry import array, arrays, case, every_kind


def error_function(x):
    return sp.erf(x) - sp.erfc(0.5 * x)


def gamma_family(x):
    return sp.gammaln(x) + sp.gamma(x) * sp.digamma(x)


def logistic(x):
    return expit(x) * (1.0 - sp.expit(x)) + sp.logit(0.1 + 0.8 * expit(x))


def inverse_errors(x):
    return sp.erfinv(0.6 * x) + sp.ndtr(x)


def entropy_terms(x, y):
    return sp.xlogy(x, y) - x * np.log(x)


def log_sum_exp(x):
    return logsumexp(x) * 2.0


def log_sum_exp_rows(x):
    return sp.logsumexp(x, axis=1)


def cross_entropy(logits, labels):
    log_p = sp.log_softmax(logits, axis=1)
    return -np.mean(log_p[np.arange(len(labels)), labels])


def soft_choice(x):
    return sp.softmax(x, axis=-1) * x


def poisson_log_likelihood(rate, counts):
    return np.sum(sp.xlogy(counts, rate) - rate - sp.gammaln(counts + 1.0))


CASES = [
    case(error_function, *every_kind()),
    case(gamma_family, *every_kind(0.5, 3.0)),
    case(logistic, *every_kind()),
    case(inverse_errors, *every_kind()),
    case(entropy_terms, arrays((3,), (3,), low=0.3), arrays((3,), (2, 1), low=0.3), wrt=(0, 1)),
    case(log_sum_exp, array(4), array(2, 3)),
    case(log_sum_exp_rows, array(2, 3)),
    case(cross_entropy, lambda rng: (rng.normal(size=(4, 3)), np.array([2, 0, 0, 1]))),
    case(soft_choice, array(4), array(2, 3)),
    case(
        poisson_log_likelihood,
        lambda rng: (rng.uniform(1.0, 4.0, size=4), np.array([0.0, 2.0, 5.0, 1.0])),
        lambda rng: (2.3, np.array([0.0, 2.0, 5.0, 1.0])),
    ),
]
