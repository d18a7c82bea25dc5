// The part of ONNX Runtime's C interface that is used, declared by hand: builds of the runtime that are installed without
// its headers, such as the Python wheels, are enough. The interface is a table of function pointers that is only ever
// appended to, so a member stays in its slot for ever; the assertions below pin every slot that is used.
// Reference: https://onnxruntime.ai/docs/api/c/struct_ort_api.html

#ifndef JOINTRANK_CONNXRUNTIME_H
#define JOINTRANK_CONNXRUNTIME_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The version of the table that is asked for: that of ONNX Runtime 1.18.
enum { JointRankOrtApiVersion = 18 };

// Handles whose insides are the runtime's own. A null status means success.
typedef struct OrtStatus OrtStatus;
typedef struct OrtEnv OrtEnv;
typedef struct OrtSession OrtSession;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtRunOptions OrtRunOptions;
typedef struct OrtValue OrtValue;
typedef struct OrtMemoryInfo OrtMemoryInfo;
typedef struct OrtAllocator OrtAllocator;
typedef struct OrtTypeInfo OrtTypeInfo;
typedef struct OrtTensorTypeAndShapeInfo OrtTensorTypeAndShapeInfo;
typedef struct OrtCUDAProviderOptionsV2 OrtCUDAProviderOptionsV2;
typedef struct OrtEpAssignedSubgraph OrtEpAssignedSubgraph;
typedef struct OrtEpAssignedNode OrtEpAssignedNode;

typedef OrtStatus *_Nullable OrtResult;

enum { JointRankOrtLogFatal = 4, JointRankOrtDeviceAllocator = 0, JointRankOrtMemoryDefault = 0 };

/// A function of the table.
#define ORT_FUNCTION(result, name) result (*_Nonnull name)
/// Slots `first` to `last`, which are not used.
#define ORT_UNUSED(first, last) const void *_Nullable unused##first[last - first + 1]

