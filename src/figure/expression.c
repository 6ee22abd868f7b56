#include "figure/expression.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/columns.h"
#include "figure/entries.h"
#include "file/column.h"

enum { MOST_STEPS = 256, MOST_NESTED = 32 };

/* ---- the operations ---- */

static double add(double a, double b)
{
    return a + b;
}
static double subtract(double a, double b)
{
    return a - b;
}
static double multiply(double a, double b)
{
    return a * b;
}
static double divide(double a, double b)
{
    return a / b;
}
static double negate(double a)
{
    return -a;
}

/* Between two operands; those of a higher level bind more tightly. */
static const struct operation {
    char sign;
    int level;
    const char *name, *label, *end; /* as text; as enhanced text, before and after its operand */
    double (*of)(double a, double b);
} operations[] = {
    {'+', 1, " + ", " + ", "", add},      {'-', 1, " - ", " − ", "", subtract},
    {'*', 2, " * ", " · ", "", multiply}, {'/', 2, " / ", " / ", "", divide},
    {'^', 4, "^", "^{", "}", pow},
};
enum { OPERATIONS = sizeof operations / sizeof operations[0], SUM = 1, POWER = 4 };

static const struct {
    const char *name;
    double (*of)(double a);
} functions[] = {{"log", log}, {"log10", log10}, {"exp", exp}, {"sqrt", sqrt}, {"abs", fabs}};
enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

/* ---- parsing, to steps of a stack machine ---- */

struct step {
    double number;
    int column; /* >= 0: pushes this column; -1: not one */
    double (*one)(double a);
    double (*two)(double a, double b); /* without any of these: pushes the number */
};

struct parser {
    const char *text, *at;
    const char *option;
    const struct aln_figure_input *in;
    struct step step[MOST_STEPS];
    size_t steps, nested;
    struct aln_text name, label;
};

/* "\n  TEXT\n     ^" */
static void add_place(struct aln_text *out, const struct parser *p, const char *at)
{
    aln_text_add(out, "\n  %s\n  ", p->text);
    for (const char *c = p->text; c < at; c++)
        if (((unsigned char)*c & 0xc0) != 0x80)
            aln_text_add(out, " ");
    aln_text_add(out, "^");
}

static enum aln_status refuse(const struct parser *p, const char *at, const char *why)
{
    struct aln_text place = {0};
    add_place(&place, p, at);
    enum aln_status status = place.failed
                                 ? aln_raise_memory("a figure")
                                 : aln_raise(ALN_USAGE, "%s: %s%s", p->option, why, place.s);
    free(place.s);
    return status;
}

static bool is_of_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || ((unsigned char)c & 0x80) != 0;
}

static void skip_blanks(struct parser *p)
{
    p->at += strspn(p->at, " \t");
}

static enum aln_status push(struct parser *p, struct step step)
{
    if (p->steps == MOST_STEPS)
        return refuse(p, p->at, "the expression is too long");
    p->step[p->steps++] = step;
    return ALN_OK;
}

/* The column whose name, with or without the place of an entry, is the longest that stands here.
 * Returned: -1 if there is none; *length  of the name as it stands */
static int find_column(const struct parser *p, size_t *length)
{
    const struct aln_table *t = p->in->table;
    int found = -1;
    *length = 0;
    for (size_t c = 0; c < t->cols; c++) {
        size_t n = strlen(t->name[c]);
        if (strncmp(p->at, t->name[c], n) != 0)
            n = aln_figure_key_length(t->name[c]);
        if (n <= *length || strncmp(p->at, t->name[c], n) != 0 || is_of_name(p->at[n]))
            continue;
        *length = n;
        found = (int)c;
    }
    return found;
}

static enum aln_status read_column(struct parser *p, int column, size_t length)
{
    const char *name = p->in->table->name[column];
    aln_text_add(&p->name, "%s", name);
    aln_drawing_column_add_symbol(&p->label, name);
    p->at += length;
    return push(p, (struct step){.column = column});
}

static enum aln_status read_number(struct parser *p)
{
    char *end;
    double number = strtod(p->at, &end);
    if (end == p->at || is_of_name(*end))
        return refuse(p, p->at, "not a number");
    aln_text_add(&p->name, "%.*s", (int)(end - p->at), p->at);
    aln_text_add(&p->label, "%.*s", (int)(end - p->at), p->at);
    p->at = end;
    return push(p, (struct step){.column = -1, .number = number});
}

static enum aln_status read_operand(struct parser *p, int level);

/* "(...)", the opening bracket being next. */
static enum aln_status read_brackets(struct parser *p)
{
    const char *opening = p->at++;
    if (++p->nested > MOST_NESTED)
        return refuse(p, opening, "too many brackets within each other");
    aln_text_add(&p->name, "(");
    aln_text_add(&p->label, "(");
    enum aln_status status = read_operand(p, SUM);
    if (status != ALN_OK)
        return status;
    if (*p->at != ')')
        return refuse(p, opening, "this bracket is not closed");
    aln_text_add(&p->name, ")");
    aln_text_add(&p->label, ")");
    p->at++;
    p->nested--;
    return ALN_OK;
}

