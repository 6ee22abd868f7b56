/* The tree of a YAML text: its values, their places, what it refuses. */
#include "../check_main.h"

#include <stdio.h>
#include <string.h>

#include "alignode/table.h"
#include "base/text.h"
#include "file/tree.h"

static struct aln_tree *parse(const char *text)
{
    struct aln_tree *tree;
    ck_assert_msg(aln_tree_parse(&tree, "f", text, strlen(text)) == ALN_OK, "%s", aln_error());
    return tree;
}

static const struct aln_node *at(const struct aln_tree *tree, const char *path)
{
    const struct aln_node *node = aln_tree_root(tree);
    char copy[64], *part = copy;
    snprintf(copy, sizeof copy, "%s", path);
    for (char *dot; part != NULL && node != NULL; part = dot) {
        if ((dot = strchr(part, '.')) != NULL)
            *dot++ = '\0';
        node = aln_tree_find(node, part);
    }
    return node;
}

static void expect_text(const struct aln_tree *tree, const char *path, const char *text)
{
    ck_assert_msg(at(tree, path) != NULL, "%s is missing", path);
    ck_assert_str_eq(at(tree, path)->text, text);
}

START_TEST(test_places)
{
    static const struct {
        const char *text, *path;
        enum aln_node_kind kind;
        size_t line, column, key_line, key_column;
    } cases[] = {
        {"a: 1\nb: two\n", "b", ALN_SCALAR, 2, 4, 2, 1},
        {"a: 1\r\nb: two\r\n", "b", ALN_SCALAR, 2, 4, 2, 1},
        {("\xef\xbb\xbf"
          "a: 1\n"),
         "a", ALN_SCALAR, 1, 4, 1, 1},
        {"a: {x: 1, y: [1, 2]}\n", "a", ALN_MAP, 1, 4, 1, 1},
        {"a: {x: 1, y: [1, 2]}\n", "a.y", ALN_LIST, 1, 14, 1, 11},
        {"a:\n  x:\n    y: 3\n", "a.x.y", ALN_SCALAR, 3, 8, 3, 5},
        {"a:\n  - 1\n", "a", ALN_LIST, 2, 3, 1, 1},
        {"\xc3\xa4: {\xc3\xbc: \xe2\x82\xac, x: 1}\n", "\xc3\xa4.x", ALN_SCALAR, 1, 14, 1, 11},
        {"a: \"q\"\nb: 'q'\n", "a", ALN_SCALAR, 1, 4, 1, 1},
        {"a: \"q\"\nb: 'q'\n", "b", ALN_SCALAR, 2, 4, 2, 1},
        {"# c\n\na: |\n  text\n", "a", ALN_SCALAR, 4, 1, 3, 1},
        {"a:\nb: {c, d: }\n", "a", ALN_SCALAR, 1, 1, 1, 1},
        {"a:\nb: {c, d: }\n", "b.c", ALN_SCALAR, 2, 5, 2, 5},
        {"a:\nb: {c, d: }\n", "b.d", ALN_SCALAR, 2, 8, 2, 8},
        {"--- # document\na: 1\n...\n", "a", ALN_SCALAR, 2, 4, 2, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct aln_tree *tree = parse(cases[i].text);
        const struct aln_node *node = at(tree, cases[i].path);
        ck_assert_msg(node != NULL, "case %zu", i);
        ck_assert_msg(node->kind == cases[i].kind && node->at.line == cases[i].line &&
                          node->at.column == cases[i].column,
                      "case %zu: kind %d at %zu:%zu", i, (int)node->kind, node->at.line,
                      node->at.column);
        ck_assert_msg(node->key_at.line == cases[i].key_line &&
                          node->key_at.column == cases[i].key_column,
                      "case %zu: key at %zu:%zu", i, node->key_at.line, node->key_at.column);
        aln_tree_free(tree);
    }
}
END_TEST

START_TEST(test_values)
{
    struct aln_tree *tree =
        parse("a: plain # comment\nb: \"\\u00e9\\n\"\nc: 'it''s'\nd: |\n  x\n  y\n"
              "e: [1, two, [3], {k: v}]\nf:\ng: \"\"\nh: []\ni: {}\n");
    expect_text(tree, "a", "plain");
    expect_text(tree, "b", "\xc3\xa9\n");
    expect_text(tree, "c", "it's");
    expect_text(tree, "d", "x\ny\n");
    ck_assert(!at(tree, "a")->quoted && at(tree, "b")->quoted && at(tree, "c")->quoted &&
              at(tree, "d")->quoted);
    const struct aln_node *e = at(tree, "e");
    ck_assert_uint_eq(e->count, 4);
    ck_assert_str_eq(e->first->next->text, "two");
    ck_assert_int_eq(e->first->next->next->kind, ALN_LIST);
    ck_assert_int_eq(e->last->kind, ALN_MAP);
    ck_assert_ptr_null(e->last->next);
    ck_assert(aln_tree_is_empty(at(tree, "f")) && !aln_tree_is_empty(at(tree, "g")));
    ck_assert(at(tree, "h")->kind == ALN_LIST && at(tree, "h")->count == 0);
    ck_assert(at(tree, "i")->kind == ALN_MAP && at(tree, "i")->count == 0);
    ck_assert_ptr_null(at(tree, "nowhere"));
    ck_assert_ptr_null(at(tree, "a.nowhere"));
    ck_assert_uint_eq(aln_tree_root(tree)->count, 9);
    aln_tree_free(tree);
    aln_tree_free(NULL);

    static const char *const empty[] = {"", "\n", "# only a comment\n", "---\n"};
    for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++) {
        struct aln_tree *none;
        enum aln_status status = aln_tree_parse(&none, "f", empty[i], strlen(empty[i]));
        if (i < 3) {
            ck_assert_int_eq(status, ALN_OK);
            ck_assert(aln_tree_root(none)->kind == ALN_MAP && aln_tree_root(none)->count == 0);
        } else { /* an explicit document holds an empty value, which is no map */
            ck_assert_int_eq(status, ALN_USAGE);
        }
        aln_tree_free(none);
    }
}
END_TEST

