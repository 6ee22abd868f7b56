#include "cli/place.h"

#include <string.h>

#include "cli/target.h"
#include "file/part.h"

enum aln_status aln_cli_place_check(const struct aln_cli *cli, const char *kind,
                                    bool (*is_one)(const char *head))
{
    struct aln_part *part = NULL;
    enum aln_status status = aln_cli_keep_file(cli, cli->output, kind, is_one);
    if (status == ALN_OK)
        status = aln_part_find(&part, cli->output);
    if (status == ALN_OK && part->path != NULL)
        status = aln_cli_keep_file(cli, part->partial, kind, is_one);
    if (status == ALN_OK && part->path != NULL)
        status = aln_part_begin(part, 0);
    aln_part_abandon(part, false);
    return status;
}

bool aln_cli_is_web_page(const char *head)
{
    static const char begin[] = "<!DOCTYPE html>\n<!-- alignode ";
    return strncmp(head, begin, sizeof begin - 1) == 0;
}

enum aln_status aln_cli_place_save(const struct aln_cli *cli, const struct aln_text *text)
{
    enum aln_status status = aln_part_save(cli->output, false, text->s, text->length);
    /* The path was writable at the start, so this is not a usage error. */
    return status == ALN_USAGE ? ALN_FILE : status;
}
