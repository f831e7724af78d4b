#include <math.h>
#include <stdint.h>
#include <string.h>

#include "dispatch.h"
#include "kernels.h"

// Natural logarithm of a positive, normal float to about 1 ulp: x = 2^e * f with f in [sqrt(1/2), sqrt(2)), and log f =
// 2 atanh((f - 1) / (f + 1)) by its odd series, whose argument stays below 0.172. It has no table and no branch, so
// loops over it vectorise.
NK_INLINE float logarithm(float x) {
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    int32_t exponent = (bits - 0x3f3504f3) >> 23;
    int32_t fraction_bits = bits - exponent * (1 << 23);
    float f;
    memcpy(&f, &fraction_bits, sizeof f);
    float s = (f - 1) / (f + 1);
    float z = s * s;
    float series = z * (0.66666666f + z * (0.4f + z * (0.28571429f + z * (0.22222222f + z * 0.18181818f))));
    // Splitting ln 2 in two parts keeps the product with the exponent exact.
    float e = (float)exponent;
    return e * 0.693145751953125f + (e * 1.42860677e-6f + (2 * s + s * series));
}

NK_INLINE float relu(float x) { return x > 0 ? x : 0; }

NK_CLONES
void nk_log_relu_sum(const float *y, size_t pitch, size_t rows, size_t columns, float *features) {
    for (size_t c = 0; c < columns; c++) features[c] = 0;
    size_t r = 0;
    for (; r + 4 <= rows; r += 4) {
        const float *y0 = y + r * pitch, *y1 = y0 + pitch, *y2 = y1 + pitch, *y3 = y2 + pitch;
        for (size_t c = 0; c < columns; c++)
            features[c] += logarithm(((1 + relu(y0[c])) * (1 + relu(y1[c]))) * ((1 + relu(y2[c])) * (1 + relu(y3[c]))));
    }
    for (; r < rows; r++)
        for (size_t c = 0; c < columns; c++) features[c] += logarithm(1 + relu(y[r * pitch + c]));
}

NK_CLONES
void nk_log_relu_sum_backward(float *y, size_t pitch, size_t rows, size_t columns, const float *gradient) {
    for (size_t r = 0; r < rows; r++) {
        float *row = y + r * pitch;
        for (size_t c = 0; c < columns; c++) row[c] = row[c] > 0 ? gradient[c] / (1 + row[c]) : 0;
    }
}

NK_CLONES
void nk_log_relu(float *x, size_t count) {
    for (size_t i = 0; i < count; i++) x[i] = logarithm(1 + relu(x[i]));
}

// exp(x) for |x| <= 87 to about 2 ulp: 2^n * p(r).
NK_INLINE float exponential(float x) {
    float clipped = x > 87 ? 87 : (x < -87 ? -87 : x);
    float n = clipped * 1.44269504f;
    int32_t whole = (int32_t)(n + (n >= 0 ? 0.5f : -0.5f));
    float r = (clipped - (float)whole * 0.693145751953125f) - (float)whole * 1.42860677e-6f;
    float p =
        1 + r * (1 + r * (0.5f + r * (0.16666667f + r * (0.041666667f + r * (0.0083333333f + r * 0.0013888889f)))));
    int32_t bits = (whole + 127) * (1 << 23);
    float scale;
    memcpy(&scale, &bits, sizeof scale);
    return p * scale;
}

NK_CLONES
void nk_logistic(float *x, size_t count) {
    for (size_t i = 0; i < count; i++) x[i] = 1 / (1 + exponential(-x[i]));
}

NK_CLONES
float nk_sum_of_squares(const float *x, size_t count) {
    float sums[16] = {0};
    size_t i = 0;
    for (; i + 16 <= count; i += 16)
        for (size_t lane = 0; lane < 16; lane++) sums[lane] += x[i + lane] * x[i + lane];
    float total = 0;
    for (; i < count; i++) total += x[i] * x[i];
    for (size_t lane = 0; lane < 16; lane++) total += sums[lane];
    return total;
}

