"""Optimisers and learned feedback of `alignode train` against plain Python, and against torch.optim where PyTorch is installed.
usage: optimisers.py ALIGNODE

A network of two hidden layers learns five samples, all in one batch and in double precision. Weights after some steps
must agree to 1e-12: round-off of some hundred operations on numbers of order one."""
import math
import os
import struct
import subprocess
import sys
import tempfile
import zipfile

try:
    import torch
except ImportError:
    torch = None

alignode = os.path.realpath(sys.argv[1])
X = [[0, 255, 0, 255], [255, 0, 0, 255], [255, 255, 0, 0], [0, 0, 255, 255], [255, 0, 255, 0]]  # 0 and 1, exactly
LABELS = [0, 1, 2, 1, 0]
UNITS = [4, 6, 5, 3]
RATE, DECAY, STEPS = 0.05, 0.03, 4
OPTIMISERS = [
    ('sgd', {}),
    ('sgd', {'momentum': 0.5}),
    ('momentum', {}),
    ('adam', {}),
    ('adam', {'beta1': 0.8, 'beta2': 0.95, 'epsilon': 0.001}),
]


def write_data():
    """The samples as idx files."""
    for part in 'train', 't10k':
        with open(part + '-images-idx3-ubyte', 'wb') as file:
            file.write(struct.pack('>4i', 0x803, len(X), 2, 2) + bytes(v for x in X for v in x))
        with open(part + '-labels-idx1-ubyte', 'wb') as file:
            file.write(struct.pack('>2i', 0x801, len(X)) + bytes(LABELS))


def read_weights(path):
    """name: rows of numbers, from an archive of .npy."""
    out = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            raw = archive.read(name)
            length, = struct.unpack('<H', raw[8:10])
            header = eval(raw[10:10 + length], {'__builtins__': {}})  # a literal of Python by definition
            if len(header['shape']) != 2 or header['descr'] != '<f8':
                continue
            rows, cols = header['shape']
            flat = struct.unpack('<%dd' % (rows * cols), raw[10 + length:])
            out[name.split('/')[-1][:-4]] = [list(flat[i * cols:(i + 1) * cols]) for i in range(rows)]
    return out


