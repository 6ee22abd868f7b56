"""One step of training, computed independently of alignode.

usage: step_twin.py ALIGNODE PRECISION RULE

Writes samples and initial weights (a convolution and two dense layers, with biases) and has alignode train one
step from them. The weights that it leaves, read here by the few lines that the format takes, are compared with a
step in NumPy, written from the equations of docs/model.md; for bp, where PyTorch is installed, also with
torch.nn.Sequential, which loads both files as its state_dict(), and its own gradients.
"""
import json
import struct
import subprocess
import sys

import numpy

program, precision, rule = sys.argv[1:]
kind = {"single": "F32", "double": "F64"}[precision]
dtype = {"F32": "<f4", "F64": "<f8"}
# Rounding of float32 (6e-8) in sums of up to 144 terms of order 1; of float64 through the samples, which are
# float32 in either program and therefore exact.
tolerance = {"single": 2e-6, "double": 1e-13}[precision]
SAMPLES, SIDE, CHANNELS, KERNEL, HIDDEN, CLASSES, RATE = 24, 6, 3, 3, 5, 4, 0.05


def read(path):
    raw = open(path, "rb").read()
    length, = struct.unpack("<Q", raw[:8])
    header, data = json.loads(raw[8:8 + length]), raw[8 + length:]
    header.pop("__metadata__", None)
    return {name: numpy.frombuffer(data[slice(*a["data_offsets"])], dtype[a["dtype"]]).reshape(a["shape"])
            for name, a in header.items()}


def write(path, arrays):
    header, data = {}, b""
    for name, a in arrays.items():
        raw = a.astype(dtype[kind]).tobytes()
        header[name] = {"dtype": kind, "shape": a.shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    open(path, "wb").write(struct.pack("<Q", len(text)) + text + data)


# ---- samples and the start ----
random = numpy.random.default_rng(20)
x = random.normal(size=(SAMPLES, 1, SIDE, SIDE)).astype("f4")
label = random.integers(CLASSES, size=SAMPLES)
label[:CLASSES] = range(CLASSES)
numpy.savez("samples.npz", x_train=x[:, 0], y_train=label, x_test=x[:, 0], y_test=label)
out = SIDE - KERNEL + 1
shapes = {"0.weight": (CHANNELS, 1, KERNEL, KERNEL), "0.bias": (CHANNELS,),
          "3.weight": (HIDDEN, CHANNELS * out * out), "3.bias": (HIDDEN,),
          "5.weight": (CLASSES, HIDDEN), "5.bias": (CLASSES,)}
start = {name: 0.3 * random.normal(size=shape) for name, shape in shapes.items()}
write("start.safetensors", start)
start = {name: a.astype("f8") for name, a in read("start.safetensors").items()}  # rounded as in the file

with open("step.yaml", "w") as file:
    json.dump({"data": {"name": "npz", "path": "samples.npz", "standardise": "none", "coding": "class"},
               "network": {"layers": [{"conv": CHANNELS, "kernel": KERNEL, "activation": "tanh"}, "flatten",
                                      {"dense": HIDDEN, "activation": "tanh"}, {"dense": CLASSES}],
                           "init": {"from": "start.safetensors"}, "bias": True, "precision": precision},
               "learning": {"rule": rule, "rate": RATE, "reduction": "mean", "batch": SAMPLES},
               "run": {"epochs": 1, "record": {"times": [0, 1]}, "measures": ["loss"],
                       "weights": "end.safetensors"}}, file)
subprocess.run([program, "train", "step.yaml", "--quiet", "--force", "-o", "step.tsv"], check=True)
end = read("end.safetensors")

# ---- the step in NumPy ----
w = start
patches = numpy.lib.stride_tricks.sliding_window_view(x.astype("f8")[:, 0], (KERNEL, KERNEL), (1, 2))
h1 = numpy.tanh(numpy.einsum("nijab,cab->ncij", patches, w["0.weight"][:, 0]) + w["0.bias"][:, None, None])
flat = h1.reshape(SAMPLES, -1)
h2 = numpy.tanh(flat @ w["3.weight"].T + w["3.bias"])
y = h2 @ w["5.weight"].T + w["5.bias"]
p = numpy.exp(y - y.max(1, keepdims=True))
p /= p.sum(1, keepdims=True)
e = p - numpy.eye(CLASSES)[label]
if rule == "bp":
    d2 = (e @ w["5.weight"]) * (1 - h2**2)
    d1 = (d2 @ w["3.weight"]) * (1 - flat**2)
else:  # dfa: the feedback is drawn by alignode and kept in the file
    d2 = (e @ end["F_2"].T.astype("f8")) * (1 - h2**2)
    d1 = (e @ end["F_1"].T.astype("f8")) * (1 - flat**2)
d1 = d1.reshape(h1.shape)
gradient = {"0.weight": numpy.einsum("ncij,nijab->cab", d1, patches)[:, None], "0.bias": d1.sum((0, 2, 3)),
            "3.weight": d2.T @ flat, "3.bias": d2.sum(0), "5.weight": e.T @ h2, "5.bias": e.sum(0)}
for name, shape in shapes.items():
    assert end[name].dtype == dtype[kind] and end[name].shape == shape, name
    moved = end[name] - start[name]
    assert abs(moved).max() > 1e-4, (name, "has not moved")
    worst = abs(moved + RATE * gradient[name] / SAMPLES).max()
    assert worst < tolerance, (name, worst)

# ---- the same in PyTorch ----
try:
    import torch
except ImportError:
    torch = None
if rule != "bp":
    print("NumPy agrees")
elif torch is None:
    print("NumPy agrees; skipped: PyTorch is not installed")
else:
    torch.set_default_dtype({"single": torch.float32, "double": torch.float64}[precision])
    net = torch.nn.Sequential(torch.nn.Conv2d(1, CHANNELS, KERNEL), torch.nn.Tanh(), torch.nn.Flatten(),
                              torch.nn.Linear(CHANNELS * out * out, HIDDEN), torch.nn.Tanh(),
                              torch.nn.Linear(HIDDEN, CLASSES))
    net.load_state_dict({name: torch.tensor(a) for name, a in read("start.safetensors").items()})
    assert list(net.state_dict()) == list(shapes)
    optimiser = torch.optim.SGD(net.parameters(), lr=RATE)
    inputs = torch.tensor(x, dtype=torch.get_default_dtype())
    torch.nn.functional.cross_entropy(net(inputs), torch.tensor(label)).backward()
    optimiser.step()
    for name, a in net.state_dict().items():
        worst = abs(a.numpy() - end[name]).max()
        assert worst < tolerance, (name, worst, "PyTorch")
    # What alignode trained is a state dictionary of this network, feedback apart.
    net.load_state_dict({name: torch.tensor(a) for name, a in end.items() if not name.startswith("F_")})
    print("NumPy and PyTorch agree")
