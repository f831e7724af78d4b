#include <stddef.h>
#include <stdint.h>

#include "dispatch.h"
#include "kernels.h"

NK_CLONES
float nk_dot(size_t count, const float *x, const float *y) {
    // Sixteen independent sums: floating-point addition into a single sum could not be reordered.
    float sums[16] = {0};
    size_t i = 0;
    for (; i + 16 <= count; i += 16)
        for (size_t lane = 0; lane < 16; lane++) sums[lane] += x[i + lane] * y[i + lane];
    for (; i < count; i++) sums[0] += x[i] * y[i];
    float sum = 0;
    for (size_t lane = 0; lane < 16; lane++) sum += sums[lane];
    return sum;
}

NK_CLONES
void nk_byte_products(size_t count, size_t dimensions, const int8_t *query, const int8_t *rows, float scale,
                      float *products) {
    for (size_t row = 0; row < count; row++) {
        const int8_t *values = rows + row * dimensions;
        int32_t sum = 0;
        for (size_t i = 0; i < dimensions; i++) sum += (int32_t)query[i] * (int32_t)values[i];
        products[row] = scale * (float)sum;
    }
}

NK_CLONES
void nk_route_step(size_t count, const float *before, float keep, float penalty, const float *gains, float offset,
                   float *after) {
    for (size_t i = 0; i < count; i++) {
        float less = before[(ptrdiff_t)i + 1] - penalty;
        float more = before[(ptrdiff_t)i - 1] - penalty;
        float best = before[i];
        best = less > best ? less : best;
        best = more > best ? more : best;
        after[i] = keep * best + (gains[i] - offset);
    }
}
