/* Parameters of tasks that follow each other: the types of problem.tasks and run.tasks, and their
 * checks. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/params_table.h"

/* ---- problem.tasks ---- */

enum { UNITS, READOUT, TASK_MEMBERS };
static const struct aln_name task_members[TASK_MEMBERS] = {{"units", "", ""}, {"readout", "", ""}};

static enum aln_status read_units(const struct aln_node *node, const char *key,
                                  struct aln_task_params *out)
{
    enum aln_status status = ALN_OK;
    if (node->kind != ALN_LIST || node->count == 0)
        return aln_params_refuse(node, key, "list of teacher units", NULL);
    out->unit = calloc(node->count, sizeof *out->unit);
    if (out->unit == NULL)
        return aln_params_no_memory(key);
    for (const struct aln_node *n = node->first; n != NULL && status == ALN_OK; n = n->next)
        status = aln_params_get_whole(n, key, &aln_range_thousand, &out->unit[out->count++]);
    return status;
}

static enum aln_status read_task(const struct aln_param *row, const struct aln_node *node,
                                 struct aln_task_params *out)
{
    const struct aln_node *child[TASK_MEMBERS] = {NULL};
    char units[64], readout[64];
    enum aln_status status =
        aln_params_get_members(node, row->key, "{units: list, readout: matrix}", TASK_MEMBERS,
                               TASK_MEMBERS, task_members, child);
    snprintf(units, sizeof units, "%s.units", row->key);
    snprintf(readout, sizeof readout, "%s.readout", row->key);
    if (status == ALN_OK)
        status = read_units(child[UNITS], units, out);
    return status == ALN_OK ? aln_params_get_matrix(child[READOUT], readout, &out->readout)
                            : status;
}

static enum aln_status read_tasks(const struct aln_param *row, const struct aln_node *node, void *p)
{
    enum aln_status status = ALN_OK;
    if (node->kind != ALN_LIST || node->count == 0)
        return aln_params_refuse(node, row->key, row->type->name, NULL);
    struct aln_task_params *task = aln_params_make_list(row, node, p, sizeof *task);
    if (task == NULL)
        return aln_params_no_memory(row->key);
    for (const struct aln_node *n = node->first; n != NULL && status == ALN_OK; n = n->next)
        status = read_task(row, n, task++);
    return status;
}

static void write_tasks(const struct aln_param *row, const void *p, struct aln_text *t)
{
    const struct aln_task_params *task = aln_params_pointer(row, p);
    for (size_t i = 0; i < aln_params_count(row, p); i++) {
        aln_text_add(t, "%sunits: [", i > 0 ? ", {" : "[{");
        for (size_t n = 0; n < task[i].count; n++)
            aln_text_add(t, "%s%llu", n > 0 ? ", " : "", (unsigned long long)task[i].unit[n]);
        aln_text_add(t, "], readout: ");
        aln_params_put_matrix(t, &task[i].readout);
        aln_text_add(t, "}");
    }
    aln_text_add(t, "]");
}

static void clear_tasks(const struct aln_param *row, void *p)
{
    struct aln_task_params *task = aln_params_pointer(row, p);
    for (size_t i = 0; task != NULL && i < aln_params_count(row, p); i++) {
        free(task[i].unit);
        free(task[i].readout.a);
    }
    aln_params_clear_pointer(row, p);
}

const struct aln_params_type aln_params_tasks = {
    .name = "list of {units: list, readout: matrix}",
    .json = "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"type\": \"object\", "
            "\"properties\": {\"units\": {\"type\": \"array\", \"minItems\": 1, \"items\": "
            "{\"type\": \"integer\", \"minimum\": 1, \"maximum\": 1000}}, \"readout\": {\"type\": "
            "\"array\", \"items\": {\"type\": \"array\", \"items\": {\"type\": \"number\"}}}}, "
            "\"required\": [\"units\", \"readout\"], \"additionalProperties\": false}}",
    .read = read_tasks,
    .write = write_tasks,
    .present = aln_params_has_pointer,
    .clear = clear_tasks};

/* ---- run.tasks ---- */

enum { TASK, REPLAY, TIME, BELOW, AFTER, TURN_MEMBERS };
static const struct aln_name turn_members[TURN_MEMBERS] = {{"task", "", ""},
                                                           {"replay", "", ""},
                                                           {"time", "", ""},
                                                           {"eg_below", "", ""},
                                                           {"after", "", ""}};
