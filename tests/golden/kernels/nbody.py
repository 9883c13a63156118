import numpy as np


def attract_rev_2(saved, position, mass, acceleration_bar):
    # reverse
    distance2_tape, power_distance2_tape = saved
    # for i in range(len(mass)):
    position_bar = np.zeros_like(position)
    mass_bar = np.zeros_like(mass)
    for i, distance2, power_distance2 in zip(
        reversed(range(len(mass))), reversed(distance2_tape), reversed(power_distance2_tape)
    ):
        apart = position - position[i]
        # acceleration[i] = (mass * distance2**-1.5) @ apart
        apart_prod = apart @ acceleration_bar[i]
        apart_bar = np.outer(mass * power_distance2, acceleration_bar[i])
        mass_bar += apart_prod * power_distance2
        mass_prod = 1.5 * apart_prod * mass
        mass_prod_prod = mass_prod * distance2**-2.5
        # distance2 = np.sum(apart * apart, axis=1) + softening**2
        apart_bar -= 2.0 * np.expand_dims(mass_prod_prod, 1) * apart
        # apart = position - position[i]
        position_bar += apart_bar
        position_bar[i] -= np.sum(apart_bar, axis=0)
        # acceleration[i] = (mass * distance2**-1.5) @ apart
        acceleration_bar[i] = 0.0
    return position_bar, mass_bar


def attract_rev(saved, position, mass, acceleration_bar, position_bar, mass_bar):
    # reverse
    distance2_tape, power_distance2_tape = saved
    for i, distance2, power_distance2 in zip(
        reversed(range(len(mass))), reversed(distance2_tape), reversed(power_distance2_tape)
    ):
        apart = position - position[i]
        # acceleration[i] = (mass * distance2**-1.5) @ apart
        apart_prod = apart @ acceleration_bar[i]
        apart_bar = np.outer(mass * power_distance2, acceleration_bar[i])
        mass_bar += apart_prod * power_distance2
        mass_prod = 1.5 * apart_prod * mass
        mass_prod_prod = mass_prod * distance2**-2.5
        # distance2 = np.sum(apart * apart, axis=1) + softening**2
        apart_bar -= 2.0 * np.expand_dims(mass_prod_prod, 1) * apart
        # apart = position - position[i]
        position_bar += apart_bar
        position_bar[i] -= np.sum(apart_bar, axis=0)
        # acceleration[i] = (mass * distance2**-1.5) @ apart
        acceleration_bar[i] = 0.0
    return position_bar, mass_bar, acceleration_bar


def attract_fwd(position, mass, softening, acceleration):
    distance2_tape = []
    power_distance2_tape = []
    for i in range(len(mass)):
        apart = position - position[i]
        distance2 = np.sum(apart * apart, axis=1) + softening**2
        distance2_tape.append(distance2)
        power_distance2 = distance2**-1.5
        power_distance2_tape.append(power_distance2)
        acceleration[i] = mass * power_distance2 @ apart
    return acceleration, (distance2_tape, power_distance2_tape)


def loss_grad(position, velocity, mass, softening, dt, steps):
    """Kinetic energy after the steps."""
    assert position.shape == velocity.shape
    assert position.shape[0] == len(mass)
    # forward
    acceleration = np.zeros_like(position)
    acceleration, attract_saved = attract_fwd(position, mass, softening, acceleration)
    position_start = position
    position_tape = []
    attract_saved_tape = []
    for t in range(steps):
        half_dt = 0.5 * dt
        velocity = velocity + half_dt * acceleration
        position = position + dt * velocity
        position_tape.append(position)
        acceleration, attract_saved_2 = attract_fwd(position, mass, softening, acceleration)
        attract_saved_tape.append(attract_saved_2)
        velocity = velocity + half_dt * acceleration
    # reverse
    # return 0.5 * np.sum(mass * np.sum(velocity**2, axis=1))
    mass_bar = 0.5 * np.sum(velocity**2, axis=1)
    velocity_bar = 2 * np.expand_dims(0.5 * mass, 1) * velocity
    # for t in range(steps):
    position_bar = np.zeros_like(position)
    acceleration_bar = np.zeros_like(acceleration)
    for position, attract_saved_in in zip(reversed(position_tape), reversed(attract_saved_tape)):
        # velocity += 0.5 * dt * acceleration
        half_dt = 0.5 * dt
        acceleration_bar += half_dt * velocity_bar
        # attract(position, mass, softening, acceleration)
        position_bar, mass_bar, acceleration_bar = attract_rev(
            attract_saved_in, position, mass, acceleration_bar, position_bar, mass_bar
        )
        # position += dt * velocity
        velocity_bar += position_bar * dt
        # velocity += 0.5 * dt * acceleration
        acceleration_bar += half_dt * velocity_bar
    # attract(position, mass, softening, acceleration)
    position_bar_2, mass_bar_2 = attract_rev_2(
        attract_saved, position_start, mass, acceleration_bar
    )
    position_bar += position_bar_2
    mass_bar += mass_bar_2
    return position_bar, velocity_bar, mass_bar
