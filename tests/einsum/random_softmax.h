#pragma once

#include <random>
#include <string>

namespace attnsim::einsum {

/// The text of a cascade like softmax attention, written at random: scores with or without bias,
/// scale, any base, masks (not on every Einsum, now and then), maps split or joined, factors in any
/// order, divisions in any place, more reductions that read the same; now and then with a step that
/// derivation must refuse. Valid, and mostly finite on inputs in [-1, 1].
[[nodiscard]] std::string random_softmax(std::mt19937& random);

}  // namespace attnsim::einsum
