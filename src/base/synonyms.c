#include "base/synonyms.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* What is typed, in any case, and what it is called here. */
static const struct synonym {
    const char *word, *name;
} synonyms[] = {
    /* keys */
    {"std", "scale"},
    {"scale", "std"},
    {"sigma", "std"},
    {"sigma", "noise"},
    {"seed", "seeds"},
    {"seeds", "seed"},
    {"time", "epochs"},
    {"epochs", "time"},
    {"epoch", "time"},
    {"repeat", "repeats"},
    {"lr", "rate"},
    {"eta", "rate"},
    {"learning_rate", "rate"},
    {"learning-rate", "rate"},
    {"kappa", "decay"},
    {"weight_decay", "decay"},
    {"weight-decay", "decay"},
    {"N", "inputs"},
    {"O", "outputs"},
    {"K", "units"},
    {"M", "units"},
    {"hidden", "units"},
    {"batch_size", "batch"},
    {"batchsize", "batch"},
    {"g", "activation"},
    {"nonlinearity", "activation"},
    {"optimiser", "rule"},
    {"algorithm", "rule"},
    {"method", "stepper"},
    {"integrator", "stepper"},
    {"dataset", "data"},
    /* values */
    {"backprop", "bp"},
    {"backpropagation", "bp"},
    {"feedback-alignment", "fa"},
    {"direct-feedback-alignment", "dfa"},
    {"kp", "kolen-pollack"},
    {"identity", "linear"},
    {"logistic", "sigmoid"},
    {"gaussian", "normal"},
    {"gauss", "normal"},
    {"rademacher", "signs"},
    {"binary", "signs"},
    {"logarithmic", "log"},
    {"ce", "cross-entropy"},
    {"cifar", "cifar10"},
    {"cifar-10", "cifar10"},
    {"float", "single"},
    {"float32", "single"},
    {"float64", "double"},
    /* options and commands */
    {"--output", "-o"},
    {"--out", "-o"},
    {"--threads", "-j"},
    {"--jobs", "-j"},
    {"--silent", "--quiet"},
    {"-q", "--quiet"},
    {"--continue", "--resume"},
    {"--param", "--set"},
    {"--columns", "--column"},
    {"integrate", "ode"},
    {"simulate", "sgd"},
    {"draw", "plot"},
};

bool aln_synonyms_are(const char *word, const char *name)
{
    if (strcasecmp(word, name) == 0)
        return true;
    for (size_t i = 0; i < sizeof synonyms / sizeof synonyms[0]; i++)
        if (strcasecmp(synonyms[i].word, word) == 0 && strcmp(synonyms[i].name, name) == 0)
            return true;
    return false;
}
