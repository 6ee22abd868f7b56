/* Types of the numbers in idx and npy files. */
#include <string.h>

#include "deep/data/dataset_array.h"

static double whole(uint64_t word, size_t size)
{
    (void)size;
    return (double)word;
}

/* Two's complement */
static double with_sign(uint64_t word, size_t size)
{
    const uint64_t sign = (uint64_t)1 << (8 * size - 1);
    return (double)(int64_t)((word ^ sign) - sign);
}

static double real32(uint64_t word, size_t size)
{
    const uint32_t bits = (uint32_t)word;
    float x;
    (void)size;
    memcpy(&x, &bits, sizeof x);
    return (double)x;
}

static double real64(uint64_t word, size_t size)
{
    double x;
    (void)size;
    memcpy(&x, &word, sizeof x);
    return x;
}

static const struct aln_element elements[] = {
    {"bytes", "u1", 0x08, 1, false, whole},
    {"signed bytes", "i1", 0x09, 1, false, with_sign},
    {"whole numbers of 2 bytes", "i2", 0x0b, 2, false, with_sign},
    {"whole numbers of 4 bytes", "i4", 0x0c, 4, false, with_sign},
    {"real numbers of 4 bytes", "f4", 0x0d, 4, true, real32},
    {"real numbers of 8 bytes", "f8", 0x0e, 8, true, real64},
    {"whole numbers of 8 bytes", "i8", 0, 8, false, with_sign},
    {"unsigned numbers of 2 bytes", "u2", 0, 2, false, whole},
    {"unsigned numbers of 4 bytes", "u4", 0, 4, false, whole},
    {"unsigned numbers of 8 bytes", "u8", 0, 8, false, whole},
};

const struct aln_element *aln_element_of_idx(unsigned char code)
{
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++)
        if (code != 0 && elements[i].idx == code)
            return &elements[i];
    return NULL;
}

const struct aln_element *aln_element_of_npy(const char *code)
{
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++)
        if (strcmp(elements[i].npy, code) == 0)
            return &elements[i];
    return NULL;
}

bool aln_element_is_byte(const struct aln_element *element)
{
    return element == &elements[0];
}

double aln_element_value(const struct aln_element *element, bool big, const unsigned char *at)
{
    uint64_t word = 0;
    for (size_t i = 0; i < element->size; i++)
        word |= (uint64_t)at[big ? element->size - 1 - i : i] << 8 * i;
    return element->value(word, element->size);
}
