#ifndef JOINTRANK_CTURBOJPEG_SHIM_H
#define JOINTRANK_CTURBOJPEG_SHIM_H
#include <turbojpeg.h>
#endif