/* The sentence in full: place, message, line, caret. */
START_TEST(test_raise)
{
    char line[2000], expected[2000];
    struct aln_tree *tree = parse("x: 1\na:\tb\nc: {\xc3\xa4: 1, d: 2}\r\n");
    struct aln_place place = at(tree, "c.d")->at;
    ck_assert_int_eq(aln_tree_raise(&place, "%s is %d", "d", 2), ALN_USAGE);
    ck_assert_str_eq(aln_error(), "f:3:14: d is 2\nc: {\xc3\xa4: 1, d: 2}\n             ^");
    place = at(tree, "a")->at;
    aln_tree_raise(&place, "tab");
    ck_assert_str_eq(aln_error(), "f:2:4: tab\na:\tb\n  \t^");
    place.line = 77; /* past the end */
    aln_tree_raise(&place, "far");
    ck_assert_str_eq(aln_error(), "f:77:4: far\n\n^");
    aln_tree_free(tree);

    /* A long line is shown around the place. */
    memset(line, ' ', 1500);
    strcpy(line + 1500, "a: 1");
    tree = parse(line);
    aln_tree_raise(&at(tree, "a")->at, "long");
    snprintf(expected, sizeof expected, "f:1:1504: long\n%*sa: 1\n%*s^", 297, "", 300, "");
    ck_assert_str_eq(aln_error(), expected);
    aln_tree_free(tree);
}
END_TEST

START_TEST(test_result_header)
{
    static const char *const result =
        "# alignode 0.1.0 ode\n# a:\n#   b: \xc3\xa9\n#\n# c: [1,\n#   2]\n"
        "a\tb\n1\t2\xff\n# d: not header\n# end 1\n";
    struct aln_tree *tree = parse(result);
    expect_text(tree, "a.b", "\xc3\xa9");
    ck_assert_uint_eq(at(tree, "a.b")->at.line, 3);
    ck_assert_uint_eq(at(tree, "a.b")->at.column, 8);
    ck_assert_uint_eq(at(tree, "c")->count, 2);
    ck_assert_ptr_null(at(tree, "d"));
    aln_tree_raise(&at(tree, "a.b")->at, "here");
    ck_assert_str_eq(aln_error(), "f:3:8: here\n#   b: \xc3\xa9\n       ^");
    aln_tree_free(tree);

    /* Not a result: comments stay comments. */
    static const char *const not [] = {"# alignode\n# a: 1\nb: 2\n",
                                       "# alignode 0.1.0\n# a: 1\nb: 2\n",
                                       "# alignode x.y.z ode\n# a: 1\nb: 2\n", "#alignode\nb: 2\n"};
    for (size_t i = 0; i < sizeof not / sizeof not [0]; i++) {
        tree = parse(not [i]);
        expect_text(tree, "b", "2");
        ck_assert_ptr_null(at(tree, "a"));
        aln_tree_free(tree);
    }
}
END_TEST