NK_CLONES
void nk_adamw(size_t count, float *parameters, const float *gradients, float *first, float *second, float beta1,
              float beta2, float step_size, float correction, float epsilon, float decay) {
    for (size_t i = 0; i < count; i++) {
        float g = gradients[i];
        float m = beta1 * first[i] + (1 - beta1) * g;
        float v = beta2 * second[i] + (1 - beta2) * g * g;
        first[i] = m;
        second[i] = v;
        parameters[i] -= step_size * m / (__builtin_sqrtf(v * correction) + epsilon) + decay * parameters[i];
    }
}

NK_CLONES
void nk_axpy(size_t count, float alpha, const float *x, float *y) {
    for (size_t i = 0; i < count; i++) y[i] += alpha * x[i];
}

NK_CLONES
void nk_sum_and_difference(size_t count, const float *a, const float *b, float *plus, float *minus) {
    for (size_t i = 0; i < count; i++) {
        float x = a[i], y = b[i];
        plus[i] = x + y;
        minus[i] = x - y;
    }
}

NK_CLONES
void nk_average(size_t count, float rate, const float *x, float *average) {
    for (size_t i = 0; i < count; i++) average[i] += (x[i] - average[i]) * rate;
}

#if defined(__x86_64__)
const char *nk_instruction_set(void) {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("x86-64-v4")) return "x86-64-v4";
    if (__builtin_cpu_supports("x86-64-v3")) return "x86-64-v3";
    return "baseline";
}
#else
const char *nk_instruction_set(void) { return "baseline"; }
#endif

NK_CLONES
void nk_add_bias(size_t rows, size_t columns, const float *bias, int rectify, float *x) {
    for (size_t r = 0; r < rows; r++, x += columns) {
        if (rectify)
            for (size_t c = 0; c < columns; c++) x[c] = relu(x[c] + bias[c]);
        else
            for (size_t c = 0; c < columns; c++) x[c] += bias[c];
    }
}

NK_CLONES
void nk_split_complex(size_t count, const float *interleaved, float *re, float *im) {
    for (size_t i = 0; i < count; i++) {
        re[i] = interleaved[2 * i];
        im[i] = interleaved[2 * i + 1];
    }
}

// The sum of w[j] * x[j] over a multiple of 16, in 16 lanes that are summed at the end.
NK_INLINE float lanes_dot(size_t length, const float *w, const float *x) {
    float sums[16] = {0};
    for (size_t j = 0; j < length; j += 16)
        for (size_t lane = 0; lane < 16; lane++) sums[lane] += w[j + lane] * x[j + lane];
    float sum = 0;
    for (size_t lane = 0; lane < 16; lane++) sum += sums[lane];
    return sum;
}

NK_CLONES
void nk_band_powers(size_t count, const float *re, const float *im, const float *weights, const int32_t *offsets,
                    const int32_t *first, const int32_t *lengths, int is_complex, size_t step, float *powers) {
    for (size_t i = 0; i < count; i++) {
        const float *x = re + first[i], *y = im + first[i], *u = weights + offsets[i];
        size_t length = (size_t)lengths[i];
        float a = lanes_dot(length, u, x), b = lanes_dot(length, u, y);
        if (is_complex) {
            const float *v = u + length;
            a -= lanes_dot(length, v, y);
            b += lanes_dot(length, v, x);
        }
        powers[i * step] = a * a + b * b;
    }
}

NK_CLONES
void nk_compress(size_t count, float gain, float scale, float *x) {
    for (size_t i = 0; i < count; i++) x[i] = scale * logarithm(1 + gain * relu(x[i]));
}

double nk_tone_power(size_t count, const float *x, double angle) {
    double turn = 2 * cos(angle), last = 0, before = 0;
    for (size_t i = 0; i < count; i++) {
        double next = (double)x[i] + turn * last - before;
        before = last;
        last = next;
    }
    return last * last + before * before - turn * last * before;
}
