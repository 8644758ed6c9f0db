#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/units.h"
#include "base/xml.h"

/// What the readers of all components share.
namespace attnsim::arch {

/// The `name` of a component or operation: letters, digits, '_', '-' and '.', a letter first.
[[nodiscard]] std::string read_name(const XmlElement& element);

/// A count of rows, lanes or entries: 1 to 2^24, so that the product of two of them fits.
[[nodiscard]] std::uint64_t read_count(const XmlElement& element, const char* attribute);

/// A required quantity that must be greater than zero, or an optional one.
template <class Q>
[[nodiscard]] Q read_positive(const XmlElement& element, const char* attribute) {
  const auto quantity = element.required<Q>(attribute);
  if (quantity == Q()) element.fail(attribute, "must be greater than 0");
  return quantity;
}
template <class Q>
[[nodiscard]] std::optional<Q> read_positive_if_given(const XmlElement& element,
                                                      const char* attribute) {
  const auto quantity = element.optional<Q>(attribute);
  if (quantity == Q()) element.fail(attribute, "must be greater than 0");
  return quantity;
}

/// a * b, or nothing where 64 bits do not hold it.
[[nodiscard]] std::optional<std::uint64_t> product(std::uint64_t a, std::uint64_t b);

/// Reads `source`, which every element may have and nothing computes with, and refuses the
/// attributes that nobody read. Call last, once per element.
void finish(const XmlElement& element);

/// `finish` for an element that holds no others.
void finish_leaf(const XmlElement& element);

}  // namespace attnsim::arch
