#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "einsum/cascade.h"
#include "einsum/interpreter.h"
#include "einsum/shapes.h"

namespace attnsim::einsum {

/// How far a rewritten cascade is from the original on random inputs.
struct Agreement {
  double max_error = 0;  ///< absolute, over all elements of all outputs
  std::string fault;     ///< why they do not agree; "" if they do
};

/// What an error says, without the place: a rewritten cascade stands in no file.
[[nodiscard]] std::string message_of(const InputError& error);

/// Evaluates rewritten cascades beside their original, on several small shapes (square, and with
/// chunks of 2 and 3), parameters and magnitudes of random inputs.
class AgreementCheck {
 public:
  /// @param given  shapes that the small ones must not contradict (indices like p+w need some)
  AgreementCheck(const Cascade& original, const std::string& rank, const Shapes& given);

  /// They agree if every output is within 1e-9 of the original's largest magnitude (at least 1),
  /// and finite where the original is. Elements at which the original is not finite do not count.
  /// @param positive  inputs to draw above 0
  [[nodiscard]] Agreement operator()(const Cascade& derived, const std::set<std::string>& positive);

  static constexpr double tolerance = 1e-9;

 private:
  struct Trial {
    Shapes shapes;  ///< of the original's ranks and parameters
    std::int64_t chunk = 2;
    double scale = 1;
    unsigned seed = 1;
  };
  struct Expected {
    Values inputs;
    Values outputs;
    bool valid = false;  ///< the original can be evaluated at these shapes
  };

  [[nodiscard]] bool any_valid();
  [[nodiscard]] Shapes shapes_of(const Trial& trial, const Cascade& derived) const;
  [[nodiscard]] const Expected& expected(std::size_t trial, const std::set<std::string>& positive);

  const Cascade& original_;
  std::string rank_;
  std::vector<Trial> trials_;
  std::map<std::pair<std::size_t, std::set<std::string>>, Expected> expected_;
};

}  // namespace attnsim::einsum
