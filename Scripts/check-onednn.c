// Runs every function of the shim over oneDNN once, on a convolution whose results are known. See check-onednn.sh.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shim.h"

static int failures;

static void expect(int condition, const char *what) {
    if (condition) return;
    failures++;
    fprintf(stderr, "check-onednn: %s\n", what);
}

static void succeed(dnnl_status_t status, const char *what) {
    if (status == dnnl_success) return;
    fprintf(stderr, "check-onednn: %s: status %d\n", what, (int)status);
    exit(1);
}

static void run(dnnl_stream_t stream, dnnl_primitive_desc_t description, int count, const dnnl_exec_arg_t *arguments) {
    dnnl_primitive_t primitive = NULL;
    succeed(dnnl_primitive_create(&primitive, description), "making a primitive");
    succeed(dnnl_primitive_execute(primitive, stream, count, arguments), "running a primitive");
    succeed(dnnl_stream_wait(stream), "waiting");
    dnnl_primitive_destroy(primitive);
}

// Copies `from` to `to`, converting between their layouts.
static void reorder(
    dnnl_engine_t engine, dnnl_stream_t stream, dnnl_memory_t from, conednn_layout_t from_layout, dnnl_memory_t to,
    conednn_layout_t to_layout) {
    dnnl_primitive_desc_t description = NULL;
    succeed(conednn_reorder(&description, engine, from_layout, to_layout), "describing a reorder");
    dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
    run(stream, description, 2, arguments);
    dnnl_primitive_desc_destroy(description);
}

