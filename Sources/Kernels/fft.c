// Radix-4 Stockham transforms along the slow dimension of n x lanes arrays. The lanes are the vector dimension, so
// every loop runs over contiguous floats.
// Source: Stockham's autosort form, Van Loan, Computational Frameworks for the FFT, 1992, section 1.7.
#include <math.h>
#include <string.h>

#include "dispatch.h"
#include "kernels.h"

void nk_fft_twiddles(size_t n, float *twiddles) {
    for (size_t i = 0; i < n; i++) {
        double angle = 2 * 3.14159265358979323846 * (double)i / (double)n;
        twiddles[i] = (float)cos(angle);
        twiddles[n + i] = (float)sin(angle);
    }
}

// One radix-2 pass over `half` pairs of blocks of `stride` rows.
NK_INLINE void pass2(size_t rows, size_t stride, size_t lanes, const float *re, const float *im, float *ore,
                     float *oim) {
    size_t half = rows / 2;
    for (size_t q = 0; q < stride; q++) {
        for (size_t p = 0; p < half; p++) {
            const float *ar = re + (q + stride * p) * lanes, *ai = im + (q + stride * p) * lanes;
            const float *br = ar + stride * half * lanes, *bi = ai + stride * half * lanes;
            float *xr = ore + (q + stride * 2 * p) * lanes, *xi = oim + (q + stride * 2 * p) * lanes;
            float *yr = xr + stride * lanes, *yi = xi + stride * lanes;
            for (size_t l = 0; l < lanes; l++) {
                float a = ar[l], b = ai[l], c = br[l], d = bi[l];
                xr[l] = a + c;
                xi[l] = b + d;
                yr[l] = a - c;
                yi[l] = b - d;
            }
        }
    }
}

// One radix-4 pass of a transform with `rows` remaining points and `stride` interleaved finished ones.
NK_INLINE void pass4(size_t n, size_t rows, size_t stride, size_t lanes, float sign, const float *re, const float *im,
                     float *ore, float *oim, const float *cosines, const float *sines) {
    size_t quarter = rows / 4, unit = n / rows;
    for (size_t p = 0; p < quarter; p++) {
        float c1 = cosines[p * unit], s1 = sign * sines[p * unit];
        float c2 = cosines[2 * p * unit], s2 = sign * sines[2 * p * unit];
        float c3 = cosines[3 * p * unit], s3 = sign * sines[3 * p * unit];
        size_t in = stride * p * lanes, out = stride * 4 * p * lanes;
        size_t inStep = stride * quarter * lanes, outStep = stride * lanes;
        // The rows of one p are contiguous: stride * lanes values share their twiddles.
        for (size_t l = 0; l < outStep; l++) {
            float ar = re[in + l], ai = im[in + l];
            float br = re[in + inStep + l], bi = im[in + inStep + l];
            float cr = re[in + 2 * inStep + l], ci = im[in + 2 * inStep + l];
            float dr = re[in + 3 * inStep + l], di = im[in + 3 * inStep + l];
            float acr = ar + cr, aci = ai + ci, amr = ar - cr, ami = ai - ci;
            float bdr = br + dr, bdi = bi + di, bmr = br - dr, bmi = bi - di;
            // i * sign * (b - d)
            float jr = -sign * bmi, ji = sign * bmr;
            ore[out + l] = acr + bdr;
            oim[out + l] = aci + bdi;
            float tr = amr + jr, ti = ami + ji;
            ore[out + outStep + l] = tr * c1 - ti * s1;
            oim[out + outStep + l] = tr * s1 + ti * c1;
            tr = acr - bdr, ti = aci - bdi;
            ore[out + 2 * outStep + l] = tr * c2 - ti * s2;
            oim[out + 2 * outStep + l] = tr * s2 + ti * c2;
            tr = amr - jr, ti = ami - ji;
            ore[out + 3 * outStep + l] = tr * c3 - ti * s3;
            oim[out + 3 * outStep + l] = tr * s3 + ti * c3;
        }
    }
}

