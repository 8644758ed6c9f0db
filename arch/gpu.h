#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/place.h"
#include "base/units.h"

/// Many identical multiprocessors that share an L2 and a memory, as a plain value.
namespace attnsim::arch {

/// What one kind of instruction takes of a multiprocessor. Rates are operations a cycle.
struct GpuOperation {
  std::string name;
  std::string unit;       ///< those of one unit wait for each other
  double rate = 0;        ///< of the unit, however many warps use it
  double alone = 0;       ///< that one warp on each quadrant reaches; at most `rate`
  Cycles latency;         ///< from the last issue to the result
  Picojoules energy;      ///< of one operation, at the clock that `GpuPower::reference` names
  bool products = false;  ///< while it runs, the tensor clock holds
};

/// `unit` takes `factor` times as long while `by` is busy: they share registers' ports and issue.
struct GpuSlowdown {
  std::string unit;
  std::string by;
  double factor = 1;
};

/// Bandwidth that the memory gives to so many multiprocessors at once.
struct GpuBandwidth {
  std::uint64_t multiprocessors = 0;
  BytesPerSecond bandwidth;
};

/// What a multiprocessor has room for; blocks stay on it until they are done.
struct GpuRoom {
  std::uint64_t threads = 0;
  std::uint64_t blocks = 0;
  std::uint64_t registers = 0;  ///< of 32 bits; a warp takes them in units of 256
  Bytes shared;                 ///< of all blocks
  Bytes reserved;               ///< of it, that each block takes for the system
};

/// Kernels start one after another; what each start takes.
struct GpuLaunch {
  Seconds first;  ///< the first kernel, from event to event around an empty one
  Seconds next;   ///< each further kernel
  Seconds block;  ///< from the end of a block to the start of the next in its place
  Seconds cold;   ///< until the first data of a kernel arrive from cold memory, beyond its latency
};

/// Power sets the clock: the highest one at which a load stays below the limit.
struct GpuPower {
  Watts idle;
  Watts limit;
  Hertz clock;       ///< the highest
  Hertz tensor;      ///< the highest while products run
  Seconds settles;   ///< after which the tensor clock holds
  Hertz reference;   ///< of the energies
  double slope = 0;  ///< how energy grows with the clock: energy ~ (clock / reference)^slope
};

struct Gpu {
  std::uint64_t multiprocessors = 0;
  GpuRoom room;
  double port = 0;  ///< bytes a cycle between a multiprocessor and L2
  std::string l2;
  std::string dram;
  Cycles l2_latency;
  Cycles dram_latency;
  Cycles hand_over;  ///< from a block's storing what it found to another's having seen its flag
  std::vector<GpuBandwidth> dram_bandwidth;  ///< by rising multiprocessors
  /// Where half of the bytes are written; 0: as without. The bus turns around between both ways.
  BytesPerSecond mixed_dram;
  /// That L2 takes of parts of its lines, as fragments of matrices are stored.
  BytesPerSecond scattered;
  std::map<std::string, GpuOperation> operations;
  std::vector<GpuSlowdown> slowdowns;
  GpuLaunch launch;
  GpuPower power;
  Place place;
};

/// What of the memory's bandwidth is left where a share of the bytes, 0 to 1, is written: turns of
/// the bus are as likely as a read and a write in a row.
[[nodiscard]] double turnaround(const Gpu& gpu, double written);

/// Bandwidth of the memory with `active` multiprocessors reading: between two measured points by
/// the line through both.
[[nodiscard]] BytesPerSecond dram_bandwidth(const Gpu& gpu, std::uint64_t active);

}  // namespace attnsim::arch
