#include "params/presentation.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "params/schema_table.h"

static const struct aln_name axes[] = {
    {"none", "all axes linear", ""},
    {"x", "the horizontal axis logarithmic", ""},
    {"y", "the vertical axis logarithmic", ""},
    {"xy", "both logarithmic", ""},
};
const struct aln_names aln_log_axes = {"choice of axes", "logarithmic axes", axes,
                                       sizeof axes / sizeof axes[0], sizeof axes[0]};

/* ---- pairs of numbers ---- */

#define SPAN "[from, to], numbers or auto, in increasing order"
#define SIZE "[width, height]"

static enum aln_status read_bound(const struct aln_param *row, const struct aln_node *node,
                                  double *x)
{
    *x = NAN;
    if (aln_params_is_plain(node) && strcmp(node->text, "auto") == 0 && row->range == NULL)
        return ALN_OK;
    return aln_params_get_number(node, row->key, row->range, x);
}

static enum aln_status read_span(const struct aln_param *row, const struct aln_node *node, void *p)
{
    struct aln_presentation_span *span = aln_params_place(row, p);
    if (node->kind != ALN_LIST || node->count != 2)
        return aln_params_refuse(node, row->key, row->type->name, row->range);
    enum aln_status status = read_bound(row, node->first, &span->x[0]);
    if (status == ALN_OK)
        status = read_bound(row, node->last, &span->x[1]);
    if (status == ALN_OK && row->range == NULL && span->x[1] <= span->x[0])
        return aln_params_refuse(node, row->key, row->type->name, NULL);
    span->given = true;
    return status;
}

static void write_bound(double x, struct aln_text *t)
{
    if (isnan(x))
        aln_text_add(t, "auto");
    else
        aln_params_put_number(t, x);
}

static void write_span(const struct aln_param *row, const void *p, struct aln_text *t)
{
    const struct aln_presentation_span *span = aln_params_value(row, p);
    aln_text_add(t, "[");
    write_bound(span->x[0], t);
    aln_text_add(t, ", ");
    write_bound(span->x[1], t);
    aln_text_add(t, "]");
}

static bool has_span(const struct aln_param *row, const void *p)
{
    return ((const struct aln_presentation_span *)aln_params_value(row, p))->given;
}

static void clear_span(const struct aln_param *row, void *p)
{
    *(struct aln_presentation_span *)aln_params_place(row, p) =
        (struct aln_presentation_span){{NAN, NAN}, false};
}

static const struct aln_params_type
    span_type = {.name = SPAN,
                 .json = "{\"type\": \"array\", \"items\": {\"anyOf\": [{\"type\": \"number\"}, "
                         "{\"const\": \"auto\"}]}, \"minItems\": 2, \"maxItems\": 2}",
                 .read = read_span,
                 .write = write_span,
                 .present = has_span,
                 .absent = clear_span,
                 .clear = clear_span},
    size_type = {.name = SIZE,
                 .json = "{\"type\": \"array\", \"items\": @, \"minItems\": 2, \"maxItems\": 2}",
                 .read = read_span,
                 .write = write_span,
                 .present = has_span,
                 .absent = clear_span,
                 .clear = clear_span};

/* ---- lists of texts ---- */

static void clear_texts(const struct aln_param *row, void *p)
{
    struct aln_presentation_texts *list = aln_params_place(row, p);
    for (size_t i = 0; i < list->count; i++)
        free(list->text[i]);
    free(list->text);
    *list = (struct aln_presentation_texts){.text = NULL};
}

static enum aln_status read_list(const struct aln_param *row, const struct aln_node *node, void *p)
{
    struct aln_presentation_texts *list = aln_params_place(row, p);
    if (node->kind != ALN_LIST || node->count == 0)
        return aln_params_refuse(node, row->key, row->type->name, NULL);
    list->text = calloc(node->count, sizeof *list->text);
    for (const struct aln_node *n = node->first; n != NULL && list->text != NULL; n = n->next) {
        if (n->kind != ALN_SCALAR)
            return aln_params_refuse(n, row->key, row->type->name, NULL);
        list->text[list->count] = strdup(n->text);
        if (list->text[list->count++] == NULL)
            return aln_params_no_memory(row->key);
    }
    return list->text != NULL ? ALN_OK : aln_params_no_memory(row->key);
}

