#include "training_runs.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alignode/names.h"
#include "claim_record.h"
#include "means_table.h"
#include "train/train_files.h"

/* ---- the folder ---- */

static char folder[4096];
static const char *parameters;
static bool temporary, only_kept;

enum aln_status aln_claim_runs_open(const char *path, const char *params, bool kept)
{
    temporary = path == NULL;
    only_kept = kept;
    parameters = params;
    snprintf(folder, sizeof folder, "%s", path != NULL ? path : "");
    if (!temporary && access(folder, kept ? R_OK | X_OK : W_OK | X_OK) != 0)
        return aln_raise(ALN_USAGE, "%s: not a %s folder", folder, kept ? "readable" : "writable");
    return ALN_OK;
}

/* Creates the temporary folder when the first run needs it. */
static enum aln_status make_folder(void)
{
    const char *parent = getenv("TMPDIR");
    if (!temporary || folder[0] != '\0')
        return ALN_OK;
    snprintf(folder, sizeof folder, "%s/alignode-claims-XXXXXX", parent != NULL ? parent : "/tmp");
    if (mkdtemp(folder) != NULL)
        return ALN_OK;
    folder[0] = '\0';
    return aln_raise(ALN_FILE, "cannot create a temporary folder");
}

const char *aln_claim_runs_folder(void)
{
    return folder;
}

void aln_claim_runs_close(void)
{
    DIR *d = temporary && folder[0] != '\0' ? opendir(folder) : NULL;
    struct dirent *entry;
    char path[4096 + 300];
    if (d == NULL)
        return;
    while ((entry = readdir(d)) != NULL) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(path);
    }
    closedir(d);
    rmdir(folder);
}

/* ---- running ---- */

bool aln_claim_has_data(struct aln_report *r, const char *name)
{
    const struct aln_data_kind *kind = aln_data_kind_find(name);
    struct aln_data data = {0};
    if (only_kept)
        return true;
    struct aln_data_spec spec = kind->usual;
    spec.train = spec.test = 1;
    enum aln_status status = aln_data_load(&data, kind, &spec);
    aln_data_free(&data);
    if (status != ALN_OK)
        aln_report_missing(r, name, aln_error());
    return status == ALN_OK;
}

/* Context of tell(). */
struct notes {
    struct aln_report *report;
    const char *name;
};

static void tell(void *context, const char *line)
{
    const struct notes *notes = context;
    char words[512];
    snprintf(words, sizeof words, "%s: %s", notes->name, line);
    aln_report_tell(notes->report, words);
}

/* Takes a table of means in place of a result.
 * Returned: out->rows  NULL: at the path is none
 * Status:   ALN_USAGE when it is of other parameters; ALN_NUMERIC when its run failed */
static enum aln_status find_means(const struct aln_train_params *params, const char *path,
                                  struct aln_claim_result *out)
{
    char *yaml = NULL;
    struct aln_table *t = NULL;
    if (access(path, F_OK) != 0)
        return ALN_OK;
    enum aln_status status = aln_table_read(&t, path);
    if (status != ALN_OK || !aln_means_is(t)) {
        aln_table_free(t);
        return status;
    }
    status = aln_schema_yaml(&aln_train_schema, params, &yaml);
    if (status == ALN_OK && !aln_means_match(t, yaml))
        status = aln_raise(ALN_USAGE, "%s: is of other parameters", path);
    const char *failure = aln_means_remark(t, "diverges:");
    if (status == ALN_OK && failure != NULL)
        status = aln_raise(ALN_NUMERIC, "%s", failure);
    free(yaml);
    out->rows = t;
    out->similarity = aln_table_column(t, "similarity") >= 0 ? t : NULL;
    return status;
}