int main(void) {
    // One map of 1 x 4 in, one of 1 x 4 out. The weights are 2 for a band and -3 for the next.
    enum { bands = 4, taps = 2 };
    float source[bands] = {1, 2, -1, 4}, weights[taps] = {2, -3}, bias[1] = {1}, target[bands];
    const float expected[bands] = {0, 8, 0, 9};
    const int64_t extents[4] = {1, 1, 1, bands}, strides[4] = {bands, 1, bands, 1};
    const int64_t weight_extents[4] = {1, 1, 1, taps}, weight_strides[4] = {taps, taps, taps, 1};
    const int64_t one[1] = {1};
    const int64_t ones[2] = {1, 1}, zeros[2] = {0, 0}, after[2] = {0, taps - 1};
    const conednn_window_t window = conednn_window(ones, zeros, zeros, after);

    dnnl_engine_t engine = NULL;
    dnnl_stream_t stream = NULL;
    succeed(dnnl_engine_create(&engine, dnnl_cpu, 0), "making an engine");
    succeed(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags), "making a stream");

    conednn_layout_t layout = NULL, own = NULL, any = NULL, bias_layout = NULL, chosen = NULL;
    succeed(conednn_layout_strided(&layout, 4, extents, strides, dnnl_f32), "a layout of data");
    succeed(conednn_layout_strided(&own, 4, weight_extents, weight_strides, dnnl_f32), "a layout of weights");
    succeed(conednn_layout_strided(&bias_layout, 1, one, one, dnnl_f32), "a layout of a bias");
    succeed(conednn_layout_any(&any, 4, weight_extents, dnnl_f32), "a layout of any order");
    expect(conednn_layout_bytes(layout) == sizeof source, "a layout has the wrong size");

    dnnl_memory_t in = NULL, out = NULL, mine = NULL, bias_memory = NULL, theirs = NULL;
    succeed(conednn_memory(&in, layout, engine, source), "memory of the input");
    succeed(conednn_memory(&out, layout, engine, target), "memory of the output");
    succeed(conednn_memory(&mine, own, engine, weights), "memory of the weights");
    succeed(conednn_memory(&bias_memory, bias_layout, engine, bias), "memory of the bias");

    // Forward, followed by max(0, x).
    dnnl_primitive_desc_t forward = NULL, plain = NULL;
    succeed(
        conednn_convolution(&forward, engine, layout, any, bias_layout, layout, &window, true),
        "a forward convolution");
    succeed(conednn_layout_expected(&chosen, forward, dnnl_query_weights_md), "the expected layout of weights");
    succeed(conednn_memory(&theirs, chosen, engine, NULL), "memory of oneDNN's own");
    reorder(engine, stream, mine, own, theirs, chosen);
    dnnl_exec_arg_t arguments[] = {
        {DNNL_ARG_SRC, in}, {DNNL_ARG_WEIGHTS, theirs}, {DNNL_ARG_BIAS, bias_memory}, {DNNL_ARG_DST, out}};
    run(stream, forward, 4, arguments);
    expect(memcmp(target, expected, sizeof target) == 0, "a rectified convolution gives other values");

    // Backward through max(0, x): the gradient passes where the result is positive.
    float gradient[bands] = {1, 2, 3, 4};
    const float passed[bands] = {0, 2, 0, 4};
    dnnl_memory_t gradient_memory = NULL;
    succeed(conednn_memory(&gradient_memory, layout, engine, gradient), "memory of the gradient");
    dnnl_primitive_desc_t rectifier = NULL;
    succeed(conednn_rectifier_gradient(&rectifier, engine, layout, layout), "the gradient of max(0, x)");
    dnnl_exec_arg_t through[] = {
        {DNNL_ARG_DST, out}, {DNNL_ARG_DIFF_DST, gradient_memory}, {DNNL_ARG_DIFF_SRC, gradient_memory}};
    run(stream, rectifier, 3, through);
    expect(memcmp(gradient, passed, sizeof gradient) == 0, "the gradient by max(0, x) has other values");

    // Backward to the weights and the bias.
    succeed(
        conednn_convolution(&plain, engine, layout, any, bias_layout, layout, &window, false),
        "a plain convolution");
    dnnl_primitive_desc_t to_weights = NULL;
    succeed(
        conednn_convolution_weight_gradient(&to_weights, engine, layout, any, bias_layout, layout, &window, plain),
        "the gradient by the weights");
    conednn_layout_t wanted = NULL;
    succeed(conednn_layout_expected(&wanted, to_weights, dnnl_query_diff_weights_md), "the layout of that gradient");
    float weight_gradient[taps] = {0}, bias_gradient[1] = {0};
    dnnl_memory_t raw = NULL, stored = NULL, bias_stored = NULL;
    succeed(conednn_memory(&raw, wanted, engine, NULL), "memory of that gradient");
    succeed(conednn_memory(&stored, own, engine, weight_gradient), "our memory of that gradient");
    succeed(conednn_memory(&bias_stored, bias_layout, engine, bias_gradient), "memory of the bias's gradient");
    dnnl_exec_arg_t back[] = {
        {DNNL_ARG_SRC, in}, {DNNL_ARG_DIFF_DST, gradient_memory}, {DNNL_ARG_DIFF_WEIGHTS, raw},
        {DNNL_ARG_DIFF_BIAS, bias_stored}};
    run(stream, to_weights, 4, back);
    reorder(engine, stream, raw, wanted, stored, own);
    // 2 * 2 + 4 * 4 of the first tap, 2 * -1 of the second; 2 + 4 of the bias.
    expect(weight_gradient[0] == 20 && weight_gradient[1] == -2, "the gradient by the weights has other values");
    expect(bias_gradient[0] == 6, "the gradient by the bias has another value");

    // Backward to the input.
    dnnl_primitive_desc_t to_input = NULL;
    succeed(
        conednn_convolution_input_gradient(&to_input, engine, layout, any, layout, &window, plain),
        "the gradient by the input");
    conednn_layout_t weight_layout = NULL;
    succeed(conednn_layout_expected(&weight_layout, to_input, dnnl_query_weights_md), "its layout of weights");
    dnnl_memory_t weight_memory = NULL, input_memory = NULL;
    float input_gradient[bands] = {0};
    const float input_expected[bands] = {0, 4, -6, 8};
    succeed(conednn_memory(&weight_memory, weight_layout, engine, NULL), "its memory of weights");
    succeed(conednn_memory(&input_memory, layout, engine, input_gradient), "memory of the gradient by the input");
    reorder(engine, stream, mine, own, weight_memory, weight_layout);
    dnnl_exec_arg_t to_source[] = {
        {DNNL_ARG_DIFF_DST, gradient_memory}, {DNNL_ARG_WEIGHTS, weight_memory}, {DNNL_ARG_DIFF_SRC, input_memory}};
    run(stream, to_input, 3, to_source);
    expect(memcmp(input_gradient, input_expected, sizeof input_gradient) == 0, "the gradient by the input is wrong");

    dnnl_memory_t memories[] = {
        in, out, mine, bias_memory, theirs, gradient_memory, raw, stored, bias_stored, weight_memory, input_memory};
    for (size_t i = 0; i < sizeof memories / sizeof *memories; i++) dnnl_memory_destroy(memories[i]);
    dnnl_primitive_desc_t descriptions[] = {forward, plain, rectifier, to_weights, to_input};
    for (size_t i = 0; i < sizeof descriptions / sizeof *descriptions; i++)
        dnnl_primitive_desc_destroy(descriptions[i]);
    conednn_layout_t layouts[] = {layout, own, any, bias_layout, chosen, wanted, weight_layout};
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) conednn_layout_destroy(layouts[i]);
    dnnl_stream_destroy(stream);
    dnnl_engine_destroy(engine);
    const dnnl_version_t *version = dnnl_version();
    printf("oneDNN %d.%d.%d: %d failures\n", version->major, version->minor, version->patch, failures);
    return failures ? 1 : 0;
}