NK_CLONES
void nk_fft_lanes(size_t n, size_t lanes, int sign, float *re, float *im, float *scratch, const float *twiddles) {
    float *fromRe = re, *fromIm = im, *toRe = scratch, *toIm = scratch + n * lanes;
    size_t rows = n, stride = 1;
    while (rows >= 4) {
        pass4(n, rows, stride, lanes, (float)sign, fromRe, fromIm, toRe, toIm, twiddles, twiddles + n);
        float *swap = fromRe;
        fromRe = toRe, toRe = swap;
        swap = fromIm, fromIm = toIm, toIm = swap;
        rows /= 4, stride *= 4;
    }
    if (rows == 2) {
        pass2(rows, stride, lanes, fromRe, fromIm, toRe, toIm);
        float *swap = fromRe;
        fromRe = toRe, toRe = swap;
        swap = fromIm, fromIm = toIm, toIm = swap;
    }
    if (fromRe != re) {
        memcpy(re, fromRe, n * lanes * sizeof(float));
        memcpy(im, fromIm, n * lanes * sizeof(float));
    }
}

NK_CLONES
void nk_unpack_spectra(size_t n, size_t lanes, const float *re, const float *im, float *out, size_t binPitch,
                       size_t rowPitch) {
    for (size_t k = 0; k <= n / 2; k++) {
        size_t mirror = (n - k) % n;
        const float *zr = re + k * lanes, *zi = im + k * lanes;
        const float *mr = re + mirror * lanes, *mi = im + mirror * lanes;
        float *row = out + k * binPitch;
        for (size_t l = 0; l < lanes; l++) {
            row[l] = (zr[l] + mr[l]) * 0.5f;
            row[lanes + l] = (zi[l] + mi[l]) * 0.5f;
            row[2 * lanes + l] = (zi[l] - mi[l]) * 0.5f;
            row[3 * lanes + l] = (mr[l] - zr[l]) * 0.5f;
        }
        if (rowPitch == 0) continue;
        float *second = row + rowPitch;
        for (size_t l = 0; l < 2 * lanes; l++) {
            second[l] = row[2 * lanes + l];
            second[2 * lanes + l] = -row[l];
        }
    }
}

NK_CLONES
void nk_pack_spectra(size_t n, size_t first, size_t width, size_t half, const float *y, size_t binPitch,
                     size_t rowPitch, float *re, float *im) {
    for (size_t k = 0; k <= n / 2; k++) {
        size_t mirror = (n - k) % n;
        const float *ar = y + k * binPitch + first, *ai = ar + rowPitch;
        const float *br = ar + half, *bi = ai + half;
        float *zr = re + k * width, *zi = im + k * width;
        float *mr = re + mirror * width, *mi = im + mirror * width;
        // z = a + i b at bin k, conj(a) + i conj(b) at the mirrored bin. At k = 0 and n/2 both are the same row, where
        // a real signal has no imaginary part: those terms cancel.
        if (k == mirror) {
            for (size_t l = 0; l < width; l++) zr[l] = ar[l], zi[l] = br[l];
            continue;
        }
        for (size_t l = 0; l < width; l++) {
            float a = ar[l], b = ai[l], c = br[l], d = bi[l];
            zr[l] = a - d;
            zi[l] = b + c;
            mr[l] = a + d;
            mi[l] = c - b;
        }
    }
}

NK_CLONES
void nk_split_spectra(size_t n, size_t first, size_t width, size_t half, const float *re, const float *im, float *y,
                      size_t binPitch, size_t rowPitch) {
    for (size_t k = 0; k <= n / 2; k++) {
        size_t mirror = (n - k) % n;
        const float *zr = re + k * width, *zi = im + k * width;
        const float *mr = re + mirror * width, *mi = im + mirror * width;
        float *ar = y + k * binPitch + first, *ai = ar + rowPitch;
        float *br = ar + half, *bi = ai + half;
        for (size_t l = 0; l < width; l++) {
            float a = zr[l], b = zi[l], c = mr[l], d = mi[l];
            ar[l] = (a + c) * 0.5f;
            ai[l] = (b - d) * 0.5f;
            br[l] = (b + d) * 0.5f;
            bi[l] = (c - a) * 0.5f;
        }
    }
}
