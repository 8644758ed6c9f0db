#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "arch/components.h"
#include "mappings/kernel.h"

/// A mapping of launches made concrete for one shape and GPU: programs of numbers.
namespace attnsim::mappings {

/// What an instruction takes of one unit of its multiprocessor, in cycles.
struct UnitTime {
  std::size_t unit = 0;
  double occupancy = 0;  ///< until the unit can serve another warp
  double alone = 0;      ///< until this one is served; at least the occupancy
};

/// One step of a role, loops flat: a loop is its `loop` at the start and another, `closes`, behind.
struct Instruction {
  StepKind kind = StepKind::delay;  ///< never mix (a `use` of several units) or branch
  std::vector<UnitTime> uses;
  double latency = 0;  ///< cycles after the occupancy
  double amount = 0;   ///< bytes, tokens, pending steps, cycles or times
  double miss = 0;     ///< share of a load's bytes that L2 does not hold
  int slot = -1;       ///< of what runs on beside the role; -1: the role waits
  int token = -1;  ///< taken, given, or given when a load arrives; with the `tokens` - 1 behind it
  int tokens = 1;
  bool scattered = false;  ///< a store of parts of lines
  bool closes = false;
  std::size_t partner = 0;  ///< the other end of a loop
};

/// A unit works slower while another is busy: factor 1 where none slows it.
struct Slowdown {
  std::size_t by = 0;
  double factor = 1;
};

/// What the warps of one block do.
struct BlockProgram {
  std::vector<std::vector<Instruction>> roles;  ///< each copy of a role
  std::vector<double> tokens;                   ///< what each has at first
  std::size_t slots = 0;
  std::vector<Slowdown> slowdowns;  ///< by unit
};

/// Component, what it does, and for which Einsum or tensor: operations or bytes.
using KernelActions = std::map<std::tuple<std::string, std::string, std::string>, double>;
/// Einsum and unit: cycles that it occupies it.
using KernelBusy = std::map<std::tuple<std::string, std::string>, double>;

/// What a block amounts to, time apart.
struct BlockTotals {
  KernelActions actions;
  KernelBusy busy;
  double l2_bytes = 0;
  double dram_bytes = 0;
};

/// Long loops are simulated at two lengths: `program` of the class, and this one a period longer.
struct Stretch {
  std::size_t longer = 0;
  double periods = 0;  ///< left out of the class's program
};

/// Blocks that do the same. Their time is that of `program`, and for each stretch its periods times
/// what its longer program takes more.
struct LoweredClass {
  std::size_t program = 0;
  std::vector<Stretch> stretches;
  BlockTotals totals;
  std::int64_t blocks = 0;
};

struct LoweredLaunch {
  std::string name;
  std::int64_t residents = 1;  ///< blocks that a multiprocessor holds
  bool persistent = false;
  double start = 0;                  ///< cycles
  std::vector<std::uint32_t> order;  ///< the class of each block, in the order of issue
  std::vector<LoweredClass> classes;
  std::vector<BlockProgram> programs;
};

struct LoweredKernel {
  std::vector<std::string> units;  ///< of a multiprocessor
  std::vector<LoweredLaunch> launches;
};

/// Numbers for the formulas: shapes and parameters by name.
using KernelShapes = std::map<std::string, std::int64_t>;

/// Makes the launches concrete. A pure function.
/// @param shapes  B, H, J, P, M, E, F, causal and the mapping's parameters
/// @throws InputError for what is wrong with the file, InfeasibleError for what the kernel or a
///         multiprocessor cannot take
[[nodiscard]] LoweredKernel lower_kernel(const KernelMapping& kernel,
                                         const arch::Architecture& architecture,
                                         const KernelShapes& shapes);

/// The launches as text, a line each: blocks, how many a multiprocessor holds, and their kinds.
[[nodiscard]] std::vector<std::string> draw_launches(const LoweredKernel& kernel);

}  // namespace attnsim::mappings