static enum aln_status refuse_name(const struct parser *p, size_t length)
{
    struct aln_text name = {0}, place = {0};
    aln_text_add(&name, "%.*s", (int)length, p->at);
    if (strlen(p->text) > length)
        add_place(&place, p, p->at);
    enum aln_status status =
        name.failed || place.failed
            ? aln_raise_memory("a figure")
            : aln_drawing_expression_refuse(p->in, "column", name.s, 0, p->in->table->cols,
                                            place.s != NULL ? place.s : "");
    free(name.s);
    free(place.s);
    return status;
}

/* FUNCTION(...), or what is neither a column nor a number. */
static enum aln_status read_function(struct parser *p)
{
    size_t length = 0, i = 0;
    while (is_of_name(p->at[length]))
        length++;
    if (length == 0)
        return refuse(p, p->at, "expected a column, a number, or an expression in brackets");
    while (i < FUNCTIONS &&
           (strlen(functions[i].name) != length || strncmp(functions[i].name, p->at, length) != 0))
        i++;
    size_t bracket = length + strspn(p->at + length, " \t");
    if (p->at[bracket] == '(' && i == FUNCTIONS)
        return refuse(p, p->at, "unknown function; expected log, log10, exp, sqrt or abs");
    if (p->at[bracket] != '(')
        return refuse_name(p, length);
    aln_text_add(&p->name, "%s", functions[i].name);
    aln_text_add(&p->label, "%s", functions[i].name);
    p->at += bracket;
    enum aln_status status = read_brackets(p);
    return status == ALN_OK ? push(p, (struct step){.column = -1, .one = functions[i].of}) : status;
}

static enum aln_status read_item(struct parser *p)
{
    size_t length;
    int column = find_column(p, &length);
    if (column >= 0)
        return read_column(p, column, length);
    if (*p->at == '(')
        return read_brackets(p);
    if (isdigit((unsigned char)*p->at) || (*p->at == '.' && isdigit((unsigned char)p->at[1])))
        return read_number(p);
    return read_function(p);
}

/* A sign binds less tightly than a power: -x^2 is negative. */
static enum aln_status read_signed(struct parser *p)
{
    bool negative = false, some = false;
    size_t length;
    for (skip_blanks(p); (*p->at == '-' || *p->at == '+') && find_column(p, &length) < 0;
         skip_blanks(p)) {
        some = true;
        negative ^= *p->at++ == '-';
    }
    if (!some)
        return read_item(p);
    aln_text_add(&p->name, negative ? "-" : "");
    aln_text_add(&p->label, negative ? "−" : "");
    enum aln_status status = read_operand(p, POWER);
    return status == ALN_OK && negative ? push(p, (struct step){.column = -1, .one = negate})
                                        : status;
}

/* The operation at the current place, if it binds at least as tightly as `level`; or NULL. */
static const struct operation *find_operation(struct parser *p, int level)
{
    skip_blanks(p);
    for (size_t i = 0; i < OPERATIONS; i++)
        if (*p->at == operations[i].sign && operations[i].level >= level)
            return &operations[i];
    return NULL;
}

static enum aln_status read_operand(struct parser *p, int level)
{
    const struct operation *o;
    if (++p->nested > 4 * MOST_NESTED)
        return refuse(p, p->at, "the expression is nested too deeply");
    enum aln_status status = read_signed(p);
    while (status == ALN_OK && (o = find_operation(p, level)) != NULL) {
        aln_text_add(&p->name, "%s", o->name);
        aln_text_add(&p->label, "%s", o->label);
        p->at++;
        /* Powers are taken from the right, the others from the left. */
        status = read_operand(p, o->level == POWER ? POWER : o->level + 1);
        aln_text_add(&p->label, "%s", o->end);
        if (status == ALN_OK)
            status = push(p, (struct step){.column = -1, .two = o->of});
    }
    p->nested--;
    return status;
}

static enum aln_status parse(struct parser *p)
{
    skip_blanks(p);
    if (*p->at == '\0')
        return aln_raise(ALN_USAGE, "%s: an empty name in '%.100s'", p->option, p->text);
    enum aln_status status = read_operand(p, SUM);
    if (status == ALN_OK && *p->at != '\0')
        return refuse(p, p->at,
                      *p->at == ')' ? "this bracket was not opened"
                                    : "expected one of + - * / ^ or the end");
    if (status == ALN_OK && (p->name.failed || p->label.failed))
        return aln_raise_memory("a figure");
    return status;
}

/* ---- evaluation ---- */

static double evaluate(const struct parser *p, const double *row)
{
    double stack[MOST_STEPS] = {0};
    size_t top = 0;
    for (size_t i = 0; i < p->steps; i++) {
        const struct step *s = &p->step[i];
        if (s->one != NULL) {
            stack[top - 1] = s->one(stack[top - 1]);
        } else if (s->two != NULL) {
            top--;
            stack[top - 1] = s->two(stack[top - 1], stack[top]);
        } else {
            stack[top++] = s->column >= 0 ? row[s->column] : s->number;
        }
    }
    return stack[0];
}

