#pragma once

#include <string>

namespace attnsim {

/// Where in an input file something stands; line and column count from 1, 0 means "the whole file".
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

/// "file:line:column", or just "file" where there is no line.
[[nodiscard]] inline std::string to_string(const Place& place) {
  if (place.line == 0) return place.file;
  return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

}  // namespace attnsim