typedef struct {
    ORT_UNUSED(0, 0);
    ORT_FUNCTION(int32_t, GetErrorCode)(const OrtStatus *);
    ORT_FUNCTION(const char *_Nonnull, GetErrorMessage)(const OrtStatus *);
    ORT_FUNCTION(OrtResult, CreateEnv)(int32_t severity, const char *name, OrtEnv *_Nullable *_Nonnull);
    ORT_UNUSED(4, 6);
    ORT_FUNCTION(OrtResult, CreateSession)
    (OrtEnv *, const char *path, const OrtSessionOptions *, OrtSession *_Nullable *_Nonnull);
    ORT_FUNCTION(OrtResult, CreateSessionFromArray)
    (OrtEnv *, const void *_Nullable model, size_t byteCount, const OrtSessionOptions *, OrtSession *_Nullable *_Nonnull);
    ORT_FUNCTION(OrtResult, Run)
    (OrtSession *, const OrtRunOptions *_Nullable, const char *_Nullable const *_Nullable inputNames,
     const OrtValue *_Nullable const *_Nullable inputs, size_t inputCount, const char *_Nullable const *_Nonnull outputNames,
     size_t outputCount, OrtValue *_Nullable *_Nonnull outputs);
    ORT_FUNCTION(OrtResult, CreateSessionOptions)(OrtSessionOptions *_Nullable *_Nonnull);
    ORT_UNUSED(11, 16);
    ORT_FUNCTION(OrtResult, DisableMemPattern)(OrtSessionOptions *);
    ORT_UNUSED(18, 18);
    ORT_FUNCTION(OrtResult, DisableCpuMemArena)(OrtSessionOptions *);
    ORT_UNUSED(20, 21);
    ORT_FUNCTION(OrtResult, SetSessionLogSeverityLevel)(OrtSessionOptions *, int32_t);
    ORT_FUNCTION(OrtResult, SetSessionGraphOptimizationLevel)(OrtSessionOptions *, int32_t);
    ORT_FUNCTION(OrtResult, SetIntraOpNumThreads)(OrtSessionOptions *, int32_t);
    ORT_UNUSED(25, 29);
    ORT_FUNCTION(OrtResult, SessionGetInputCount)(const OrtSession *, size_t *);
    ORT_FUNCTION(OrtResult, SessionGetOutputCount)(const OrtSession *, size_t *);
    ORT_FUNCTION(OrtResult, SessionGetOverridableInitializerCount)(const OrtSession *, size_t *);
    ORT_FUNCTION(OrtResult, SessionGetInputTypeInfo)(const OrtSession *, size_t, OrtTypeInfo *_Nullable *_Nonnull);
    ORT_FUNCTION(OrtResult, SessionGetOutputTypeInfo)(const OrtSession *, size_t, OrtTypeInfo *_Nullable *_Nonnull);
    ORT_FUNCTION(OrtResult, SessionGetOverridableInitializerTypeInfo)
    (const OrtSession *, size_t, OrtTypeInfo *_Nullable *_Nonnull);
    ORT_FUNCTION(OrtResult, SessionGetInputName)(const OrtSession *, size_t, OrtAllocator *, char *_Nullable *_Nonnull);
    ORT_FUNCTION(OrtResult, SessionGetOutputName)(const OrtSession *, size_t, OrtAllocator *, char *_Nullable *_Nonnull);
    ORT_FUNCTION(OrtResult, SessionGetOverridableInitializerName)
    (const OrtSession *, size_t, OrtAllocator *, char *_Nullable *_Nonnull);
    ORT_FUNCTION(OrtResult, CreateRunOptions)(OrtRunOptions *_Nullable *_Nonnull);
    ORT_UNUSED(40, 45);
    ORT_FUNCTION(OrtResult, RunOptionsSetTerminate)(OrtRunOptions *);
    ORT_UNUSED(47, 48);
    ORT_FUNCTION(OrtResult, CreateTensorWithDataAsOrtValue)
    (const OrtMemoryInfo *, void *_Nullable data, size_t byteCount, const int64_t *_Nullable shape, size_t rank, int32_t elementType,
     OrtValue *_Nullable *_Nonnull);
    ORT_UNUSED(50, 50);
    ORT_FUNCTION(OrtResult, GetTensorMutableData)(OrtValue *, void *_Nullable *_Nonnull);
    ORT_UNUSED(52, 54);
    /// The result belongs to the type information; null where the type is not a tensor.
    ORT_FUNCTION(OrtResult, CastTypeInfoToTensorInfo)(const OrtTypeInfo *, const OrtTensorTypeAndShapeInfo *_Nullable *_Nonnull);
    ORT_FUNCTION(OrtResult, GetOnnxTypeFromTypeInfo)(const OrtTypeInfo *, int32_t *);
    ORT_UNUSED(57, 59);
    ORT_FUNCTION(OrtResult, GetTensorElementType)(const OrtTensorTypeAndShapeInfo *, int32_t *);
    ORT_FUNCTION(OrtResult, GetDimensionsCount)(const OrtTensorTypeAndShapeInfo *, size_t *);
    ORT_FUNCTION(OrtResult, GetDimensions)(const OrtTensorTypeAndShapeInfo *, int64_t *, size_t);
    ORT_FUNCTION(OrtResult, GetSymbolicDimensions)(const OrtTensorTypeAndShapeInfo *, const char *_Nullable *_Nonnull, size_t);
    ORT_UNUSED(64, 65);
    ORT_FUNCTION(OrtResult, GetTypeInfo)(const OrtValue *, OrtTypeInfo *_Nullable *_Nonnull);
    ORT_UNUSED(67, 68);
    ORT_FUNCTION(OrtResult, CreateCpuMemoryInfo)(int32_t allocatorType, int32_t memoryType, OrtMemoryInfo *_Nullable *_Nonnull);
    ORT_UNUSED(70, 75);
    ORT_FUNCTION(OrtResult, AllocatorFree)(OrtAllocator *, void *);
    ORT_UNUSED(77, 77);
    /// The allocator lives as long as the process.
    ORT_FUNCTION(OrtResult, GetAllocatorWithDefaultOptions)(OrtAllocator *_Nullable *_Nonnull);
    ORT_UNUSED(79, 92);
    ORT_FUNCTION(void, ReleaseStatus)(OrtStatus *);
    ORT_FUNCTION(void, ReleaseMemoryInfo)(OrtMemoryInfo *);
    ORT_FUNCTION(void, ReleaseSession)(OrtSession *);
    ORT_FUNCTION(void, ReleaseValue)(OrtValue *);
    ORT_FUNCTION(void, ReleaseRunOptions)(OrtRunOptions *);
    ORT_FUNCTION(void, ReleaseTypeInfo)(OrtTypeInfo *);
    ORT_UNUSED(99, 99);
    ORT_FUNCTION(void, ReleaseSessionOptions)(OrtSessionOptions *);
    ORT_UNUSED(101, 123);
    ORT_FUNCTION(OrtResult, AddFreeDimensionOverrideByName)(OrtSessionOptions *, const char *name, int64_t);
    ORT_FUNCTION(OrtResult, GetAvailableProviders)(char *_Nullable *_Nullable *_Nonnull names, int32_t *count);
    ORT_FUNCTION(OrtResult, ReleaseAvailableProviders)(char *_Nullable *_Nonnull names, int32_t count);
    ORT_UNUSED(127, 129);
    ORT_FUNCTION(OrtResult, AddSessionConfigEntry)(OrtSessionOptions *, const char *key, const char *value);
    ORT_UNUSED(131, 203);
    ORT_FUNCTION(OrtResult, SessionOptionsAppendExecutionProvider_CUDA_V2)(OrtSessionOptions *, const OrtCUDAProviderOptionsV2 *);
    ORT_FUNCTION(OrtResult, CreateCUDAProviderOptions)(OrtCUDAProviderOptionsV2 *_Nullable *_Nonnull);
    ORT_FUNCTION(OrtResult, UpdateCUDAProviderOptions)
    (OrtCUDAProviderOptionsV2 *, const char *_Nullable const *_Nonnull keys, const char *_Nullable const *_Nonnull values, size_t count);
    ORT_UNUSED(207, 207);
    ORT_FUNCTION(void, ReleaseCUDAProviderOptions)(OrtCUDAProviderOptionsV2 *);
    ORT_UNUSED(209, 215);
    /// Knows some providers by their short names, such as "OpenVINO", and refuses all others.
    ORT_FUNCTION(OrtResult, SessionOptionsAppendExecutionProvider)
    (OrtSessionOptions *, const char *name, const char *_Nullable const *_Nonnull keys, const char *_Nullable const *_Nonnull values,
     size_t count);
} OrtApi;

