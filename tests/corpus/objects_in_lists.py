"""Objects that lists and other objects hold, made and written in loops of unknown length."""

from dataclasses import dataclass

import numpy as np

from tests.corpus.registry import case


@dataclass
class Particle:
    position: float
    speed: float = 0.5

    def move(self, dt):
        self.position += self.speed * dt
        self.speed -= self.position * dt


class Node:
    def __init__(self, value, following=None):
        self.value = value
        self.following = following


class Tree:
    def __init__(self, key):
        self.key = key
        self.left = None
        self.right = None

    def insert(self, key):
        place = self
        while True:
            if key < place.key:
                if place.left is None:
                    place.left = Tree(key)
                    return
                place = place.left
            else:
                if place.right is None:
                    place.right = Tree(key)
                    return
                place = place.right


class Spring:
    def __init__(self, first, second, rest):
        self.ends = (first, second)
        self.rest = rest


class Layer:
    def __init__(self, weight, shift):
        self.weight = weight
        self.shift = shift


class Ring:
    def __init__(self, value):
        self.value = value
        self.next = self


def moved_by_methods(x, n):
    particles = [Particle(x[k % 3]) for k in range(n)]
    first = particles[0]
    for _ in range(n):
        for p in particles:
            p.move(0.1)
    first.speed *= x[1]
    fastest = max(particles, key=lambda p: p.speed)
    fastest.position += x[0]
    return sum(p.position * p.speed for p in particles)


def one_object_in_every_place(x, n):
    one = Particle(x[0], x[1])
    particles = [one] * n
    for k, p in enumerate(particles):
        p.position *= x[2] + k
    return one.position * particles[-1].speed


def coupled_by_springs(x, n):
    masses = [Particle(k + x[k % 3], 0.0) for k in range(n)]
    springs = [Spring(masses[k], masses[k + 1], x[0]) for k in range(n - 1)]
    for _ in range(3):
        for s in springs:
            a, b = s.ends
            pull = b.position - a.position - s.rest
            a.speed += 0.1 * pull
            b.speed -= 0.1 * pull
        for m in masses:
            m.position += 0.1 * m.speed
    return sum(m.position**2 for m in masses)


def list_turned_around(x, n):
    head = None
    for k in range(n):
        head = Node(x[k % 3], head)
    before, node = None, head
    while node is not None:
        node.following, before, node = before, node, node.following
    head.value *= x[1]
    total, weight = 0.0, 1.0
    while before:
        total += weight * before.value
        weight *= 2.0
        before = before.following
    return total**2


def tree_in_order(x, n):
    root = Tree(x[0])
    for k in range(1, n):
        root.insert(x[k % 3] * k)
    total, todo = 0.0, [root]
    while todo:
        node = todo.pop()
        node.key *= total + 1.0
        total += node.key
        for below in (node.left, node.right):
            if below is not None:
                todo.append(below)
    return total * root.key


def ring_of_objects(x, n):
    first = place = Ring(x[0])
    for k in range(1, n):
        new = Ring(x[k % 3])
        new.next, place.next = first, new
        place = new
    for _ in range(n + 2):
        place = place.next
        place.value = 0.5 * place.value + place.next.value * x[1]
    return first.value + (first.next.value if first.next is not first else 0.0)


def shared_weights(x, n):
    weight = np.outer(x, x)
    layers = [Layer(weight, x * k) for k in range(n)]
    layers[0].weight *= 0.5
    layers[1].weight = layers[1].weight + 1.0
    layers[1].weight[0] *= x
    h = x
    for layer in layers:
        layer.shift += 0.1
        h = np.tanh(layer.weight @ h + layer.shift)
    return np.sum(h) + np.sum(weight)


def found_by_a_function(x, n):
    def beyond(particles, bound):
        for p in particles:
            if p.position > bound:
                return p
        return None

    particles = [Particle(x[k % 3] ** 2 + k) for k in range(n)]
    p = beyond(particles, 0.5)
    if p is not None:
        p.position *= x[1]
    if beyond(particles, 1e6) is None:
        particles[0].speed += x[2]
    return sum(q.position * q.speed for q in particles)


def replaced_and_kept(x, n):
    boxes = [Node(x[k % 3]) for k in range(n)]
    old = boxes[0]
    boxes[0] = Node(x[1] * 2.0, old)
    old.value *= x[2]
    boxes[0].following.value += boxes[0].value
    for box in sorted(boxes, key=lambda b: -b.value)[:2]:
        box.value *= 3.0
    return sum((k + 1) * b.value for k, b in enumerate(boxes)) + old.value


def both(rng):
    return rng.normal(size=3), 4


CASES = [
    case(f, both)
    for f in (
        moved_by_methods,
        one_object_in_every_place,
        coupled_by_springs,
        list_turned_around,
        tree_in_order,
        ring_of_objects,
        shared_weights,
        found_by_a_function,
        replaced_and_kept,
    )
]
