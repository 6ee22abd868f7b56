#include "sweep/task.h"
#include "base/failure.h"

#include <string.h>

#include "base/finders.h"
#include "run/ahead.h"
#include "run/run.h"
#include "study/compare.h"
#include "study/compare_cause.h"
#include "study/compare_text.h"
#include "study/fixedpoint.h"
#include "study/study.h"
#ifdef ALN_DEEP
#include "train/deep_linear.h"
#include "train/train.h"
#endif

static enum aln_status run_ode(const void *params, const struct aln_run_options *options)
{
    return aln_run(ALN_ENGINE_ODE, params, options);
}

static enum aln_status run_chain(const void *params, const struct aln_run_options *options)
{
    return aln_run(ALN_ENGINE_CHAIN, params, options);
}

static enum aln_status run_sgd(const void *params, const struct aln_run_options *options)
{
    return aln_run(ALN_ENGINE_SGD, params, options);
}

/* The verdict and, if rows are outside, the cause; the text is valid also if the search was stopped. */
static enum aln_status judge_comparison(const struct aln_comparison *comparison, const void *params,
                                        const struct aln_run_options *options)
{
    struct aln_compare_cause cause;
    struct aln_run_verdict *verdict = options->verdict;
    verdict->outside = comparison->failed;
    enum aln_status status = aln_comparison_text(comparison, options->path, &verdict->text);
    if (status == ALN_OK)
        status = aln_comparison_cause(&cause, comparison, params, options);
    if (status == ALN_OK)
        aln_comparison_cause_text(&cause, &verdict->text);
    if (status == ALN_STOPPED)
        aln_text_add(&verdict->text, "The search for the cause was stopped.\n");
    if (status == ALN_OK && verdict->text.failed)
        status = aln_raise_memory("the verdict");
    return status;
}

static enum aln_status run_compare(const void *params, const struct aln_run_options *options)
{
    struct aln_comparison *comparison;
    enum aln_status status = aln_compare(&comparison, params, options);
    if (status == ALN_OK && options->verdict != NULL)
        status = judge_comparison(comparison, params, options);
    aln_comparison_free(comparison);
    return status;
}

static enum aln_status run_study(const void *params, const struct aln_run_options *options)
{
    return aln_study(params, options);
}

static enum aln_status run_fixedpoint(const void *params, const struct aln_run_options *options)
{
    return aln_fixedpoint(params, options);
}

#ifdef ALN_DEEP
static enum aln_status run_train(const void *params, const struct aln_run_options *options)
{
    return aln_train(params, options);
}

static bool train_joins_seeds(const void *params)
{
    return aln_train_joins_seeds(params);
}

static enum aln_status look_for_weights(const void *params, const char *yaml, const char *path,
                                        bool *there)
{
    const struct aln_train_params *p = params;
    *there = true;
    return p->run.weights ? aln_train_has_weights(p, yaml, path, there) : ALN_OK;
}

/* Files with a target: deep linear theory. */
#define OF_TARGETS &aln_deep_linear_schema, "target", NULL
static const struct aln_task target_train = {
    {"train", "train a deep linear network on a target, as its equations do", ""},
    OF_TARGETS,
    aln_deep_linear_run_train,
    .time = "t"};
static const struct aln_task target_ode = {
    {"ode", "integrate the equations of the alignment matrices of a deep linear network",
     "Refinetti et al., ICML 2021; Galassi et al., GNU Scientific Library, 2009"},
    OF_TARGETS,
    aln_deep_linear_run_ode,
    .time = "t",
    .simulation = &target_train};
static const struct aln_task target_compare = {
    {"compare", "the equations of a deep linear network against its training", ""},
    OF_TARGETS,
    aln_deep_linear_compare,
    .time = "t",
    .judged = "ok"};
#define OF_TARGET(command) .variant = &target_##command
#else
#define OF_TARGET(command) .variant = NULL
#endif

static const char *const more_repeats[] = {"run.repeats", NULL};
static const char *const longer[] = {"run.repeats", "run.time", "run.record.times", NULL};

