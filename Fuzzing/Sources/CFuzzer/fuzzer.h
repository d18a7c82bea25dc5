#ifndef JOINTRANK_CFUZZER_H
#define JOINTRANK_CFUZZER_H
#include <stddef.h>
#include <stdint.h>

// Of LLVM's libFuzzer, which -sanitize=fuzzer links.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test)(const uint8_t *bytes, size_t count));
#endif
