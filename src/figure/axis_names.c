/* Short names of the values of an axis or a key that are lists or maps: of networks, such as
 * "784-100-10", and of sections, such as "rank 3" for {rank: 3}. */
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/columns.h"
#include "figure/picture.h"

/* The values of an axis. */
struct axis_values {
    struct aln_picture_axis *axis;
    const struct aln_figure_input *in;
    struct aln_tree **tree; /* [axis->count]  each value as that of the key "value" */
};

static const struct aln_node *value_of(const struct axis_values *v, size_t i)
{
    return aln_tree_find(aln_tree_root(v->tree[i]), "value");
}

/* The samples' size, unless data are swept or it is unknown. */
static void add_input(struct aln_text *out, const struct aln_figure_input *in,
                      const struct aln_node *layers)
{
    for (size_t i = 1; i <= aln_drawing_swept(in); i++)
        if (strncmp(in->table->name[i], "data.", 5) == 0)
            return;
    if (aln_drawing_net_input(out, in, layers) == ALN_MEMORY)
        out->failed = true;
}

/* "196-100-10", with its activation where these differ. */
static void add_net(struct aln_text *out, const struct axis_values *v, size_t i)
{
    const char *usual = aln_drawing_net_activation(value_of(v, 0));
    bool differ = false;
    for (size_t k = 1; k < v->axis->count; k++)
        differ = differ || strcmp(aln_drawing_net_activation(value_of(v, k)), usual) != 0;
    add_input(out, v->in, value_of(v, i));
    aln_drawing_net(out, value_of(v, i));
    if (differ)
        aln_text_add(out, ", %s", aln_drawing_net_activation(value_of(v, i)));
}

/* Of {rank: 3, distribution: uniform} "rank 3, uniform": words speak for themselves, unless they are
 * true or false. */
static void add_section(struct aln_text *out, const struct axis_values *v, size_t i)
{
    const struct aln_node *map = value_of(v, i);
    for (const struct aln_node *n = map->first; n != NULL; n = n->next) {
        double x;
        bool flag = n->kind == ALN_SCALAR &&
                    (strcmp(n->text, "true") == 0 || strcmp(n->text, "false") == 0);
        bool word = n->kind == ALN_SCALAR && !flag && !aln_text_real(n->text, &x);
        aln_text_add(out, "%s%s%s", n == map->first ? "" : ", ", word ? "" : n->key,
                     word ? "" : " ");
        aln_tree_write_value(out, n);
    }
    if (map->first == NULL)
        aln_text_add(out, "default");
}

/* Parses all values, each wrapped in a map to make it a document.
 * Returned: *maps  whether they all are maps */
static enum aln_status parse_values(struct axis_values *v, bool *maps)
{
    enum aln_status status = ALN_OK;
    *maps = true;
    for (size_t i = 0; i < v->axis->count && status == ALN_OK; i++) {
        struct aln_text text = {0};
        aln_text_add(&text, "value: %s", v->axis->value[i]);
        status = text.failed ? aln_raise_memory("a figure")
                             : aln_tree_parse(&v->tree[i], v->in->path, text.s, text.length);
        free(text.s);
        *maps = *maps && status == ALN_OK && value_of(v, i)->kind == ALN_MAP;
    }
    return status;
}

static void free_labels(struct aln_picture_axis *axis)
{
    for (size_t i = 0; axis->label != NULL && i < axis->count; i++)
        free(axis->label[i]);
    free(axis->label);
    axis->label = NULL;
}

static bool all_differ(char *const *label, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(label[i], label[j]) == 0)
                return false;
    return true;
}

/* Returned: axis->label; NULL if the names do not distinguish the values */
static enum aln_status name_all(const struct axis_values *v,
                                void (*add)(struct aln_text *, const struct axis_values *, size_t))
{
    struct aln_picture_axis *axis = v->axis;
    bool failed = false;
    axis->label = calloc(axis->count, sizeof *axis->label);
    for (size_t i = 0; i < axis->count && axis->label != NULL; i++) {
        struct aln_text text = {0};
        add(&text, v, i);
        failed = failed || text.failed || text.s == NULL;
        axis->label[i] = text.s;
    }
    if (failed || axis->label == NULL)
        return aln_raise_memory("a figure");
    if (!all_differ(axis->label, axis->count))
        free_labels(axis);
    for (size_t i = 0; i < axis->count && axis->label != NULL; i++)
        axis->value[i] = axis->label[i];
    return ALN_OK;
}

enum aln_status aln_drawing_axis_names(struct aln_picture_axis *axis,
                                       const struct aln_figure_input *in)
{
    const bool nets = strcmp(aln_drawing_column_key(axis->key), "network.layers") == 0;
    if (axis->count == 0 || axis->numeric || (!nets && axis->value[0][0] != '{'))
        return ALN_OK;
    struct axis_values v = {axis, in, calloc(axis->count, sizeof *v.tree)};
    bool maps = false;
    enum aln_status status =
        v.tree != NULL ? parse_values(&v, &maps) : aln_raise_memory("a figure");
    if (status == ALN_OK && (nets || maps))
        status = name_all(&v, nets ? add_net : add_section);
    for (size_t i = 0; v.tree != NULL && i < axis->count; i++)
        aln_tree_free(v.tree[i]);
    free(v.tree);
    return status;
}
