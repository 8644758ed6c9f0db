#pragma once

#include <stdexcept>

namespace attnsim {

/// What is wrong with a piece of text, by one who does not know where it stood: "has no unit".
/// Whoever does know turns it into an `InputError`; no other code lets it escape.
class TextError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace attnsim
