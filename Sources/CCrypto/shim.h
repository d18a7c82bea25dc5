#ifndef JOINTRANK_CCRYPTO_SHIM_H
#define JOINTRANK_CCRYPTO_SHIM_H
#include <openssl/evp.h>
#endif
