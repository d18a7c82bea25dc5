#include "COnnxRuntime.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#ifdef __linux__
#include <link.h>
#include <string.h>
#endif

#define ASSERT_SLOT_OF(table, name, slot) \
    _Static_assert(offsetof(table, name) == (slot) * sizeof(void *), #name " is not in slot " #slot)
#define ASSERT_SLOT(name, slot) ASSERT_SLOT_OF(OrtApi, name, slot)

ASSERT_SLOT(GetErrorCode, 1);
ASSERT_SLOT(CreateEnv, 3);
ASSERT_SLOT(CreateSession, 7);
ASSERT_SLOT(Run, 9);
ASSERT_SLOT(CreateSessionOptions, 10);
ASSERT_SLOT(DisableMemPattern, 17);
ASSERT_SLOT(SetSessionLogSeverityLevel, 22);
ASSERT_SLOT(SetIntraOpNumThreads, 24);
ASSERT_SLOT(SessionGetInputCount, 30);
ASSERT_SLOT(SessionGetOutputTypeInfo, 34);
ASSERT_SLOT(SessionGetOverridableInitializerName, 38);
ASSERT_SLOT(CreateRunOptions, 39);
ASSERT_SLOT(RunOptionsSetTerminate, 46);
ASSERT_SLOT(CreateTensorWithDataAsOrtValue, 49);
ASSERT_SLOT(GetTensorMutableData, 51);
ASSERT_SLOT(CastTypeInfoToTensorInfo, 55);
ASSERT_SLOT(GetTensorElementType, 60);
ASSERT_SLOT(GetSymbolicDimensions, 63);
ASSERT_SLOT(GetTypeInfo, 66);
ASSERT_SLOT(CreateCpuMemoryInfo, 69);
ASSERT_SLOT(AllocatorFree, 76);
ASSERT_SLOT(GetAllocatorWithDefaultOptions, 78);
ASSERT_SLOT(ReleaseStatus, 93);
ASSERT_SLOT(ReleaseTypeInfo, 98);
ASSERT_SLOT(ReleaseSessionOptions, 100);
ASSERT_SLOT(AddFreeDimensionOverrideByName, 124);
ASSERT_SLOT(GetAvailableProviders, 125);
ASSERT_SLOT(ReleaseAvailableProviders, 126);
ASSERT_SLOT(AddSessionConfigEntry, 130);
ASSERT_SLOT(SessionOptionsAppendExecutionProvider_CUDA_V2, 204);
ASSERT_SLOT(CreateCUDAProviderOptions, 205);
ASSERT_SLOT(UpdateCUDAProviderOptions, 206);
ASSERT_SLOT(ReleaseCUDAProviderOptions, 208);
ASSERT_SLOT(SessionOptionsAppendExecutionProvider, 216);
ASSERT_SLOT_OF(OrtPlacementApi, Session_GetEpGraphAssignmentInfo, 407);
ASSERT_SLOT_OF(OrtPlacementApi, EpAssignedSubgraph_GetEpName, 408);
ASSERT_SLOT_OF(OrtPlacementApi, EpAssignedSubgraph_GetNodes, 409);

#ifdef __linux__
/// Whether a library's file ends before the parts of it that are to be mapped: to touch what is missing would end the process.
static bool is_cut_short(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) return false;
    ElfW(Ehdr) header;
    bool is_cut = false;
    if (fread(&header, sizeof header, 1, file) == 1 && memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 && fseek(file, 0, SEEK_END) == 0) {
        const ElfW(Off) size = (ElfW(Off))ftell(file);
        for (int index = 0; index < header.e_phnum && !is_cut; index++) {
            ElfW(Phdr) part;
            is_cut = fseek(file, (long)header.e_phoff + index * (long)sizeof part, SEEK_SET) != 0
                || fread(&part, sizeof part, 1, file) != 1
                || (part.p_type == PT_LOAD && (part.p_offset > size || part.p_filesz > size - part.p_offset));
        }
    }
    fclose(file);
    return is_cut;
}
#else
static bool is_cut_short(const char *path) { return false; }
#endif

const OrtApiBase *jointrank_ort_open(const char *path, char *reason, size_t capacity) {
    if (is_cut_short(path)) {
        snprintf(reason, capacity, "the file is cut short");
        return NULL;
    }
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        const char *message = dlerror();
        snprintf(reason, capacity, "%s", message != NULL ? message : "the library cannot be opened");
        return NULL;
    }
    const OrtApiBase *(*getApiBase)(void) = (const OrtApiBase *(*)(void))dlsym(library, "OrtGetApiBase");
    const OrtApiBase *base = getApiBase != NULL ? getApiBase() : NULL;
    if (base == NULL) {
        snprintf(reason, capacity, "%s is not ONNX Runtime: it lacks the function OrtGetApiBase", path);
        dlclose(library);
    }
    return base;
}
