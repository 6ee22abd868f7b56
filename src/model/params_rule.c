/* The type of learning.rule, and what applies to some rules only. */
#include "model/params_table.h"

#include <stdio.h>

static enum aln_status read_rule(const struct aln_param *row, const struct aln_node *node, void *p)
{
    const char *why = node->kind == ALN_SCALAR ? aln_rule_left_out(node->text) : NULL;
    if (why != NULL)
        return aln_tree_raise(&node->at, "%s: %s is not supported: %s", row->key, node->text, why);
    return aln_params_name.read(row, node, p);
}

static void write_rule(const struct aln_param *row, const void *p, struct aln_text *t)
{
    aln_params_name.write(row, p, t);
}

static bool has_rule(const struct aln_param *row, const void *p)
{
    return aln_params_name.present(row, p);
}

const struct aln_params_type aln_params_rule = {.name = "name",
                                                .json = "$",
                                                .size = sizeof(void *),
                                                .read = read_rule,
                                                .write = write_rule,
                                                .present = has_rule};

const char *aln_params_no_random_part(const struct aln_rule *rule, char why[128])
{
    if (rule == NULL || rule->random)
        return NULL;
    snprintf(why, 128, "the feedback of rule %s has no random part", rule->id.name);
    return why;
}

const char *aln_params_not_fixed(const struct aln_rule *rule, char why[128])
{
    if (rule == NULL || aln_rule_keeps_feedback(rule))
        return NULL;
    if (!rule->random)
        return aln_params_no_random_part(rule, why);
    snprintf(why, 128, "the feedback of rule %s changes", rule->id.name);
    return why;
}
