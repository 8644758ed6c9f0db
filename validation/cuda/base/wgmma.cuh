#pragma once

#include <cstdint>

#include "base/ptx.cuh"

// Matrix products of a warpgroup (4 warps): D[64 x N] += A[64 x 16] * B[16 x N], bf16 into fp32.
// D in registers: thread t holds, of each 8 columns, two of row 16 * warp + t / 4 (of the warp's
// lanes) and two of the row 8 below, as mma.sync does.
namespace attnsim::gpu::ptx {

/// Where an operand lies in shared memory, in 128-byte swizzle (as TMA writes boxes 64 bf16 wide).
/// `leading`: bytes between blocks of 64 along the contiguous rank, used where that is not the
/// summed one; `stride`: bytes between groups of 8 rows.
__device__ inline std::uint64_t wgmma_descriptor(std::uint32_t address, std::uint32_t leading,
                                                 std::uint32_t stride) {
  constexpr std::uint64_t kSwizzle128 = 1;
  return (static_cast<std::uint64_t>(address & 0x3ffff) >> 4) |
         (static_cast<std::uint64_t>(leading >> 4) << 16) |
         (static_cast<std::uint64_t>(stride >> 4) << 32) | (kSwizzle128 << 62);
}

__device__ inline void wgmma_fence() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }
__device__ inline void wgmma_commit() {
  asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}
template <int kPending>
__device__ inline void wgmma_wait() {
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(kPending) : "memory");
}

/// Tells the compiler that these registers change here: asynchronous products write them.
template <int kCount>
__device__ inline void wgmma_touch(float (&d)[kCount]) {
#pragma unroll
  for (int i = 0; i < kCount; ++i) asm volatile("" : "+f"(d[i])::"memory");
}

#define ATTNSIM_D8(d, i)                                                                      \
  "+f"(d[i]), "+f"(d[i + 1]), "+f"(d[i + 2]), "+f"(d[i + 3]), "+f"(d[i + 4]), "+f"(d[i + 5]), \
      "+f"(d[i + 6]), "+f"(d[i + 7])
#define ATTNSIM_D32(d, i) \
  ATTNSIM_D8(d, i), ATTNSIM_D8(d, i + 8), ATTNSIM_D8(d, i + 16), ATTNSIM_D8(d, i + 24)
#define ATTNSIM_R32_0                                                                      \
  "%0,%1,%2,%3,%4,%5,%6,%7,%8,%9,%10,%11,%12,%13,%14,%15,%16,%17,%18,%19,%20,%21,%22,%23," \
  "%24,%25,%26,%27,%28,%29,%30,%31"
#define ATTNSIM_R32_32                                                                       \
  "%32,%33,%34,%35,%36,%37,%38,%39,%40,%41,%42,%43,%44,%45,%46,%47,%48,%49,%50,%51,%52,%53," \
  "%54,%55,%56,%57,%58,%59,%60,%61,%62,%63"
#define ATTNSIM_R32_64                                                                       \
  "%64,%65,%66,%67,%68,%69,%70,%71,%72,%73,%74,%75,%76,%77,%78,%79,%80,%81,%82,%83,%84,%85," \
  "%86,%87,%88,%89,%90,%91,%92,%93,%94,%95"
#define ATTNSIM_R32_96                                                                     \
  "%96,%97,%98,%99,%100,%101,%102,%103,%104,%105,%106,%107,%108,%109,%110,%111,%112,%113," \
  "%114,%115,%116,%117,%118,%119,%120,%121,%122,%123,%124,%125,%126,%127"

/// A and B in shared memory. kTransposed: B lies with N contiguous, not the summed rank.
/// Not `accumulate`: D = A * B.
template <int kN, int kTransposed>
__device__ inline void wgmma_shared(float (&d)[kN / 2], std::uint64_t a, std::uint64_t b,
                                    int accumulate) {
  static_assert(kN == 64 || kN == 128 || kN == 256);
  if constexpr (kN == 64) {
    asm volatile(
        "{.reg .pred p; setp.ne.b32 p, %34, 0;"
        "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 {" ATTNSIM_R32_0
        "}, %32, %33, p, 1, 1, 0, %35;}"
        : ATTNSIM_D32(d, 0)
        : "l"(a), "l"(b), "r"(accumulate), "n"(kTransposed));
  }
  if constexpr (kN == 128) {
    asm volatile(
        "{.reg .pred p; setp.ne.b32 p, %66, 0;"
        "wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {" ATTNSIM_R32_0 "," ATTNSIM_R32_32
        "}, %64, %65, p, 1, 1, 0, %67;}"
        : ATTNSIM_D32(d, 0), ATTNSIM_D32(d, 32)
        : "l"(a), "l"(b), "r"(accumulate), "n"(kTransposed));
  }
  if constexpr (kN == 256) {
    asm volatile(
        "{.reg .pred p; setp.ne.b32 p, %130, 0;"
        "wgmma.mma_async.sync.aligned.m64n256k16.f32.bf16.bf16 {" ATTNSIM_R32_0 "," ATTNSIM_R32_32
        "," ATTNSIM_R32_64 "," ATTNSIM_R32_96 "}, %128, %129, p, 1, 1, 0, %131;}"
        : ATTNSIM_D32(d, 0), ATTNSIM_D32(d, 32), ATTNSIM_D32(d, 64), ATTNSIM_D32(d, 96)
        : "l"(a), "l"(b), "r"(accumulate), "n"(kTransposed));
  }
}

/// A in registers (the layout of mma.sync), B in shared memory.
template <int kN, int kTransposed>
__device__ inline void wgmma_registers(float (&d)[kN / 2], const std::uint32_t (&a)[4],
                                       std::uint64_t b, int accumulate) {
  static_assert(kN == 64 || kN == 128 || kN == 256);
  if constexpr (kN == 64) {
    asm volatile(
        "{.reg .pred p; setp.ne.b32 p, %37, 0;"
        "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 {" ATTNSIM_R32_0
        "}, {%32,%33,%34,%35}, %36, p, 1, 1, %38;}"
        : ATTNSIM_D32(d, 0)
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b), "r"(accumulate), "n"(kTransposed));
  }
  if constexpr (kN == 128) {
    asm volatile(
        "{.reg .pred p; setp.ne.b32 p, %69, 0;"
        "wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {" ATTNSIM_R32_0 "," ATTNSIM_R32_32
        "}, {%64,%65,%66,%67}, %68, p, 1, 1, %70;}"
        : ATTNSIM_D32(d, 0), ATTNSIM_D32(d, 32)
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b), "r"(accumulate), "n"(kTransposed));
  }
  if constexpr (kN == 256) {
    asm volatile(
        "{.reg .pred p; setp.ne.b32 p, %133, 0;"
        "wgmma.mma_async.sync.aligned.m64n256k16.f32.bf16.bf16 {" ATTNSIM_R32_0 "," ATTNSIM_R32_32
        "," ATTNSIM_R32_64 "," ATTNSIM_R32_96 "}, {%128,%129,%130,%131}, %132, p, 1, 1, %134;}"
        : ATTNSIM_D32(d, 0), ATTNSIM_D32(d, 32), ATTNSIM_D32(d, 64), ATTNSIM_D32(d, 96)
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b), "r"(accumulate), "n"(kTransposed));
  }
}

#undef ATTNSIM_D8
#undef ATTNSIM_D32
#undef ATTNSIM_R32_0
#undef ATTNSIM_R32_32
#undef ATTNSIM_R32_64
#undef ATTNSIM_R32_96

}  // namespace attnsim::gpu::ptx
