"""Training of the same networks by PyTorch and by alignode, on one thread.

usage: train_torch.py REPEATS

Plain SGD on cross-entropy without biases, as the published runs do: back-propagation by autograd, and
direct feedback alignment with its signals written out. Prints samples per second of processor time (from the
least of REPEATS, in turns) and the ratio. Inputs are random: what is learned does not matter here.
PyTorch's dense layers and, without AVX2, alignode's are multiplied by OpenBLAS, which OPENBLAS_CORETYPE
restricts, for example to Haswell's AVX2.
"""

import sys
import time

import alignode
import numpy as np
import torch
from torch.nn import functional

SAMPLES, CLASSES = 1024, 10


class Mlp:
    name, shape, widths = "784-100-100-100-10 tanh", (1, 28, 28), [784, 100, 100, 100, CLASSES]
    layers = [{"dense": 100, "activation": "tanh"}] * 3 + [{"dense": CLASSES}]
    epochs = 100  # some tenths of a second

    def __init__(self, rule):
        n = self.widths
        self.W = [torch.empty(n[i + 1], n[i]).uniform_(-1, 1) / n[i] ** 0.5 for i in range(4)]
        self.F = [torch.randn(CLASSES, m) / m**0.5 for m in n[1:-1]]
        for W in self.W:
            W.requires_grad = rule == "bp"

    def forward(self, x):
        h = [x.flatten(1)]
        for W in self.W[:-1]:
            h.append(torch.tanh(h[-1] @ W.T))
        return h, h[-1] @ self.W[-1].T

    def dfa(self, x, labels, rate):
        h, out = self.forward(x)
        e = torch.softmax(out, 1)
        e[torch.arange(len(e)), labels] -= 1
        d = [(e @ F) * (1 - g * g) for F, g in zip(self.F, h[1:])] + [e]
        for W, signal, below in zip(self.W, d, h):
            W -= rate * (signal.T @ below)


class Cnn:
    name, shape = "conv 3x3 32-32, dense 10, relu", (3, 32, 32)
    layers = [{"conv": 32, "kernel": 3, "activation": "relu"}] * 2 + [{"dense": CLASSES}]
    epochs = 1

    def __init__(self, rule):
        shapes = [(32, 3, 3, 3), (32, 32, 3, 3), (CLASSES, 32 * 28 * 28)]
        self.W = [torch.empty(s).uniform_(-1, 1) / np.prod(s[1:]) ** 0.5 for s in shapes]
        self.F = [torch.randn(CLASSES, m) / m**0.5 for m in (32 * 30 * 30, 32 * 28 * 28)]
        for W in self.W:
            W.requires_grad = rule == "bp"

    def forward(self, x):
        h = [x]
        for W in self.W[:-1]:
            h.append(torch.relu(functional.conv2d(h[-1], W)))
        return h, h[-1].flatten(1) @ self.W[-1].T

    def dfa(self, x, labels, rate):
        h, out = self.forward(x)
        e = torch.softmax(out, 1)
        e[torch.arange(len(e)), labels] -= 1
        for W, F, below, above in zip(self.W, self.F, h, h[1:]):
            d = (e @ F).view_as(above) * (above > 0)
            W -= rate * torch.nn.grad.conv2d_weight(below, W.shape, d)
        self.W[-1] -= rate * (e.T @ h[-1].flatten(1))


def bp(net, x, labels, rate):
    loss = functional.cross_entropy(net.forward(x)[1], labels, reduction="sum")
    gradients = torch.autograd.grad(loss, net.W)
    with torch.no_grad():
        for W, G in zip(net.W, gradients):
            W -= rate * G


def peer(net, rule, batch, x, labels):
    """Seconds of processor time for the network's epochs."""
    began = time.process_time()
    for _ in range(net.epochs):
        for i in range(0, SAMPLES, batch):
            if rule == "bp":
                bp(net, x[i : i + batch], labels[i : i + batch], 1e-5)
            else:
                with torch.no_grad():
                    net.dfa(x[i : i + batch], labels[i : i + batch], 1e-5)
    return time.process_time() - began


def ours(kind, rule, batch, arrays, epochs):
    """Likewise, with what a run takes before and after."""
    params = {
        "data": {"name": "npz", "train": SAMPLES, "test": 16, "standardise": "none"},
        "network": {"layers": kind.layers, "loss": "cross-entropy"},
        "learning": {"rule": rule, "rate": 1e-5, "batch": batch},
        "run": {"epochs": epochs, "seeds": 1, "scored": 16, "probe": 16, "measures": ["WA"], "record": {"count": 1}},
    }
    began = time.process_time()
    alignode.train(params, arrays=arrays, threads=1)
    return time.process_time() - began


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    print("network                         rule batch   PyTorch  alignode  ratio")
    for kind in (Mlp, Cnn):
        x = torch.randn(SAMPLES, *kind.shape)
        labels = torch.randint(CLASSES, (SAMPLES,))
        arrays = {"x_train": x.numpy(), "y_train": labels.numpy(), "x_test": x[:16].numpy(), "y_test": labels[:16].numpy()}
        for rule in ("bp", "dfa"):
            for batch in (32, 128):
                net = kind(rule)
                peer(net, rule, batch, x, labels)
                spent = [
                    (
                        peer(net, rule, batch, x, labels),
                        ours(kind, rule, batch, arrays, 1),
                        ours(kind, rule, batch, arrays, 1 + 2 * kind.epochs),
                    )
                    for _ in range(int(sys.argv[1]))
                ]
                least = np.min(spent, axis=0)
                theirs = kind.epochs * SAMPLES / least[0]
                own = 2 * kind.epochs * SAMPLES / (least[2] - least[1])
                print(f"{kind.name:31} {rule:4} {batch:5} {theirs:9.0f} {own:9.0f} {own / theirs:6.2f}", flush=True)


main()
