#pragma once

#include <vector>

#include "exchange/exchange.h"
#include "exchange/leaf_path.h"
#include "exchange/yaml.h"

/// The writers of TeAAL's sections, private to exchange/.
namespace attnsim::exchange {

[[nodiscard]] Yaml write_teaal_machine(const arch::Architecture& architecture, Losses& losses);

struct WrittenTeaalMapping {
  Yaml mapping;
  Yaml bindings;  ///< null without an architecture
  Yaml format;    ///< all ranks uncompressed, as the bindings name it
};

/// @param architecture  that sizes and bindings name; may be null
[[nodiscard]] WrittenTeaalMapping write_teaal_mapping(const std::vector<LeafPath>& paths,
                                                      const mappings::Mapping& mapping,
                                                      const einsum::Cascade& cascade,
                                                      const arch::Architecture* architecture,
                                                      Losses& losses);

}  // namespace attnsim::exchange
