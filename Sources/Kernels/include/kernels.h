/// The hot loops of noted, in C so that one source is compiled for several instruction sets.
///
/// Every function is pure arithmetic on memory owned by the caller: no allocation, no lock, no system call. "Lanes" are
/// independent problems stored side by side, so that loops over them vectorise.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Columns per panel of a packed matrix; see nk_pack.
enum { NK_PANEL = 32 };

/// The number of floats that nk_pack writes for a rows x columns matrix: whole panels, the last one padded with zeros.
size_t nk_packed_size(size_t rows, size_t columns);

/// Rearranges a row-major rows x columns matrix (row pitch ldb) into panels of NK_PANEL columns with contiguous rows,
/// so that nk_gemm reads it sequentially.
void nk_pack(const float *matrix, size_t ldb, size_t rows, size_t columns, float *packed);

/// C[m x n] = A[m x k] * B (accumulate == 0) or C += A * B, where B is packed k x n.
/// The row pitch lda may be smaller than k: a convolution is a product with overlapping rows of A.
/// C is written in panels of NK_PANEL columns, panelPitch floats apart: NK_PANEL for an ordinary matrix of row pitch
/// ldc, more if the result is itself packed.
void nk_gemm(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed, float *c, size_t ldc,
             size_t panelPitch, int accumulate);

/// Adds bias[c] to each of `rows` rows of `columns` numbers and, if `rectify` is not 0, applies max(0, x).
void nk_add_bias(size_t rows, size_t columns, const float *bias, int rectify, float *x);

/// Splits complex numbers: re[i] = interleaved[2 i], im[i] = interleaved[2 i + 1].
void nk_split_complex(size_t count, const float *interleaved, float *re, float *im);

/// For each of `count` bands, the squared magnitude of a sparse product with a spectrum (re, im): powers[i * step] =
/// |sum over j < lengths[i] of w[j] * (re + i im)[first[i] + j]|^2. The real parts of w are at weights + offsets[i]; if
/// is_complex is not 0, the imaginary parts follow them. Lengths are multiples of 16.
void nk_band_powers(size_t count, const float *re, const float *im, const float *weights, const int32_t *offsets,
                    const int32_t *first, const int32_t *lengths, int is_complex, size_t step, float *powers);

/// The squared magnitude of the sum of x[i] * exp(-i * angle * sqrt(-1)): the power of `count` samples at one
/// frequency, by Goertzel's recursion in double precision.
double nk_tone_power(size_t count, const float *x, double angle);

/// x[i] = scale * log(1 + gain * max(0, x[i])), in place.
void nk_compress(size_t count, float gain, float scale, float *x);

/// plus[i] = a[i] + b[i] and minus[i] = a[i] - b[i].
void nk_sum_and_difference(size_t count, const float *a, const float *b, float *plus, float *minus);

/// features[c] = the sum over `rows` rows of log(1 + max(0, y[r * pitch + c])), for c < columns. Takes one logarithm
/// per product of four factors: exact to about 1e-7 for |y| < 1e9.
void nk_log_relu_sum(const float *y, size_t pitch, size_t rows, size_t columns, float *features);

/// y[r * pitch + c] = gradient[c] / (1 + y) if y > 0, else 0: the derivative of nk_log_relu_sum, in place.
void nk_log_relu_sum_backward(float *y, size_t pitch, size_t rows, size_t columns, const float *gradient);

/// log(1 + max(0, x)) elementwise, in place.
void nk_log_relu(float *x, size_t count);

/// The logistic function elementwise, in place.
void nk_logistic(float *x, size_t count);

/// The sum of squares.
float nk_sum_of_squares(const float *x, size_t count);

/// In-place complex transform of length n (a power of two, at least 4) along the rows of two n x lanes arrays (real and
/// imaginary parts, row pitch = lanes). sign -1 is forward, +1 is backward; neither scales.
/// scratch has 2 * n * lanes floats, twiddles the 2 * n floats of nk_fft_twiddles. The result is in re and im.
void nk_fft_lanes(size_t n, size_t lanes, int sign, float *re, float *im, float *scratch, const float *twiddles);

/// Writes cos(2 pi i / n) and then sin(2 pi i / n) for i < n.
void nk_fft_twiddles(size_t n, float *twiddles);

/// The spectra of real lanes from a transform of pairs: lanes l and l + lanes of a real n x 2*lanes array were passed
/// as re and im. Writes, for each bin k <= n/2, the row [re of 2*lanes | im of 2*lanes] at out + k * binPitch and, if
/// rowPitch is not 0, the row [im | -re] that a complex correlation needs at out + k * binPitch + rowPitch.
void nk_unpack_spectra(size_t n, size_t lanes, const float *re, const float *im, float *out, size_t binPitch,
                       size_t rowPitch);

