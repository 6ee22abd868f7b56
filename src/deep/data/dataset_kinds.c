/* The data sets with their defaults; codings and standardisations. */
#include "base/finders.h"
#include "deep/data/dataset_parts.h"

enum { NONE, GLOBAL, COLOUR, ORIGINAL };
static const struct aln_standardisation standardisations[] = {
    [NONE] = {{"none", "unchanged values, pixels in [0, 1]", ""}, false, false, false},
    [GLOBAL] = {{"global", "by one mean and standard deviation of all training inputs in use", ""},
                true,
                false,
                false},
    [COLOUR] = {{"colour",
                 "by mean and standard deviation of each colour, over the training inputs in use",
                 ""},
                true,
                true,
                false},
    [ORIGINAL] = {{"original",
                   "by one mean and standard deviation of all training images before resizing",
                   "public code of Refinetti et al., ICML 2021"},
                  true,
                  false,
                  true},
};
const struct aln_names aln_standardisations = {
    "standardisation", "standardisations", standardisations,
    sizeof standardisations / sizeof standardisations[0], sizeof standardisations[0]};
ALN_FINDERS(standardisation, aln_standardisations);

enum { VALUES, CLASS, SIGN };
static const struct aln_coding codings[] = {
    [VALUES] = {.id = {"values", "real-valued targets, one per output", ""}},
    [CLASS] = {.id = {"class", "class labels, one output per class", ""}, .labels = true},
    [SIGN] = {.id = {"sign", "two classes, the sign of a single output", ""},
              .labels = true,
              .classes = 2,
              .outputs = 1},
};
const struct aln_names aln_codings = {"coding", "codings", codings,
                                      sizeof codings / sizeof codings[0], sizeof codings[0]};
ALN_FINDERS(coding, aln_codings);

enum { FINE, COARSE };
static const struct aln_labelling labellings[] = {
    [FINE] = {{"fine", "the 100 classes", ""}, .at = 1, .classes = 100},
    [COARSE] = {{"coarse", "the 20 superclasses", ""}, .at = 0, .classes = 20},
};
const struct aln_names aln_labellings = {"labelling", "labellings", labellings,
                                         sizeof labellings / sizeof labellings[0],
                                         sizeof labellings[0]};
ALN_FINDERS(labelling, aln_labellings);

#define FILES " path size classes coding standardise label_noise label_noise_test seed "
#define DRAWN " inputs coding standardise label_noise label_noise_test seed "

static const struct aln_data_kind kinds[] = {
    {.id = {"mnist", "handwritten digits, 60000 + 10000 images of 28 x 28 pixels, 10 classes",
            "LeCun, Bottou, Bengio & Haffner, Proc. IEEE 86 (1998) 2278"},
     .keys = FILES,
     .usual = {.standardise = &standardisations[GLOBAL], .coding = &codings[CLASS]},
     .colours = 1,
     .side = 28,
     .classes = 10,
     .holds = {60000, 10000},
     .load = aln_load_mnist},
    {.id = {"cifar10",
            "photographs, 50000 + 10000 images of 32 x 32 pixels in 3 colours, 10 classes",
            "Krizhevsky, Learning multiple layers of features from tiny images, 2009"},
     .keys = FILES,
     .usual = {.standardise = &standardisations[GLOBAL], .coding = &codings[CLASS]},
     .colours = 3,
     .side = 32,
     .classes = 10,
     .holds = {50000, 10000},
     .load = aln_load_cifar10},
    {.id = {"cifar100",
            "photographs, 50000 + 10000 images of 32 x 32 pixels in 3 colours, 100 classes in 20 "
            "superclasses",
            "Krizhevsky, Learning multiple layers of features from tiny images, 2009"},
     .keys = FILES "labels ",
     .usual = {.standardise = &standardisations[GLOBAL],
               .coding = &codings[CLASS],
               .labels = &labellings[FINE]},
     .colours = 3,
     .side = 32,
     .classes = 100,
     .holds = {50000, 10000},
     .load = aln_load_cifar100},
    {.id = {"idx", "any set of four files in MNIST's format, e.g. Fashion-MNIST, KMNIST, EMNIST",
            "Xiao, Rasul & Vollgraf, arXiv 1708.07747; Clanuwat et al., arXiv 1812.01718"},
     .keys = FILES "prefix transpose ",
     .usual = {.standardise = &standardisations[GLOBAL], .coding = &codings[CLASS]},
     .colours = 1,
     .side = ALN_SIDE_MOST,
     .classes = ALN_DATA_MOST,
     .targets = true,
     .load = aln_load_idx},
    {.id = {"npz", "NumPy's archive of the arrays x_train, y_train, x_test and y_test", ""},
     .keys = FILES "transpose ",
     .usual = {.standardise = &standardisations[GLOBAL], .coding = &codings[CLASS]},
     .colours = 1,
     .side = ALN_SIDE_MOST,
     .classes = ALN_DATA_MOST,
     .targets = true,
     .load = aln_load_npz},
    {.id = {"targets",
            "two Gaussian targets of given covariance, independent of the Gaussian inputs",
            "Refinetti et al., ICML 2021, and their public code"},
     .keys = DRAWN "alpha beta noise ",
     .usual = {.train = 992,
               .test = 1000,
               .inputs = 9,
               .outputs = 2,
               .alpha = 1,
               .beta = 1,
               .standardise = &standardisations[NONE],
               .coding = &codings[VALUES]},
     .load = aln_load_targets},
    {.id = {"mixture", "one Gaussian cloud per class, with Gaussian centres", ""},
     .keys = DRAWN "classes separation size ",
     .usual = {.train = 4000,
               .test = 1000,
               .inputs = 50,
               .classes = 10,
               .separation = 5,
               .standardise = &standardisations[NONE],
               .coding = &codings[CLASS]},
     .side = ALN_SIDE_MOST,
     .classes = ALN_DATA_MOST,
     .load = aln_load_mixture},
    {.id = {"teacher", "Gaussian inputs, with the outputs of a random dense network as targets",
            ""},
     .keys = DRAWN "outputs units activation noise ",
     .usual = {.train = 4000,
               .test = 1000,
               .inputs = 50,
               .outputs = 1,
               .standardise = &standardisations[NONE],
               .coding = &codings[VALUES]},
     .load = aln_load_teacher},
};
const struct aln_names aln_datasets = {"data set", "data sets", kinds,
                                       sizeof kinds / sizeof kinds[0], sizeof kinds[0]};
ALN_FINDERS(data_kind, aln_datasets);
