#pragma once

#include <optional>
#include <string>

#include "einsum/cascade.h"

namespace attnsim::einsum {

/// A part of a cascade of whose algebra the rewriting rules know nothing.
struct BeyondRules {
  std::string einsum;
  Place place;
  std::string reason;
};

/// The first of them: selections, operators of the cascade's own, indices that divide or gather,
/// coordinates as values, conditions that are negated or depend on data, computed initial values.
[[nodiscard]] std::optional<BeyondRules> beyond_rules(const Cascade& cascade);

}  // namespace attnsim::einsum
