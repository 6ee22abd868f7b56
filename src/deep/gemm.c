/* Matrix products of OpenBLAS, in pieces of C between which a stop request is noticed. */
#include "base/interrupt.h"
#include "deep/real.h"

void aln_gemm(char op_A, char op_B, size_t m, size_t n, size_t k, real alpha, const real *A,
              size_t lda, const real *B, size_t ldb, real beta, real *C, size_t ldc)
{
    const int K = (int)k, a = (int)lda, b = (int)ldb, c = (int)ldc;
    for (size_t i = 0, rows; i < m; i += rows) {
        rows = aln_product_piece(m - i, (double)n * (double)k);
        for (size_t j = 0, cols; j < n; j += cols) {
            cols = aln_product_piece(n - j, (double)rows * (double)k);
            /* Row-major matrices are the transposes in column-major order: C^T = op(B)^T op(A)^T. */
            const int M = (int)rows, N = (int)cols;
            if ((rows < m || cols < n) && aln_interrupted())
                return;
            ALN_GEMM(&op_B, &op_A, &N, &M, &K, &alpha, B + (op_B == 'N' ? j : j * ldb), &b,
                     A + (op_A == 'N' ? i * lda : i), &a, &beta, C + i * ldc + j, &c);
        }
    }
}
