#pragma once

#include <stdexcept>
#include <string>

#include "base/place.h"

namespace attnsim {

/// Bad input that its author can repair (a spec, a cascade, a shape). `what()` reads
/// "file:line:column: message"; the command line prints it and exits with 3.
/// Broken invariants of our own are not input errors: those are assert or std::logic_error.
class InputError : public std::runtime_error {
 public:
  InputError(const std::string& where, const std::string& message)
      : std::runtime_error(where + ": " + message) {}
  InputError(const Place& place, const std::string& message)
      : std::runtime_error(to_string(place) + ": " + message), place_(place) {}

  /// Where the fault stands; line 0 where it is not known.
  [[nodiscard]] const Place& place() const { return place_; }

 private:
  Place place_;
};

/// Input that is well-formed but cannot be carried out (a tile that no buffer holds, a mapping
/// that waits for itself). Same form of message; the command line exits with 4.
class InfeasibleError : public std::runtime_error {
 public:
  InfeasibleError(const Place& place, const std::string& message)
      : std::runtime_error(to_string(place) + ": " + message) {}
};

}  // namespace attnsim