static const char a_turn[] = "{time: number, task: number}", turns_key[] = "run.tasks";
static const struct aln_range shares = {">= 0 and < 1", 0, 0x1.fffffffffffffp-1, false};

/* Where a turn begins: at a time, at an event, or some time after the turn before.
 * Given: before  the turn before it; NULL for the first */
static enum aln_status read_beginning(const struct aln_param *row, const struct aln_node *node,
                                      const struct aln_node *const child[TURN_MEMBERS],
                                      const struct aln_problem_turn *before,
                                      struct aln_problem_turn *out)
{
    enum aln_status status = ALN_OK;
    size_t given = 0;
    for (size_t i = TIME; i <= AFTER; i++)
        given += child[i] != NULL;
    if (given != 1)
        return aln_tree_raise(
            &node->at, "%s: expected one of time, eg_below and after in each entry", turns_key);
    if (before == NULL && child[TIME] == NULL)
        return aln_tree_raise(&node->at, "%s: expected {time: 0, ...} first", turns_key);
    if (child[BELOW] != NULL) {
        out->time = INFINITY;
        return aln_params_get_number(child[BELOW], "run.tasks.eg_below", &aln_range_positive,
                                     &out->below);
    }
    if (child[AFTER] != NULL) {
        status = aln_params_get_number(child[AFTER], "run.tasks.after", &aln_range_positive,
                                       &out->after);
        out->time = status == ALN_OK ? before->time + out->after : 0;
        return status;
    }
    status = aln_params_get_number(child[TIME], "run.tasks.time", row->range, &out->time);
    if (status == ALN_OK && before != NULL && isinf(before->time))
        return aln_tree_raise(&child[TIME]->at,
                              "run.tasks.time: when the task before begins depends on an event: "
                              "expected eg_below, or after, a time from its beginning");
    if (status != ALN_OK || (before == NULL ? out->time == 0 : out->time > before->time))
        return status;
    return aln_tree_raise(&child[TIME]->at,
                          "run.tasks.time: expected 0 first, then increasing times, got %s",
                          child[TIME]->text);
}

static enum aln_status read_turn(const struct aln_param *row, const struct aln_node *node,
                                 const struct aln_problem_turn *before,
                                 struct aln_problem_turn *out)
{
    const struct aln_node *child[TURN_MEMBERS] = {NULL};
    uint64_t task = 1;
    enum aln_status status =
        aln_params_get_members(node, row->key, a_turn, 1, TURN_MEMBERS, turn_members, child);
    if (status == ALN_OK)
        status = read_beginning(row, node, child, before, out);
    if (status == ALN_OK)
        status = aln_params_get_whole(child[TASK], "run.tasks.task", &aln_range_thousand, &task);
    if (status == ALN_OK && child[REPLAY] != NULL)
        status = aln_params_get_number(child[REPLAY], "run.tasks.replay", &shares, &out->replay);
    out->task = (size_t)task - 1;
    return status;
}

static enum aln_status read_turns(const struct aln_param *row, const struct aln_node *node, void *p)
{
    enum aln_status status = ALN_OK;
    if (node->kind != ALN_LIST || node->count == 0)
        return aln_params_refuse(node, row->key, row->type->name, NULL);
    struct aln_problem_turn *turn = aln_params_make_list(row, node, p, sizeof *turn);
    if (turn == NULL)
        return aln_params_no_memory(row->key);
    for (const struct aln_node *n = node->first; n != NULL && status == ALN_OK; n = n->next, turn++)
        status = read_turn(row, n, n == node->first ? NULL : turn - 1, turn);
    return status;
}

static void write_turns(const struct aln_param *row, const void *p, struct aln_text *t)
{
    const struct aln_problem_turn *turn = aln_params_pointer(row, p);
    for (size_t i = 0; i < aln_params_count(row, p); i++) {
        const bool waits = turn[i].below > 0, follows = turn[i].after > 0;
        aln_text_add(t, "%s%s: ", i > 0 ? ", {" : "[{",
                     turn_members[waits     ? BELOW
                                  : follows ? AFTER
                                            : TIME]
                         .name);
        aln_params_put_number(t, waits ? turn[i].below : follows ? turn[i].after : turn[i].time);
        aln_text_add(t, ", task: %zu", turn[i].task + 1);
        if (turn[i].replay > 0) {
            aln_text_add(t, ", replay: ");
            aln_params_put_number(t, turn[i].replay);
        }
        aln_text_add(t, "}");
    }
    aln_text_add(t, "]");
}

