#include <string.h>

#include "dispatch.h"
#include "kernels.h"

// Sixteen floats: one AVX-512 register, two AVX ones, or four SSE or NEON ones. Fixed vectors rather than a plain loop,
// because the accumulators must stay in registers over the whole of k.
typedef float nk_vector __attribute__((vector_size(64), aligned(4)));

// Prefetch distance for the weights, in vectors (4 KiB), used when few rows of A share each weight.
enum { PREFETCH = 64 };

size_t nk_packed_size(size_t rows, size_t columns) {
    return (columns + NK_PANEL - 1) / NK_PANEL * NK_PANEL * rows;
}

void nk_pack(const float *matrix, size_t ldb, size_t rows, size_t columns, float *packed) {
    for (size_t column = 0; column < columns; column += NK_PANEL) {
        size_t width = columns - column < NK_PANEL ? columns - column : NK_PANEL;
        for (size_t row = 0; row < rows; row++, packed += NK_PANEL) {
            memcpy(packed, matrix + row * ldb + column, width * sizeof(float));
            memset(packed + width, 0, (NK_PANEL - width) * sizeof(float));
        }
    }
}

// Writes the first `width` sums of a panel to one row of C.
NK_INLINE void store(const nk_vector sum[2], float *c, size_t width, int accumulate) {
    if (width == NK_PANEL) {
        nk_vector *target = (nk_vector *)c;
        if (accumulate) {
            target[0] += sum[0];
            target[1] += sum[1];
        } else {
            target[0] = sum[0];
            target[1] = sum[1];
        }
        return;
    }
    float values[NK_PANEL];
    memcpy(values, sum, sizeof values);
    for (size_t i = 0; i < width; i++) c[i] = accumulate ? c[i] + values[i] : values[i];
}

// ROWS rows of A times one panel. With few rows, UNROLL independent sums hide the latency of the additions.
NK_INLINE void panel(const int rows, const int unroll, size_t k, const float *a, size_t lda, const float *b, float *c,
                     size_t ldc, size_t width, int accumulate) {
    nk_vector sum[4][8][2];
    for (int u = 0; u < unroll; u++)
        for (int r = 0; r < rows; r++) sum[u][r][0] = sum[u][r][1] = (nk_vector){0};
    size_t i = 0;
    for (; i + (size_t)unroll <= k; i += (size_t)unroll) {
        for (int u = 0; u < unroll; u++) {
            const nk_vector *row = (const nk_vector *)(b + (i + (size_t)u) * NK_PANEL);
            // Live, a hop runs every 11 ms and finds its weights in memory rather than in cache. Hardware prefetchers
            // stop at page boundaries; this one does not.
            if (rows <= 2) {
                __builtin_prefetch(row + PREFETCH);
                __builtin_prefetch(row + PREFETCH + 1);
            }
            nk_vector left = row[0], right = row[1];
            for (int r = 0; r < rows; r++) {
                float value = a[(size_t)r * lda + i + (size_t)u];
                sum[u][r][0] += value * left;
                sum[u][r][1] += value * right;
            }
        }
    }
    for (; i < k; i++) {
        const nk_vector *row = (const nk_vector *)(b + i * NK_PANEL);
        for (int r = 0; r < rows; r++) {
            float value = a[(size_t)r * lda + i];
            sum[0][r][0] += value * row[0];
            sum[0][r][1] += value * row[1];
        }
    }
    for (int r = 0; r < rows; r++) {
        for (int u = 1; u < unroll; u++) {
            sum[0][r][0] += sum[u][r][0];
            sum[0][r][1] += sum[u][r][1];
        }
        store(sum[0][r], c + (size_t)r * ldc, width, accumulate);
    }
}

// With 32 vector registers, eight rows at once hide more of the additions' latency and are a fifth faster. With 16 they
// would spill.
NK_INLINE int has_many_registers(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512f");
#else
    return 0;
#endif
}

NK_CLONES
void nk_gemm(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed, float *c, size_t ldc,
             size_t panelPitch, int accumulate) {
    for (size_t column = 0; column < n; column += NK_PANEL) {
        const float *b = packed + column * k;
        size_t width = n - column < NK_PANEL ? n - column : NK_PANEL;
        float *out = c + column / NK_PANEL * panelPitch;
        size_t row = 0;
        if (has_many_registers())
            for (; row + 8 <= m; row += 8)
                panel(8, 1, k, a + row * lda, lda, b, out + row * ldc, ldc, width, accumulate);
        for (; row + 4 <= m; row += 4)
            panel(4, 1, k, a + row * lda, lda, b, out + row * ldc, ldc, width, accumulate);
        for (; row + 2 <= m; row += 2)
            panel(2, 2, k, a + row * lda, lda, b, out + row * ldc, ldc, width, accumulate);
        for (; row < m; row++)
            panel(1, 4, k, a + row * lda, lda, b, out + row * ldc, ldc, width, accumulate);
    }
}
