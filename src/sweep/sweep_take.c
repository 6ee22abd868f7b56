#include "sweep/sweep_take.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/text.h"
#include "params/schema_table.h"

/* The label of an event as part of a column name, with numbers in their shortest form. */
static void add_label(struct aln_text *out, char *const *word, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double x;
        char number[32];
        bool is_number = aln_text_real(word[i], &x);
        if (is_number)
            aln_params_number_text(x, number);
        aln_text_add(out, "%s_", is_number ? number : word[i]);
    }
}

/* A remark "event LABEL ... t VALUE eg VALUE cos VALUE" or "event LABEL ... never" becomes columns
 * LABEL_t, LABEL_eg and LABEL_cos. */
static enum aln_status take_event(const char *remark, const char *path, struct aln_text *names,
                                  struct aln_text *cells)
{
    enum { WORDS = 16, VALUES = 3 };
    static const char *const value[VALUES] = {"t", "eg", "cos"};
    char copy[256], *word[WORDS], *rest = copy;
    size_t n = 0;
    if (strncmp(remark, "event ", 6) != 0)
        return ALN_OK;
    snprintf(copy, sizeof copy, "%s", remark + 6);
    while (n < WORDS && rest != NULL)
        word[n++] = strsep(&rest, " ");
    bool never = n > 1 && strcmp(word[n - 1], "never") == 0;
    size_t label = never ? n - 1 : n > 2 * VALUES ? n - 2 * VALUES : 0;
    for (size_t i = 0; i < VALUES && label > 0; i++) {
        if (!never && strcmp(word[label + 2 * i], value[i]) != 0)
            return aln_raise(ALN_USAGE, "%s: '%.100s' is not an event", path, remark);
        aln_text_add(names, "\t");
        add_label(names, word, label);
        aln_text_add(names, "%s", value[i]);
        aln_text_add(cells, "\t%s", never ? "nan" : word[label + 2 * i + 1]);
    }
    return ALN_OK;
}

/* Numbers of other remarks that become columns: "plateau lambda VALUE ...", of the study escape. */
static const struct {
    const char *remark, *number, *column;
} numbers[] = {
    {"plateau ", "lambda ", "lambda"},
    {"fit ", "slope ", "slope"},
    {"fit ", "se ", "slope_se"},
};

static void take_numbers(const char *remark, struct aln_text *names, struct aln_text *cells)
{
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const bool has = strncmp(remark, numbers[i].remark, strlen(numbers[i].remark)) == 0;
        const char *value = has ? strstr(remark, numbers[i].number) : NULL;
        if (value == NULL)
            continue;
        value += strlen(numbers[i].number);
        aln_text_add(names, "\t%s", numbers[i].column);
        aln_text_add(cells, "\t%.*s", (int)strcspn(value, " "), value);
    }
}

/* Adds the columns of a remark. */
static enum aln_status take_remark(const char *remark, const char *path, struct aln_text *names,
                                   struct aln_text *cells)
{
    take_numbers(remark, names, cells);
    return take_event(remark, path, names, cells);
}

/* Adds the rows of each block's last time, or all rows. */
static enum aln_status take_rows(const struct aln_table *t, const char *path, const char *time,
                                 const char *events, struct aln_text *rows)
{
    int col = time != NULL ? aln_table_column(t, time) : -1;
    if (time != NULL && col < 0)
        return aln_raise(ALN_USAGE, "%s: has no column %s", path, time);
    size_t row = 0;
    for (size_t block = 0; block < t->blocks; block++) {
        char **last = t->text + (t->block_end[block] - 1) * t->cols;
        for (; row < t->block_end[block]; row++) {
            char **cell = t->text + row * t->cols;
            if (col >= 0 && strcmp(cell[col], last[col]) != 0)
                continue;
            for (size_t i = 0; i < t->cols; i++)
                aln_text_add(rows, "%s%s", i > 0 ? "\t" : "", cell[i]);
            aln_text_add(rows, "%s\n", events);
        }
    }
    return ALN_OK;
}

enum aln_status aln_sweep_take_result(const struct aln_table *t, const char *path, const char *time,
                                      char **line_of_names, char **lines)
{
    struct aln_text names = {0}, rows = {0}, events = {0};
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < t->cols; i++)
        aln_text_add(&names, "%s%s", i > 0 ? "\t" : "", t->name[i]);
    aln_text_add(&events, "%s", "");
    for (size_t i = 0; i < t->remarks && status == ALN_OK; i++)
        status = take_remark(t->remark[i], path, &names, &events);
    if (status == ALN_OK)
        status = take_rows(t, path, time, events.s != NULL ? events.s : "", &rows);
    if (status == ALN_OK && (names.failed || rows.failed || events.failed))
        status = aln_raise_memory("the rows of a sweep");
    free(events.s);
    *line_of_names = names.s;
    *lines = rows.s;
    return status;
}

/* Appends the cells of the events to each row. */
static void add_cells(struct aln_text *rows, const char *cells)
{
    struct aln_text longer = {0};
    for (const char *row = rows->s; *row != '\0'; row++) {
        const size_t n = strcspn(row, "\n");
        aln_text_add(&longer, "%.*s%s\n", (int)n, row, cells);
        row += n;
    }
    free(rows->s);
    *rows = longer;
}

enum aln_status aln_sweep_take_events(struct aln_run_summary *summary)
{
    struct aln_text cells = {0};
    enum aln_status status = ALN_OK;
    char *rest = summary->remarks.s;
    for (char *remark; status == ALN_OK && (remark = strsep(&rest, "\n")) != NULL;)
        status = take_remark(remark, "a result", &summary->names, &cells);
    if (status == ALN_OK && cells.length > 0)
        add_cells(&summary->rows, cells.s);
    if (status == ALN_OK && (summary->names.failed || cells.failed || summary->rows.failed))
        status = aln_raise_memory("the rows of a sweep");
    free(cells.s);
    return status;
}
