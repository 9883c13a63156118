"""The programs of `examples/programs`, each with the call whose gradient is tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Case:
    """A function of a program, what it is differentiated by, and the arguments of one call.

    `analytic` says that the program also runs on complex numbers, so that the complex step
    applies.
    """

    program: str
    function: str
    wrt: tuple[str, ...]
    args: Callable[[ModuleType], tuple[Any, ...]]
    analytic: bool = False

    @property
    def name(self) -> str:
        return f"{self.program}.{self.function}"


CASES = (
    Case(
        "kalman",
        "negative_log_likelihood",
        ("theta",),
        lambda m: (np.array([-0.5, 0.4]), m.simulate(25)),
        analytic=True,
    ),
    Case(
        "leapfrog",
        "cost",
        ("log_step",),
        lambda m: (np.log([0.05, 0.1]), m.starting_points(3), 5),
    ),
    Case(
        "option_greeks",
        "black_scholes",
        ("spot", "vol", "rate", "years"),
        lambda m: (100.0, 0.2, 0.05, 0.5, 105.0, "put"),
    ),
    Case(
        "option_greeks",
        "heston_call",
        ("spot", "rate", "heston"),
        lambda m: (100.0, 0.05, np.array([0.04, 1.5, 0.05, 0.6, -0.7]), 0.5, 105.0),
    ),
    Case(
        "gaussian_process",
        "negative_log_marginal_likelihood",
        ("log_h",),
        lambda m: (m.start(), *m.observations(12)),
    ),
    Case(
        "rnn",
        "loss",
        ("params",),
        lambda m: (m.initial(3), *m.problem(np.random.default_rng(0))),
    ),
    Case(
        "transformer",
        "loss",
        ("params",),
        lambda m: (m.initial(5, 6, 4, 2), np.array([0, 2, 4, 1, 1, 3])),
    ),
    Case("cnn", "loss", ("w",), lambda m: (m.initial(), *m.bars(6))),
    Case(
        "vae",
        "negative_elbo",
        ("model",),
        lambda m: (
            m.initial(8, 3, 2),
            m.ring(4, np.random.default_rng(0)),
            np.random.default_rng(1),
        ),
        analytic=True,
    ),
    Case("xor", "loss", ("params",), lambda m: (m.initial(), m.TABLE)),
    Case("phylogeny", "loss", ("tree",), lambda m: (m.simulated(20),), analytic=True),
    Case("ode_fit", "misfit", ("theta",), lambda m: (m.start(), *m.observations())),
    Case(
        "springs",
        "distance",
        ("log_stiffness",),
        lambda m: (np.linspace(2.0, 3.5, 13), m.hanging_net(), 0.9 * m.hanging_net().positions),
    ),
    Case(
        "neural_ode",
        "loss",
        ("weights", "y0"),
        lambda m: (m.initial((2, 4, 2)), *m.spirals(3, 4)),
        analytic=True,
    ),
    Case(
        "bundle_adjustment",
        "reprojection_error",
        ("cameras", "points"),
        lambda m: (*m.guess(*m.scene(2, 4)[:2]), m.scene(2, 4)[2]),
    ),
    Case("hidden_markov", "objective", ("theta",), lambda m: (m.start(), m.play(30), 2)),
    Case(
        "matrix_factorisation",
        "loss",
        ("model",),
        lambda m: (m.initial(6, 5), *m.known_ratings(6, 5)),
        analytic=True,
    ),
    Case(
        "logistic_model",
        "loss",
        ("model",),
        lambda m: (m.LogisticModel(np.linspace(-1.0, 1.0, 5), 0.3, -0.2), *m.observations(20)),
    ),
    Case(
        "inverse_kinematics",
        "cost",
        ("angles",),
        lambda m: (
            np.array([0.3, -0.2, 0.4, 0.7, 0.1]),
            m.arm(),
            np.array([1.2, 1.4, 0.6]),
            np.array([0.9, 0.3, 0.3]),
        ),
    ),
    Case(
        "bayesian_regression",
        "negative_log_evidence",
        ("log_alpha", "log_beta"),
        lambda m: (
            np.linspace(-1.0, 1.0, 5),
            0.5,
            m.polynomial(m.observations(15)[0], 4),
            m.observations(15)[1],
        ),
    ),
    Case(
        "soft_dtw",
        "barycentre_cost",
        ("centre",),
        lambda m: (np.cos(np.arange(5.0)), [y[:6] for y in m.bumps(3)]),
    ),
    Case(
        "heat_control",
        "objective",
        ("heating",),
        lambda m: (np.linspace(0.2, 1.0, 6), np.linspace(1.0, 0.0, 8)),
    ),
    Case("ray_spheres", "loss", ("spheres",), lambda m: (m.guess(), m.render(m.scene(), 7))),
    Case(
        "portfolio",
        "objective",
        ("logits",),
        lambda m: (np.random.default_rng(0).normal(size=(3, 3)), m.scenarios(30, 3)),
    ),
    Case(
        "soft_kmeans",
        "negative_log_likelihood",
        ("centres", "log_stiffness"),
        lambda m: (m.start(), 0.3, *m.clouds(12)),
    ),
    Case(
        "orbit",
        "misfit",
        ("state",),
        lambda m: (
            m.guess(m.campaign()[0]),
            m.campaign()[1],
            m.campaign()[2][:2],
            m.campaign()[3][:2],
        ),
    ),
)
