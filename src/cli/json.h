/* YAML as JSON. Source: RFC 8259. */
#ifndef ALIGNODE_CLI_JSON_H
#define ALIGNODE_CLI_JSON_H

#include "base/text.h"
#include "file/tree.h"

/* Appends a value of YAML; its scalars are numbers, true, false, or texts. */
void aln_json_node(struct aln_text *out, const struct aln_node *node);

#endif
