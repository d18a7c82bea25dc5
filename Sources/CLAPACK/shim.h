// LAPACKE's declarations come from liblapacke-dev; CBLAS and OpenBLAS's control of threads and memory are declared here, because
// their headers live in a folder that depends on the flavour of OpenBLAS that is installed.
#ifndef JOINTRANK_CLAPACK_SHIM_H
#define JOINTRANK_CLAPACK_SHIM_H
#include <lapacke.h>

enum { JointRankRowMajor = 101, JointRankColumnMajor = 102, JointRankNoTranspose = 111, JointRankTranspose = 112 };

void cblas_dgemm(int order, int transposeA, int transposeB, int m, int n, int k, double alpha, const double *a, int lda,
                 const double *b, int ldb, double beta, double *c, int ldc);
void openblas_set_num_threads(int count);
void *blas_memory_alloc(int procedure);
void blas_memory_free(void *buffer);
char *openblas_get_config(void);
char *openblas_get_corename(void);

#endif
