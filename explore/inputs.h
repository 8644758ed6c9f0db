#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arch/components.h"
#include "einsum/einsum.h"
#include "explore/input_cache.h"
#include "explore/overrides.h"
#include "explore/point.h"
#include "mappings/bounds.h"
#include "mappings/lower.h"
#include "mappings/mapping.h"
#include "workloads/model.h"

namespace attnsim::explore {

/// A point, loaded: everything that `lower` and the reports need.
struct Inputs {
  Document arch_file;
  Document mapping_file;
  std::optional<Document> model_file;
  std::string cascade_path;
  einsum::Cascade cascade;
  arch::Architecture architecture;
  mappings::Mapping mapping;
  std::optional<workloads::Model> model;
  workloads::Shapes shapes;  ///< of the cascade's whole ranks
};

/// Loads the files that the point names, overrides applied.
/// @throws InputError for a name that is unknown, a file that is wrong, or a shape that is missing
[[nodiscard]] Inputs load_inputs(const Point& point);
[[nodiscard]] Inputs load_inputs(const Point& point, InputCache& cache);

/// All but the shapes, which are empty: what points share that differ in their shapes alone.
/// @throws InputError as `load_inputs`
[[nodiscard]] std::shared_ptr<const Inputs> load_unshaped(const Point& point, InputCache& cache);

/// The shapes of a point whose other inputs are loaded. @throws InputError for one that is missing
[[nodiscard]] workloads::Shapes shapes_of(const Point& point, const Inputs& inputs);

/// For a mapping of loops.
[[nodiscard]] mappings::Lowered lower(const Inputs& inputs);

/// What no mapping of the cascade on the architecture can go below (mappings/algorithm_bound.h), at
/// the partitions of this mapping.
[[nodiscard]] mappings::Bound algorithm_bound(const Inputs& inputs);

/// What the mapping becomes, as text, a line each.
[[nodiscard]] std::vector<std::string> draw(const Inputs& inputs);

/// The path of the cascade that a mapping names, relative to the mapping's own file.
/// @throws InputError at the mapping where there is none
[[nodiscard]] std::string find_cascade(const mappings::Mapping& mapping,
                                       const std::string& mapping_path, InputCache& cache);

/// The cascade in a file ("-" is standard input). @throws InputError
[[nodiscard]] einsum::Cascade read_cascade(const std::string& path);

}  // namespace attnsim::explore