static const struct aln_task tasks[] = {
    {{"ode", "integrate the order-parameter ODEs (infinite N)",
      "Saad & Solla, PRE 52 (1995) 4225; Biehl & Schwarze, J. Phys. A 28 (1995) 643; Goldt et al., "
      "NeurIPS 2019; Galassi et al., GNU Scientific Library, 2009"},
     &aln_params_schema,
     NULL,
     aln_engine_check_ode,
     run_ode,
     .summarises = true,
     .is_quick = true,
     .ahead = aln_run_ahead,
     .time = "t",
     .grows = longer,
     .resumes = true,
     .finer = "ode.check=true",
     OF_TARGET(ode)},
    {{"chain", "simulate the exact overlap chain at finite N", "Salmon et al., SC 2011"},
     &aln_params_schema,
     NULL,
     aln_engine_check_chain,
     run_chain,
     .summarises = true,
     .time = "t",
     .grows = longer,
     .appends = more_repeats,
     .resumes = true},
    {{"sgd", "simulate SGD directly, with N-dimensional weights", "Salmon et al., SC 2011"},
     &aln_params_schema,
     NULL,
     aln_engine_check_sgd,
     run_sgd,
     .summarises = true,
     .time = "t",
     .grows = longer,
     .appends = more_repeats,
     .resumes = true},
    {{"compare", "run several engines from the same start: differences, z-scores, verdict", ""},
     &aln_params_schema,
     NULL,
     aln_compare_check,
     run_compare,
     .time = "t",
     .judged = "ok",
     OF_TARGET(compare)},
    {{"study", "run the study that `study:` names: many runs, each evaluated", ""},
     &aln_params_schema,
     "study",
     aln_study_check,
     run_study,
     .resumes = true},
    {{"fixedpoint", "find fixed points of the order-parameter ODEs and their stability",
      "Saad & Solla, PRE 52 (1995) 4225; Galassi et al., GNU Scientific Library, 2009"},
     &aln_params_schema,
     "fixedpoint",
     aln_fixedpoint_check,
     run_fixedpoint,
     .resumes = false},
#ifdef ALN_DEEP
    {{"train", "train deep networks: alignment, loss and similarity of seeds over time",
      "Salmon et al., SC 2011"},
     &aln_train_schema,
     "network",
     NULL,
     run_train,
     .time = "epoch",
     .second = "similarity",
     .second_wanted = train_joins_seeds,
     .look_beside = look_for_weights,
     .alone = aln_train_alone,
     .existing = aln_train_existing,
     .grows = aln_train_grows,
     .lengthens = true,
     .resumes = true,
     OF_TARGET(train)},
#endif
};

const struct aln_names aln_tasks = {"command", "commands", tasks, sizeof tasks / sizeof tasks[0],
                                    sizeof tasks[0]};
ALN_FINDERS(task, aln_tasks);

const struct aln_task *aln_task_for(const struct aln_task *task, const struct aln_node *root)
{
    const struct aln_task *variant = task->variant;
    return variant != NULL && aln_tree_find(root, variant->section) != NULL ? variant : task;
}

const struct aln_task *aln_task_of(const struct aln_node *root)
{
    size_t i = 0;
    while (i < aln_tasks.count && aln_task_for(&tasks[i], root) == &tasks[i] &&
           (tasks[i].section == NULL || aln_tree_find(root, tasks[i].section) == NULL))
        i++;
    return aln_task_for(&tasks[i < aln_tasks.count ? i : 0], root);
}

/* Given: tree  freed */
static enum aln_status load_tree(const struct aln_task **task, void **params, struct aln_tree *tree,
                                 const char *path, size_t set_count, const char *const *set)
{
    *task = aln_task_for(*task, aln_tree_root(tree));
    enum aln_status status = aln_schema_set((*task)->schema, tree, set_count, set);
    if (status == ALN_OK)
        status = aln_schema_from_tree(params, (*task)->schema, tree, path, (*task)->check);
    aln_tree_free(tree);
    return status;
}

enum aln_status aln_task_load(const struct aln_task **task, void **params, const char *path,
                              size_t set_count, const char *const *set)
{
    struct aln_tree *tree;
    *params = NULL;
    enum aln_status status = aln_tree_read(&tree, path);
    return status == ALN_OK ? load_tree(task, params, tree, path, set_count, set) : status;
}

enum aln_status aln_task_parse(const struct aln_task **task, void **params, const char *name,
                               const char *text, size_t set_count, const char *const *set)
{
    struct aln_tree *tree;
    *params = NULL;
    enum aln_status status = aln_tree_parse(&tree, name, text, strlen(text));
    return status == ALN_OK ? load_tree(task, params, tree, name, set_count, set) : status;
}
