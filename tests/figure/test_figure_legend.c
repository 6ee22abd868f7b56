/* What several results share and in what they differ: subtitle, legend, colours, marks. */
#include <ctype.h>

#include "../check_main.h"
#include "alignode/rule.h"
#include "figures.h"

/* A result of an engine; `change` replaces its first word in the parameters by the second.
 * Returned: its path */
static const char *put_changed(const char *name, const char *command, const char *rule, int inputs,
                               const char *const change[2])
{
    const char *path = in_folder(name);
    set_yaml("Changed", rule, inputs);
    if (change[0] != NULL) {
        char before[sizeof yaml];
        memcpy(before, yaml, sizeof yaml);
        char *at = strstr(before, change[0]);
        ck_assert_ptr_nonnull(at);
        snprintf(yaml, sizeof yaml, "%.*s%s%s", (int)(at - before), before, change[1],
                 at + strlen(change[0]));
    }
    put_engine(path, command, strcmp(command, "ode") == 0 ? 1 : 3, 0.1);
    return path;
}

static const char *const as_it_is[2] = {NULL, NULL};

/* A theory and a simulation of other parameters are no pair: each has its own colour and entry, the
 * subtitle keeps what they share, and a line names the keys. */
START_TEST(other_parameters_are_drawn_apart)
{
    static const struct {
        const char *change[2], *labels, *told, *subtitle;
    } cases[] = {
        {{"rate: 0.1", "rate: 0.4"},
         "['theory, η = 0.1', 'simulation, η = 0.4, N = 100, mean ± s.e. of 3 runs']\n",
         "a.tsv and b.tsv are drawn apart, since they differ in learning.rate (0.1 against 0.4)\n",
         "subtitle_text = 'DFA, erf, K = 2, M = 2'\n"},
        {{"activation: erf", "activation: erf\n  noise: 0.3"},
         "['theory, σ = 0', 'simulation, σ = 0.3, N = 100, mean ± s.e. of 3 runs']\n",
         "differ in problem.noise (0 against 0.3)\n",
         "subtitle_text = 'DFA, erf, K = 2, M = 2, η = 0.1'\n"},
        {{"seed: 1", "seed: 7"},
         "['theory, seed 1', 'simulation, N = 100, seed 7, mean ± s.e. of 3 runs']\n",
         "differ in run.seed (1 against 7)\n",
         "subtitle_text = 'DFA, erf, K = 2, M = 2, η = 0.1'\n"},
        {{"rate: 0.1", "rate: 0.1\n  decay: [0, 0.25]"},
         "['theory, κ = 0', 'simulation, κ = 0 (read-out 0.25), N = 100, mean ± s.e. of 3 runs']\n",
         "differ in learning.decay (0 against [0, 0.25])\n",
         "subtitle_text = 'DFA, erf, K = 2, M = 2, η = 0.1'\n"},
        {{"units: 2, weights: {std: 0.01}", "units: 3, weights: {std: 0.01}"},
         "['theory, K = 2', 'simulation, K = 3, N = 100, mean ± s.e. of 3 runs']\n",
         "differ in problem.student.units (2 against 3)\n",
         "subtitle_text = 'DFA, erf, M = 2, η = 0.1'\n"},
        {{"rate: 0.1", "rate: 0.1\n  feedback: {std: 2}"},
         "['theory, feedback.std = 1', "
         "'simulation, N = 100, feedback.std = 2, mean ± s.e. of 3 runs']\n",
         "differ in learning.feedback.std (1 against 2)\n",
         "subtitle_text = 'DFA, erf, K = 2, M = 2, η = 0.1'\n"},
    };
    if (!have_gnuplot())
        return;
    enter();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *paths[] = {put_changed("a.tsv", "ode", "dfa", 100, as_it_is),
                               put_changed("b.tsv", "sgd", "dfa", 100, cases[i].change)};
        char *seen = seen_by("alignment.gp", paths, 2);
        expect_holds(seen, cases[i].labels);
        expect_holds(seen, cases[i].subtitle);
        expect_colours(seen, "colour[2] = [2, %zu]\n");
        expect_holds(seen, "problem[2] = [1, 2]\n");
        expect_holds(seen, "peaks = 0\n"); /* one line would be wrong for one of the curves */
        expect_holds(heard, cases[i].told);
        free(seen);
    }
    leave();
}
END_TEST

