#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "exchange/exchange.h"
#include "exchange/machine.h"
#include "exchange/yaml.h"

/// The readers of Timeloop's sections, private to exchange/.
namespace attnsim::exchange {

/// Names of the source and what they are called here.
struct TimeloopNames {
  std::map<std::string, std::string> ranks;
  std::map<std::string, std::string> tensors;
};

struct TimeloopProblem {
  einsum::Cascade cascade;
  Shapes shapes;  ///< of all ranks, compound ones too
  TimeloopNames names;
};

/// A level that a mapping can target.
struct TimeloopLevel {
  enum class Kind { memory, fanout };
  Kind kind = Kind::memory;
  std::string source;        ///< its name there
  std::string name;          ///< of the memory here
  Fanout fanout;             ///< of Kind::fanout: what it adds
  std::int64_t buffers = 1;  ///< of Kind::memory: tiles held at once
};

struct TimeloopMachine {
  Machine machine;
  std::vector<TimeloopLevel> levels;  ///< from the outermost
  std::vector<std::string> hollow;    ///< what is there once and holds nothing: no level of ours
};

/// `problem:` of v0.4: an Einsum, its sizes.
[[nodiscard]] TimeloopProblem read_timeloop_problem(const Yaml& section, const std::string& name,
                                                    Losses& losses);
/// `architecture:` of v0.4. Energies and areas (`ERT:`, `ART:`) may be null.
[[nodiscard]] TimeloopMachine read_timeloop_machine(const Yaml& section, const Yaml* energies,
                                                    const Yaml* areas, Losses& losses);
/// `mapping:` of v0.4.
[[nodiscard]] mappings::Mapping read_timeloop_mapping(const Yaml& section,
                                                      const TimeloopProblem& problem,
                                                      const TimeloopMachine& machine,
                                                      const arch::Architecture& architecture,
                                                      Losses& losses);

/// "K=1 M=4", "K1 M4", [K=1, M=4] or {K: 1, M: 4}.
struct Factor {
  std::string dimension;
  std::int64_t count = 1;
  Place place;
};
/// @param dimensions  of the problem: they tell how "K1" is to be read
[[nodiscard]] std::vector<Factor> read_factors(const Yaml& yaml,
                                               const std::set<std::string>& dimensions);

/// The nodes of v0.4 that stand for the `subtree` of a file that Timeloop's front end has worked
/// on, or of an older one: each component is there in as many instances as its name says.
[[nodiscard]] Yaml nodes_of_subtree(const Yaml& subtree);

}  // namespace attnsim::exchange
