/* Parameter files for tests: every parameter once, loading from text, comparison. */
#ifndef ALIGNODE_TESTS_PARAMS_FILES_H
#define ALIGNODE_TESTS_PARAMS_FILES_H

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "model/params.h"
#include "run/engine.h"
#include "study/compare.h"
#include "study/fixedpoint.h"
#include "study/study.h"

#define COUNT(array) (sizeof array / sizeof array[0])

#define EARLIER SOURCE_DIR "/tests/model/earlier.tsv" /* a result to start from */

/* Every parameter once with a value other than its default, spread over files because some exclude
 * each other. */
static const char *const full_files[] = {
    "title: t\nsource: s\n"
    "problem:\n"
    "  inputs: 1000000000\n  outputs: 3\n  activation: linear\n  noise: 0.25\n"
    "  student: {units: 3, weights: {std: 0.5}, readout: [[1, 2, 3], [4, 5, 6], [7, 8, -9e-300]]}\n"
    "  teacher: {units: 1, weights: orthonormal, readout: {std: 0.1}}\n"
    "learning:\n  rule: sign-symmetric\n  rate: [0.30000000000000004, 0]\n  decay: [0, 1e-5]\n"
    "  feedback: {distribution: signs, std: 2}\n"
    "  schedule: [{time: 1, rate: 0.1}, {time: 2.5, rate: [5e-324, 1.7976931348623157e308]}]\n"
    "run:\n  time: 12.5\n  seed: 18446744073709551615\n  repeats: 7\n"
    "  record: {count: 11, spacing: linear, first: 0.3, degrees: true}\n"
    "ode: {stepper: msadams, rtol: 1.0e-7, atol: 1.0e-10, second_order: false, check: true,\n"
    "  events: {eg_below: [0.1, 1e-3, 0.02], eg_fraction: [0.5], cos_maximum: true, "
    "plateau_entered: true,\n    plateau_left: true, exponential: true}}\n"
    "compare: {engines: [sgd, ode], z: 5, c: 0}\n"
    "fixedpoint: {starts: random, count: 7, eigenvalues: 2}\n"
    "drawn: {anything: 1}\n",
    "problem:\n  student: {readout: -0.0}\n  teacher: {units: 1, readout: [[2]]}\n"
    "  overlaps: {Q: [[1, 0.5], [0.5, 2]], R: [[0.1], [-0.2]], T: [[3]], W2: [[0.1, 0.2]]}\n"
    "learning: {rule: dfa, feedback: {matrix: [[1], [-0.7]]}}\n"
    "run: {time: 10, record: {times: [0, 1, 10]}}\n",
    ("problem:\n  overlaps: {from: '" EARLIER "', repeat: 3, time: 7.5}\n"
     "learning: {rule: kolen-pollack, feedback: {distribution: uniform}}\n"),
    ("problem: {overlaps: {from: " EARLIER "}}\n"
     "learning: {rule: frozen, feedback: {distribution: uniform}}\n"),
    "learning: {rule: kolen-pollack, feedback: {std: 2, rate: 0.25, decay: 0.125}}\n"
    "run: {record: {early_law: true}}\n",
    "problem: {outputs: 2, teacher: {units: 3, readout: {alpha: 0.30000000000000004, beta: 0.2}}}\n"
    "learning: {rule: dfa}\n",
    "learning: {rule: bp}\n"
    "fixedpoint: {diagram: {units: [1, 3, 1000], rate: {from: 0.25, to: 0.5, count: 3}}}\n",
};

static void write_file(const char *path, const void *text, size_t length)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

/* Writes a scratch file of this process. Returned: its path, a view */
static const char *scratch(const char *text)
{
    static char path[64];
    snprintf(path, sizeof path, "test_params_%ld.yaml", (long)getpid());
    write_file(path, text, strlen(text));
    return path;
}

static struct aln_params *load_set(const char *text, size_t count, const char *const *set)
{
    struct aln_params *p;
    const char *path = scratch(text);
    enum aln_status status = aln_params_load(&p, path, count, set, aln_engine_check_ode);
    unlink(path);
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
    return p;
}

