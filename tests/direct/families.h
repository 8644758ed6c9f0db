#pragma once

#include "direct/definition.h"

/// The definitions by subject; each is in the file of its name.
namespace attnsim::direct {

[[nodiscard]] Definitions attention();
[[nodiscard]] Definitions variants();
[[nodiscard]] Definitions masks();
[[nodiscard]] Definitions positions();
[[nodiscard]] Definitions neighborhoods();
[[nodiscard]] Definitions speculation();
[[nodiscard]] Definitions blocks();
[[nodiscard]] Definitions prefill();
[[nodiscard]] Definitions retrieval();
[[nodiscard]] Definitions searches();
[[nodiscard]] Definitions selection();
[[nodiscard]] Definitions heads();
[[nodiscard]] Definitions linear();
[[nodiscard]] Definitions features();
[[nodiscard]] Definitions memories();
[[nodiscard]] Definitions layers();
[[nodiscard]] Definitions hybrids();
[[nodiscard]] Definitions scores();
[[nodiscard]] Definitions additive();
[[nodiscard]] Definitions distributed();
[[nodiscard]] Definitions pruning();
[[nodiscard]] Definitions spatten();

}  // namespace attnsim::direct
