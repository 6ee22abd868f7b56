/* A small network learns to classify Gaussian clouds by direct feedback alignment. Prints its
 * losses and errors and the alignment of its weights (WA) and gradients (GA).
 *
 *     cc train.c $(pkg-config --cflags --libs alignode) -o train
 *
 * Requires an alignode built with deep networks (which defines ALN_DEEP). */
#include <alignode.h>
#include <stdio.h>

enum { EPOCHS = 20, BATCH = 20, MOST_COLUMNS = 32 };

/* Samples first, first + 1, ... of a set. */
static struct aln_batch samples(const struct aln_dataset *set, size_t first, size_t count)
{
    return (struct aln_batch){
        .count = count, .x = set->x + first * set->inputs, .label = set->label + first};
}

static enum aln_status create_network(struct aln_network **out, const struct aln_data *data)
{
    const struct aln_layer_kind *dense = aln_layer_kind_find("dense");
    const struct aln_deep_activation *smooth = aln_deep_activation_find("tanh");
    const struct aln_layer layers[] = {
        {.kind = dense, .size = 50, .activation = smooth},
        {.kind = dense, .size = 50, .activation = smooth},
        {.kind = dense, .size = data->classes},
    };
    struct aln_network_options options = aln_network_defaults();
    options.input = (struct aln_shape){data->train.inputs, 1, 1};
    options.layer = layers;
    options.layer_count = sizeof layers / sizeof layers[0];
    options.rule = aln_rule_find("dfa");
    options.batch = BATCH;
    return aln_network_create(out, &options);
}

static enum aln_status create_meter(struct aln_meter **out, struct aln_network *net,
                                    const struct aln_data *data)
{
    static const char *const names[] = {"loss", "error", "WA", "GA"};
    unsigned measures[sizeof names / sizeof names[0]];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        measures[i] = (unsigned)aln_names_index(&aln_measures, names[i]);
    const struct aln_meter_options options = {
        .measure = measures,
        .measure_count = sizeof names / sizeof names[0],
        .train = samples(&data->train, 0, data->train.count),
        .test = samples(&data->test, 0, data->test.count),
        .probe = samples(&data->test, 0, data->test.count),
    };
    return aln_meter_create(out, net, &options);
}

static enum aln_status print_row(struct aln_meter *meter, const struct aln_batch *next, int epoch)
{
    double value[MOST_COLUMNS];
    enum aln_status status = aln_meter_read(meter, next, value);
    if (status != ALN_OK)
        return status;
    printf("%d", epoch);
    for (size_t i = 0; i < aln_meter_columns(meter); i++)
        printf("\t%.4f", value[i]);
    printf("\n");
    return ALN_OK;
}

static enum aln_status learn(struct aln_network *net, struct aln_meter *meter,
                             const struct aln_data *data)
{
    char name[32];
    enum aln_status status = ALN_OK;
    printf("epoch");
    for (size_t i = 0; i < aln_meter_columns(meter); i++) {
        aln_meter_column(meter, i, name);
        printf("\t%s", name);
    }
    printf("\n");
    for (int epoch = 0; epoch <= EPOCHS && status == ALN_OK; epoch++) {
        struct aln_batch batch = samples(&data->train, 0, BATCH);
        status = print_row(meter, &batch, epoch);
        for (size_t first = 0; first < data->train.count && epoch < EPOCHS && status == ALN_OK;
             first += BATCH) {
            batch = samples(&data->train, first, BATCH);
            status = aln_network_step(net, &batch, 0.002);
        }
    }
    return status;
}

int main(void)
{
    struct aln_data data = {0};
    struct aln_network *net = NULL;
    struct aln_meter *meter = NULL;
    const struct aln_data_kind *mixture = aln_data_kind_find("mixture");
    struct aln_data_spec spec = mixture->usual;
    spec.train = 2000;
    spec.separation = 3;
    enum aln_status status = aln_data_load(&data, mixture, &spec);
    if (status == ALN_OK)
        status = create_network(&net, &data);
    if (status == ALN_OK)
        status = create_meter(&meter, net, &data);
    if (status == ALN_OK)
        status = learn(net, meter, &data);
    if (status != ALN_OK)
        fprintf(stderr, "%s\n", aln_error());
    aln_meter_free(meter);
    aln_network_free(net);
    aln_data_free(&data);
    return status;
}
