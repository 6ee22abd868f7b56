#include "cli/export.h"
#include "cli/save.h"

enum aln_status aln_export_zip(const struct aln_cli *cli, struct aln_zip *zip)
{
    const char *bytes;
    size_t length;
    enum aln_status status = aln_zip_finish(zip, &bytes, &length);
    return status == ALN_OK ? aln_cli_save(cli, cli->output, bytes, length) : status;
}
