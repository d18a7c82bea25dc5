#ifndef JOINTRANK_CZLIB_SHIM_H
#define JOINTRANK_CZLIB_SHIM_H
#include <zlib.h>
#endif
