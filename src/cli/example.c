#include "cli/example.h"

#include <assert.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/failure.h"
#include "base/text.h"
#include "cli/target.h"
#include "figure/figure.h"
#include "file/tree.h"
#include "study/compare.h"
#include "study/study.h"
#include "sweep/sweep.h"
#ifdef ALN_DEEP
#include "alignode/dataset.h"
#endif

/* ---- folders ---- */

enum aln_status aln_cli_examples_begin(struct aln_cli_examples *examples)
{
    const char *parent = getenv("TMPDIR");
    struct aln_text path = {0};
    if (examples->runs != NULL && access(examples->runs, W_OK | X_OK) != 0)
        return aln_raise(ALN_USAGE, "%s: not a writable folder", examples->runs);
    aln_text_add(&path, "%s/alignode-page-XXXXXX", parent != NULL ? parent : "/tmp");
    if (path.failed)
        return aln_raise_memory("the name of a folder");
    examples->work = mkdtemp(path.s) != NULL ? path.s : NULL;
    if (examples->work == NULL)
        free(path.s);
    return examples->work != NULL ? ALN_OK
                                  : aln_raise(ALN_FILE, "cannot create a temporary folder");
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    remove(path);
    return 0;
}

void aln_cli_examples_end(struct aln_cli_examples *examples)
{
    enum { MOST_OPEN = 8 }; /* folders */
    if (examples->work != NULL)
        nftw(examples->work, remove_entry, MOST_OPEN, FTW_DEPTH | FTW_PHYS);
    free(examples->work);
}

/* ---- the file ---- */

enum { MOST_SETTINGS = 16 };

/* What is known of a file while it is run. */
struct example {
    const struct aln_cli_examples *all;
    struct aln_gallery_entry *entry;
    struct aln_text file; /* its path */
    struct aln_tree *tree;
    char *settings;                 /* the line, cut into: */
    const char *set[MOST_SETTINGS]; /* [sets] */
    size_t sets;
    char *shown; /* options of its figure, a line "# plot: ", cut into: */
    const char *column, *over;
    const char *table;                   /* of a sweep, the one that is drawn */
    const char *command;                 /* "compare": its engines */
    struct aln_text result[ALN_ENGINES]; /* paths of the results, [results] */
    size_t results;
};

/* The settings of a line that begins with `begin`.  Returned: *line  a copy; NULL: none */
static enum aln_status find_line(const char *text, const char *begin, char **line)
{
    const char *at = strstr(text, begin);
    if (at == NULL)
        return ALN_OK;
    *line = strndup(at + strlen(begin), strcspn(at + strlen(begin), "\n"));
    return *line != NULL ? ALN_OK : aln_raise_memory("a line of a file");
}

/* Cuts the settings at "; ". */
static enum aln_status cut_settings(struct example *x)
{
    for (char *set = x->settings, *end; set != NULL; set = end) {
        end = strstr(set, "; ");
        if (end != NULL) {
            *end = '\0';
            end += 2;
        }
        if (x->sets == MOST_SETTINGS)
            return aln_raise(ALN_USAGE, "%s: more than %d settings", x->file.s, MOST_SETTINGS);
        x->set[x->sets++] = set;
    }
    return ALN_OK;
}

/* Cuts the options of a figure at blanks; the table to draw may precede them. */
static enum aln_status cut_shown(struct example *x)
{
    const struct {
        const char *name, **value;
    } options[] = {{"--column", &x->column}, {"--over", &x->over}};
    static const char ending[] = ".tsv";
    char *rest = NULL, *word = x->shown != NULL ? strtok_r(x->shown, " ", &rest) : NULL;
    size_t length = word != NULL ? strlen(word) : 0;
    x->table = "collected.tsv";
    if (length >= sizeof ending && strcmp(word + length - strlen(ending), ending) == 0) {
        x->table = word;
        word = strtok_r(NULL, " ", &rest);
    }
    for (; word != NULL; word = strtok_r(NULL, " ", &rest)) {
        size_t i = strcmp(word, options[0].name) == 0 ? 0 : 1;
        const char *value = strtok_r(NULL, " ", &rest);
        if (strcmp(word, options[i].name) != 0 || value == NULL)
            return aln_raise(ALN_USAGE, "%s: '# plot:' takes a table, --column NAME and --over KEY",
                             x->file.s);
        *options[i].value = value;
    }
    return ALN_OK;
}

