// One API over oneDNN 2 and 3.
//
// Version 3 removed operation descriptions (dnnl_*_desc_init) and made memory descriptions opaque. The functions below
// follow version 3, as far as training needs it. Scripts/check-onednn.sh compiles them against any version's headers.
//
// Every function that makes something writes it to its first argument if it returns dnnl_success.
#pragma once
#include <oneapi/dnnl/dnnl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#if DNNL_VERSION_MAJOR != 2 && DNNL_VERSION_MAJOR != 3
#error "this shim knows oneDNN 2 and 3 only"
#endif

// A memory description on the heap: extents, type and order of an array.
typedef struct conednn_layout *conednn_layout_t;

// Geometry of a convolution over two axes.
typedef struct {
    dnnl_dims_t strides;
    dnnl_dims_t dilations;
    dnnl_dims_t padding_before;
    dnnl_dims_t padding_after;
} conednn_window_t;

// Each argument has one value for each of the two axes. A dilation of 0 means neighbouring inputs.
static inline conednn_window_t conednn_window(
    const int64_t *strides, const int64_t *dilations, const int64_t *padding_before, const int64_t *padding_after) {
    conednn_window_t window = {{0}, {0}, {0}, {0}};
    for (int axis = 0; axis < 2; axis++) {
        window.strides[axis] = strides[axis];
        window.dilations[axis] = dilations[axis];
        window.padding_before[axis] = padding_before[axis];
        window.padding_after[axis] = padding_after[axis];
    }
    return window;
}

#if DNNL_VERSION_MAJOR == 2
typedef const dnnl_memory_desc_t *conednn_native_t;
#else
typedef const_dnnl_memory_desc_t conednn_native_t;
#endif

static inline void conednn_copy_axes(dnnl_dims_t to, int axes, const int64_t *from) {
    for (int axis = 0; axis < axes && axis < DNNL_MAX_NDIMS; axis++) to[axis] = from[axis];
}

static inline conednn_native_t conednn_native(conednn_layout_t layout) { return (conednn_native_t)layout; }

// A copy of `native`, or NULL without memory.
static inline dnnl_status_t conednn_layout_copy(conednn_layout_t *layout, conednn_native_t native) {
    if (!native) return dnnl_invalid_arguments;
#if DNNL_VERSION_MAJOR == 2
    dnnl_memory_desc_t *copy = (dnnl_memory_desc_t *)malloc(sizeof *copy);
    if (!copy) return dnnl_out_of_memory;
    *copy = *native;
    *layout = (conednn_layout_t)copy;
    return dnnl_success;
#else
    dnnl_memory_desc_t copy = NULL;
    dnnl_status_t status = dnnl_memory_desc_clone(&copy, native);
    if (status == dnnl_success) *layout = (conednn_layout_t)copy;
    return status;
#endif
}

// A layout by the distances between neighbours along each axis, in elements.
static inline dnnl_status_t conednn_layout_strided(
    conednn_layout_t *layout, int axes, const int64_t *extents, const int64_t *strides, dnnl_data_type_t type) {
    dnnl_memory_desc_t native;
    dnnl_dims_t all_extents = {0}, all_strides = {0};
    conednn_copy_axes(all_extents, axes, extents);
    conednn_copy_axes(all_strides, axes, strides);
#if DNNL_VERSION_MAJOR == 2
    dnnl_status_t status = dnnl_memory_desc_init_by_strides(&native, axes, all_extents, type, all_strides);
    return status == dnnl_success ? conednn_layout_copy(layout, &native) : status;
#else
    dnnl_status_t status = dnnl_memory_desc_create_with_strides(&native, axes, all_extents, type, all_strides);
    if (status == dnnl_success) *layout = (conednn_layout_t)native;
    return status;
#endif
}

