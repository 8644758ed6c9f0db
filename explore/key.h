#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "explore/executor.h"
#include "explore/inputs.h"

namespace attnsim::explore {

/// SHA-256 in hex.
[[nodiscard]] std::string sha256(std::string_view bytes);

/// The keys of points: a hash of all that a result depends on. That is the elements and attributes
/// of the architecture, mapping and model after all overrides, the technology tables, the text of
/// the cascade, the resolved shapes, the executor and the version of the program. Equal inputs have
/// equal keys however they are named, formatted or overridden; where a point cannot be resolved,
/// the key is of what was typed.
class PointKeys {
 public:
  PointKeys(InputCache& cache, const ExecutorOptions& options, std::string version)
      : cache_(cache), options_(options), version_(std::move(version)) {}

  /// Never throws for what is wrong with a point.
  [[nodiscard]] std::string key_of(const Point& point);

 private:
  [[nodiscard]] std::string resolved(const Point& point);

  InputCache& cache_;
  ExecutorOptions options_;
  std::string version_;
  std::shared_ptr<const Inputs> last_;  ///< points come in runs that share theirs
  std::string last_digest_;
};

}  // namespace attnsim::explore
