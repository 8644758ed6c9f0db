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

}  // namespace

std::vector<Factor> read_factors(const Yaml& yaml) {
  std::vector<Factor> factors;
  if (yaml.is_map()) {
    for (const auto& entry : yaml.entries) {
      factors.push_back(factor_of(entry.key, text_of(entry.value, "a factor"), entry.value.place));
    }
    return factors;
  }
  for (const auto& word : words_of(yaml, "'factors'")) {
    const auto equals = word.text.find('=');
    if (equals == std::string::npos) {
      throw InputError(word.place, "'" + word.text + "' is no factor: write it as in K=16");
    }
    factors.push_back(
        factor_of(word.text.substr(0, equals), word.text.substr(equals + 1), word.place));
  }
  return factors;
}

}  // namespace attnsim::exchange