/* Engine, repeats, N and recorded times may differ within a pair. */
START_TEST(pairs_stay_pairs)
{
    static const char *const changes[][2] = {
        {NULL, NULL},
        {"inputs: 100", "inputs: 400"},
        {"repeats: 2", "repeats: 3"},
        {"time: 100", "time: 1000"},
        {"count: 20", "count: 10"},
        {"spacing: log, first: 0.1", "spacing: linear"},
        {"title: Changed", "title: Another"},
    };
    if (!have_gnuplot())
        return;
    enter();
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const char *paths[] = {put_changed("a.tsv", "ode", "dfa", 100, as_it_is),
                               put_changed("b.tsv", "sgd", "dfa", 100, changes[i])};
        char *seen = seen_by("alignment.gp", paths, 2);
        expect_holds(seen, "colour[2] = [2, 2]\n");
        expect_holds(seen, "label[2] = ['theory', 'simulation, N = ");
        expect_holds(seen, "peaks = 1\n");
        ck_assert_str_eq(heard, "");
        free(seen);
    }
    leave();
}
END_TEST

/* The title is what the titles share, to the end of a part of them of several words. */
START_TEST(titles_are_shared)
{
    static const struct {
        const char *own[2], *title;
    } cases[] = {
        {{"Changed", "Changed"}, "title_text = 'Changed'\n"},
        {{"Noise delays", "Noise delays (on MNIST)"}, "title_text = 'Noise delays'\n"},
        {{"Noise delays, MNIST", "Noise delays, CIFAR-10"}, "title_text = 'Noise delays'\n"},
        {{"Noise, MNIST", "Noise, CIFAR-10"}, "title_text = 'Comparison of 2 results'\n"},
        {{"Noise delays", "Noise hinders"}, "title_text = 'Comparison of 2 results'\n"},
    };
    if (!have_gnuplot())
        return;
    enter();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *paths[] = {
            put_changed("a.tsv", "ode", "dfa", 100, (const char *[]){"Changed", cases[i].own[0]}),
            put_changed("b.tsv", "sgd", "dfa", 100, (const char *[]){"Changed", cases[i].own[1]})};
        char *seen = seen_by("alignment.gp", paths, 2);
        expect_holds(seen, cases[i].title);
        free(seen);
    }
    leave();
}
END_TEST

/* With two theories and two simulations each finds its partner, whatever their order, first by N;
 * one without a partner is apart from the nearest theory. */
START_TEST(partners)
{
    static const char *const fast[2] = {"rate: 0.1", "rate: 0.4"};
    static const char *const faster[2] = {"rate: 0.1", "rate: 0.9"};
    if (!have_gnuplot())
        return;
    enter();
    const char *paths[] = {put_changed("a.tsv", "ode", "dfa", 100, as_it_is),
                           put_changed("b.tsv", "ode", "dfa", 100, fast),
                           put_changed("c.tsv", "sgd", "dfa", 100, fast),
                           put_changed("d.tsv", "chain", "dfa", 100, as_it_is),
                           put_changed("e.tsv", "chain", "bp", 100, faster)};
    char *seen = seen_by("alignment.gp", paths, 4);
    expect_colours(seen, "colour[4] = [2, %zu, %zu, 2]\n");
    ck_assert_str_eq(heard, "");
    free(seen);
    seen = seen_by("alignment.gp", paths, 5); /* bp has no theory at all: nothing to be taken for */
    expect_colours(seen, "colour[5] = [2, %zu, %zu, 2, 1]\n");
    ck_assert_str_eq(heard, "");
    free(seen);
    const char *sizes[] = {put_changed("a.tsv", "ode", "dfa", 100, as_it_is),
                           put_changed("b.tsv", "ode", "dfa", 400, as_it_is),
                           put_changed("c.tsv", "sgd", "dfa", 400, as_it_is),
                           put_changed("d.tsv", "sgd", "dfa", 100, as_it_is)};
    seen = seen_by("alignment.gp", sizes, 4);
    expect_colours(seen, "colour[4] = [2, %zu, %zu, 2]\n");
    free(seen);
    leave();
}
END_TEST

