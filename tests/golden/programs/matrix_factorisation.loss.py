import numpy as np


def loss_grad(model, users, films, ratings, penalty=0.02):
    """Squared error of the known ratings, and a penalty on what each of them uses."""
    # forward
    U = model["users"]
    V = model["films"]
    U_part = U[users]
    V_part = V[films]
    scores = np.einsum("nk,nk->n", U_part, V_part)
    part = model["user bias"][users]
    part_2 = model["film bias"][films]
    error = model["mean"] + part + part_2 + scores - ratings
    # reverse
    # total += penalty * np.sum(model[name][index] ** 2)
    ratio = 2 * penalty / len(ratings)
    # total = error @ error
    error_bar = 2.0 * error / len(ratings)
    # return model["mean"] + model["user bias"][users] + model["film bias"][films] + scores
    film_bias_bar = np.zeros_like(model["film bias"])
    np.add.at(film_bias_bar, films, ratio * part_2 + error_bar)
    user_bias_bar = np.zeros_like(model["user bias"])
    np.add.at(user_bias_bar, users, ratio * part + error_bar)
    # scores = np.einsum("nk,nk->n", U[users], V[films])
    V_bar = np.zeros_like(V)
    np.add.at(V_bar, films, ratio * V_part + np.einsum("n,nk->nk", error_bar, U_part))
    U_bar = np.zeros_like(U)
    np.add.at(U_bar, users, ratio * U_part + np.einsum("n,nk->nk", error_bar, V_part))
    return {
        "mean": np.sum(error_bar),
        "user bias": user_bias_bar,
        "film bias": film_bias_bar,
        "users": U_bar,
        "films": V_bar,
    }
