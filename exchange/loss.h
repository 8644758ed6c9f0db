#pragma once

#include <string>
#include <vector>

#include "base/place.h"

namespace attnsim::exchange {

/// Something of a source that the result does not say, or says in another way, and why.
struct Loss {
  Place place;
  std::string what;
};
using Losses = std::vector<Loss>;

/// "mapping.yaml:14:3: the bypass of ...".
[[nodiscard]] inline std::string to_string(const Loss& loss) {
  return to_string(loss.place) + ": " + loss.what;
}

}  // namespace attnsim::exchange
