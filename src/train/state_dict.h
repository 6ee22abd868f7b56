/* The arrays of a network under the names and in the shapes of PyTorch's state dictionaries, in which
 * safetensors files hold them.
 *
 * They are those of an nn.Sequential in which each entry of network.layers is a module, followed by its
 * activation as another module if it has one that is not linear: N.weight and N.bias for its N-th
 * module, counted from 0. nn.Linear: outputs x inputs; nn.Conv2d: channels x channels below x kernel x
 * kernel; biases: outputs. Feedback and the state of the optimiser, which such modules do not have,
 * keep their own names, F_l and vW_l. Before the names of seed S stands "seed_S.", if the file has several. */
#ifndef ALIGNODE_TRAIN_STATE_DICT_H
#define ALIGNODE_TRAIN_STATE_DICT_H

#include "alignode/archive.h"
#include "alignode/layer.h"

struct aln_state_dict {
    const struct aln_layer *layer; /* [layer_count] */
    size_t layer_count;
    char bare
        [40]; /* "seed_1/": the seed whose names have nothing before them; "": none of them is one's */
};

/* The name of the weights of layer l, or its biases. */
const char *aln_state_dict_name(const struct aln_state_dict *d, size_t l, bool bias, char out[64]);

/* An archive with the arrays of `own`, as learners save them, by these names; and back. Arrays that no
 * layer has keep their names. Texts `parameters` and `version` are kept.
 * Returned: *out  yours, aln_archive_free()
 * Status:   ALN_FILE, ALN_MEMORY */
enum aln_status aln_state_dict_of(struct aln_archive **out, const struct aln_state_dict *d,
                                  const struct aln_archive *own);
enum aln_status aln_state_dict_to_own(struct aln_archive **out, const struct aln_state_dict *d,
                                      const struct aln_archive *dict);

#endif
