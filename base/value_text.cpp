#include "base/value_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <system_error>
#include <type_traits>

namespace attnsim {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <class T>
T whole(std::string_view text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  const bool negative = text.starts_with('-');
  const bool digits = text.size() > (negative ? 1 : 0) &&
                      std::all_of(text.begin() + (negative ? 1 : 0), text.end(), is_digit);
  if (digits && error == std::errc() && stop == end) return value;
  if (digits && negative) {
    throw TextError(std::is_signed_v<T> ? "is too far below 0" : "is negative");
  }
  if (digits) {
    throw TextError("is too large (at most " + std::to_string(std::numeric_limits<T>::max()) + ")");
  }
  throw TextError("is not a whole number (a count, written without a unit)");
}

}  // namespace

template <>
std::string value_of_text<std::string>(std::string_view text) {
  return std::string(text);
}

template <>
bool value_of_text<bool>(std::string_view text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  throw TextError("is neither true nor false");
}

template <>
unsigned value_of_text<unsigned>(std::string_view text) {
  return whole<unsigned>(text);
}

template <>
std::uint64_t value_of_text<std::uint64_t>(std::string_view text) {
  return whole<std::uint64_t>(text);
}

template <>
std::int64_t value_of_text<std::int64_t>(std::string_view text) {
  return whole<std::int64_t>(text);
}

template <>
double value_of_text<double>(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::result_out_of_range) throw TextError("is out of range");
  // from_chars also takes "inf" and "nan", which no figure of ours is.
  if (error != std::errc() || stop != end || !std::isfinite(value)) {
    throw TextError("is not a number");
  }
  return value;
}

}  // namespace attnsim
