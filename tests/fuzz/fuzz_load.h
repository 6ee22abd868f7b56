/* Shared by the fuzz targets that load data sets. */
#ifndef ALIGNODE_TESTS_FUZZ_LOAD_H
#define ALIGNODE_TESTS_FUZZ_LOAD_H

#include <math.h>

#include "alignode/dataset.h"
#include "fuzz.h"

static inline void fuzz_check_set(const struct aln_dataset *set, size_t classes)
{
    REQUIRE(set->count > 0 && set->inputs == set->channels * set->height * set->width, "shape\n");
    REQUIRE((set->label == NULL) == (classes == 0) && (set->y == NULL) == (classes > 0), "both\n");
    for (size_t i = 0; i < set->count && classes > 0; i++)
        REQUIRE(set->label[i] < classes, "label %u of %zu\n", set->label[i], classes);
    for (size_t i = 0; i < set->count * set->outputs && classes == 0; i++)
        REQUIRE(isfinite(set->y[i]), "y = %g\n", (double)set->y[i]);
    for (size_t i = 0; i < set->count * set->inputs; i++)
        REQUIRE(isfinite(set->x[i]), "x = %g\n", (double)set->x[i]);
}

/* Loads complete, finite data, or refuses them with the file or the key at fault. */
static inline void fuzz_load(const struct aln_data_kind *kind, const struct aln_data_spec *spec)
{
    struct aln_data loaded;
    enum aln_status status = aln_data_load(&loaded, kind, spec);
    if (status == ALN_OK) {
        fuzz_check_set(&loaded.train, loaded.classes);
        fuzz_check_set(&loaded.test, loaded.classes);
        aln_data_free(&loaded);
        return;
    }
    REQUIRE(status == ALN_USAGE && loaded.train.x == NULL, "status %d: %s\n", (int)status,
            aln_error());
    REQUIRE(strncmp(aln_error(), spec->path, strlen(spec->path)) == 0 ||
                strncmp(aln_error(), "data.", strlen("data.")) == 0,
            "%s\n", aln_error());
    REQUIRE(fuzz_is_utf8(aln_error()), "%s\n", aln_error());
}

#endif