/* Status: ALN_USAGE when there is no finished result of these parameters, and no table of its means */
static enum aln_status find_kept(const struct aln_train_params *params,
                                 const struct aln_run_options *options,
                                 struct aln_claim_result *out)
{
    struct aln_train_files files = {0};
    bool finished = false;
    enum aln_status status = find_means(params, options->path, out);
    if (status != ALN_OK || out->rows != NULL)
        return status;
    status = aln_train_files_find(&files, params, options, &finished);
    aln_train_files_free(&files, false);
    return status == ALN_OK && !finished ? ALN_USAGE : status;
}

static enum aln_status run(struct aln_report *r, const struct aln_claim_run_spec *spec,
                           const char *path, struct aln_claim_result *out)
{
    char file[4096];
    size_t sets = 0;
    void *params = NULL;
    struct notes notes = {r, spec->name};
    const struct aln_progress progress = {
        .context = &notes, .tell = tell, .stop = aln_claim_stop.stop};
    snprintf(file, sizeof file, "%s/%s.yaml", parameters, spec->file);
    while (sets < ALN_RUN_CHANGES && spec->set[sets] != NULL)
        sets++;
    enum aln_status status = aln_claim_record_input(r->record, spec->file, file);
    if (status == ALN_OK)
        status = aln_schema_load(&params, &aln_train_schema, file, sets, spec->set, NULL);
    struct aln_run_options options = {.path = path, .resume = true, .progress = &progress};
    if (status == ALN_OK && only_kept) {
        status = find_kept(params, &options, out);
    } else if (status == ALN_OK) {
        status = aln_train(params, &options);
        if (status == ALN_USAGE) { /* an existing result is from different parameters, or damaged */
            options.resume = false;
            status = aln_train(params, &options);
        }
    }
    aln_schema_free(&aln_train_schema, params);
    return status;
}

bool aln_claim_learn(struct aln_report *r, const struct aln_claim_run_spec *spec,
                     struct aln_claim_result *out)
{
    char path[4096 + 300], similarity[4096 + 300];
    *out = (struct aln_claim_result){0};
    enum aln_status status = make_folder();
    snprintf(path, sizeof path, "%s/%s.tsv", folder, spec->name);
    snprintf(similarity, sizeof similarity, "%s/%s.similarity.tsv", folder, spec->name);
    if (status == ALN_OK)
        status = run(r, spec, path, out);
    const bool means = out->rows != NULL;
    if (status == ALN_OK && !means)
        status = aln_table_read(&out->rows, path);
    if (status == ALN_OK && !means && access(similarity, F_OK) == 0)
        status = aln_table_read(&out->similarity, similarity);
    if (status == ALN_NUMERIC) { /* a result, though not the one claimed */
        char line[128];
        snprintf(line, sizeof line, "%s: learning diverges", spec->name);
        aln_report_note(r, spec->name, NAN, aln_error());
        aln_report_range(r, line, 1, 0, 0);
    } else if (status == ALN_USAGE && only_kept) {
        aln_report_missing(r, spec->name, "not run: no finished result of these parameters");
        out->missing = true;
    } else if (status != ALN_OK) {
        aln_report_error(r, spec->name);
    }
    return status == ALN_OK;
}

void aln_claim_result_free(struct aln_claim_result *result)
{
    if (result->similarity != result->rows)
        aln_table_free(result->similarity);
    aln_table_free(result->rows);
    *result = (struct aln_claim_result){0};
}

void aln_claim_judge(struct aln_report *r, const char *what, double value,
                     struct aln_claim_range range, const char *remark)
{
    if (isnan(range.low))
        aln_report_note(r, what, value, remark);
    else
        aln_report_range(r, what, value, range.low, range.high);
}

/* ---- columns ---- */

/* Records per block, the same for all. */
static size_t records(const struct aln_table *t)
{
    return t->blocks > 0 ? t->block_end[0] : 0;
}

static double cell(const struct aln_table *t, size_t row, int column)
{
    return column < 0 ? NAN : t->value[row * t->cols + (size_t)column];
}

static double epoch_of(const struct aln_table *t, size_t record)
{
    return cell(t, record, aln_table_column(t, "epoch"));
}