def weights(rule, learning, epochs):
    """Those of seed 1 after some epochs of one step each."""
    layers = ', '.join('{dense: %d%s}' % (n, ', activation: tanh' if n != UNITS[-1] else '') for n in UNITS[1:])
    with open('run.yaml', 'w') as file:
        file.write('data: {name: idx, path: ., train: 5, test: 5, standardise: none}\n'
                   'network: {layers: [%s], loss: half-mse, precision: double}\n'
                   'learning: {rule: %s, rate: %r, decay: %r, batch: 5, order: fixed%s}\n'
                   'run: {epochs: %d, measures: [loss], weights: true}\n'
                   % (layers, rule, RATE, DECAY, ''.join(', %s: %s' % item for item in learning.items()), epochs))
    for command in (['train', 'run.yaml', '-o', 'run.tsv', '--force', '--quiet'],
                    ['export', 'run.weights.h5', '-o', 'run.npz', '--force']):
        subprocess.run([alignode] + command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return read_weights('run.npz')


def times(A, x):
    return [sum(a * b for a, b in zip(row, x)) for row in A]


def turned(A):
    return [list(column) for column in zip(*A)]


def gradients(W, F):
    """Sums over the samples of da_l h_(l-1)^T, and of h_l e^T for direct feedback F; of back-propagation if F is None."""
    G = [[[0.0] * len(row) for row in A] for A in W]
    GF = [] if F is None else [[[0.0] * len(row) for row in A] for A in F]
    for x, label in zip(X, LABELS):
        h = [[v / 255 for v in x]]
        for l, A in enumerate(W):
            a = times(A, h[-1])
            h.append(a if l + 1 == len(W) else [math.tanh(v) for v in a])
        e = [v - (i == label) for i, v in enumerate(h[-1])]
        d = e
        for l in reversed(range(len(W))):
            for i, v in enumerate(d):
                for j, u in enumerate(h[l]):
                    G[l][i][j] += v * u
            if l > 0:
                back = times(turned(W[l]), d) if F is None else times(F[l - 1], e)
                d = [v * (1 - u * u) for v, u in zip(back, h[l])]
        for l, A in enumerate(GF):
            for i, u in enumerate(h[l + 1]):
                for j, v in enumerate(e):
                    A[i][j] += u * v
    return G + GF


def optimise(name, keys, arrays, slopes):
    """STEPS steps of arrays by slopes(arrays), in the formulas of the papers."""
    momentum = keys.get('momentum', 0.9 if name == 'momentum' else 0)
    b1, b2, epsilon = keys.get('beta1', 0.9), keys.get('beta2', 0.999), keys.get('epsilon', 1e-8)
    v, s = ([[[0.0] * len(row) for row in A] for A in arrays] for _ in range(2))
    for t in range(1, STEPS + 1):
        G = slopes(arrays)
        for k, A in enumerate(arrays):
            for i, row in enumerate(A):
                for j in range(len(row)):
                    g = G[k][i][j] + DECAY * row[j]
                    if name == 'adam':
                        v[k][i][j] = b1 * v[k][i][j] + (1 - b1) * g
                        s[k][i][j] = b2 * s[k][i][j] + (1 - b2) * g * g
                        step = v[k][i][j] / (1 - b1 ** t) / (math.sqrt(s[k][i][j] / (1 - b2 ** t)) + epsilon)
                    else:
                        step = v[k][i][j] = momentum * v[k][i][j] + g
                    row[j] -= RATE * step
    return arrays


def by_torch(name, keys, W):
    """The same steps of back-propagation by torch.optim."""
    layers = [torch.nn.Parameter(torch.tensor(A, dtype=torch.float64)) for A in W]
    if name == 'adam':
        optimiser = torch.optim.Adam(layers, lr=RATE, betas=(keys.get('beta1', 0.9), keys.get('beta2', 0.999)),
                                     eps=keys.get('epsilon', 1e-8), weight_decay=DECAY)
    else:
        optimiser = torch.optim.SGD(layers, lr=RATE, weight_decay=DECAY,
                                    momentum=keys.get('momentum', 0.9 if name == 'momentum' else 0))
    x = torch.tensor(X, dtype=torch.float64) / 255
    y = torch.nn.functional.one_hot(torch.tensor(LABELS), UNITS[-1]).to(torch.float64)
    for _ in range(STEPS):
        optimiser.zero_grad()
        h = x
        for l, A in enumerate(layers):
            h = h @ A.T if l + 1 == len(layers) else torch.tanh(h @ A.T)
        (0.5 * ((h - y) ** 2).sum()).backward()
        optimiser.step()
    return [A.detach().tolist() for A in layers]


def difference(A, B):
    return max(abs(a - b) for M, N in zip(A, B) for p, q in zip(M, N) for a, b in zip(p, q))


def main():
    failed, depth = 0, len(UNITS) - 1
    write_data()
    for rule in 'bp', 'dfa', 'direct-kolen-pollack':
        for name, keys in OPTIMISERS:
            learning = dict(keys, optimiser=name)
            start, end = weights(rule, learning, 0), weights(rule, learning, STEPS)
            W = [start['W_%d' % l] for l in range(1, depth + 1)]
            F = None if rule == 'bp' else [start['F_%d' % l] for l in range(1, depth)]
            learns = [] if rule != 'direct-kolen-pollack' else F
            wanted = [end['W_%d' % l] for l in range(1, depth + 1)]
            wanted += [end['F_%d' % l] for l in range(1, depth)] if learns else []
            checks = [('plain Python', lambda: optimise(
                name, keys, [[row[:] for row in A] for A in W + learns],
                lambda now: gradients(now[:depth], now[depth:] if learns else F)))]
            if torch is not None and rule == 'bp':
                checks.append(('PyTorch', lambda: by_torch(name, keys, W)))
            for what, run in checks:
                apart = difference(run(), wanted)
                if not apart < 1e-12 or not difference(W, wanted) > 1e-3:
                    failed += 1
                    print('%s, %s %s: %g from %s' % (rule, name, keys, apart, what))
    print('%s PyTorch; %d failed' % ('without' if torch is None else 'with', failed))
    return failed > 0


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    status = main()
    os.chdir('/')
sys.exit(status)
