/// The few hot loops of noted, in C so that one source is compiled for several instruction sets.
///
/// Every function here is pure arithmetic on memory that the caller owns: no allocation, no lock, no system call.
/// "Lanes" are independent problems that lie side by side in memory, so that loops over them vectorise.
#pragma once

#include <stddef.h>

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

/// The instruction set that the loops run with on this machine: "x86-64-v4", "x86-64-v3" or "baseline".
const char *nk_instruction_set(void);

#ifdef __cplusplus
}
#endif
