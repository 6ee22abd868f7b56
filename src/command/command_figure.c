/* Figures for other programs. */
#include "alignode/command.h"
#include "figure/figure.h"
#include "run/options.h"

enum aln_status aln_command_draw(const struct aln_command_figure *f)
{
    const struct aln_progress progress = {
        .tell = f->watch.tell, .context = f->watch.context, .stop = f->watch.stop};
    return aln_figure_draw(&(struct aln_figure_options){.paths = f->results,
                                                        .count = f->count,
                                                        .output = f->output,
                                                        .figure = f->figure,
                                                        .column = f->column,
                                                        .over = f->over,
                                                        .scripts = f->scripts,
                                                        .progress = &progress},
                           NULL);
}
