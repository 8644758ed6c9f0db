#pragma once

#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "direct/reader.h"
#include "einsum/shapes.h"

namespace attnsim::direct {

using Random = std::mt19937_64;

/// Draws the element of an input at a point.
using Draw = std::function<double(Random&, const einsum::Shapes&, At)>;

/// Input -> how its elements are drawn.
using Draws = std::map<std::string, Draw>;

/// Uniform in [least, largest).
[[nodiscard]] Draw between(double least, double largest);

/// A whole number of least ... largest.
[[nodiscard]] Draw whole(double least, double largest);

/// A coordinate of the rank.
[[nodiscard]] Draw coordinate_of(const std::string& rank);

/// One of the values, each as likely.
[[nodiscard]] Draw one_of(const std::vector<double>& values);

/// Always the value.
[[nodiscard]] Draw always(double value);

}  // namespace attnsim::direct
