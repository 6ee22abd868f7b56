#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/finders.h"
#include "cli/cli.h"

enum {
    RUN_OPTIONS = ALN_CLI_OUTPUT | ALN_CLI_SET | ALN_CLI_THREADS | ALN_CLI_RESUME | ALN_CLI_QUIET,
    COMPARE_OPTIONS = ALN_CLI_OUTPUT | ALN_CLI_SET | ALN_CLI_THREADS | ALN_CLI_QUIET,
    SWEEP_OPTIONS = RUN_OPTIONS | ALN_CLI_SHARD | ALN_CLI_LIST | ALN_CLI_YES,
    PLOT_OPTIONS = ALN_CLI_OUTPUT | ALN_CLI_SET | ALN_CLI_THREADS | ALN_CLI_QUIET | ALN_CLI_RUN |
                   ALN_CLI_ASCII | ALN_CLI_FIGURE | ALN_CLI_COLUMN | ALN_CLI_OVER,
};

static const struct aln_cli_command commands[] = {
    {{"ode", "", ""}, "FILE", 1, 1, RUN_OPTIONS | ALN_CLI_CHECK, aln_cli_task},
    {{"chain", "", ""}, "FILE", 1, 1, RUN_OPTIONS, aln_cli_task},
    {{"sgd", "", ""}, "FILE", 1, 1, RUN_OPTIONS, aln_cli_task},
    {{"compare", "", ""}, "FILE", 1, 1, COMPARE_OPTIONS, aln_cli_compare},
    {{"study", "", ""}, "FILE", 1, 1, RUN_OPTIONS, aln_cli_task},
    {{"fixedpoint", "", ""}, "FILE", 1, 1, COMPARE_OPTIONS, aln_cli_task},
    {{"train", "deep networks, which this alignode was built without", ""},
     "FILE",
     1,
     1,
     RUN_OPTIONS,
     aln_cli_task},
    {{"sweep", "a grid of any of these, one result a point, and one table of all", ""},
     "FILE",
     1,
     1,
     SWEEP_OPTIONS,
     aln_cli_sweep},
    {{"plot", "figures from results (-: standard input); with --run, from a parameter file", ""},
     "FILE...",
     1,
     1000,
     PLOT_OPTIONS,
     aln_cli_plot},
    {{"report", "every claim of validation/ on one page: number, range, verdict", ""},
     "[quick|full] [CLAIM...]",
     0,
     1000,
     ALN_CLI_OUTPUT | ALN_CLI_THREADS | ALN_CLI_QUIET | ALN_CLI_RUNS,
     aln_cli_report},
    {{"list", "the rules, activations, steppers, ... there are", ""},
     "[KIND]",
     0,
     1,
     0,
     aln_cli_list},
    {{"params", "every parameter: type, default, range, unit, meaning", ""},
     "[KEY]",
     0,
     1,
     0,
     aln_cli_params},
    {{"version", "the version", ""}, "", 0, 0, 0, aln_cli_version},
    {{"help", "this text, or one command's", ""}, "[COMMAND]", 0, 1, 0, aln_cli_help},
};

const struct aln_names aln_cli_commands = {
    "command", "commands", commands, sizeof commands / sizeof commands[0], sizeof commands[0]};
ALN_FINDERS(cli_command, aln_cli_commands);

int main(int argc, char **argv)
{
    struct aln_cli cli = {0};
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is a write error like any other */
    if (argc < 2) {
        fprintf(stderr, "alignode: no command; try: alignode help\n");
        return ALN_EXIT_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        word = "help";
    if (strcmp(word, "--version") == 0)
        word = "version";
    cli.command = aln_cli_command_find(word);
    if (cli.command == NULL) {
        char offer[320];
        fprintf(stderr, "alignode: unknown command '%s'; %s\n", word,
                aln_names_offer(&aln_cli_commands, word, offer));
        return ALN_EXIT_USAGE;
    }
    /* `alignode COMMAND --help` is `alignode help COMMAND`. */
    if (argc > 2 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0)) {
        argv[2] = argv[1];
        argc = 3;
        cli.command = aln_cli_command_find("help");
    }
    enum aln_status status = aln_cli_parse(&cli, argc - 2, argv + 2);
    int result = status == ALN_OK ? cli.command->run(&cli) : aln_cli_fail(status);
    aln_cli_free(&cli);
    if (fflush(stdout) != 0 && result == ALN_EXIT_DONE) {
        perror("alignode: standard output");
        result = ALN_EXIT_FAILED;
    }
    return result;
}
