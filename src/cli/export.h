/* Results in the formats of other programs: one function for each. */
#ifndef ALIGNODE_CLI_EXPORT_H
#define ALIGNODE_CLI_EXPORT_H

#include "base/text.h"
#include "cli/cli.h"
#include "cli/contents.h"
#include "file/npy.h"

/* Makes the file and writes it to cli->output. */
enum aln_status aln_export_csv(const struct aln_cli *cli, const struct aln_cli_contents *c);
enum aln_status aln_export_json(const struct aln_cli *cli, const struct aln_cli_contents *c);
enum aln_status aln_export_npz(const struct aln_cli *cli, const struct aln_cli_contents *c);
/* The same for weights, where deep networks are part of the build. */
enum aln_status aln_export_weights(const struct aln_cli *cli, const struct aln_cli_contents *c);
enum aln_status aln_export_safetensors(const struct aln_cli *cli, const struct aln_cli_contents *c);

/* Ends an archive and writes it to cli->output. */
enum aln_status aln_export_zip(const struct aln_cli *cli, struct aln_zip *zip);

/* The number in a cell; "nan", "inf" and "-inf" are numbers too. */
bool aln_export_number(const char *text, double *x);
/* Whether every cell of a column is a number. */
bool aln_export_is_numeric(const struct aln_table *t, size_t column);

#endif