/// The inverse of nk_unpack_spectra for spectra stored as a row of real parts at y + k * binPitch and a row of
/// imaginary parts rowPitch floats after it. Lanes l and l + half of each row become re and im of lane l; converts
/// `width` lanes from `first`.
void nk_pack_spectra(size_t n, size_t first, size_t width, size_t half, const float *y, size_t binPitch,
                     size_t rowPitch, float *re, float *im);

/// Like nk_unpack_spectra, but writes real rows at y + k * binPitch and imaginary rows rowPitch floats after them.
void nk_split_spectra(size_t n, size_t first, size_t width, size_t half, const float *re, const float *im, float *y,
                      size_t binPitch, size_t rowPitch);

/// One AdamW step: updates parameters and first and second moments in place.
/// step_size includes the bias correction of the first moment; correction is 1 / (1 - beta2^t).
void nk_adamw(size_t count, float *parameters, const float *gradients, float *first, float *second, float beta1,
              float beta2, float step_size, float correction, float epsilon, float decay);

/// y += alpha * x.
void nk_axpy(size_t count, float alpha, const float *x, float *y);

/// average += (x - average) * rate: an exponential moving average.
void nk_average(size_t count, float rate, const float *x, float *average);

/// The norm of a difference of two vectors: sum of magnitudes, Euclidean, or maximum magnitude.
enum { NK_NORM_L1 = 1, NK_NORM_L2 = 2, NK_NORM_MAX = 3 };

/// Distances along `count` anti-diagonals of a cost matrix of `height` rows (a multiple of 32; count is a multiple of
/// 16): costs[d * height + r] is the norm of x's vector r minus y's vector count - 1 - d + r.
/// Vectors are stored across rows: value k of vector i is at x[k * height + i] and y[k * pitch + i]; y has height +
/// count - 1 vectors. If y is in descending order, diagonal d + 1 is one column after diagonal d.
void nk_diagonal_costs(int norm, size_t height, size_t count, size_t dimensions, const float *x, const float *y,
                       size_t pitch, float *costs);

/// The dynamic time warping recurrence S(r, j) = c(r, j) + min(S(r-1, j-1), S(r, j-1), S(r-1, j)) along `count`
/// anti-diagonals t = first, first + 1 ... with r + j = t.
/// sums has count + 2 diagonals of height + 2 doubles, with S(r, t - r) at index r + 1. The caller provides the first
/// two; the others are written. Index 0 is the row above: it becomes above[d] = S(-1, first + d + 1). left[r] is S(r,
/// -1).
/// Cells left of column 0 and right of the last column are computed too; their values are meaningless and no valid cell
/// depends on them.
void nk_accumulate_diagonals(size_t height, size_t count, size_t first, const float *costs, const double *above,
                             const double *left, double *sums);

/// Distances of one vector x to `count` vectors y, stored as for nk_diagonal_costs, in ascending order.
void nk_row_costs(int norm, size_t count, size_t dimensions, const float *x, const float *y, size_t pitch,
                  float *costs);

/// One row of the recurrence with weighted steps. sums[j] is the minimum over three predecessors, each plus its weight
/// times costs[j] plus its penalty: above[j] (step in both sequences), sums[j - 1] or, for j = 0, `before` (step to the
/// next column), and above[j + 1] (step to the next row). steps[j] is the index of the chosen step, 0, 1 or 2; ties
/// take the lowest. above has count + 1 elements.
void nk_accumulate_row(size_t count, const float *costs, const double *above, double before, const double weights[3],
                       const double penalties[3], double *sums, unsigned char *steps);

/// The sum of x[i] * y[i].
float nk_dot(size_t count, const float *x, const float *y);

/// products[row] = scale * the sum of query[i] * rows[row * dimensions + i], for `count` rows of bytes.
void nk_byte_products(size_t count, size_t dimensions, const int8_t *query, const int8_t *rows, float scale,
                      float *products);

/// One Viterbi step: after[i] = keep * max(before[i], before[i - 1] - penalty, before[i + 1] - penalty) + gains[i] -
/// offset. One value on either side of before[0..<count] must be readable.
void nk_route_step(size_t count, const float *before, float keep, float penalty, const float *gains, float offset,
                   float *after);

/// The instruction set used on this machine: "x86-64-v4", "x86-64-v3" or "baseline".
const char *nk_instruction_set(void);

#ifdef __cplusplus
}
#endif