/* Mean over the seeds for which the quantity is defined. */
static double mean(const struct aln_table *t, size_t record, int column)
{
    size_t count = 0;
    double sum = 0;
    for (size_t b = 0; b < t->blocks; b++) {
        double x = cell(t, b * records(t) + record, column);
        if (!isnan(x)) {
            sum += x;
            count++;
        }
    }
    return sum / (double)count;
}

double aln_claim_mean(const struct aln_table *t, const char *column, double epoch)
{
    size_t nearest = 0, n = records(t);
    for (size_t i = 1; i < n; i++)
        if (fabs(epoch_of(t, i) - epoch) <= fabs(epoch_of(t, nearest) - epoch))
            nearest = i;
    return n > 0 ? mean(t, nearest, aln_table_column(t, column)) : NAN;
}

double aln_claim_at(const struct aln_table *t, const char *column, double epoch)
{
    const int j = aln_table_column(t, column);
    for (size_t i = 1; i < records(t); i++) {
        const double before = epoch_of(t, i - 1), now = epoch_of(t, i);
        if (before > 0 && before <= epoch && now >= epoch)
            return mean(t, i - 1, j) +
                   (mean(t, i, j) - mean(t, i - 1, j)) * log(epoch / before) / log(now / before);
    }
    return NAN;
}

size_t aln_claim_seeds(const struct aln_table *t)
{
    const char *seeds = aln_means_is(t) ? aln_means_remark(t, "seeds") : NULL;
    return seeds != NULL ? strtoul(seeds, NULL, 10) : t->blocks;
}

size_t aln_claim_last(const struct aln_table *t, const char *column, double value[ALN_CLAIM_SEEDS])
{
    const int j = aln_table_column(t, column);
    size_t count = 0;
    if (aln_means_is(t))
        return aln_means_numbers(t, "last", column, value, ALN_CLAIM_SEEDS);
    for (; count < t->blocks && count < ALN_CLAIM_SEEDS; count++)
        value[count] = cell(t, (count + 1) * records(t) - 1, j);
    return count;
}

size_t aln_claim_peaks(const struct aln_table *t, const char *column, double value[ALN_CLAIM_SEEDS])
{
    const int j = aln_table_column(t, column);
    size_t count = 0;
    for (; count < t->blocks && count < ALN_CLAIM_SEEDS; count++) {
        size_t at = 0, first = count * records(t);
        for (size_t i = 0; i < records(t); i++)
            if (cell(t, first + i, j) > cell(t, first + at, j))
                at = i;
        value[count] = epoch_of(t, at);
    }
    return count;
}

void aln_claim_span(const struct aln_table *t, const char *column, double *least, double *most)
{
    double value[ALN_CLAIM_SEEDS];
    const size_t count = aln_claim_last(t, column, value);
    *least = count > 0 ? INFINITY : NAN;
    *most = count > 0 ? -INFINITY : NAN;
    for (size_t i = 0; i < count; i++) {
        *least = fmin(*least, value[i]);
        *most = fmax(*most, value[i]);
    }
}

double aln_claim_crossing(const struct aln_table *t, const char *column, double level)
{
    int j = aln_table_column(t, column);
    for (size_t i = 1; i < records(t); i++) {
        double before = mean(t, i - 1, j), now = mean(t, i, j);
        if ((now >= level) != (before >= level))
            return epoch_of(t, i - 1) +
                   (epoch_of(t, i) - epoch_of(t, i - 1)) * (level - before) / (now - before);
    }
    return NAN;
}

double aln_claim_peak(const struct aln_table *t, const char *column, double *value)
{
    int j = aln_table_column(t, column);
    size_t at = 0;
    *value = -INFINITY;
    for (size_t i = 0; i < records(t); i++)
        if (mean(t, i, j) > *value) {
            *value = mean(t, i, j);
            at = i;
        }
    return epoch_of(t, at);
}