const struct aln_params_type aln_params_turns = {
    .name = "list of {time: number, task: number}",
    .json = "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"type\": \"object\", "
            "\"properties\": {\"time\": @, \"eg_below\": {\"type\": \"number\", "
            "\"exclusiveMinimum\": 0}, \"after\": {\"type\": \"number\", \"exclusiveMinimum\": 0}, "
            "\"task\": {\"type\": \"integer\", \"minimum\": 1}, "
            "\"replay\": {\"type\": \"number\", \"minimum\": 0, \"exclusiveMaximum\": 1}}, "
            "\"required\": [\"task\"], \"oneOf\": [{\"required\": [\"time\"]}, {\"required\": "
            "[\"eg_below\"]}, {\"required\": [\"after\"]}], \"additionalProperties\": false}}",
    .read = read_turns,
    .write = write_turns,
    .present = aln_params_has_pointer,
    .clear = aln_params_clear_pointer};

/* ---- checks ---- */

static const char tasks_key[] = "problem.tasks", similarity_key[] = "problem.teacher.similarity";

/* A member of an entry of a list in the file. */
static const struct aln_node *member_of(const struct aln_params_given *g, const char *key, size_t i,
                                        const char *name)
{
    const struct aln_node *item = aln_params_item(g, key, i);
    return item != NULL ? aln_tree_find(item, name) : NULL;
}

static const struct aln_place *place_of(const struct aln_params_given *g, const char *key, size_t i,
                                        const char *name)
{
    const struct aln_node *member = member_of(g, key, i, name);
    return member != NULL ? &member->at : aln_params_where(g, key);
}

static enum aln_status check_task(const struct aln_params *p, size_t i,
                                  const struct aln_params_given *g)
{
    const struct aln_task_params *task = &p->problem.tasks[i];
    const struct aln_node *units = member_of(g, tasks_key, i, "units"),
                          *n = units != NULL ? units->first : NULL;
    const uint64_t M = p->problem.teacher.units;
    for (size_t a = 0; a < task->count; a++, n = n != NULL ? n->next : NULL) {
        const struct aln_place *at = n != NULL ? &n->at : aln_params_where(g, tasks_key);
        if (task->unit[a] > M)
            return aln_tree_raise(at,
                                  "%s.units: expected units of the teacher, of which there are "
                                  "%llu (problem.teacher.units), got %llu",
                                  tasks_key, (unsigned long long)M,
                                  (unsigned long long)task->unit[a]);
        for (size_t b = 0; b < a; b++)
            if (task->unit[a] == task->unit[b])
                return aln_tree_raise(at, "%s.units: unit %llu twice in one task", tasks_key,
                                      (unsigned long long)task->unit[a]);
    }
    if (task->readout.rows != p->problem.outputs || task->readout.cols != task->count)
        return aln_tree_raise(place_of(g, tasks_key, i, "readout"),
                              "%s.readout: expected %llu x %zu matrix (O x units), got %zu x %zu",
                              tasks_key, (unsigned long long)p->problem.outputs, task->count,
                              task->readout.rows, task->readout.cols);
    return ALN_OK;
}

/* How many tasks have a unit. */
static size_t tasks_with(const struct aln_params *p, uint64_t unit)
{
    size_t found = 0;
    for (size_t i = 0; i < p->problem.tasks_count; i++)
        for (size_t n = 0; n < p->problem.tasks[i].count; n++)
            found += p->problem.tasks[i].unit[n] == unit;
    return found;
}

static enum aln_status check_units(const struct aln_params *p, const struct aln_params_given *g)
{
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < p->problem.tasks_count && status == ALN_OK; i++)
        status = check_task(p, i, g);
    for (uint64_t unit = 1; unit <= p->problem.teacher.units && status == ALN_OK; unit++)
        if (tasks_with(p, unit) == 0)
            status = aln_tree_raise(aln_params_where(g, tasks_key),
                                    "%s: expected every teacher unit in some task, unit %llu is "
                                    "in none",
                                    tasks_key, (unsigned long long)unit);
    return status;
}