/* N stands in the subtitle only where all results have it. */
START_TEST(sizes_of_simulations)
{
    if (!have_gnuplot())
        return;
    enter();
    const char *paths[] = {put_changed("a.tsv", "sgd", "dfa", 100, as_it_is),
                           put_changed("b.tsv", "chain", "dfa", 100, as_it_is),
                           put_changed("c.tsv", "chain", "dfa", 400, as_it_is)};
    char *seen = seen_by("alignment.gp", paths, 2);
    expect_holds(seen, "subtitle_text = 'DFA, erf, K = 2, M = 2, η = 0.1, N = 100'\n");
    expect_holds(seen, "['simulation, mean ± s.e. of 3 runs', 'overlap chain, mean");
    free(seen);
    seen = seen_by("alignment.gp", paths, 3);
    expect_holds(seen, "subtitle_text = 'DFA, erf, K = 2, M = 2, η = 0.1'\n");
    expect_holds(seen, "'overlap chain, N = 400, mean");
    free(seen);
    leave();
}
END_TEST

/* The numbers of an array "NAME[count] = [...]" in settings.  Returned: out[count] */
static void numbers_of(const char *text, const char *name, size_t count, long *out)
{
    char start[64];
    snprintf(start, sizeof start, "array %s[%zu] = [", name, count);
    char *at = strstr(text, start);
    ck_assert_ptr_nonnull(at);
    at += strlen(start);
    for (size_t i = 0; i < count; i++, at += strspn(at, ", "))
        out[i] = strtol(at, &at, 10);
}

/* More results of one rule than there are colours still differ, by their dashes. */
START_TEST(many_results_of_one_rule)
{
    enum { MANY = 30 };
    if (!have_gnuplot())
        return;
    enter();
    const char *paths[MANY];
    long colour[MANY], dash[MANY];
    for (int i = 0; i < MANY; i++) {
        char name[16], rate[16];
        snprintf(name, sizeof name, "%d.tsv", i);
        snprintf(rate, sizeof rate, "rate: 0.%d", i + 20);
        const char *const change[2] = {"rate: 0.1", rate};
        paths[i] = put_changed(name, "ode", "dfa", 100, change);
    }
    char *seen = seen_by("alignment.gp", paths, MANY);
    numbers_of(seen, "colour", MANY, colour);
    numbers_of(seen, "dash", MANY, dash);
    for (int i = 0; i < MANY; i++)
        for (int j = 0; j < i; j++)
            ck_assert_msg(colour[i] != colour[j] || dash[i] != dash[j], "%d looks like %d", i, j);
    free(seen);
    leave();
}
END_TEST

/* Every rule looks the same in all figures that show several: its row of the table. */
START_TEST(rules_look_the_same)
{
    if (!have_gnuplot())
        return;
    enter();
    for (size_t r = 0; r < aln_rules.count; r++) {
        const struct aln_rule *rule = aln_rule_row(r), *other = aln_rule_row(r == 0);
        static const char *const sampled[] = {"run:", "ode: {averages: cubature}\nrun:"};
        const char *const *change = rule->levels == ALN_ERROR_WHOLE ? as_it_is : sampled;
        char words[128], name[32];
        const char *paths[] = {put_changed("a.tsv", "ode", other->id.name, 100, change),
                               put_changed("b.tsv", "ode", rule->id.name, 100, change)};
        snprintf(name, sizeof name, "%s.gp",
                 rule->random || other->random ? "alignment" : "learning");
        char *seen = seen_by(name, paths, 2);
        snprintf(words, sizeof words, "label[2] = ['%s theory', '%s theory']\n", other->label,
                 rule->label);
        expect_holds(seen, words);
        snprintf(words, sizeof words, "colour[2] = [%d, %zu]\n", r == 0 ? 2 : 1, r + 1);
        expect_holds(seen, words);
        snprintf(words, sizeof words, "dash[2] = [%d, %zu]\n", r == 0 ? 2 : 1, r + 1);
        expect_holds(seen, words);
        free(seen);

        if (rule->two_layers_only != NULL)
            continue;
        const char *const similar = in_folder("similar.tsv");
        put_training(paths[0], similar, other->id.name, "schedule: []");
        put_training(paths[1], similar, rule->id.name, "schedule: []");
        seen = seen_by("training.gp", paths, 2);
        snprintf(words, sizeof words, "colour[2] = [%d, %zu]\n", r == 0 ? 2 : 1, r + 1);
        expect_holds(seen, words);
        snprintf(words, sizeof words, "label[2] = ['%s', '%s']", other->label, rule->label);
        expect_holds(seen, words);
        free(seen);
    }
    leave();
}
END_TEST