/* The label of one column says what it is. */
static enum aln_status take_label(struct aln_expression *out, struct parser *p)
{
    if (out->column >= 0) {
        p->label.length = 0;
        if (p->label.s != NULL)
            p->label.s[0] = '\0';
        aln_drawing_column_add_label(&p->label, out->name);
    }
    out->label = p->label;
    p->label = (struct aln_text){0};
    return out->label.failed ? aln_raise_memory("a figure") : ALN_OK;
}

/* Whether all columns are of all rows of a point, or swept keys. */
static bool is_of_all(const struct parser *p)
{
    const size_t keys = aln_drawing_swept(p->in);
    bool all = keys > 0;
    for (size_t i = 0; i < p->steps && all; i++) {
        const int c = p->step[i].column;
        const struct aln_column *column = c >= 0 ? aln_column_of(p->in->table->name[c]) : NULL;
        all = c < 0 || (c > 0 && (size_t)c <= keys) || (column != NULL && column->of_all);
    }
    return all;
}

static enum aln_status finish(struct aln_expression *out, struct parser *p)
{
    const struct aln_table *t = p->in->table;
    out->value = malloc((t->rows + 1) * sizeof *out->value);
    if (out->value == NULL)
        return aln_raise_memory("a figure");
    for (size_t row = 0; row < t->rows; row++)
        out->value[row] = evaluate(p, t->value + row * t->cols);
    out->of_all = is_of_all(p);
    out->column = p->steps == 1 ? p->step[0].column : -1;
    out->name = p->name.s;
    p->name = (struct aln_text){0};
    return take_label(out, p);
}

enum aln_status aln_drawing_expression_make(struct aln_expression *out, const char *text,
                                            const char *option, const struct aln_figure_input *in)
{
    struct parser p = {.text = text, .at = text, .option = option, .in = in};
    *out = (struct aln_expression){.column = -1};
    enum aln_status status = parse(&p);
    if (status == ALN_OK)
        status = finish(out, &p);
    free(p.name.s);
    free(p.label.s);
    return status;
}

void aln_drawing_expression_free(struct aln_expression *e)
{
    free(e->name);
    free(e->label.s);
    free(e->value);
    *e = (struct aln_expression){.column = -1};
}

/* ---- lists ---- */

size_t aln_drawing_expression_length(const char *list)
{
    size_t n = 0, nested = 0;
    for (; list[n] != '\0' && (list[n] != ',' || nested > 0); n++) {
        if (list[n] == '(')
            nested++;
        else if (list[n] == ')' && nested > 0)
            nested--;
    }
    return n;
}

size_t aln_drawing_expression_count(const char *list)
{
    size_t count = 1;
    while (*(list += aln_drawing_expression_length(list)) != '\0') {
        count++;
        list++;
    }
    return count;
}

char *aln_drawing_expression_item(const char *list, size_t i)
{
    for (; i > 0; i--, list++) {
        list += aln_drawing_expression_length(list);
        if (*list == '\0')
            return NULL;
    }
    return strndup(list, aln_drawing_expression_length(list));
}

/* ---- unknown names ---- */

/* "eg, GA, GA_1 ... GA_3": columns first ... end-1, of a family only the first and the last. */
static void add_names(struct aln_text *out, const struct aln_table *t, size_t first, size_t end)
{
    for (size_t c = first, n; c < end; c += n) {
        char family[64], its[64];
        bool whole = strcmp(aln_figure_family(t->name[c], family), t->name[c]) == 0;
        for (n = 1; !whole && c + n < end; n++)
            if (strcmp(aln_figure_family(t->name[c + n], its), family) != 0)
                break;
        aln_text_add(out, "%s%s", out->length > 0 ? ", " : "", t->name[c]);
        if (n > 1)
            aln_text_add(out, "%s%s", n > 2 ? " ... " : ", ", t->name[c + n - 1]);
    }
}

enum aln_status aln_drawing_expression_refuse(const struct aln_figure_input *in, const char *what,
                                              const char *name, size_t first, size_t end,
                                              const char *where)
{
    const struct aln_table *t = in->table;
    const char *nearest = first < end ? t->name[first] : "";
    for (size_t i = first; i < end; i++)
        if (aln_names_distance(t->name[i], name) < aln_names_distance(nearest, name))
            nearest = t->name[i];
    struct aln_text all = {0}, near = {0};
    add_names(&all, t, first, end);
    if (aln_names_near(name, nearest))
        aln_text_add(&near, " the nearest is '%.60s';", nearest);
    enum aln_status status =
        aln_raise(ALN_USAGE, "%s: has no %s '%.60s';%s available: %s%s", in->path, what, name,
                  near.s != NULL ? near.s : "", all.s != NULL ? all.s : "none", where);
    free(near.s);
    free(all.s);
    return status;
}
