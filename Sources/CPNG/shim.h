#ifndef JOINTRANK_CPNG_SHIM_H
#define JOINTRANK_CPNG_SHIM_H
#include <png.h>
#endif
