#include "direct/draws.h"

#include "base/random_draw.h"

namespace attnsim::direct {

using einsum::Shapes;

Draw between(double least, double largest) {
  return [=](Random& random, const Shapes&, At) {
    return least + (draw_uniform(random) + 1) / 2 * (largest - least);
  };
}

Draw whole(double least, double largest) {
  return [=](Random& random, const Shapes&, At) { return draw_whole(random, least, largest); };
}

Draw coordinate_of(const std::string& rank) {
  return [=](Random& random, const Shapes& shapes, At) {
    return draw_whole(random, 0, static_cast<double>(shapes.at(rank) - 1));
  };
}

Draw one_of(const std::vector<double>& values) {
  return [=](Random& random, const Shapes&, At) {
    const auto last = static_cast<double>(values.size() - 1);
    return values[static_cast<std::size_t>(draw_whole(random, 0, last))];
  };
}

Draw always(double value) {
  return [=](Random&, const Shapes&, At) { return value; };
}

}  // namespace attnsim::direct
