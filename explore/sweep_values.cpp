#include "explore/sweep_values.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/words.h"

namespace attnsim::explore {
namespace {

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// A range says how it goes on in one of two ways.
struct Range {
  double from = 0;
  double to = 0;
  double step = 0;    ///< 0: by the factor
  double factor = 0;  ///< 0: by the step
};

Range read_range(const XmlElement& element) {
  Range range;
  range.from = element.required<double>("from");
  range.to = element.required<double>("to");
  if (element.has("step") == element.has("factor")) {
    element.fail("has a range, 'from' and 'to', and needs either a 'step' or a 'factor'");
  }
  range.step = element.optional<double>("step", 0);
  range.factor = element.optional<double>("factor", 0);
  if (element.has("step") && !(range.step > 0)) element.fail("step", "must be greater than 0");
  if (element.has("factor") && !(range.factor > 1)) element.fail("factor", "must be above 1");
  if (element.has("factor") && !(range.from > 0)) {
    element.fail("from", "must be greater than 0: each value is 'factor' times the one before");
  }
  if (range.to < range.from) element.fail("to", "is below 'from': the range is empty");
  return range;
}

/// Twelve digits are enough for a size, and hide that 0.1 is none of a double's.
std::string rounded(double number) {
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                    std::chars_format::general, 12);
  static_cast<void>(std::from_chars(buffer.data(), result.ptr, number));
  return decimal(number);
}

/// A hair beyond `to` still counts: 0.1 + 0.1 + 0.1 is to reach 0.3.
std::vector<std::string> values_in(const XmlElement& element, const Range& range) {
  constexpr double hair = 1e-9;
  const double span = range.step > 0 ? (range.to - range.from) / range.step
                                     : std::log(range.to / range.from) / std::log(range.factor);
  if (!(span < static_cast<double>(most_points))) {
    element.fail("to", "makes more than " + std::to_string(most_points) + " values");
  }
  const auto count = static_cast<std::size_t>(std::floor(span + hair)) + 1;
  std::vector<std::string> values;
  values.reserve(count);
  double power = 1;
  for (std::size_t i = 0; i < count; ++i, power *= range.factor) {
    const auto steps = static_cast<double>(i) * range.step;
    values.push_back(rounded(range.step > 0 ? range.from + steps : range.from * power));
  }
  return values;
}

std::vector<std::string> listed(const XmlElement& element) {
  for (const char* other : {"from", "to", "step", "factor"}) {
    if (element.has(other)) element.fail(other, "is of a range, and 'values' is given as well");
  }
  auto values = list_of(element.required<std::string>("values"));
  if (values.empty()) element.fail("values", "holds no value");
  for (const auto& value : values) {
    if (value.empty()) element.fail("values", "has nothing between two commas");
  }
  return values;
}

}  // namespace

std::vector<std::string> list_of(const std::string& text) {
  if (text.find(',') == std::string::npos) return words_of(text);
  std::vector<std::string> parts;
  for (std::size_t start = 0; start <= text.size();) {
    const auto end = std::min(text.find(',', start), text.size());
    parts.push_back(trimmed(text.substr(start, end - start)));
    start = end + 1;
  }
  return parts;
}

void read_values(const XmlElement& element, SweepParameter& parameter) {
  for (const char* known : {"from", "to", "step", "factor"}) {
    static_cast<void>(element.optional<std::string>(known));  // known, whether used or not
  }
  const auto unit = element.optional<std::string>("unit", "");
  if (!element.has("values") && !element.has("from")) {
    element.fail("needs 'values', or a range: 'from', 'to' and 'step' or 'factor'");
  }
  parameter.values =
      element.has("values") ? listed(element) : values_in(element, read_range(element));
  for (auto& value : parameter.values) {
    if (!unit.empty()) value += " " + unit;
    try {
      parameter.numbers.push_back(number_of_text(value));
    } catch (const TextError& error) {
      if (!unit.empty()) element.fail("unit", "makes \"" + value + "\", which " + error.what());
    }
  }
  if (parameter.numbers.size() != parameter.values.size()) parameter.numbers.clear();
}

}  // namespace attnsim::explore