static struct aln_params *load(const char *text)
{
    return load_set(text, 0, NULL);
}

static char *yaml(const struct aln_params *p)
{
    char *text;
    ck_assert_int_eq(aln_params_yaml(p, &text), ALN_OK);
    return text;
}

static bool same_real(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static void same_matrix(const struct aln_matrix *a, const struct aln_matrix *b)
{
    ck_assert_uint_eq(a->rows, b->rows);
    ck_assert_uint_eq(a->cols, b->cols);
    ck_assert((a->a == NULL) == (b->a == NULL));
    for (size_t i = 0; a->a != NULL && i < a->rows * a->cols; i++)
        ck_assert(same_real(a->a[i], b->a[i]));
}

static void same_entries(const struct aln_entries *a, const struct aln_entries *b)
{
    ck_assert_int_eq(a->fill, b->fill);
    ck_assert(same_real(a->number, b->number));
    ck_assert(same_real(a->alpha, b->alpha) && same_real(a->beta, b->beta));
    same_matrix(&a->matrix, &b->matrix);
}

static void same(const struct aln_params *a, const struct aln_params *b)
{
    ck_assert_str_eq(a->title, b->title);
    ck_assert_str_eq(a->source, b->source);
    ck_assert_uint_eq(a->problem.inputs, b->problem.inputs);
    ck_assert_uint_eq(a->problem.outputs, b->problem.outputs);
    ck_assert_ptr_eq(a->problem.activation, b->problem.activation);
    ck_assert(same_real(a->problem.noise, b->problem.noise));
    ck_assert_uint_eq(a->problem.student.units, b->problem.student.units);
    same_entries(&a->problem.student.weights, &b->problem.student.weights);
    same_entries(&a->problem.student.readout, &b->problem.student.readout);
    ck_assert_uint_eq(a->problem.teacher.units, b->problem.teacher.units);
    same_entries(&a->problem.teacher.weights, &b->problem.teacher.weights);
    same_entries(&a->problem.teacher.readout, &b->problem.teacher.readout);
    same_matrix(&a->problem.overlaps.Q, &b->problem.overlaps.Q);
    same_matrix(&a->problem.overlaps.R, &b->problem.overlaps.R);
    same_matrix(&a->problem.overlaps.T, &b->problem.overlaps.T);
    same_matrix(&a->problem.overlaps.W2, &b->problem.overlaps.W2);
    ck_assert_pstr_eq(a->problem.overlaps.from, b->problem.overlaps.from);
    ck_assert_uint_eq(a->problem.overlaps.repeat, b->problem.overlaps.repeat);
    ck_assert(same_real(a->problem.overlaps.time, b->problem.overlaps.time));
    ck_assert_ptr_eq(a->learning.rule, b->learning.rule);
    for (int i = 0; i < 2; i++) {
        ck_assert(same_real(a->learning.rate[i], b->learning.rate[i]));
        ck_assert(same_real(a->learning.decay[i], b->learning.decay[i]));
    }
    ck_assert_int_eq(a->learning.feedback.distribution, b->learning.feedback.distribution);
    ck_assert(same_real(a->learning.feedback.std, b->learning.feedback.std));
    same_matrix(&a->learning.feedback.matrix, &b->learning.feedback.matrix);
    ck_assert(same_real(a->learning.feedback.rate, b->learning.feedback.rate));
    ck_assert(same_real(a->learning.feedback.decay, b->learning.feedback.decay));
    ck_assert(same_real(a->learning.feedback.threshold, b->learning.feedback.threshold));
    ck_assert_uint_eq(a->learning.schedule_count, b->learning.schedule_count);
    for (size_t i = 0; i < a->learning.schedule_count; i++) {
        ck_assert(same_real(a->learning.schedule[i].time, b->learning.schedule[i].time));
        ck_assert(same_real(a->learning.schedule[i].eta[0], b->learning.schedule[i].eta[0]));
        ck_assert(same_real(a->learning.schedule[i].eta[1], b->learning.schedule[i].eta[1]));
    }
    ck_assert(same_real(a->run.time, b->run.time));
    ck_assert_uint_eq(a->run.seed, b->run.seed);
    ck_assert_uint_eq(a->run.repeats, b->run.repeats);
    ck_assert_uint_eq(a->run.record.count, b->run.record.count);
    ck_assert_int_eq(a->run.record.spacing, b->run.record.spacing);
    ck_assert(same_real(a->run.record.first, b->run.record.first));
    ck_assert_uint_eq(a->run.record.times_count, b->run.record.times_count);
    for (size_t i = 0; i < a->run.record.times_count; i++)
        ck_assert(same_real(a->run.record.times[i], b->run.record.times[i]));
    ck_assert(a->run.record.degrees == b->run.record.degrees);
    ck_assert(a->run.record.early_law == b->run.record.early_law);
    ck_assert_ptr_eq(a->ode.stepper, b->ode.stepper);
    ck_assert(same_real(a->ode.rtol, b->ode.rtol));
    ck_assert(same_real(a->ode.atol, b->ode.atol));
    ck_assert(a->ode.second_order == b->ode.second_order);
    ck_assert(a->ode.check == b->ode.check);
    ck_assert_uint_eq(a->ode.events.eg_below_count, b->ode.events.eg_below_count);
    for (size_t i = 0; i < a->ode.events.eg_below_count; i++)
        ck_assert(same_real(a->ode.events.eg_below[i], b->ode.events.eg_below[i]));
    ck_assert(a->ode.events.cos_maximum == b->ode.events.cos_maximum);
    ck_assert_uint_eq(a->ode.events.eg_fraction_count, b->ode.events.eg_fraction_count);
    for (size_t i = 0; i < a->ode.events.eg_fraction_count; i++)
        ck_assert(same_real(a->ode.events.eg_fraction[i], b->ode.events.eg_fraction[i]));
    ck_assert(a->ode.events.plateau_entered == b->ode.events.plateau_entered);
    ck_assert(a->ode.events.plateau_left == b->ode.events.plateau_left);
    ck_assert(a->ode.events.exponential == b->ode.events.exponential);
    const struct aln_compare_params *c = aln_compare_of(a), *d = aln_compare_of(b);
    const struct aln_fixedpoint_params *e = aln_fixedpoint_of(a), *f = aln_fixedpoint_of(b);
    ck_assert_uint_eq(c->engine_count, d->engine_count);
    for (size_t i = 0; i < c->engine_count; i++)
        ck_assert_int_eq(c->engine[i], d->engine[i]);
    ck_assert(same_real(c->z, d->z));
    ck_assert(same_real(c->c, d->c));
    ck_assert_int_eq(e->starts, f->starts);
    ck_assert_uint_eq(e->count, f->count);
    ck_assert_uint_eq(e->eigenvalues, f->eigenvalues);
    ck_assert_uint_eq(e->diagram.units_count, f->diagram.units_count);
    for (size_t i = 0; i < e->diagram.units_count; i++)
        ck_assert_uint_eq(e->diagram.units[i], f->diagram.units[i]);
    ck_assert(same_real(e->diagram.rate.from, f->diagram.rate.from));
    ck_assert(same_real(e->diagram.rate.to, f->diagram.rate.to));
    ck_assert_uint_eq(e->diagram.rate.count, f->diagram.rate.count);
}

/* Writes p, reads it and writes it again: same values and bytes; once more as the header of a
 * result. */
static void round_trip(const struct aln_params *p)
{
    struct aln_text result = {0};
    char *first = yaml(p);
    struct aln_params *again = load(first);
    same(p, again);
    char *second = yaml(again);
    ck_assert_str_eq(first, second);
    aln_params_free(again);
    free(second);

    aln_text_add(&result, "# alignode 0.1.0 ode\n");
    for (char *line = first, *end; *line != '\0'; line = end + 1) {
        end = strchr(line, '\n');
        aln_text_add(&result, "# %.*s\n", (int)(end - line), line);
    }
    aln_text_add(&result, "# drawn: {F1: [[1, 2]], anything: [else]}\nt\teg\n0\t1\n# end 1\n");
    again = load(result.s);
    same(p, again);
    aln_params_free(again);
    free(result.s);
    free(first);
}

#endif
