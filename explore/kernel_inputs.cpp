#include "explore/kernel_inputs.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "base/text_error.h"
#include "base/value_text.h"
#include "base/words.h"

namespace attnsim::explore {
namespace {

using workloads::Shapes;

constexpr std::array<const char*, 7> ranks{"B", "H", "J", "P", "M", "E", "F"};
/// What a rank is where it is not given.
constexpr std::array<std::pair<const char*, const char*>, 3> defaults{
    {{"J", "H"}, {"M", "P"}, {"F", "E"}}};

void set_ranks(const Point& point, Shapes& shapes) {
  if (!point.seq.empty()) shapes["P"] = shapes["M"] = workloads::parse_sequence_length(point.seq);
  if (!point.shape.empty()) {
    const std::vector<std::string> known(ranks.begin(), ranks.end());
    for (const auto& [name, shape] : workloads::parse_shape(point.shape)) {
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        throw InputError("--shape " + point.shape, "'" + name + "' is no rank" +
                                                       did_you_mean(name, known) +
                                                       " (known: " + join(known) + ")");
      }
      shapes[name] = shape;
    }
  }
  for (const auto& [rank, other] : defaults) {
    if (!shapes.contains(rank) && shapes.contains(other)) shapes[rank] = shapes[other];
  }
  std::vector<std::string> missing;
  for (const auto* rank : ranks) {
    if (!shapes.contains(rank)) missing.emplace_back(rank);
  }
  if (missing.empty()) return;
  throw InputError("--shape " + point.shape,
                   "gives no shape for " + join(missing) + ": e.g. " + missing.front() + "=16");
}

void set_parameter(const std::string& word, const Point& point,
                   const mappings::KernelMapping& kernel, Shapes& shapes) {
  const std::string where = "--param " + point.parameters;
  const auto equals = word.find('=');
  if (equals == std::string::npos) throw InputError(where, "'" + word + "' is not NAME=NUMBER");
  const auto name = word.substr(0, equals);
  std::vector<std::string> known;
  for (const auto& parameter : kernel.parameters) known.push_back(parameter.name);
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    throw InputError(where, "the mapping has no parameter '" + name + "'" +
                                did_you_mean(name, known) + " (known: " + join(known) + ")");
  }
  try {
    shapes[name] = value_of_text<std::int64_t>(word.substr(equals + 1));
  } catch (const TextError& error) {
    throw InputError(where, word + " " + error.what());
  }
}

}  // namespace

Shapes kernel_shapes(const Point& point, const mappings::KernelMapping& kernel,
                     const Shapes& model) {
  Shapes shapes;
  for (const auto* rank : ranks) {
    if (model.contains(rank)) shapes[rank] = model.at(rank);
  }
  set_ranks(point, shapes);
  if (shapes.at("H") % shapes.at("J") != 0) {
    throw InputError("--shape " + point.shape,
                     "J is no divisor of H: query heads share key-value "
                     "heads evenly");
  }
  shapes["causal"] = point.causal ? 1 : 0;
  auto text = point.parameters;
  std::replace(text.begin(), text.end(), ',', ' ');
  for (const auto& word : words_of(text)) set_parameter(word, point, kernel, shapes);
  return shapes;
}

}  // namespace attnsim::explore
