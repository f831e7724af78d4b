/// The few hot loops of noted, in C so that one source is compiled for several instruction sets.
///
/// Every function here is pure arithmetic on memory that the caller owns: no allocation, no lock, no system call.
/// "Lanes" are independent problems that lie side by side in memory, so that loops over them vectorise.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Columns in one panel of a packed matrix; see nk_pack.
enum { NK_PANEL = 32 };

/// Floats that nk_pack writes for a rows x columns matrix: whole panels, the last one padded with zeros.
size_t nk_packed_size(size_t rows, size_t columns);

/// Rearranges a row-major rows x columns matrix (row pitch ldb) into panels of NK_PANEL columns, each panel's rows
/// contiguous, so that nk_gemm reads it as one stream.
void nk_pack(const float *matrix, size_t ldb, size_t rows, size_t columns, float *packed);

/// C[m x n] = A[m x k] * B (accumulate == 0) or C += A * B, B being packed k x n.
/// The row pitch lda may be smaller than k: overlapping rows of A are how a convolution is written as a product.
/// C is written in panels of NK_PANEL columns, panelPitch floats apart: NK_PANEL for an ordinary matrix of row pitch ldc,
/// more for a result that is itself packed.
void nk_gemm(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed, float *c, size_t ldc,
             size_t panelPitch, int accumulate);

/// Adds bias[c] to each of `rows` rows of `columns` numbers and, where `rectify` is not 0, takes max(0, x).
void nk_add_bias(size_t rows, size_t columns, const float *bias, int rectify, float *x);

/// Parts of complex numbers: re[i] = interleaved[2 i], im[i] = interleaved[2 i + 1].
void nk_split_complex(size_t count, const float *interleaved, float *re, float *im);

/// For each of `count` bands, the squared magnitude of a sparse product with a spectrum of parts re and im: powers[i * step] = |sum over
/// j < lengths[i] of w[j] * (re + i im)[first[i] + j]|^2. The real parts of w are at weights + offsets[i]; if is_complex is not 0,
/// imaginary parts follow them. Lengths are multiples of 16.
void nk_band_powers(size_t count, const float *re, const float *im, const float *weights, const int32_t *offsets,
                    const int32_t *first, const int32_t *lengths, int is_complex, size_t step, float *powers);

/// Squared magnitude of the sum of x[i] * exp(-i * angle * sqrt(-1)): the power of `count` samples at one frequency, by Goertzel's recursion in
/// double precision.
double nk_tone_power(size_t count, const float *x, double angle);

/// x[i] = scale * log(1 + gain * max(0, x[i])), in place.
void nk_compress(size_t count, float gain, float scale, float *x);

/// plus[i] = a[i] + b[i] and minus[i] = a[i] - b[i].
void nk_sum_and_difference(size_t count, const float *a, const float *b, float *plus, float *minus);

/// features[c] = log of the product over `rows` rows of (1 + max(0, y[r * pitch + c])), the sum of the logs, for
/// c < columns. Multiplies four factors before each logarithm: exact to about 1e-7 for |y| < 1e9.
void nk_log_relu_sum(const float *y, size_t pitch, size_t rows, size_t columns, float *features);

/// y[r * pitch + c] = gradient[c] / (1 + y) where y > 0, else 0: the derivative of nk_log_relu_sum, in place.
void nk_log_relu_sum_backward(float *y, size_t pitch, size_t rows, size_t columns, const float *gradient);

/// log(1 + max(0, x)) elementwise, in place.
void nk_log_relu(float *x, size_t count);

/// Logistic function elementwise, in place.
void nk_logistic(float *x, size_t count);

/// Sum of squares.
float nk_sum_of_squares(const float *x, size_t count);

/// In-place complex transform of length n (a power of two, at least 4) along the rows of two n x lanes arrays (real and
/// imaginary parts, row pitch = lanes). sign -1 is forward, +1 backward; neither scales.
/// scratch holds 2 * n * lanes floats; twiddles 2 * n floats from nk_fft_twiddles. The result is left in re and im.
void nk_fft_lanes(size_t n, size_t lanes, int sign, float *re, float *im, float *scratch, const float *twiddles);

/// Writes cos(2 pi i / n) and then sin(2 pi i / n) for i < n.
void nk_fft_twiddles(size_t n, float *twiddles);

