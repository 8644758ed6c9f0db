#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "einsum/shapes.h"

namespace attnsim::einsum {

/// A number of words as a formula in the ranks: a sum of products such as `M + 3*M1`.
class Words {
 public:
  Words() = default;
  /// The product of the ranks' shapes; of no rank: 1 word.
  static Words product(std::vector<std::string> ranks);

  Words& operator+=(const Words& other);
  [[nodiscard]] Words times(std::int64_t factor) const;
  [[nodiscard]] bool is_zero() const { return terms_.empty(); }
  bool operator==(const Words&) const = default;

  /// Whether no shape makes this less than `other`: no coefficient is.
  [[nodiscard]] bool covers(const Words& other) const;

  /// @param shapes  of every rank in it
  /// @throws InputError where the number is beyond 63 bits
  [[nodiscard]] std::int64_t at(const Shapes& shapes) const;

  /// `M + 3*M1`, with what all terms share in front: `M1*(F + 2)`; "0" if there are none.
  [[nodiscard]] std::string text() const;

 private:
  using Ranks = std::vector<std::string>;  ///< sorted
  std::map<Ranks, std::int64_t> terms_;
};

/// The largest of several formulas, which only the shapes may decide: those that no other covers.
class MostWords {
 public:
  void add(const Words& words);
  [[nodiscard]] bool is_zero() const { return candidates_.empty(); }
  [[nodiscard]] MostWords plus(const Words& words) const;
  [[nodiscard]] std::int64_t at(const Shapes& shapes) const;
  /// `2*M`, or `max(M*E, 2*M)`.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<Words> candidates_;  ///< none is 0
};

}  // namespace attnsim::einsum
