#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "exchange/exchange.h"
#include "exchange/machine.h"
#include "exchange/yaml.h"

/// The readers of TeAAL's sections, private to exchange/.
namespace attnsim::exchange {

/// A tensor that a component keeps for an Einsum until the loop over `evict_on` goes on.
struct TeaalBuffer {
  std::string tensor;
  std::string component;
  std::string evict_on;  ///< a loop of the Einsum's, or "root"
  Place place;
};

/// `bindings:` of one Einsum.
struct TeaalBinding {
  std::string config;
  std::vector<TeaalBuffer> buffers;
  std::vector<std::string> computes;  ///< components that compute
  Place place;
};
using TeaalBindings = std::map<std::string, TeaalBinding>;

struct TeaalMachine {
  Machine machine;
  std::map<std::string, std::string> unit_of;  ///< component that computes -> unit
  std::set<std::string> left_out;              ///< components that attnsim has no use for
};

/// "PE" and 128 of "PE[0..127]"; nothing is there many times in "Chip", whose count is 0.
struct LevelName {
  std::string name;
  std::uint64_t count = 0;
};
/// @throws InputError for a name of another form
[[nodiscard]] LevelName read_level_name(const Yaml& yaml);

/// @param config  whose tree is taken; empty: the first
[[nodiscard]] TeaalMachine read_teaal_machine(const Yaml& section, const std::string& config,
                                              Losses& losses);
[[nodiscard]] TeaalBindings read_teaal_bindings(const Yaml& section, Losses& losses);
/// @param bindings  may be empty: all Einsums then run on the first unit, and nothing is kept
[[nodiscard]] mappings::Mapping read_teaal_mapping(const Yaml* section,
                                                   const einsum::Cascade& cascade,
                                                   const TeaalMachine& machine,
                                                   const arch::Architecture& architecture,
                                                   const TeaalBindings& bindings, Losses& losses);

}  // namespace attnsim::exchange
