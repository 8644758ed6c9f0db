#pragma once

#include <optional>
#include <string>

#include "exchange/exchange.h"
#include "exchange/machine.h"
#include "exchange/yaml.h"

/// The readers of AccelForge's sections, private to exchange/.
namespace attnsim::exchange {

struct AccelforgeWorkload {
  einsum::Cascade cascade;
  Shapes shapes;
  std::optional<std::uint64_t> word;  ///< bits of a value
};

/// `workload:`: Einsums as text or as tensor accesses.
[[nodiscard]] AccelforgeWorkload read_accelforge_workload(const Yaml& section,
                                                          const std::string& name, Losses& losses);

/// `arch:`: nodes from the outside in.
/// @param word  bits of a value, where a workload says so
[[nodiscard]] Machine read_accelforge_machine(const Yaml& section,
                                              std::optional<std::uint64_t> word, Losses& losses);

}  // namespace attnsim::exchange
