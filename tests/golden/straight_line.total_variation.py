import numpy as np


def total_variation_grad(image):
    # forward
    dx = image[1:, :] - image[:-1, :]
    dy = image[:, 1:] - image[:, :-1]
    root = np.sqrt(dx[:, :-1] ** 2 + dy[:-1, :] ** 2 + 0.01)
    # reverse
    # return np.sum(np.sqrt(dx[:, :-1] ** 2 + dy[:-1, :] ** 2 + 0.01))
    dy_bar = np.zeros_like(image[:, 1:])
    dy_bar[:-1, :] = dy[:-1, :] / root
    dx_bar = np.zeros_like(image[1:, :])
    dx_bar[:, :-1] = dx[:, :-1] / root
    # dy = image[:, 1:] - image[:, :-1]
    image_bar = np.zeros_like(image)
    image_bar[:, :-1] = -dy_bar
    image_bar[:, 1:] += dy_bar
    # dx = image[1:, :] - image[:-1, :]
    image_bar[:-1, :] -= dx_bar
    image_bar[1:, :] += dx_bar
    return image_bar