START_TEST(test_set)
{
    struct aln_tree *tree = parse("a: {b: 1, c: 2}\nd: [1]\n");
    static const char *const sets[] = {
        "a.b=10", "a.e.f=new",     "d={x: 1}", "d.y=[1, 2]",   "a.c.z=3",
        "g=h: 1", "s=\"a = b.c\"", "n=",       "\xc3\xa4.u=v", "a.b=11"};
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        ck_assert_msg(aln_tree_set(tree, sets[i]) == ALN_OK, "%s", aln_error());
    expect_text(tree, "a.b", "11");
    expect_text(tree, "a.e.f", "new");
    expect_text(tree, "a.c.z", "3");
    expect_text(tree, "d.x", "1");
    ck_assert_uint_eq(at(tree, "d.y")->count, 2);
    expect_text(tree, "g.h", "1");
    expect_text(tree, "s", "a = b.c");
    expect_text(tree, "\xc3\xa4.u", "v");
    ck_assert(aln_tree_is_empty(at(tree, "n")));
    ck_assert_uint_eq(at(tree, "a")->count, 3);
    ck_assert_uint_eq(aln_tree_root(tree)->count, 6);
    aln_tree_raise(&at(tree, "a.b")->at, "value");
    ck_assert_str_eq(aln_error(), "--set:5: value\na.b=11\n    ^");
    aln_tree_raise(&at(tree, "a.b")->key_at, "key");
    ck_assert_str_eq(aln_error(), "--set:3: key\na.b=11\n  ^");
    aln_tree_raise(&at(tree, "\xc3\xa4.u")->at, "value");
    ck_assert_str_eq(aln_error(), "--set:5: value\n\xc3\xa4.u=v\n    ^");
    aln_tree_raise(&at(tree, "n")->at, "nothing");
    ck_assert_str_eq(aln_error(), "--set:3: nothing\nn=\n  ^");

    static const struct {
        const char *set, *error;
    } bad[] = {
        {"a.b", "--set:1: expected key.path=VALUE\na.b\n^"},
        {"", "--set:1: expected key.path=VALUE\n\n^"},
        {"=1", "--set:1: expected key.path=VALUE, a part"},
        {"a..b=1", "--set:3: expected key.path=VALUE, a part"},
        {"a.=1", "--set:3: expected key.path=VALUE, a part"},
        {"a.b=[1, 2", "--set:5: the bracket is not closed"},
        {"a.b=\"x", "--set:6: the double quote is not closed"},
        {"a.b={x: 1, x: 2}", "--set:12: duplicate key a.b.x"},
        {"a.b=*x", "--set:5: aliases"},
        {"a.b=\xff", "--set:5: the byte 0xff is not UTF-8"},
        {"a.b=1\n", "--set:6: the control character U+000A"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_int_eq(aln_tree_set(tree, bad[i].set), ALN_USAGE);
        ck_assert_msg(strncmp(aln_error(), bad[i].error, strlen(bad[i].error)) == 0, "%s: %s",
                      bad[i].set, aln_error());
    }
    aln_tree_free(tree);
}
END_TEST

/* Every byte sequence of length 1 to 4 against the definition, through code points: those that
 * decode to U+0000..U+10FFFF without surrogates, in their shortest form, are UTF-8. Control
 * characters are refused with another message. */
START_TEST(test_utf8)
{
    for (unsigned long code = 0x80; code < 0x110100; code += code < 0x3000 ? 1 : 97) {
        char text[32];
        unsigned char *u = (unsigned char *)text + 3;
        size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        strcpy(text, "a: ");
        for (size_t i = n; i-- > 1;)
            u[i] = (unsigned char)(0x80 | ((code >> 6 * (n - 1 - i)) & 0x3f));
        u[0] = (unsigned char)((0xf00 >> n) | (code >> 6 * (n - 1)));
        memcpy(u + n, "x\n", 3);
        bool valid = code < 0x110000 && (code < 0xd800 || code > 0xdfff);
        struct aln_tree *tree;
        enum aln_status status = aln_tree_parse(&tree, "f", text, strlen(text));
        bool refused = status != ALN_OK && strstr(aln_error(), "UTF-8") != NULL;
        ck_assert_msg(refused == !valid, "U+%04lX", code);
        aln_tree_free(tree);

        /* One byte longer than needed, and cut by one byte. */
        text[3 + n - 1] = '\n';
        text[3 + n] = '\0';
        ck_assert_int_eq(aln_tree_parse(&tree, "f", text, strlen(text)), ALN_USAGE);
        ck_assert_ptr_nonnull(strstr(aln_error(), "UTF-8"));
    }
    static const char *const overlong[] = {"\xc0\xaf",
                                           "\xc1\xbf",
                                           "\xe0\x80\xaf",
                                           "\xe0\x9f\xbf",
                                           "\xf0\x80\x80\xaf",
                                           "\xf0\x8f\xbf\xbf",
                                           "\x80",
                                           "\xbf",
                                           "\xf8\x88\x80\x80\x80",
                                           "\xfe",
                                           "\xff"};
    for (size_t i = 0; i < sizeof overlong / sizeof overlong[0]; i++) {
        struct aln_tree *tree;
        ck_assert_int_eq(aln_tree_parse(&tree, "f", overlong[i], strlen(overlong[i])), ALN_USAGE);
        ck_assert_ptr_nonnull(strstr(aln_error(), "f:1:1: "));
        ck_assert_ptr_nonnull(strstr(aln_error(), "UTF-8"));
    }
}
END_TEST

/* Values of another tree, at paths; the copy changes, the first does not. */
START_TEST(test_put)
{
    struct aln_tree *tree = parse("a: {x: 1, y: [1, 2]}\nb: text\n"), *copy;
    struct aln_tree *values = parse("long: {deep: 7}\nlist: [3]\nkey: a.z.zz\n");
    const struct aln_node *key = at(values, "key");
    ck_assert_int_eq(aln_tree_copy(&copy, tree), ALN_OK);
    ck_assert_int_eq(aln_tree_put(copy, "a.x", &key->at, at(values, "list")), ALN_OK);
    ck_assert_int_eq(aln_tree_put(copy, "a.z.zz", &key->at, at(values, "long")), ALN_OK);
    ck_assert_int_eq(aln_tree_put(copy, "b.c", &key->at, at(values, "list")), ALN_OK);
    for (int again = 0; again < 2; again++) { /* replaces */
        ck_assert_int_eq(
            aln_tree_put(copy, "a.y", &key->at, again ? at(values, "key") : at(tree, "a")), ALN_OK);
        ck_assert_uint_eq(at(copy, "a")->count, 3);
    }
    ck_assert(at(copy, "a.x")->kind == ALN_LIST && at(copy, "b")->kind == ALN_MAP);
    expect_text(copy, "a.z.zz.deep", "7");
    expect_text(copy, "a.y", "a.z.zz");
    expect_text(tree, "a.x", "1");
    expect_text(tree, "b", "text");
    ck_assert_uint_eq(at(tree, "a")->count, 2);
    /* Keys have the place of the path, values keep theirs. */
    ck_assert_uint_eq(at(copy, "a.z")->key_at.line, 3);
    ck_assert_uint_eq(at(copy, "a.z")->key_at.column, 8);
    ck_assert_uint_eq(at(copy, "a.z.zz")->key_at.column, 10);
    ck_assert_uint_eq(at(copy, "a.z.zz.deep")->at.column, 14);

    static const char *const wrong[] = {"", "a..b", ".a", "a."};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        ck_assert_int_eq(aln_tree_put(copy, wrong[i], &key->at, key), ALN_USAGE);
    char deep[128] = "a";
    for (size_t i = 1; i < 33; i++)
        strcat(deep, ".a");
    ck_assert_int_eq(aln_tree_put(copy, deep, &key->at, key), ALN_USAGE);
    ck_assert(strstr(aln_error(), "nested deeper") != NULL);
    ck_assert_int_eq(aln_tree_put(copy, deep + 2, &key->at, key), ALN_OK); /* 32 */
    aln_tree_free(copy);
    aln_tree_free(tree);
    aln_tree_free(values);
}
END_TEST

static void same_nodes(const struct aln_node *a, const struct aln_node *b)
{
    ck_assert(a->kind == b->kind && a->count == b->count);
    if (a->kind == ALN_SCALAR)
        ck_assert_str_eq(a->text, b->text);
    ck_assert((a->key == NULL) == (b->key == NULL));
    if (a->key != NULL)
        ck_assert_str_eq(a->key, b->key);
    double number; /* without quotes it is one, with them a text */
    if (a->kind == ALN_SCALAR && aln_text_real(a->text, &number))
        ck_assert(a->quoted == b->quoted);
    for (a = a->first, b = b->first; a != NULL; a = a->next, b = b->next)
        same_nodes(a, b);
}

/* Written and read back, it is the same; written again, the same text. */
START_TEST(test_write)
{
    static const char *const texts[] = {
        "a: 1\nb: -2.5e-3\nc: +7\nd: true\ne: 'true'\nf: '12'\ng: .5\n",
        "a: {x: {y: {z: [1, [2, 3], {k: v}]}}}\nempty: {}\nnone: []\n",
        "title: Theory, and practice [of] {all} #1\nother: \"quo\\\"te \\\\ \\t \\u2028\"\n",
        "block: |\n  two\n  lines\nfold: >\n  a\n  b\nplain: a\n  b\n",
        "'odd key, yes': 1\n\"1.5\": x\n",
        "path: /some/where/x_1-2.tsv\nrel: ../x\nminus: --\ndash: -x\n",
        "u: \xc3\xa9\xe2\x82\xac\nnull: ~\nnothing:\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct aln_tree *tree, *again;
        struct aln_text first = {0}, second = {0};
        tree = parse(texts[i]);
        for (const struct aln_node *n = aln_tree_root(tree)->first; n != NULL; n = n->next)
            if (!aln_tree_is_empty(n))
                aln_tree_write(&first, n, 0);
        ck_assert_msg(aln_tree_parse(&again, "g", first.s, first.length) == ALN_OK, "%s\n%s",
                      first.s, aln_error());
        for (const struct aln_node *n = aln_tree_root(again)->first; n != NULL; n = n->next) {
            aln_tree_write(&second, n, 0);
            same_nodes(n, aln_tree_find(aln_tree_root(tree), n->key));
        }
        ck_assert_str_eq(first.s, second.s);
        free(first.s);
        free(second.s);
        aln_tree_free(tree);
        aln_tree_free(again);
    }
}
END_TEST

static void same_places(const struct aln_node *a, const struct aln_node *b)
{
    ck_assert(a->at.line == b->at.line && a->at.column == b->at.column);
    ck_assert(a->key_at.line == b->key_at.line && a->key_at.column == b->key_at.column);
    for (a = a->first, b = b->first; a != NULL; a = a->next, b = b->next)
        same_places(a, b);
}

/* The header of a table in memory is read like that of its file, errors included. */
START_TEST(test_table_header)
{
    static const char *const headers[] = {
        "# a:\n#   b: \xc3\xa9\n#\n# c: [1,\n#   2]\n",
        "",
        "# block: |\n#   two\n# \n#   lines\n# b: 1\n",
        "# a: [1\n",
        "# a: 1\n# a: 2\n",
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        struct aln_tree *tree, *again;
        struct aln_table *table;
        struct aln_text text = {0};
        char message[512];
        aln_text_add(&text, "# alignode 0.1.0 ode\n%sa\tb\n1\t2\n# end 1\n", headers[i]);
        enum aln_status status = aln_tree_parse(&tree, "f", text.s, text.length);
        snprintf(message, sizeof message, "%s", aln_error());
        ck_assert_int_eq(aln_table_parse(&table, "f", text.s, text.length, false), ALN_OK);
        ck_assert_msg(aln_tree_from_table(&again, "f", table) == status, "%s", headers[i]);
        ck_assert((status == ALN_OK) == (i < 3));
        if (status == ALN_OK) {
            same_nodes(aln_tree_root(tree), aln_tree_root(again));
            same_places(aln_tree_root(tree), aln_tree_root(again));
        } else {
            ck_assert_str_eq(message, aln_error());
        }
        aln_tree_free(tree);
        aln_tree_free(again);
        aln_table_free(table);
    }
}
END_TEST

CHECK_MAIN("file/tree", test_places, test_values, test_raise, test_result_header, test_table_header,
           test_set, test_put, test_write, test_utf8)
