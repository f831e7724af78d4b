#include "dispatch.h"
#include "kernels.h"

// Sixteen floats, as in gemm.c. Along an anti-diagonal, neighbouring lanes read neighbouring values of both sequences,
// so the costs are already in the order of the recurrence and need no transposition.
typedef float nk_lanes __attribute__((vector_size(64), aligned(4)));
typedef int nk_bits __attribute__((vector_size(64), aligned(4)));

enum { LANES = 16, DIAGONALS = 4 };

// Adds one dimension. Non-negative floats compare like their bit patterns, and comparing bits needs no special case for
// NaN.
NK_INLINE void add(const int norm, nk_lanes *sum, const nk_lanes *row, const nk_lanes *column) {
    nk_lanes difference = *row - *column;
    if (norm == NK_NORM_L2) *sum += difference * difference;
    if (norm == NK_NORM_L1) *sum += __builtin_elementwise_abs(difference);
    if (norm == NK_NORM_MAX) {
        nk_lanes size = __builtin_elementwise_abs(difference);
        *sum = (nk_lanes)__builtin_elementwise_max((nk_bits)*sum, (nk_bits)size);
    }
}

// DIAGONALS anti-diagonals of `blocks` times sixteen rows. Each block lags the one before by LANES diagonals, so that
// the blocks share their loads of y, which are unaligned and the most expensive ones. `norm` and `blocks` are constants
// where this is inlined.
NK_INLINE void block(const int norm, const int blocks, size_t dimensions, size_t height, const float *x,
                     const float *y, size_t pitch, float *costs) {
    nk_lanes sum[2][DIAGONALS] = {{{0}}};
    for (size_t k = 0; k < dimensions; k++) {
        const float *row = x + k * height, *column = y + k * pitch;
        for (int d = 0; d < DIAGONALS; d++) {
            nk_lanes value = *(const nk_lanes *)(column + (DIAGONALS - 1 - d));
            for (int b = 0; b < blocks; b++)
                add(norm, &sum[b][d], (const nk_lanes *)(row + b * LANES), &value);
        }
    }
    for (int b = 0; b < blocks; b++)
        for (int d = 0; d < DIAGONALS; d++) {
            nk_lanes *out = (nk_lanes *)(costs + (size_t)(d + b * LANES) * height + b * LANES);
            *out = norm == NK_NORM_L2 ? __builtin_elementwise_sqrt(sum[b][d]) : sum[b][d];
        }
}

NK_INLINE void diagonal_costs(const int norm, size_t height, size_t count, size_t dimensions, const float *x,
                              const float *y, size_t pitch, float *costs) {
    for (size_t row = 0; row < height; row += 2 * LANES) {
        // Order: the second block's diagonals that precede the shared ones, the shared ones, the first block's
        // remaining ones.
        for (size_t d = 0; d < count; d += DIAGONALS) {
            const float *column = y + row + (count - DIAGONALS - d);
            float *out = costs + d * height + row;
            if (d < LANES)
                block(norm, 1, dimensions, height, x + row + LANES, column + LANES, pitch, out + LANES);
            if (d + LANES < count)
                block(norm, 2, dimensions, height, x + row, column, pitch, out);
            else
                block(norm, 1, dimensions, height, x + row, column, pitch, out);
        }
    }
}

NK_CLONES
void nk_diagonal_costs(int norm, size_t height, size_t count, size_t dimensions, const float *x, const float *y,
                       size_t pitch, float *costs) {
    switch (norm) {
    case NK_NORM_L1: diagonal_costs(NK_NORM_L1, height, count, dimensions, x, y, pitch, costs); break;
    case NK_NORM_L2: diagonal_costs(NK_NORM_L2, height, count, dimensions, x, y, pitch, costs); break;
    default: diagonal_costs(NK_NORM_MAX, height, count, dimensions, x, y, pitch, costs); break;
    }
}

NK_INLINE double least(double a, double b) { return a < b ? a : b; }

NK_CLONES
void nk_accumulate_diagonals(size_t height, size_t count, size_t first, const float *costs, const double *above,
                             const double *left, double *sums) {
    size_t pitch = height + 2;
    for (size_t d = 0; d < count; d++) {
        const double *before = sums + d * pitch, *last = before + pitch;
        double *restrict now = sums + (d + 2) * pitch;
        const float *cost = costs + d * height;
        for (size_t row = 0; row < height; row++)
            now[row + 1] = (double)cost[row] + least(least(before[row], last[row + 1]), last[row]);
        now[0] = above[d];
        if (first + d + 1 < height) now[first + d + 2] = left[first + d + 1];
    }
}

// The first `count` (1...LANES) of sixteen columns; reads no vector beyond them.
NK_INLINE void row_block(const int norm, size_t count, size_t dimensions, const float *x, const float *y, size_t pitch,
                         float *costs) {
    nk_lanes sum = {0};
    for (size_t k = 0; k < dimensions; k++) {
        nk_lanes row = x[k] - (nk_lanes){0}, column = {0};
        if (count == LANES)
            column = *(const nk_lanes *)(y + k * pitch);
        else
            for (size_t lane = 0; lane < count; lane++) column[lane] = y[k * pitch + lane];
        add(norm, &sum, &row, &column);
    }
    if (norm == NK_NORM_L2) sum = __builtin_elementwise_sqrt(sum);
    for (size_t lane = 0; lane < count; lane++) costs[lane] = sum[lane];
}

NK_INLINE void row_costs(const int norm, size_t count, size_t dimensions, const float *x, const float *y, size_t pitch,
                         float *costs) {
    size_t column = 0;
    for (; column + LANES <= count; column += LANES)
        row_block(norm, LANES, dimensions, x, y + column, pitch, costs + column);
    if (column < count) row_block(norm, count - column, dimensions, x, y + column, pitch, costs + column);
}

NK_CLONES
void nk_row_costs(int norm, size_t count, size_t dimensions, const float *x, const float *y, size_t pitch,
                  float *costs) {
    switch (norm) {
    case NK_NORM_L1: row_costs(NK_NORM_L1, count, dimensions, x, y, pitch, costs); break;
    case NK_NORM_L2: row_costs(NK_NORM_L2, count, dimensions, x, y, pitch, costs); break;
    default: row_costs(NK_NORM_MAX, count, dimensions, x, y, pitch, costs); break;
    }
}

NK_CLONES
void nk_accumulate_row(size_t count, const float *costs, const double *above, double before, const double weights[3],
                       const double penalties[3], double *sums, unsigned char *steps) {
    // First the part that does not depend on the cell to the left, because that part vectorises.
    for (size_t j = 0; j < count; j++) {
        double both = above[j] + weights[0] * (double)costs[j] + penalties[0];
        double down = above[j + 1] + weights[2] * (double)costs[j] + penalties[2];
        sums[j] = both <= down ? both : down;
        steps[j] = both <= down ? 0 : 2;
    }
    for (size_t j = 0; j < count; j++) {
        double across = before + weights[1] * (double)costs[j] + penalties[1];
        // Ties are broken in the order diagonal, column, row.
        if (across < sums[j] || (across == sums[j] && steps[j] == 2)) {
            sums[j] = across;
            steps[j] = 1;
        }
        before = sums[j];
    }
}
