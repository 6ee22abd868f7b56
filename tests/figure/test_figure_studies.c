/* Every study has the figure that it names, drawn from the result of its file in params/. */
#include "../check_main.h"
#include "../shorts.h"
#include "figures.h"
#include "study/study.h"

/* Runs the study's file, shortened. */
static void put_result(const struct aln_study *study, const char *path)
{
    const struct short_file *file = short_file_of(study->id.name);
    struct aln_params *p;
    ck_assert_msg(aln_params_load(&p, file->path, file->count, file->set, aln_study_check) ==
                      ALN_OK,
                  "%s", aln_error());
    ck_assert_msg(aln_study(p, &(struct aln_run_options){.path = path}) == ALN_OK, "%s",
                  aln_error());
    aln_schema_free(&aln_params_schema, p);
}

START_TEST(every_study)
{
    if (!have_gnuplot())
        return;
    enter();
    for (size_t i = 0; i < aln_studies.count; i++) {
        const struct aln_study *study = (const struct aln_study *)aln_names_row(&aln_studies, i);
        const char *path = in_folder("study.tsv");
        if (study->figure == NULL)
            continue;
        ck_assert_msg(aln_names_find(&aln_figures, study->figure) != NULL,
                      "study %s: there is no figure %s", study->id.name, study->figure);
        put_result(study, path);
        const struct aln_figure_options options = {
            .paths = &path, .count = 1, .figure = study->figure, .output = in_folder("study.svg")};
        enum aln_status status = aln_figure_draw(&options, NULL);
        ck_assert_msg(status == ALN_OK, "figure of study %s: %s", study->id.name, aln_error());
        unlink(in_folder("study.svg"));
        unlink(path);
        expect_tidy(0);
    }
    leave();
}
END_TEST

CHECK_MAIN("figure/studies", every_study)