static enum aln_status read_legend(const struct aln_param *row, const struct aln_node *node,
                                   void *p)
{
    struct aln_presentation_texts *list = aln_params_place(row, p);
    list->off = aln_params_is_plain(node) && strcmp(node->text, "off") == 0;
    return list->off ? ALN_OK : read_list(row, node, p);
}

static void write_texts(const struct aln_param *row, const void *p, struct aln_text *t)
{
    const struct aln_presentation_texts *list = aln_params_value(row, p);
    for (size_t i = 0; i < list->count; i++) {
        aln_text_add(t, i > 0 ? ", " : "[");
        aln_text_quote(t, list->text[i]);
    }
    aln_text_add(t, list->off ? "off" : "]");
}

static bool has_texts(const struct aln_param *row, const void *p)
{
    const struct aln_presentation_texts *list = aln_params_value(row, p);
    return list->off || list->count > 0;
}

#define LIST                                                                                       \
    "{\"type\": \"array\", \"items\": {\"type\": [\"string\", \"number\", \"boolean\"]}, "         \
    "\"minItems\": 1}"

static const struct aln_params_type
    legend_type = {.name = "off or a list of texts",
                   .json = "{\"anyOf\": [{\"const\": \"off\"}, {\"const\": false}, " LIST "]}",
                   .read = read_legend,
                   .write = write_texts,
                   .present = has_texts,
                   .clear = clear_texts},
    list_type = {.name = "list of columns",
                 .json = LIST,
                 .read = read_list,
                 .write = write_texts,
                 .present = has_texts,
                 .clear = clear_texts};

/* ---- the table ---- */

/* From a stamp to a poster. */
static const struct aln_range inches = {"from 1 to 50", 1, 50, false};

#define AT(member) .at = offsetof(struct aln_presentation, member)

static const struct aln_param rows[] = {
    {"figure.title", &aln_params_text, AT(title), .unit = "",
     .doc = "title of figures instead of the file's; '' for none"},
    {"figure.size", &size_type, AT(size), .range = &inches, .unit = "inches",
     .doc = "width and height of figures; default: those of the style"},
    {"figure.style", &aln_params_name, AT(style), .names = &aln_styles, .unit = "",
     .doc = "type, sizes, lines and colours of figures; default: screen"},
    {"figure.font", &aln_params_text, AT(font), .unit = "",
     .doc = "family of the type instead of the style's, such as Helvetica"},
    {"figure.xrange", &span_type, AT(xrange), .unit = "that of the axis",
     .doc = "ends of the horizontal axis; auto, or on a logarithmic axis an end that is not above "
            "0: as the data need"},
    {"figure.yrange", &span_type, AT(yrange), .unit = "that of the axis",
     .doc = "likewise of the vertical axis, of the first panel if there are several"},
    {"figure.log", &aln_params_name, AT(log), .names = &aln_log_axes, .unit = "",
     .doc = "the logarithmic axes of curves, instead of the figure's own choice"},
    {"figure.legend", &legend_type, AT(legend), .unit = "",
     .doc = "off, or texts for the curves in the order of their results"},
    {"figure.columns", &list_type, AT(columns), .unit = "",
     .doc = "columns or panels to draw, as --column, which overrides it"},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

const struct aln_schema_part aln_presentation_part = {
    .row = rows, .count = ROWS, .size = sizeof(struct aln_presentation)};

const struct aln_schema aln_presentation_schema = {
    .name = "figure",
    .section = "figure",
    .row = rows,
    .count = ROWS,
    .size = sizeof(struct aln_presentation),
};

const struct aln_presentation *aln_presentation_of(const struct aln_schema *schema, const void *p)
{
    const char *parts = (const char *)p + schema->parts_at;
    return aln_schema_part((const struct aln_schema_parts *)(const void *)parts,
                           &aln_presentation_part);
}

void aln_presentation_clear(const struct aln_schema *schema, void *p)
{
    const char *part = (const char *)aln_presentation_of(schema, p);
    struct aln_presentation *own = (void *)((char *)p + (part - (const char *)p));
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].type->clear != NULL)
            rows[i].type->clear(&rows[i], own);
    *own = (struct aln_presentation){.title = NULL};
}

bool aln_presentation_has(const char *key)
{
    static const char section[] = "figure";
    size_t n = sizeof section - 1;
    return strncmp(key, section, n) == 0 && (key[n] == '\0' || key[n] == '.');
}
