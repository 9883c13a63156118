"""Ratings that were not given, predicted from those that were: a factorisation with biases.

    python examples/programs/matrix_factorisation.py

Users and films have vectors whose product, with a bias for each, is the rating. The known ratings
are a list of triples, gone through by index arrays.
"""

import numpy as np

from sourcead import value_and_grad


def predict(model, users, films):
    U, V = model["users"], model["films"]
    scores = np.einsum("nk,nk->n", U[users], V[films])
    return model["mean"] + model["user bias"][users] + model["film bias"][films] + scores


def loss(model, users, films, ratings, penalty=0.02):
    """Squared error of the known ratings, and a penalty on what each of them uses."""
    error = predict(model, users, films) - ratings
    total = error @ error
    for name, index in ("users", users), ("films", films):
        total += penalty * np.sum(model[name][index] ** 2)
    for name, index in ("user bias", users), ("film bias", films):
        total += penalty * np.sum(model[name][index] ** 2)
    return total / len(ratings)


def initial(n_users, n_films, rank=2, seed=0):
    rng = np.random.default_rng(seed)
    return {
        "mean": 3.0,
        "user bias": np.zeros(n_users),
        "film bias": np.zeros(n_films),
        "users": 0.3 * rng.normal(size=(n_users, rank)),
        "films": 0.3 * rng.normal(size=(n_films, rank)),
    }


def known_ratings(n_users=40, n_films=30, share=0.5, seed=1):
    """Triples (user, film, rating) as three arrays, from tastes that are vectors indeed."""
    rng = np.random.default_rng(seed)
    taste, genre = rng.normal(size=(n_users, 2)), rng.normal(size=(n_films, 2))
    table = 3.0 + 0.5 * rng.normal(size=n_films) + 0.7 * taste @ genre.T
    table += 0.1 * rng.normal(size=table.shape)
    users, films = np.nonzero(rng.random(table.shape) < share)
    return users, films, table[users, films]


def main() -> float:
    """Fit four fifths of the ratings; return the error on the rest."""
    users, films, ratings = known_ratings()
    held_out = np.random.default_rng(2).random(len(ratings)) < 0.2
    train = users[~held_out], films[~held_out], ratings[~held_out]
    model = initial(40, 30)
    slope = value_and_grad(loss)
    for i in range(601):
        value, bar = slope(model, *train)
        for name in model:
            model[name] = model[name] - (0.1 if name == "mean" else 5.0) * bar[name]
        if i % 150 == 0:
            print(f"{i:4}  {value:.4f}")
    error = predict(model, users[held_out], films[held_out]) - ratings[held_out]
    rms = float(np.sqrt(np.mean(error**2)))
    print(f"root mean square error of the ratings held out: {rms:.3f}")
    return rms


if __name__ == "__main__":
    main()
