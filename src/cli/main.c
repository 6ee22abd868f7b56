#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/isa.h"
#include "cli/cli.h"
#include "cli/shipped.h"

enum {
    RUN_OPTIONS = ALN_CLI_OUTPUT | ALN_CLI_SET | ALN_CLI_THREADS | ALN_CLI_QUIET | ALN_CLI_FORCE |
                  ALN_CLI_EXAMPLES,
    WRITE_OPTIONS = ALN_CLI_OUTPUT | ALN_CLI_QUIET | ALN_CLI_FORCE,
    SWEEP_OPTIONS =
        RUN_OPTIONS | ALN_CLI_RESUME | ALN_CLI_SHARD | ALN_CLI_LIST | ALN_CLI_YES | ALN_CLI_AXIS,
    PLOT_OPTIONS = RUN_OPTIONS | ALN_CLI_RUN | ALN_CLI_RESUME | ALN_CLI_ASCII | ALN_CLI_FIGURE |
                   ALN_CLI_COLUMN | ALN_CLI_OVER | ALN_CLI_AVERAGE | ALN_CLI_WATCH | ALN_CLI_TABLES,
};

static int print_help(const struct aln_cli *cli);
static int print_version(const struct aln_cli *cli);

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
    {{"sweep", "run a command over a grid of parameters; collect the results in one table", ""},
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
    {{"report",
      "check the claims of validation/; write a page of them, with figures if it is .html", ""},
     "[quick|full|published] [CLAIM...]",
     0,
     1000,
     ALN_CLI_OUTPUT | ALN_CLI_THREADS | ALN_CLI_QUIET | ALN_CLI_RUNS | ALN_CLI_KEPT | ALN_CLI_FORCE,
     aln_cli_report,
     NULL},
    {{"gallery", "run the files of params/ and show them with their figures on a web page", ""},
     "[quick|full] [NAME...]",
     0,
     1000,
     ALN_CLI_OUTPUT | ALN_CLI_THREADS | ALN_CLI_QUIET | ALN_CLI_RUNS | ALN_CLI_FORCE,
     aln_cli_gallery,
     NULL},
    {{"new",
      "write a parameter file to start from: two-layer (default), train, sweep, or an example", ""},
     "[NAME]",
     0,
     1,
     WRITE_OPTIONS,
     aln_cli_new,
     NULL},
    {{"info", "say what a result is: its parameters, events and last row", ""},
     "RESULT",
     1,
     1,
     ALN_CLI_EXAMPLES | ALN_CLI_TABLES,
     aln_cli_info,
     NULL},
    {{"diff",
      "print the parameters in which two files or results differ; exit status 0: none, 3: some",
      ""},
     "A B",
     2,
     2,
     ALN_CLI_EXAMPLES | ALN_CLI_TABLES,
     aln_cli_diff,
     NULL},
    {{"export",
      "write a result for other programs: -o x.npz, x.csv or x.json; weights: -o x.npz or "
      "x.safetensors",
      ""},
     "RESULT",
     1,
     1,
     WRITE_OPTIONS | ALN_CLI_TABLES,
     aln_cli_export,
     NULL},
    {{"cite", "print BibTeX of what a run rests on: its rule, activation, engine and data", ""},
     "FILE",
     1,
     1,
     WRITE_OPTIONS | ALN_CLI_EXAMPLES | ALN_CLI_TABLES,
     aln_cli_cite,
     NULL},
    {{"list", "list the available rules, activations, ..., examples, claims, columns", ""},
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
     ALN_CLI_SCHEMA,
     aln_cli_params,
     NULL},
    {{"version", "print the version", ""}, "", 0, 0, 0, print_version, NULL},
    {{"help", "print this text, or the options of one command", ""},
     "[COMMAND]",
     0,
     1,
     0,
     print_help,
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

/* Every task, then the commands that are not tasks. */
static const struct aln_names *all_commands(void)
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

static const struct aln_cli_command *find_command(const char *name)
{
    return (const struct aln_cli_command *)aln_names_find(all_commands(), name);
}

static int print_version(const struct aln_cli *cli)
{
    (void)cli;
    printf("alignode %s\n", ALN_VERSION);
    return ALN_EXIT_DONE;
}

static int print_help(const struct aln_cli *cli)
{
    enum { DOC = 24 }; /* where the descriptions begin */
    const struct aln_names *commands = all_commands();
    char offer[320];
    if (cli->argument_count > 0) {
        const struct aln_cli_command *command = find_command(cli->argument[0]);
        if (command == NULL)
            return aln_cli_fail(aln_raise(ALN_USAGE, "help: unknown command '%s'; %s",
                                          cli->argument[0],
                                          aln_names_offer(commands, cli->argument[0], offer)));
        printf("alignode %s%s%s%s\n  %s\n", command->id.name,
               command->arguments[0] != '\0' ? " " : "", command->arguments,
               aln_cli_options_of(command) != 0 ? " [options]" : "", command->id.doc);
        aln_cli_print_options(command->options);
        if (command->task != NULL)
            printf("Without -o the result goes to standard output or, on a terminal, to the file\n"
                   "STEM.%s.tsv in the working directory. FILE may be a name of `alignode list "
                   "examples`.\n",
                   command->id.name);
        if (command->options & ALN_CLI_TABLES)
            printf("A folder of a sweep stands for its table, FOLDER/collected.tsv.\n");
        return ALN_EXIT_DONE;
    }
    printf("alignode: the dynamics of learning with feedback alignment\n\n"
           "usage: alignode COMMAND [arguments] [options]\n\n");
    for (size_t i = 0; i < commands->count; i++) {
        const struct aln_cli_command *command =
            (const struct aln_cli_command *)aln_names_row(commands, i);
        int n = printf("  %-10s %s", command->id.name, command->arguments);
        printf("%s%*s%s\n", n < DOC ? "" : "\n", n < DOC ? DOC - n : DOC, "", command->id.doc);
    }
    printf("\nalignode help COMMAND lists its options. Exit status: 0 success, 1 failure while "
           "running,\n"
           "2 error in usage or parameter file, 3 result outside its tolerance, 130 stopped by the "
           "user.\n");
    return ALN_EXIT_DONE;
}

int main(int argc, char **argv)
{
    struct aln_cli cli = {0};
    signal(SIGPIPE, SIG_IGN); /* reported as errors of writing: a closed pipe, */
    signal(SIGXFSZ, SIG_IGN); /* and a file that is larger than allowed */
    if (argc < 2) {
        aln_cli_say("alignode: no command; try: alignode help\n");
        return ALN_EXIT_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        word = "help";
    if (strcmp(word, "--version") == 0)
        word = "version";
    cli.command = find_command(word);
    if (cli.command == NULL) {
        char offer[320];
        aln_cli_say("alignode: unknown command '%s'; %s\n", word,
                    aln_names_offer(all_commands(), word, offer));
        return ALN_EXIT_USAGE;
    }
    /* `alignode COMMAND --help` is `alignode help COMMAND`. */
    if (argc > 2 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0)) {
        argv[2] = argv[1];
        argc = 3;
        cli.command = find_command("help");
    }
    enum aln_status status = aln_cli_parse(&cli, argc - 2, argv + 2);
    if (status == ALN_OK)
        status = aln_isa_check();
    if (status == ALN_OK)
        status = aln_cli_resolve_arguments(&cli);
    int result = status == ALN_OK ? cli.command->run(&cli) : aln_cli_fail(status);
    aln_cli_free(&cli);
    if ((fflush(stdout) != 0 || ferror(stdout)) && result == ALN_EXIT_DONE) {
        result = aln_cli_reader_left() ? ALN_EXIT_UNREAD : ALN_EXIT_FAILED;
        if (result == ALN_EXIT_FAILED)
            perror("alignode: standard output");
    }
    return result;
}
