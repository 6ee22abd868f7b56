# %% [markdown]
# # Align, then memorise
#
# A two-layer network learns a two-layer teacher by direct feedback alignment. The order-parameter
# equations on top of a simulation at N = 500: the read-out first aligns with the random feedback,
# while most of the error is left; then the network memorises.

# %%
import numpy as np

import alignode

problem = {
    "title": "Align, then memorise",
    "problem": {"inputs": 500, "activation": "erf",
                "student": {"units": 2}, "teacher": {"units": 2}},
    "learning": {"rule": "dfa", "rate": 0.5,
                 "feedback": {"matrix": np.array([[-0.86], [-1.60]])}},
    "run": {"time": 15, "seed": 66, "repeats": 20, "record": {"count": 40}},
}

theory = alignode.run(problem)
simulation = alignode.run(problem, "chain")

# %% [markdown]
# Theory and simulation in one figure. In a notebook the last line of a cell shows it.

# %%
figure = theory.figure(simulation)
figure.save("align_then_memorise.png", force=True)
figure

# %% [markdown]
# How much is left of the error when the alignment is complete?

# %%
best = int(np.argmax(theory.cos_W2_F1))
alignment = theory.cos_W2_F1[best]
error_left = theory.eg[best] / theory.eg[0]
print(f"cos(W2, F1) = {alignment:.3f} at t = {theory.t[best]:.2f}, with {error_left:.0%} of the error left")

# %% [markdown]
# Do they agree? The chain records at multiples of 1/N, so the equations are asked for those times.

# %%
theory = alignode.run(problem, run__record={"times": simulation.t})
with np.errstate(invalid="ignore", divide="ignore"):
    z = (simulation.mean("eg") - theory.eg) / simulation.sem("eg")
largest_z = np.nanmax(np.abs(z[1:]))
print(f"The largest difference of the error is {largest_z:.1f} standard errors.")

# %% [markdown]
# At which rate does the error fall at the end of this run? The equations say so at any state.

# %%
state = theory.state(-1)
h = 1e-6
slope = theory.problem.rhs(state)
later = theory.problem.state(state.vector + h * slope.vector)
print(f"d ln eg/dt = {(later.eg - state.eg) / h / state.eg:.3f}")
