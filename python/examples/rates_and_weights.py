# %% [markdown]
# # A sweep with an analysis of one's own, and the weights of deep networks

# %%
import numpy as np

import alignode

# %% [markdown]
# ## When does the error fall below a tenth?
#
# At small rates the equations depend on the rate through rate x time alone, so that this time falls
# as 1/rate. The equations find it between the recorded times.

# %%
problem = {
    "problem": {"inputs": 1000, "activation": "erf"},
    "learning": {"rule": "dfa"},
    "run": {"time": 3000, "record": {"count": 10}},
    "ode": {"events": {"eg_below": [0.1]}},
}
sweep = alignode.sweep(problem, {
    "learning.rate": {"from": 0.01, "to": 0.1, "count": 5, "spacing": "log"},
    "run.seed": range(1, 7),
})
rates = np.unique(sweep["learning.rate"])
times = np.array([np.median(sweep["eg_below_0.1_t"][sweep["learning.rate"] == rate])
                  for rate in rates])
exponent = np.polyfit(np.log(rates), np.log(times), 1)[0]
for rate, time in zip(rates, times):
    print(f"rate {rate:.3f}: t = {time:.1f}")
print(f"time ~ rate^{exponent:.2f}")

# %%
figure = sweep.figure(column="eg_below_0.1_t")
figure.save("rates.png", force=True)
figure

# %% [markdown]
# ## Weights of a deep network
#
# Direct feedback alignment of a network with one output on images of one Gaussian cloud per class.
# The weights are arrays: here the singular values of each matrix, and how the last one aligns with
# the feedback.

# %%
deep = alignode.train({
    "data": {"name": "mixture", "inputs": 30, "classes": 4, "train": 400, "test": 200},
    "network": {"layers": [{"dense": 40, "activation": "tanh"}, {"dense": 40, "activation": "tanh"},
                           {"dense": 4}]},
    "learning": {"rule": "dfa", "rate": 0.005},
    "run": {"epochs": 20, "seeds": {"from": 1, "to": 2}, "measures": ["loss", "error", "WA", "GA"]},
})
aligned = []
for seed in deep.seeds:
    w = deep.weights[seed]
    for name in ("W_1", "W_2", "W_3"):
        s = np.linalg.svd(w[name], compute_uv=False)
        print(f"seed {seed}, {name} {w[name].shape}: singular values {s[0]:.2f} ... {s[-1]:.2f}")
    W, F = w["W_3"], w["F_2"].T
    aligned.append((W * F).sum() / np.linalg.norm(W) / np.linalg.norm(F))
print("cos(W_3, F_2):", np.round(aligned, 3))

# %%
figure = deep.figure()
figure.save("deep.png", force=True)
figure