/* The comments that tell how to make it short, and what to draw. */
static enum aln_status read_comments(struct example *x)
{
    char *text;
    size_t length;
    enum aln_status status = aln_text_read_file(x->file.s, &text, &length);
    if (status != ALN_OK)
        return status;
    if (x->all->quick)
        status = find_line(text, "\n# quick: ", &x->settings);
    if (status == ALN_OK)
        status = find_line(text, "\n# plot: ", &x->shown);
    free(text);
    x->entry->quick = x->settings != NULL;
    if (status == ALN_OK)
        status = cut_settings(x);
    return status == ALN_OK ? cut_shown(x) : status;
}

static const char *scalar(const struct aln_tree *tree, const char *key)
{
    const struct aln_node *node = aln_tree_find(aln_tree_root(tree), key);
    return node != NULL && node->kind == ALN_SCALAR ? node->text : "";
}

/* The command of a file, by the section that only its files have. */
static const char *find_command(const struct aln_tree *tree)
{
    static const char *const sections[][2] = {{"sweep", "sweep"},
                                              {"study", "study"},
                                              {"fixedpoint", "fixedpoint"},
                                              {"target", "ode"},
                                              {"network", "train"}};
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        if (aln_tree_find(aln_tree_root(tree), sections[i][0]) != NULL)
            return sections[i][1];
    return "compare";
}

static enum aln_status read_file(struct example *x)
{
    struct aln_gallery_entry *entry = x->entry;
    aln_text_add(&x->file, "%s/%s.yaml", x->all->params, entry->name);
    if (x->file.failed)
        return aln_raise_memory("the name of a file");
    enum aln_status status = aln_tree_read(&x->tree, x->file.s);
    if (status != ALN_OK)
        return status;
    aln_text_add(&entry->title, "%s", scalar(x->tree, "title"));
    aln_text_add(&entry->source, "%s", scalar(x->tree, "source"));
    x->command = find_command(x->tree);
    return read_comments(x);
}

/* ---- the command to show ---- */

/* By command: lines before the options, and after them. %1$s is the name. */
static const struct {
    const char *command, *begin, *end;
} lines[] = {
    {"sweep", "alignode sweep params/%1$s.yaml -o %1$s", "\nalignode plot %1$s/"},
    {"fixedpoint", "alignode fixedpoint params/%1$s.yaml -o %1$s.tsv", "\nalignode plot %1$s.tsv"},
    {NULL, "alignode plot --run params/%1$s.yaml -o %1$s.png", ""},
};

/* Appends a line of the table with the name in its places. */
static void add_named(struct aln_text *out, const char *line, const char *name)
{
    static const char place[] = "%1$s";
    for (const char *at; (at = strstr(line, place)) != NULL; line = at + strlen(place))
        aln_text_add(out, "%.*s%s", (int)(at - line), line, name);
    aln_text_add(out, "%s", line);
}

static void show_command(const struct example *x)
{
    size_t i = 0;
    struct aln_text *out = &x->entry->command;
    while (lines[i].command != NULL && strcmp(lines[i].command, x->command) != 0)
        i++;
    add_named(out, lines[i].begin, x->entry->name);
    for (size_t s = 0; s < x->sets; s++)
        aln_text_add(out, " \\\n    --set '%s'", x->set[s]);
    add_named(out, lines[i].end, x->entry->name);
    if (strcmp(x->command, "sweep") == 0)
        aln_text_add(out, "%s", x->table);
    if (x->column != NULL)
        aln_text_add(out, " --column %s", x->column);
    if (x->over != NULL)
        aln_text_add(out, " --over %s", x->over);
}

/* ---- running ---- */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Adds the path of a result, FOLDER/NAME.FORM.WORD. */
static enum aln_status add_result(struct example *x, const char *word)
{
    struct aln_text *path = &x->result[x->results++];
    aln_text_add(path, "%s/%s.%s.%s", x->all->runs != NULL ? x->all->runs : x->all->work,
                 x->entry->name, x->entry->quick ? "quick" : "full", word);
    return path->failed ? aln_raise_memory("the name of a file") : ALN_OK;
}