/// Spectra of real lanes from the transform of pairs: lanes l and l + lanes of a real n x 2*lanes array were put into
/// re and im. Writes, for each bin k <= n/2, row [re of 2*lanes | im of 2*lanes] at out + k * binPitch, and the row
/// [im | -re] that a complex correlation needs at out + k * binPitch + rowPitch when rowPitch is not 0.
void nk_unpack_spectra(size_t n, size_t lanes, const float *re, const float *im, float *out, size_t binPitch,
                       size_t rowPitch);

/// The inverse of the above for spectra whose bins are rows of real parts at y + k * binPitch and imaginary parts
/// rowPitch floats further; lanes l and l + half of each row become re and im of lane l. width lanes from `first`.
void nk_pack_spectra(size_t n, size_t first, size_t width, size_t half, const float *y, size_t binPitch,
                     size_t rowPitch, float *re, float *im);

/// Spectra of real lanes as nk_unpack_spectra, but real rows to y + k * binPitch and imaginary rows rowPitch further.
void nk_split_spectra(size_t n, size_t first, size_t width, size_t half, const float *re, const float *im, float *y,
                      size_t binPitch, size_t rowPitch);

/// One AdamW step: parameters, first and second moments in place.
/// step_size already holds the bias correction of the first moment; correction is 1 / (1 - beta2^t).
void nk_adamw(size_t count, float *parameters, const float *gradients, float *first, float *second, float beta1,
              float beta2, float step_size, float correction, float epsilon, float decay);

/// y += alpha * x.
void nk_axpy(size_t count, float alpha, const float *x, float *y);

/// average += (x - average) * rate: an exponential average of iterates.
void nk_average(size_t count, float rate, const float *x, float *average);

/// How the difference of two vectors is measured: sum of magnitudes, Euclidean, greatest magnitude.
enum { NK_NORM_L1 = 1, NK_NORM_L2 = 2, NK_NORM_MAX = 3 };

/// Distances along `count` anti-diagonals of a cost matrix of `height` rows (a multiple of 32, count of 16):
/// costs[d * height + r] is the norm of x's vector r minus y's vector count - 1 - d + r.
/// Vectors lie across rows: value k of vector i at x[k * height + i] and y[k * pitch + i]; y has height + count - 1 vectors.
/// With y in descending order, diagonal d + 1 holds the columns one further than diagonal d.
void nk_diagonal_costs(int norm, size_t height, size_t count, size_t dimensions, const float *x, const float *y,
                       size_t pitch, float *costs);

/// The recurrence of dynamic time warping, S(r, j) = c(r, j) + min(S(r-1, j-1), S(r, j-1), S(r-1, j)), along `count`
/// anti-diagonals t = first, first + 1 ... of r + j = t.
/// sums holds count + 2 diagonals of height + 2 doubles, S(r, t - r) at index r + 1; the first two are given, the others
/// written. Index 0 is the row above: it becomes above[d] = S(-1, first + d + 1). left[r] is S(r, -1).
/// Cells left of column 0 or right of the last are computed as well, mean nothing, and reach no cell that does.
void nk_accumulate_diagonals(size_t height, size_t count, size_t first, const float *costs, const double *above,
                             const double *left, double *sums);

/// Distances of one vector x to `count` vectors y that lie as in nk_diagonal_costs, in ascending order.
void nk_row_costs(int norm, size_t count, size_t dimensions, const float *x, const float *y, size_t pitch,
                  float *costs);

/// One row of the recurrence with weighted steps: sums[j] is the least of above[j] (the step in both directions), sums[j - 1]
/// (`before` for j = 0; the step to the next column) and above[j + 1] (the step to the next row), each plus its weight times
/// costs[j] plus its penalty. steps[j] says which: 0, 1 or 2, of equal ones the least. above has count + 1 elements.
void nk_accumulate_row(size_t count, const float *costs, const double *above, double before, const double weights[3],
                       const double penalties[3], double *sums, unsigned char *steps);

/// The sum of x[i] * y[i].
float nk_dot(size_t count, const float *x, const float *y);

/// products[row] = scale * the sum of query[i] * rows[row * dimensions + i], for `count` rows of bytes.
void nk_byte_products(size_t count, size_t dimensions, const int8_t *query, const int8_t *rows, float scale,
                      float *products);

/// One step of a search for the best route: after[i] = keep * max(before[i], before[i - 1] - penalty, before[i + 1] - penalty)
/// + gains[i] - offset. One value must lie readable on either side of before[0..<count].
void nk_route_step(size_t count, const float *before, float keep, float penalty, const float *gains, float offset,
                   float *after);

/// The instruction set that the loops run with on this machine: "x86-64-v4", "x86-64-v3" or "baseline".
const char *nk_instruction_set(void);

#ifdef __cplusplus
}
#endif
