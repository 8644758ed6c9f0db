#pragma once

#include <string>
#include <vector>

#include "arch/reader.h"
#include "einsum/einsum.h"
#include "mappings/lower.h"
#include "mappings/reader.h"
#include "workloads/library.h"

namespace attnsim::mappings {

/// A design read from the shipped files, with overrides (`--set`) and shapes of one's own.
struct Design {
  arch::Architecture architecture;
  Mapping mapping;
  einsum::Cascade cascade;
  Shapes shapes;

  [[nodiscard]] Lowered lower() const {
    return mappings::lower(cascade, architecture, mapping, shapes);
  }
};

inline arch::Architecture shipped_architecture(const std::string& name,
                                               const std::vector<XmlOverride>& overrides = {}) {
  return arch::load_architecture(workloads::find_shipped(workloads::Shipped::arch, name),
                                 overrides);
}

inline Mapping shipped_mapping(const std::string& name,
                               const std::vector<XmlOverride>& overrides = {}) {
  return load_mapping(workloads::find_shipped(workloads::Shipped::mapping, name), overrides);
}

inline einsum::Cascade shipped_cascade(const std::string& name) {
  return einsum::load_cascade(workloads::find_shipped(workloads::Shipped::cascade, name));
}

/// The mapping's machine: the one of the same name, or FLAT's.
inline std::string architecture_for(const std::string& mapping) {
  return mapping == "flat_weight_stationary" ? "flat" : mapping;
}

/// A mapping on its machine, B=2 H=3 E=F=64 and P=M=`sequence_length`.
inline Design shipped_design(const std::string& name, std::int64_t sequence_length,
                             const std::vector<XmlOverride>& arch_overrides = {},
                             const std::vector<XmlOverride>& mapping_overrides = {}) {
  auto mapping = shipped_mapping(name, mapping_overrides);
  auto cascade = shipped_cascade(mapping.cascade);
  return {
      shipped_architecture(architecture_for(name), arch_overrides),
      std::move(mapping),
      std::move(cascade),
      {{"B", 2}, {"H", 3}, {"E", 64}, {"F", 64}, {"P", sequence_length}, {"M", sequence_length}}};
}

}  // namespace attnsim::mappings