/* Fails if a file names the colour of a rule. */
static void expect_no_colour(const char *path)
{
    char *text = get(path);
    for (char *c = text; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    for (size_t r = 0; r < aln_rules.count; r++)
        ck_assert_msg(strstr(text, aln_rule_row(r)->colour) == NULL,
                      "%s has the colour of rule %s, which belongs into its row", path,
                      aln_rule_row(r)->id.name);
    free(text);
}

/* Rules' colours stand in their rows alone. */
START_TEST(colours_stand_in_the_table)
{
    static const char *const folders[] = {SOURCE_DIR "/plots", SOURCE_DIR "/src/figure"};
    size_t files = 0;
    for (size_t i = 0; i < 2; i++) {
        DIR *dir = opendir(folders[i]);
        ck_assert_ptr_nonnull(dir);
        for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
            const char *point = strrchr(entry->d_name, '.');
            char path[512];
            if (point == NULL || (strcmp(point, ".gp") != 0 && strcmp(point, ".c") != 0))
                continue;
            snprintf(path, sizeof path, "%s/%s", folders[i], entry->d_name);
            expect_no_colour(path);
            files++;
        }
        closedir(dir);
    }
    ck_assert_uint_gt(files, 30);
}
END_TEST

/* A table collected from a sweep over a rate and another key with these two values. */
static const char *put_sweep(const char *key, const char *first, const char *second)
{
    const char *path = in_folder("sweep.tsv"), *const column[] = {"point", "learning.rate", key,
                                                                  "t", "eg"};
    char parameters[512];
    snprintf(parameters, sizeof parameters,
             "title: A sweep\nproblem: {activation: relu}\nlearning: {rule: dfa}\nsweep:\n  run: "
             "ode\n  over: [{key: learning.rate, values: [0.1, 1]}, {key: %s, values: [%s, %s]}]\n",
             key, first, second);
    struct aln_writer *w = open_result(path, "sweep", parameters, column, 5);
    for (int i = 0; i < 4; i++) {
        const char *const number[] = {"0", "1", "2", "3"};
        const char *row[] = {number[i], i < 2 ? "0.1" : "1", i % 2 ? second : first, "20",
                             number[i]};
        ck_assert_int_eq(aln_writer_text_row(w, row, 5), ALN_OK);
    }
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
    return path;
}

/* Swept keys are called by their symbols too, and swept rules look as rules do. */
START_TEST(swept_keys_have_symbols)
{
    static const struct {
        const char *key, *value[2], *want;
    } cases[] = {
        {"learning.rule", {"dfa", "bp"}, "y_entry[2] = ['DFA', 'BP']\n"},
        {"problem.noise", {"0.1", "0.2"}, "y_entry[2] = ['σ = 0.1', 'σ = 0.2']\n"},
        {"problem.student.units", {"2", "4"}, "y_entry[2] = ['K = 2', 'K = 4']\n"},
        {"problem.inputs", {"100", "200"}, "y_entry[2] = ['N = 100', 'N = 200']\n"},
        {"learning.feedback.std", {"1", "2"}, "y_header = 'standard deviation of the feedback:'\n"},
    };
    if (!have_gnuplot())
        return;
    enter();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *path = put_sweep(cases[i].key, cases[i].value[0], cases[i].value[1]);
        char *seen = seen_by("curves.gp", &path, 1);
        expect_holds(seen, cases[i].want);
        expect_holds(seen, "x_name = 'learning rate  η'\n");
        expect_holds(seen, i == 0   ? "subtitle_text = 'relu, K = 2, M = 2, at t = 20'\n"
                           : i == 2 ? "subtitle_text = 'DFA, relu, M = 2, at t = 20'\n"
                                    : "subtitle_text = 'DFA, relu, K = 2, M = 2, at t = 20'\n");
        if (i == 0)
            expect_holds(seen, "y_rule[2] = [2, 1]\n");
        free(seen);
    }
    leave();
}
END_TEST

CHECK_MAIN("figure/legend", other_parameters_are_drawn_apart, pairs_stay_pairs, titles_are_shared,
           partners, sizes_of_simulations, many_results_of_one_rule, rules_look_the_same,
           colours_stand_in_the_table, swept_keys_have_symbols)
