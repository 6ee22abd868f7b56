#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/team.h"
#include "base/text.h"
#include "cli/cli.h"

struct option {
    struct aln_name id; /* as typed */
    enum aln_cli_option bit;
    const char *value; /* name of the value; NULL: a switch */
    /* Given: value  NULL for a switch */
    enum aln_status (*take)(struct aln_cli *cli, const struct option *option, const char *value);
    size_t at; /* offset of a switch or text in struct aln_cli */
};

static enum aln_status take_switch(struct aln_cli *cli, const struct option *option,
                                   const char *value)
{
    (void)value;
    *(bool *)((char *)cli + option->at) = true;
    return ALN_OK;
}

static enum aln_status take_text(struct aln_cli *cli, const struct option *option,
                                 const char *value)
{
    *(const char **)(void *)((char *)cli + option->at) = value;
    return ALN_OK;
}

static enum aln_status take_setting(struct aln_cli *cli, const struct option *option,
                                    const char *value)
{
    (void)option;
    cli->set[cli->set_count++] = value;
    return ALN_OK;
}

static enum aln_status take_axis(struct aln_cli *cli, const struct option *option,
                                 const char *value)
{
    (void)option;
    cli->axis[cli->axis_count++] = value;
    return ALN_OK;
}

static enum aln_status take_check(struct aln_cli *cli, const struct option *option,
                                  const char *value)
{
    (void)value;
    return take_setting(cli, option, cli->command->task->finer);
}

static enum aln_status take_threads(struct aln_cli *cli, const struct option *option,
                                    const char *value)
{
    uint64_t threads;
    (void)option;
    if (!aln_text_whole(value, &threads) || threads < 1 || threads > 4096)
        return aln_raise(ALN_USAGE, "-j: expected a number of threads from 1 to 4096, not '%s'",
                         value);
    cli->threads = (int)threads;
    aln_team_size(cli->threads);
    return ALN_OK;
}

/* I/N */
static enum aln_status take_shard(struct aln_cli *cli, const struct option *option,
                                  const char *value)
{
    (void)option;
    char first[24];
    const char *slash = strchr(value, '/');
    size_t n = slash != NULL ? (size_t)(slash - value) : 0;
    snprintf(first, sizeof first, "%.*s", (int)(n < sizeof first ? n : 0), value);
    if (slash == NULL || !aln_text_whole(first, &cli->shard) ||
        !aln_text_whole(slash + 1, &cli->shards) || cli->shard < 1 || cli->shard > cli->shards ||
        cli->shards > 1000000)
        return aln_raise(ALN_USAGE,
                         "--shard: expected I/N with 1 <= I <= N <= 1000000, not '%.60s'", value);
    return ALN_OK;
}

#define SWITCH(member)       NULL, take_switch, offsetof(struct aln_cli, member)
#define TEXT(called, member) called, take_text, offsetof(struct aln_cli, member)

static const struct option options[] = {
    {{"-o", "write the result or figure to PATH (- is standard output)", ""},
     ALN_CLI_OUTPUT,
     TEXT("PATH", output)},
    {{"--set", "override a parameter, e.g. --set learning.rate=0.2; repeatable", ""},
     ALN_CLI_SET,
     "key.path=VALUE",
     take_setting,
     0},
    {{"--over",
      "sweep a key over FROM:TO[:COUNT[:log]], FROM:TO:DISTRIBUTION or VALUE,...; repeatable", ""},
     ALN_CLI_AXIS,
     "KEY=VALUES",
     take_axis,
     0},
    {{"-j", "number of threads", ""}, ALN_CLI_THREADS, "THREADS", take_threads, 0},
    {{"--resume", "continue an interrupted run; extend a result to more repeats, time or epochs",
      ""},
     ALN_CLI_RESUME,
     SWITCH(resume)},
    {{"--force", "replace what is at PATH, whatever it is", ""}, ALN_CLI_FORCE, SWITCH(force)},
    {{"--quiet", "show no progress, only warnings", ""}, ALN_CLI_QUIET, SWITCH(quiet)},
    {{"--run", "FILE is a parameter file, whose engines are run first", ""},
     ALN_CLI_RUN,
     SWITCH(run)},
    {{"--ascii", "draw with characters in the terminal", ""}, ALN_CLI_ASCII, SWITCH(ascii)},
    {{"--check", "add the integration error (--set ode.check=true)", ""},
     ALN_CLI_CHECK,
     NULL,
     take_check,
     0},
    {{"--shard", "run every N-th point, starting with the I-th (1 <= I <= N), for job arrays", ""},
     ALN_CLI_SHARD,
     "I/N",
     take_shard,
     0},
    {{"--list", "print the points without running them", ""}, ALN_CLI_LIST, SWITCH(list)},
    {{"--yes", "allow more than 100000 points", ""}, ALN_CLI_YES, SWITCH(yes)},
    {{"--figure", "figure to draw (see: alignode list figures)", ""},
     ALN_CLI_FIGURE,
     TEXT("NAME", figure)},
    {{"--column", "columns to draw, or arithmetic: 'a_t - b_t', 'log10(eg)' (default: eg)", ""},
     ALN_CLI_COLUMN,
     TEXT("NAME[,...]", column)},
    {{"--over",
      "the axis: a column or arithmetic; of sweeps one key or two, in full or the last part", ""},
     ALN_CLI_OVER,
     TEXT("NAME[,KEY]", over)},
    {{"--average", "of repeats and seeds: mean, median or quantiles (see: alignode list averages)",
      ""},
     ALN_CLI_AVERAGE,
     TEXT("NAME", average)},
    {{"--watch", "redraw whenever a running result, FILE.part, has grown, until its run ends", ""},
     ALN_CLI_WATCH,
     SWITCH(watch)},
    {{"--schema", "print a JSON Schema of all parameter files, for editors", ""},
     ALN_CLI_SCHEMA,
     SWITCH(schema)},
    {{"--runs", "keep finished claims and trained networks in FOLDER, and do not run them again",
      ""},
     ALN_CLI_RUNS,
     TEXT("FOLDER", runs)},
    {{"--kept", "train no network: those that --runs FOLDER does not hold are reported as not run",
      ""},
     ALN_CLI_KEPT,
     SWITCH(kept)},
};

