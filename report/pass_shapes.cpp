#include "report/pass_shapes.h"

#include <algorithm>
#include <set>

#include "einsum/count_operations.h"
#include "einsum/pass_analysis.h"
#include "einsum/typical.h"

namespace attnsim::report {
namespace {

bool has(const einsum::Cascade& cascade, const std::string& name) {
  return cascade.find_rank(name) != nullptr || cascade.find_param(name) != nullptr;
}

/// The parts of a rank, and theirs: they follow from it, whatever a model calls by their names.
void add_parts(const einsum::Cascade& cascade, const std::string& rank,
               std::set<std::string>& names) {
  const auto* declared = cascade.find_rank(rank);
  if (declared == nullptr || !names.insert(rank).second) return;
  for (const auto& part : declared->parts) add_parts(cascade, part, names);
}

bool has_typical(const einsum::Cascade& cascade, const std::string& name) {
  return std::any_of(cascade.typicals.begin(), cascade.typicals.end(),
                     [&](const einsum::Typical& typical) { return typical.name == name; });
}

bool is_in_an_output(const einsum::Cascade& cascade, const std::string& rank) {
  return std::any_of(cascade.tensors.begin(), cascade.tensors.end(), [&](const auto& tensor) {
    return tensor.kind == einsum::Tensor::Kind::output &&
           std::find(tensor.ranks.begin(), tensor.ranks.end(), rank) != tensor.ranks.end();
  });
}

}  // namespace

einsum::Shapes shapes_from(const einsum::Cascade& cascade, const ShapeSources& sources) {
  std::set<std::string> of_the_sequence;
  for (const auto* name : {"P", "M"}) add_parts(cascade, name, of_the_sequence);
  einsum::Shapes shapes;
  for (const auto& [name, value] : sources.given) {
    if (has(cascade, name)) shapes[name] = value;
  }
  for (const auto* name : {"P", "M"}) {
    if (sources.length > 0 && has(cascade, name)) shapes.insert({name, sources.length});
  }
  for (const auto& [name, value] : sources.model) {
    const bool is_free = cascade.find_rank(name) != nullptr && !of_the_sequence.contains(name);
    if (is_free && !has_typical(cascade, name)) shapes.insert({name, value});
  }
  return einsum::with_typical(cascade, std::move(shapes));
}

std::string sequence_rank(const einsum::Cascade& cascade) {
  if (cascade.find_rank("M") != nullptr) return "M";
  if (cascade.find_rank("P") == nullptr) return "";
  const bool recurs =
      std::any_of(cascade.tensors.begin(), cascade.tensors.end(),
                  [](const einsum::Tensor& tensor) { return tensor.generative_rank == "P"; });
  if (recurs || !einsum::why_not_alone(cascade, "P").empty()) return "P";
  std::string best;
  int most = 1;  // what is traversed once has no one to meet
  for (const auto& rank : cascade.ranks) {
    if (is_in_an_output(cascade, rank.name)) continue;  // keys are summed away
    const auto passes = einsum::analyse_passes(cascade, rank.name).most();
    if (passes > 1 && passes >= most) best = rank.name;
    most = std::max(most, passes);
  }
  return best;
}

}  // namespace attnsim::report
