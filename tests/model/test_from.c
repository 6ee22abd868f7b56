/* Starting from a row of an earlier result. */
#include "../check_main.h"

#include "alignode/problem.h"
#include "params_files.h"

/* Row "2 7.5" of the result. */
static const double row[] = {1.0603160139399808,   -1.2735745881985545,   1.6301493857358877,
                             -0.42111798418043683, -0.42195217282908021,  0.45711437110436415,
                             0.63518114713726703,  -0.018092010297010304, 0.39463213460016328,
                             -1.3243384877744819,  2.0874013216469791};

START_TEST(test_values)
{
    static const double T[] = {0.6363285134003619, -0.17622663306281774, -0.17622663306281774,
                               0.6183168302429298}; /* drawn in that run, with another seed */
    static const char *const rules[] = {"kolen-pollack", "dfa", "kolen-pollack"};
    for (int i = 0; i < 3; i++) {
        char text[1024];
        struct aln_problem *problem;
        snprintf(text, sizeof text,
                 "problem: {inputs: 99, overlaps: {from: '" EARLIER "', repeat: 2, time: %s}}\n"
                 "learning: {rule: %s%s}\nrun: {seed: 5}\n",
                 i == 0 ? "7.5" : "7.500000000000001", rules[i],
                 i == 2 ? ", feedback: {matrix: [[1], [2]]}" : "");
        struct aln_params *p = load(text);
        ck_assert_ptr_null(p->problem.overlaps.from);
        round_trip(p);
        char *resolved = yaml(p); /* depends on no other file */
        ck_assert(strstr(resolved, "from") == NULL && strstr(resolved, "7.5") == NULL);
        free(resolved);
        ck_assert_int_eq(aln_problem_create(&problem, p), ALN_OK);
        ck_assert_uint_eq(aln_problem_size(problem), i == 1 ? 9 : 11);
        ck_assert_mem_eq(problem->start, row, aln_problem_size(problem) * sizeof *row);
        ck_assert_mem_eq(problem->T, T, sizeof T);
        if (i != 1)
            ck_assert_mem_eq(problem->F1, row + 9, 2 * sizeof *row);
        else
            ck_assert_ptr_null(p->learning.feedback.matrix.a);
        ck_assert_uint_eq(problem->N, 99);
        aln_problem_free(problem);
        aln_params_free(p);
    }
    /* The last row of repeat 0, by default. */
    struct aln_params *p = load("problem: {overlaps: {from: " EARLIER "}}\nlearning: {rule: bp}\n");
    ck_assert(p->problem.overlaps.Q.a[0] == 1.1786108294598223);
    ck_assert(p->problem.overlaps.W2.a[1] == 0.66477583212008606);
    aln_params_free(p);
}
END_TEST

/* Expects a refusal at `place` with `word` in the message. The result is EARLIER with `old`
 * replaced by `now`; keys beginning with ! go before overlaps, others into it. */
static void refuse(const char *keys, const char *old, const char *now, const char *place,
                   const char *word)
{
    char *text, path[64], file[64], start[128];
    size_t length;
    struct aln_text broken = {0}, file_text = {0};
    struct aln_params *p;
    ck_assert_int_eq(aln_text_read_file(EARLIER, &text, &length), ALN_OK);
    char *at = strstr(text, old);
    ck_assert_msg(at != NULL, "%s", old);
    aln_text_add(&broken, "%.*s%s%s", (int)(at - text), text, now, at + strlen(old));
    snprintf(path, sizeof path, "test_from_%ld.tsv", (long)getpid());
    write_file(path, broken.s, broken.length);
    aln_text_add(&file_text,
                 "learning: {rule: kolen-pollack}\nproblem:\n%s  overlaps:\n"
                 "    from: %s\n",
                 keys[0] == '!' ? keys + 1 : "", path);
    if (keys[0] != '!')
        aln_text_add(&file_text, "%s", keys);
    strcpy(file, scratch(file_text.s));
    enum aln_status status = aln_params_load(&p, file, 0, NULL, aln_engine_check_ode);
    ck_assert_msg(status == ALN_USAGE, "%s %s: loaded", keys, now);
    ck_assert_ptr_null(p);
    snprintf(start, sizeof start, "%s:%s: problem.overlaps", file, place);
    ck_assert_msg(strncmp(aln_error(), start, strlen(start)) == 0, "%s", aln_error());
    const char *found = strstr(aln_error(), word);
    ck_assert_msg(found != NULL && found < strchr(aln_error(), '\n'), "%s", aln_error());
    unlink(path);
    unlink(file);
    free(text);
    free(broken.s);
    free(file_text.s);
}

START_TEST(test_refusals)
{
    refuse("    repeat: 4\n", "0", "0", "5:13", "has no repeat 4");
    refuse("    time: 7\n", "0", "0", "5:11", "the nearest is 7.5, got 7");
    refuse("    time: 7.50000001\n", "0", "0", "5:11", "the nearest is 7.5, got 7.50000001");
    refuse("    time: 1e9\n", "0", "0", "5:11", "the nearest is 15");
    refuse("!  outputs: 2\n", "0", "0", "5:11", "expected a result with K = 2, M = 2, O = 2, got");
    refuse("!  student: {units: 3}\n", "0", "0", "5:11", "K = 3, M = 2, O = 1, got K = 2");
    refuse("", "# end 12", "# end 13", "4:11", "the last line counts 13 rows");
    refuse("", "# end 12\n", "", "4:11", "the file is truncated");
    refuse("", "# alignode", "# aligned", "4:11", "not a result");
    refuse("", "units: 2", "units: 0", "4:11", ":10:14: problem.student.units");
    refuse("", "\tR_2_1", "\tR_2", "4:11", "has no column R_2_1: expected a result of");
    refuse("", "\tF1_2_1", "\tF1_2", "4:11", "has no column F1_2_1");
    refuse("", "\tF1_2_1", "\tse_eg", "4:11", "holds means over repeats (run.record.moments)");
    refuse("", "repeat\t", "again\t", "4:11", "has no column repeat");
    refuse("", "1.1786108294598223", "nan", "4:11", "Q_1_1 is not a finite number in that row");
    refuse("", "1.1786108294598223", "0.1", "4:11", "positive semi-definite");
    refuse("", "# learning:\n", "#   overlaps: {from: x.tsv}\n# learning:\n", "4:11",
           "names another result");
    refuse("", "repeat\t", "point\t", "4:11",
           "is collected from a sweep: expected a result of ode, chain, sgd or fixedpoint");
    refuse("!  teacher: {readout: {std: 1}}\n", "seed: 1", "seed: 2", "5:11",
           "run.seed is 2 in test_from");
    refuse("",
           "rule: kolen-pollack\n#   rate: 0.5\n#   decay: 0\n#   feedback:\n"
           "#     distribution: normal\n",
           "rule: adaptive\n#   feedback:\n", "4:11",
           "made by rule adaptive, whose feedback is an overlap");
}
END_TEST

CHECK_MAIN("model/from", test_values, test_refusals)
