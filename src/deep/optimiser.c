#include "alignode/optimiser.h"

#include "base/finders.h"
#include "deep/stage.h"
#include "deep/tables.h"

static const struct aln_optimiser optimisers[] = {
    {.id = {"sgd", "stochastic gradient descent, with learning.momentum, by default none",
            "Robbins & Monro, Ann. Math. Stat. 22 (1951) 400"}},
    {.id = {"momentum", "the heavy ball: sgd whose learning.momentum is 0.9 unless given",
            "Polyak, USSR Comput. Math. Math. Phys. 4 (1964) 1"},
     .momentum = 0.9},
    {.id = {"adam",
            "steps in units of the root mean square of recent gradients, with learning.beta1, "
            "beta2 and "
            "epsilon; every weight has a rate of its own, which bends the law of weight alignment",
            "Kingma & Ba, ICLR 2015"},
     .adaptive = true,
     .callbacks = ALN_BOTH(aln_adam)},
};

const struct aln_names aln_optimisers = {"optimiser", "optimisers", optimisers,
                                         sizeof optimisers / sizeof optimisers[0],
                                         sizeof optimisers[0]};
ALN_FINDERS(optimiser, aln_optimisers);