static enum aln_status run_task(struct example *x, const void *params, const struct aln_task *task)
{
    struct aln_cli quiet = *x->all->cli;
    struct aln_run_verdict verdict = {0};
    struct aln_cli_target target = {.cli = &quiet, .to = {.task = task, .params = params}};
    char word[64];
    quiet.quiet = true;
    quiet.force = false; /* what is there of the same parameters is kept */
    snprintf(word, sizeof word, "%s.tsv", task->id.name);
    enum aln_status status = add_result(x, word);
    target.to.path = x->result[x->results - 1].s;
    if (status == ALN_OK)
        status = aln_cli_target_examine(&target);
    if (status == ALN_USAGE && x->all->cli->force) {
        quiet.force = true;
        status = aln_cli_target_examine(&target);
    }
    if (status == ALN_OK && !target.to.finished) {
        x->entry->kept = false;
        status = aln_cli_target_run(&target, &verdict);
    }
    free(verdict.text.s);
    return status;
}

static enum aln_status run_engines(struct example *x, const void *params)
{
    const struct aln_compare_params *compare = aln_compare_of(params);
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < compare->engine_count && status == ALN_OK; i++)
        status = run_task(x, params,
                          aln_task_find(aln_names_row(&aln_engines, compare->engine[i])->name));
    return status;
}

static enum aln_status run_file(struct example *x)
{
    const struct aln_task *task = aln_task_find(x->command);
    void *params = NULL;
    if (task == NULL)
        return ALN_USAGE;
    enum aln_status status = aln_task_load(&task, &params, x->file.s, x->sets, x->set);
    assert(task != NULL); /* a variant of it, at most */
    if (status == ALN_OK && strcmp(x->command, "compare") == 0)
        status = run_engines(x, params);
    else
        for (const struct aln_task *t = task; t != NULL && status == ALN_OK; t = t->simulation)
            status = run_task(x, params, t);
    aln_schema_free(task->schema, params);
    return status;
}

/* A collected table becomes the result. */
static enum aln_status take_report(struct example *x, const struct aln_sweep_report *report)
{
    x->entry->kept = report->there == report->points;
    if (report->failures > 0)
        return aln_raise(ALN_NUMERIC, "%zu points failed: %s", report->failures,
                         report->failure[0].text != NULL ? report->failure[0].text : "");
    if (report->collected == NULL)
        return aln_raise(ALN_BUSY, "points are being run by another process");
    aln_text_add(&x->result[0], "/%s", x->table);
    return x->result[0].failed ? aln_raise_memory("the name of a file") : ALN_OK;
}

static enum aln_status run_sweep(struct example *x)
{
    struct aln_sweep *sweep = NULL;
    struct aln_sweep_report report = {0};
    struct aln_cli quiet = *x->all->cli;
    quiet.quiet = true;
    struct aln_progress progress = aln_cli_progress(&quiet, "sweep");
    enum aln_status status = add_result(x, "sweep");
    if (status == ALN_OK)
        status = aln_sweep_load(&sweep, x->file.s, x->sets, x->set, 0, NULL);
    const struct aln_sweep_options options = {.folder = x->result[0].s,
                                              .shard = 1,
                                              .shards = 1,
                                              .threads = quiet.threads,
                                              .force = quiet.force,
                                              .progress = &progress};
    if (status == ALN_OK)
        status = aln_sweep_run(sweep, &options, &report);
    if (status == ALN_OK)
        status = take_report(x, &report);
    aln_sweep_report_free(&report);
    aln_sweep_free(sweep);
    return status;
}

/* Whether the images that the file names can be read; otherwise the entry says why. */
static enum aln_status find_data(struct example *x)
{
    enum aln_status status = ALN_OK;
#ifdef ALN_DEEP
    const struct aln_node *data = aln_tree_find(aln_tree_root(x->tree), "data");
    const struct aln_node *name = data != NULL ? aln_tree_find(data, "name") : NULL;
    const struct aln_data_kind *kind = name != NULL ? aln_data_kind_find(name->text) : NULL;
    struct aln_data loaded = {0};
    if (kind == NULL || kind->colours == 0)
        return ALN_OK;
    struct aln_data_spec spec = kind->usual;
    spec.train = spec.test = 1;
    status = aln_data_load(&loaded, kind, &spec);
    aln_data_free(&loaded);
#else
    if (aln_tree_find(aln_tree_root(x->tree), "data") != NULL)
        status = aln_raise(ALN_USAGE, "deep networks are not included in this build");
#endif
    if (status == ALN_OK || status == ALN_MEMORY)
        return status;
    x->entry->missing = true;
    aln_text_add(&x->entry->why, "Not run: %s", aln_error());
    return ALN_OK;
}