/// The version of the table whose end is used as well, where the runtime has it: that of ONNX Runtime 1.24.
enum { JointRankOrtPlacementApiVersion = 24 };

/// The same table in that version, with the functions that say which provider runs which nodes.
typedef struct {
    ORT_UNUSED(0, 406);
    /// What is returned here and below belongs to the session.
    ORT_FUNCTION(OrtResult, Session_GetEpGraphAssignmentInfo)
    (const OrtSession *, const OrtEpAssignedSubgraph *_Nullable const *_Nullable *_Nonnull subgraphs, size_t *count);
    ORT_FUNCTION(OrtResult, EpAssignedSubgraph_GetEpName)(const OrtEpAssignedSubgraph *, const char *_Nullable *_Nonnull name);
    ORT_FUNCTION(OrtResult, EpAssignedSubgraph_GetNodes)
    (const OrtEpAssignedSubgraph *, const OrtEpAssignedNode *_Nullable const *_Nullable *_Nonnull nodes, size_t *count);
} OrtPlacementApi;

#undef ORT_FUNCTION
#undef ORT_UNUSED

/// What the shared library's one exported function returns.
typedef struct {
    /// An `OrtApi`, or null where the runtime is older than the version.
    const void *_Nullable (*_Nonnull GetApi)(uint32_t version);
    const char *_Nonnull (*_Nonnull GetVersionString)(void);
} OrtApiBase;

/// Opens the shared library at `path` for the rest of the process's life, without adding its symbols to the process's own.
///
/// Returns null on failure and then writes the reason, cut to `capacity` bytes with the closing zero, to `reason`.
const OrtApiBase *_Nullable jointrank_ort_open(const char *path, char *reason, size_t capacity);

#pragma clang assume_nonnull end

#endif
