#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

enum {
    RUN_OPTIONS = ALN_CLI_OUTPUT | ALN_CLI_SET | ALN_CLI_THREADS | ALN_CLI_QUIET,
    SWEEP_OPTIONS = RUN_OPTIONS | ALN_CLI_RESUME | ALN_CLI_SHARD | ALN_CLI_LIST | ALN_CLI_YES,
    PLOT_OPTIONS =
        RUN_OPTIONS | ALN_CLI_RUN | ALN_CLI_ASCII | ALN_CLI_FIGURE | ALN_CLI_COLUMN | ALN_CLI_OVER,
};

/* Commands that are not tasks. */
static const struct aln_cli_command others[] = {
#ifndef ALN_DEEP
    {{"train", "deep networks (not included in this build)", ""},
     "FILE",
     1,
     1,
     RUN_OPTIONS | ALN_CLI_RESUME,
     aln_cli_without_deep,
     NULL},
#endif
    {{"sweep", "run any of these over a grid of parameters; collect the results in one table", ""},
     "FILE",
     1,
     1,
     SWEEP_OPTIONS,
     aln_cli_sweep,
     NULL},
    {{"plot", "draw figures from results (- is standard input) or, with --run, parameter files",
      ""},
     "FILE...",
     1,
     1000,
     PLOT_OPTIONS,
     aln_cli_plot,
     NULL},
    {{"report", "check the claims of validation/; write a page of numbers, ranges and verdicts",
      ""},
     "[quick|full] [CLAIM...]",
     0,
     1000,
     ALN_CLI_OUTPUT | ALN_CLI_THREADS | ALN_CLI_QUIET | ALN_CLI_RUNS,
     aln_cli_report,
     NULL},
    {{"list", "list the available rules, activations, steppers, ...", ""},
     "[KIND]",
     0,
     1,
     0,
     aln_cli_list,
     NULL},
    {{"params", "describe parameters: type, default, range, unit, meaning", ""},
     "[KEY]",
     0,
     1,
     0,
     aln_cli_params,
     NULL},
    {{"version", "print the version", ""}, "", 0, 0, 0, aln_cli_version, NULL},
    {{"help", "print this text, or the options of one command", ""},
     "[COMMAND]",
     0,
     1,
     0,
     aln_cli_help,
     NULL},
};

/* The command of a task. */
static struct aln_cli_command command_of(const struct aln_task *task)
{
    unsigned options = RUN_OPTIONS;
    if (task->resumes)
        options |= ALN_CLI_RESUME;
    if (task->finer != NULL)
        options |= ALN_CLI_CHECK;
    return (struct aln_cli_command){task->id, "FILE", 1, 1, options, aln_cli_task, task};
}

const struct aln_names *aln_cli_commands(void)
{
    enum { MOST = 40, OTHERS = sizeof others / sizeof others[0] };
    static struct aln_cli_command commands[MOST];
    static struct aln_names names = {"command", "commands", commands, 0, sizeof commands[0]};
    if (names.count > 0)
        return &names;
    assert(aln_tasks.count + OTHERS <= MOST);
    for (size_t i = 0; i < aln_tasks.count; i++)
        commands[names.count++] = command_of((const void *)aln_names_row(&aln_tasks, i));
    for (size_t i = 0; i < OTHERS; i++)
        commands[names.count++] = others[i];
    return &names;
}

const struct aln_cli_command *aln_cli_command_find(const char *name)
{
    return (const struct aln_cli_command *)aln_names_find(aln_cli_commands(), name);
}

int main(int argc, char **argv)
{
    struct aln_cli cli = {0};
    signal(SIGPIPE, SIG_IGN); /* report a closed pipe as a write error */
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
                aln_names_offer(aln_cli_commands(), word, offer));
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