static enum aln_status run(struct example *x)
{
    double began = now();
    x->entry->kept = true;
    enum aln_status status = strcmp(x->command, "sweep") == 0 ? run_sweep(x) : run_file(x);
    x->entry->seconds = now() - began;
    return status;
}

/* ---- drawing ---- */

/* Draws the results into FOLDER/NAME.svg and reads it.
 * Given: set  what the figure is to be, "figure.KEY=VALUE" [sets] */
static enum aln_status draw_as(const struct example *x, const char *const *set, size_t sets,
                               struct aln_text *out)
{
    const char *paths[ALN_ENGINES];
    struct aln_text output = {0};
    char *svg = NULL;
    size_t length;
    for (size_t i = 0; i < x->results; i++)
        paths[i] = x->result[i].s;
    aln_text_add(&output, "%s/%s.svg", x->all->work, x->entry->name);
    if (output.failed)
        return aln_raise_memory("the name of a file");
    const struct aln_figure_options options = {.paths = paths,
                                               .count = x->results,
                                               .output = output.s,
                                               .column = x->column,
                                               .over = x->over,
                                               .set = set,
                                               .set_count = sets,
                                               .subtitle = &x->entry->shared};
    enum aln_status status = aln_figure_draw(&options, NULL);
    if (status == ALN_OK)
        status = aln_text_read_file(output.s, &svg, &length);
    if (status == ALN_OK)
        aln_text_add(out, "%s", svg);
    free(svg);
    free(output.s);
    return status;
}

/* For a desk, and for a phone, on which a page's own words are the titles. */
static enum aln_status draw(struct example *x)
{
    static const char *const narrow[] = {"figure.style=column", "figure.font=DejaVu Sans"};
    enum aln_status status = draw_as(x, NULL, 0, &x->entry->svg);
    return status == ALN_OK ? draw_as(x, narrow, 2, &x->entry->narrow) : status;
}

/* A failure of this file alone becomes part of its entry. */
static enum aln_status note_failure(const struct example *x, enum aln_status status)
{
    bool serious = status == ALN_STOPPED || status == ALN_MEMORY;
    if (status == ALN_OK || serious)
        return status;
    x->entry->failed = true;
    aln_text_add(&x->entry->why, "Failed: %s", aln_error());
    return ALN_OK;
}

enum aln_status aln_cli_example_make(const struct aln_cli_examples *examples, const char *name,
                                     struct aln_gallery_entry *entry)
{
    struct example x = {.all = examples, .entry = entry};
    *entry = (struct aln_gallery_entry){0};
    snprintf(entry->name, sizeof entry->name, "%s", name);
    enum aln_status status = read_file(&x);
    if (status == ALN_OK)
        show_command(&x);
    if (status == ALN_OK)
        status = find_data(&x);
    if (status == ALN_OK && !entry->missing)
        status = run(&x);
    if (status == ALN_OK && !entry->missing)
        status = draw(&x);
    status = note_failure(&x, status);
    for (size_t i = 0; i < x.results; i++)
        free(x.result[i].s);
    free(x.file.s);
    free(x.settings);
    free(x.shown);
    aln_tree_free(x.tree);
    return status;
}

enum aln_status aln_cli_example_draw(const struct aln_cli_examples *examples, const char *name,
                                     const char *path, struct aln_gallery_entry *entry)
{
    struct example x = {.all = examples, .entry = entry, .results = 1};
    *entry = (struct aln_gallery_entry){.quick = examples->quick, .kept = true};
    snprintf(entry->name, sizeof entry->name, "%s", name);
    aln_text_add(&entry->title, "%s", name);
    aln_text_add(&entry->command, "alignode plot RUNS/%s.tsv", name);
    aln_text_add(&x.result[0], "%s", path);
    enum aln_status status = x.result[0].failed ? aln_raise_memory("the name of a file") : draw(&x);
    free(x.result[0].s);
    return note_failure(&x, status);
}
