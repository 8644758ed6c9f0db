#include "base/error.h"
#include "exchange/timeloop.h"
#include "exchange/yaml_fields.h"

namespace attnsim::exchange {
namespace {

Factor factor_of(const std::string& dimension, const std::string& count, const Place& place) {
  const auto number = number_of(count);
  const bool whole = number && *number >= 0 && *number <= 1e12 &&
                     *number == static_cast<double>(static_cast<std::int64_t>(*number));
  if (dimension.empty() || !whole) {
    throw InputError(place, "'" + dimension + "=" + count +
                                "' is no factor: write dimension and number, as in K=16");
  }
  return {dimension, static_cast<std::int64_t>(*number), place};
}

/// Of "K16", as Timeloop's mapper writes: the longest beginning that is a dimension.
std::size_t end_of_dimension(const Yaml& word, const std::set<std::string>& dimensions) {
  for (auto end = word.text.size(); end-- > 1;) {
    if (dimensions.contains(word.text.substr(0, end))) return end;
  }
  throw InputError(word.place, "'" + word.text + "' is no factor: write it as in K=16");
}

}  // namespace

std::vector<Factor> read_factors(const Yaml& yaml, const std::set<std::string>& dimensions) {
  std::vector<Factor> factors;
  if (yaml.is_map()) {
    for (const auto& entry : yaml.entries) {
      factors.push_back(factor_of(entry.key, text_of(entry.value, "a factor"), entry.value.place));
    }
    return factors;
  }
  for (const auto& word : words_of(yaml, "'factors'")) {
    const auto equals = word.text.find('=');
    const auto end = equals == std::string::npos ? end_of_dimension(word, dimensions) : equals;
    const auto count = equals == std::string::npos ? end : equals + 1;
    factors.push_back(factor_of(word.text.substr(0, end), word.text.substr(count), word.place));
  }
  return factors;
}

}  // namespace attnsim::exchange