static const struct aln_names option_names = {
    "option", "options", options, sizeof options / sizeof options[0], sizeof options[0]};

/* The option of this name that the command takes, else any of this name; NULL: none. */
static const struct option *find_option(const struct aln_cli_command *command, const char *name)
{
    for (size_t i = 0; i < option_names.count; i++)
        if ((command->options & options[i].bit) && strcmp(options[i].id.name, name) == 0)
            return &options[i];
    return (const struct option *)aln_names_find(&option_names, name);
}

static enum aln_status refuse_option(const char *word)
{
    char name[64], offer[320];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    return aln_raise(ALN_USAGE, "unknown option '%s'; %s", word,
                     aln_names_offer(&option_names, name, offer));
}

/* Too few arguments, or too many, of which one may be meant for --set. */
static enum aln_status refuse_count(const struct aln_cli *cli)
{
    const struct aln_cli_command *command = cli->command;
    for (size_t i = 0; i < cli->argument_count && (command->options & ALN_CLI_SET); i++) {
        const char *word = cli->argument[i];
        if (cli->argument_count > command->most && word != NULL && strchr(word, '=') != NULL)
            return aln_raise(ALN_USAGE, "%s: unexpected '%s'; did you mean --set %s?",
                             command->id.name, word, word);
    }
    return aln_raise(ALN_USAGE, "usage: alignode %s %s%s", command->id.name, command->arguments,
                     aln_cli_options_of(command) != 0 ? " [options]" : "");
}

enum aln_status aln_cli_parse(struct aln_cli *cli, int argc, char **argv)
{
    const struct aln_cli_command *command = cli->command;
    bool words_only = false;
    cli->set = calloc((size_t)argc + 1, sizeof *cli->set);
    cli->axis = calloc((size_t)argc + 1, sizeof *cli->axis);
    cli->argument = calloc((size_t)argc + 1, sizeof *cli->argument);
    cli->owned = calloc((size_t)argc + 1, sizeof *cli->owned);
    if (cli->set == NULL || cli->axis == NULL || cli->argument == NULL || cli->owned == NULL)
        return aln_raise_memory("the command line");
    for (int i = 0; i < argc; i++) {
        char *word = argv[i];
        if (words_only || word[0] != '-' || strcmp(word, "-") == 0) {
            cli->argument[cli->argument_count++] = word;
            continue;
        }
        if (strcmp(word, "--") == 0) {
            words_only = true;
            continue;
        }
        /* --name=value and -xvalue mean the same as --name value and -x value. */
        char name[64];
        const char *value = NULL;
        size_t length = word[1] == '-' ? strcspn(word, "=") : 2;
        snprintf(name, sizeof name, "%.*s", (int)(length < 63 ? length : 63), word);
        if (word[length] != '\0')
            value = word + length + (word[1] == '-');
        const struct option *option = find_option(command, name);
        if (option == NULL)
            return refuse_option(word);
        if (!(command->options & option->bit))
            return aln_raise(ALN_USAGE,
                             "%s: option %s is unknown to this command; see: alignode help %s",
                             command->id.name, name, command->id.name);
        if (option->value == NULL && value != NULL)
            return aln_raise(ALN_USAGE, "%s takes no value", name);
        if (option->value != NULL && value == NULL) {
            if (++i == argc)
                return aln_raise(ALN_USAGE, "%s: expected %s after it", name, option->value);
            value = argv[i];
        }
        enum aln_status status = option->take(cli, option, value);
        if (status != ALN_OK)
            return status;
    }
    return cli->argument_count < command->least || cli->argument_count > command->most
               ? refuse_count(cli)
               : ALN_OK;
}

unsigned aln_cli_options_of(const struct aln_cli_command *command)
{
    return command->options & ~(unsigned)(ALN_CLI_EXAMPLES | ALN_CLI_TABLES);
}

void aln_cli_free(struct aln_cli *cli)
{
    for (size_t i = 0; cli->owned != NULL && i < cli->argument_count; i++)
        free(cli->owned[i]);
    free(cli->owned);
    free(cli->set);
    free(cli->axis);
    free(cli->argument);
}

void aln_cli_print_options(unsigned bits)
{
    for (size_t i = 0; i < option_names.count; i++) {
        char usage[64];
        if (!(bits & options[i].bit))
            continue;
        snprintf(usage, sizeof usage, "%s %s", options[i].id.name,
                 options[i].value != NULL ? options[i].value : "");
        printf("  %-22s %s\n", usage, options[i].id.doc);
    }
}