/* T must be a covariance, and each place in a task one unit. */
static enum aln_status check_similarity(const struct aln_params *p,
                                        const struct aln_params_given *g)
{
    const double similarity = p->problem.similarity, tasks = (double)p->problem.tasks_count;
    if (isnan(similarity))
        return ALN_OK;
    if (p->problem.tasks_count > 1 && similarity * (tasks - 1) < -1)
        return aln_tree_raise(aln_params_where(g, similarity_key),
                              "%s: %g tasks cannot all have similarity %g: expected at least %.3g",
                              similarity_key, tasks, similarity, -1 / (tasks - 1));
    for (size_t i = 0; i < p->problem.tasks_count; i++) {
        const struct aln_task_params *task = &p->problem.tasks[i];
        if (task->count != p->problem.tasks->count)
            return aln_tree_raise(place_of(g, tasks_key, i, "units"),
                                  "%s: expected as many units in every task, which are similar "
                                  "in pairs",
                                  similarity_key);
        for (size_t n = 0; n < task->count; n++)
            if (tasks_with(p, task->unit[n]) > 1)
                return aln_tree_raise(place_of(g, tasks_key, i, "units"),
                                      "%s: expected units of one task each, unit %llu is in two",
                                      similarity_key, (unsigned long long)task->unit[n]);
    }
    return ALN_OK;
}

static enum aln_status check_turns(const struct aln_params *p, const struct aln_params_given *g)
{
    for (size_t i = 0; i < p->run.tasks_count; i++) {
        const struct aln_problem_turn *turn = &p->run.tasks[i];
        bool others = false;
        if (turn->task >= p->problem.tasks_count)
            return aln_tree_raise(place_of(g, turns_key, i, "task"),
                                  "%s.task: expected a number up to %zu, one of problem.tasks, got "
                                  "%zu",
                                  turns_key, p->problem.tasks_count, turn->task + 1);
        for (size_t j = 0; j < i; j++)
            others = others || p->run.tasks[j].task != turn->task;
        if (turn->replay > 0 && !others)
            return aln_tree_raise(place_of(g, turns_key, i, "replay"),
                                  "%s.replay: expected another task in force before, to replay",
                                  turns_key);
        if (turn->replay > 0 && p->learning.momentum > 0)
            return aln_tree_raise(place_of(g, turns_key, i, "replay"),
                                  "%s.replay: expected no learning.momentum, whose velocity of a "
                                  "read-out would be lost between its samples",
                                  turns_key);
    }
    return ALN_OK;
}

/* An update is that of one task. */
static enum aln_status check_replay(const struct aln_params *p, const struct aln_params_given *g)
{
    const struct {
        const char *key;
        bool given;
    } barred[] = {
        {"run.record.geometry", p->run.record.geometry},
        {"run.record.gradient_alignment", p->run.record.gradient_alignment},
        {"run.record.descent", p->run.record.descent},
    };
    bool replay = false;
    for (size_t i = 0; i < p->run.tasks_count; i++)
        replay = replay || p->run.tasks[i].replay > 0;
    for (size_t i = 0; i < sizeof barred / sizeof barred[0]; i++)
        if (replay && barred[i].given)
            return aln_tree_raise(aln_params_where(g, barred[i].key),
                                  "%s: expected no replay in %s: updates then mix those of several "
                                  "tasks",
                                  barred[i].key, turns_key);
    return ALN_OK;
}

static enum aln_status check_heads(const struct aln_params *p, const struct aln_params_given *g)
{
    static const char key[] = "learning.feedback.heads";
    if (p->learning.feedback.heads == ALN_HEADS_OWN || p->problem.heads == ALN_HEADS_SHARED ||
        !(p->learning.rule->learns || p->learning.rule->adapts))
        return ALN_OK;
    return aln_tree_raise(aln_params_where(g, key),
                          "%s: %s takes the feedback towards a read-out, and with read-outs of "
                          "their own shared feedback has no single one to follow: expected "
                          "problem.heads: shared, %s: own, or another rule",
                          key, p->learning.rule->id.name, key);
}

enum aln_status aln_params_check_tasks(const struct aln_params *p, const struct aln_params_given *g)
{
    enum aln_status status;
    if (p->problem.tasks_count == 0)
        return ALN_OK;
    if ((status = check_units(p, g)) == ALN_OK && (status = check_similarity(p, g)) == ALN_OK &&
        (status = check_turns(p, g)) == ALN_OK && (status = check_heads(p, g)) == ALN_OK &&
        (status = check_replay(p, g)) == ALN_OK)
        status = aln_params_bar(p, g, ALN_WITH_TASKS);
    return status;
}