// A layout whose order a primitive may choose.
static inline dnnl_status_t conednn_layout_any(
    conednn_layout_t *layout, int axes, const int64_t *extents, dnnl_data_type_t type) {
    dnnl_memory_desc_t native;
    dnnl_dims_t all_extents = {0};
    conednn_copy_axes(all_extents, axes, extents);
#if DNNL_VERSION_MAJOR == 2
    dnnl_status_t status = dnnl_memory_desc_init_by_tag(&native, axes, all_extents, type, dnnl_format_tag_any);
    return status == dnnl_success ? conednn_layout_copy(layout, &native) : status;
#else
    dnnl_status_t status = dnnl_memory_desc_create_with_tag(&native, axes, all_extents, type, dnnl_format_tag_any);
    if (status == dnnl_success) *layout = (conednn_layout_t)native;
    return status;
#endif
}

// The layout that a primitive expects for the argument that `query` names, such as dnnl_query_weights_md.
static inline dnnl_status_t conednn_layout_expected(
    conednn_layout_t *layout, const_dnnl_primitive_desc_t primitive, dnnl_query_t query) {
    return conednn_layout_copy(layout, dnnl_primitive_desc_query_md(primitive, query, 0));
}

static inline size_t conednn_layout_bytes(conednn_layout_t layout) {
    return dnnl_memory_desc_get_size(conednn_native(layout));
}

static inline void conednn_layout_destroy(conednn_layout_t layout) {
#if DNNL_VERSION_MAJOR == 2
    free(layout);
#else
    dnnl_memory_desc_destroy((dnnl_memory_desc_t)layout);
#endif
}

// Memory of that layout at `place`, which the caller owns; at NULL, oneDNN allocates and owns it.
static inline dnnl_status_t conednn_memory(
    dnnl_memory_t *memory, conednn_layout_t layout, dnnl_engine_t engine, void *place) {
    return dnnl_memory_create(memory, conednn_native(layout), engine, place ? place : DNNL_MEMORY_ALLOCATE);
}

// Copies elements from one layout or type to another.
static inline dnnl_status_t conednn_reorder(
    dnnl_primitive_desc_t *primitive, dnnl_engine_t engine, conednn_layout_t from, conednn_layout_t to) {
    return dnnl_reorder_primitive_desc_create(
        primitive, conednn_native(from), engine, conednn_native(to), engine, NULL);
}

// Attributes with max(0, x) applied to the result. Destroy them with dnnl_primitive_attr_destroy.
static inline dnnl_status_t conednn_rectifying(dnnl_primitive_attr_t *attributes) {
    dnnl_post_ops_t after = NULL;
    dnnl_status_t status = dnnl_post_ops_create(&after);
    if (status != dnnl_success) return status;
#if DNNL_VERSION_MAJOR == 2
    status = dnnl_post_ops_append_eltwise(after, 1, dnnl_eltwise_relu, 0, 0);
#else
    status = dnnl_post_ops_append_eltwise(after, dnnl_eltwise_relu, 0, 0);
#endif
    dnnl_primitive_attr_t made = NULL;
    if (status == dnnl_success) status = dnnl_primitive_attr_create(&made);
    if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(made, after);
    dnnl_post_ops_destroy(after);
    if (status == dnnl_success)
        *attributes = made;
    else if (made)
        dnnl_primitive_attr_destroy(made);
    return status;
}

// A convolution for training, followed by max(0, x) if `is_rectified`.
static inline dnnl_status_t conednn_convolution(
    dnnl_primitive_desc_t *primitive, dnnl_engine_t engine, conednn_layout_t source, conednn_layout_t weights,
    conednn_layout_t bias, conednn_layout_t target, const conednn_window_t *window, bool is_rectified) {
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_status_t status = is_rectified ? conednn_rectifying(&attributes) : dnnl_success;
    if (status != dnnl_success) return status;
#if DNNL_VERSION_MAJOR == 2
    dnnl_convolution_desc_t operation;
    status = dnnl_dilated_convolution_forward_desc_init(
        &operation, dnnl_forward_training, dnnl_convolution_direct, conednn_native(source), conednn_native(weights),
        conednn_native(bias), conednn_native(target), window->strides, window->dilations, window->padding_before,
        window->padding_after);
    if (status == dnnl_success) status = dnnl_primitive_desc_create(primitive, &operation, attributes, engine, NULL);
#else
    status = dnnl_convolution_forward_primitive_desc_create(
        primitive, engine, dnnl_forward_training, dnnl_convolution_direct, conednn_native(source),
        conednn_native(weights), conednn_native(bias), conednn_native(target), window->strides, window->dilations,
        window->padding_before, window->padding_after, attributes);
#endif
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    return status;
}

