#pragma once

#include <optional>
#include <string>
#include <vector>

#include "exchange/exchange.h"
#include "exchange/leaf_path.h"
#include "exchange/yaml.h"

/// The writers of Timeloop's sections, private to exchange/.
namespace attnsim::exchange {

/// A target of Timeloop's mapping.
struct WrittenLevel {
  enum class Kind { memory, columns, rows };
  Kind kind = Kind::memory;
  std::string name;
};

struct WrittenMachine {
  Yaml architecture;
  Yaml energies;  ///< ERT
  Yaml areas;     ///< ART; empty where no component has one
  std::string unit;
  std::vector<WrittenLevel> levels;  ///< from the outermost
};

/// @param unit  that computes; empty: the first of the architecture
[[nodiscard]] WrittenMachine write_timeloop_machine(const arch::Architecture& architecture,
                                                    const std::string& unit, Losses& losses);

/// nullopt, and a loss, where Timeloop's projections cannot say how the Einsum reads.
/// @throws InputError for a rank without a shape
[[nodiscard]] std::optional<Yaml> write_timeloop_problem(const einsum::Cascade& cascade,
                                                         const einsum::Einsum& einsum,
                                                         const std::string& name,
                                                         const Shapes& shapes, Losses& losses);

/// nullopt, and a loss, where tiles do not divide what they are tiles of.
[[nodiscard]] std::optional<Yaml> write_timeloop_mapping(
    const LeafPath& path, const einsum::Cascade& cascade, const einsum::Einsum& einsum,
    const Shapes& shapes, const arch::Architecture& architecture, const WrittenMachine& machine,
    Losses& losses);

}  // namespace attnsim::exchange