// The gradient of a convolution by its weights and bias. `forward` is the same convolution without rectification.
static inline dnnl_status_t conednn_convolution_weight_gradient(
    dnnl_primitive_desc_t *primitive, dnnl_engine_t engine, conednn_layout_t source, conednn_layout_t weight_gradient,
    conednn_layout_t bias_gradient, conednn_layout_t target_gradient, const conednn_window_t *window,
    const_dnnl_primitive_desc_t forward) {
#if DNNL_VERSION_MAJOR == 2
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_backward_weights_desc_init(
        &operation, dnnl_convolution_direct, conednn_native(source), conednn_native(weight_gradient),
        conednn_native(bias_gradient), conednn_native(target_gradient), window->strides, window->dilations,
        window->padding_before, window->padding_after);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(primitive, &operation, NULL, engine, forward);
#else
    return dnnl_convolution_backward_weights_primitive_desc_create(
        primitive, engine, dnnl_convolution_direct, conednn_native(source), conednn_native(weight_gradient),
        conednn_native(bias_gradient), conednn_native(target_gradient), window->strides, window->dilations,
        window->padding_before, window->padding_after, forward, NULL);
#endif
}

// The gradient of a convolution by its input. `forward` is the same convolution without rectification.
static inline dnnl_status_t conednn_convolution_input_gradient(
    dnnl_primitive_desc_t *primitive, dnnl_engine_t engine, conednn_layout_t source_gradient, conednn_layout_t weights,
    conednn_layout_t target_gradient, const conednn_window_t *window, const_dnnl_primitive_desc_t forward) {
#if DNNL_VERSION_MAJOR == 2
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_backward_data_desc_init(
        &operation, dnnl_convolution_direct, conednn_native(source_gradient), conednn_native(weights),
        conednn_native(target_gradient), window->strides, window->dilations, window->padding_before,
        window->padding_after);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(primitive, &operation, NULL, engine, forward);
#else
    return dnnl_convolution_backward_data_primitive_desc_create(
        primitive, engine, dnnl_convolution_direct, conednn_native(source_gradient), conednn_native(weights),
        conednn_native(target_gradient), window->strides, window->dilations, window->padding_before,
        window->padding_after, forward, NULL);
#endif
}

// The gradient of max(0, x) by x, computed from its result: `target` is the result's layout, `gradient` that of the
// gradient by it, which may be overwritten in place.
static inline dnnl_status_t conednn_rectifier_gradient(
    dnnl_primitive_desc_t *primitive, dnnl_engine_t engine, conednn_layout_t gradient, conednn_layout_t target) {
    dnnl_primitive_desc_t forward = NULL;
#if DNNL_VERSION_MAJOR == 2
    dnnl_eltwise_desc_t operation;
    dnnl_status_t status = dnnl_eltwise_forward_desc_init(
        &operation, dnnl_forward_training, dnnl_eltwise_relu_use_dst_for_bwd, conednn_native(target), 0, 0);
    if (status == dnnl_success) status = dnnl_primitive_desc_create(&forward, &operation, NULL, engine, NULL);
    if (status == dnnl_success)
        status = dnnl_eltwise_backward_desc_init(
            &operation, dnnl_eltwise_relu_use_dst_for_bwd, conednn_native(gradient), conednn_native(target), 0, 0);
    if (status == dnnl_success) status = dnnl_primitive_desc_create(primitive, &operation, NULL, engine, forward);
#else
    dnnl_status_t status = dnnl_eltwise_forward_primitive_desc_create(
        &forward, engine, dnnl_forward_training, dnnl_eltwise_relu_use_dst_for_bwd, conednn_native(target),
        conednn_native(target), 0, 0, NULL);
    if (status == dnnl_success)
        status = dnnl_eltwise_backward_primitive_desc_create(
            primitive, engine, dnnl_eltwise_relu_use_dst_for_bwd, conednn_native(gradient), conednn_native(gradient),
            conednn_native(target), 0, 0, forward, NULL);
#endif
    if (forward) dnnl_primitive_desc_destroy(forward);
    return status;
}
