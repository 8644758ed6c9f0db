#include "cli/direct_check.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iostream>
#include <string>
#include <vector>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "einsum/random_inputs.h"
#include "explore/inputs.h"
#include "report/run_record.h"
#include "workloads/library.h"

namespace attnsim::cli {
namespace {

using direct::Comparison;
using direct::Definition;
using einsum::Cascade;
using einsum::Shapes;
using einsum::Values;

/// Adds what follows: a whole of its parts, and the part of a whole that has one.
void complete(const Cascade& cascade, Shapes& known) {
  const auto is_known = [&](const std::string& name) { return known.contains(name); };
  for (std::size_t before = 0; before != known.size();) {
    before = known.size();
    for (const auto& [name, parts, place] : cascade.ranks) {
      if (parts.size() == 1 && is_known(name)) known.try_emplace(parts.front(), known.at(name));
      if (parts.empty() || !std::all_of(parts.begin(), parts.end(), is_known)) continue;
      std::int64_t whole = 1;
      for (const auto& part : parts) whole *= known.at(part);
      known.try_emplace(name, whole);
    }
  }
}

/// Leaves out what contradicts: a whole whose parts are known, the first part of a whole that is
/// known (it follows), or all parts if the others do not divide it.
void leave_out(const einsum::Rank& rank, const Shapes& known, Shapes& own) {
  const auto is_known = [&](const std::string& name) { return known.contains(name); };
  if (std::any_of(rank.parts.begin(), rank.parts.end(), is_known)) own.erase(rank.name);
  if (rank.parts.size() < 2 || !known.contains(rank.name)) return;
  std::int64_t others = 1;
  for (std::size_t i = 1; i < rank.parts.size(); ++i) {
    const auto& values = is_known(rank.parts[i]) ? known : own;
    const auto found = values.find(rank.parts[i]);
    if (found != values.end()) others *= found->second;
  }
  own.erase(rank.parts.front());
  if (known.at(rank.name) % others == 0) return;
  for (const auto& part : rank.parts) own.erase(part);
}

std::string access_text(const einsum::Tensor& tensor) {
  return tensor.name + "[" + join(tensor.ranks, ",") + "]";
}

void require_tensors(const char* kind, const std::vector<einsum::Access>& wanted,
                     const std::vector<einsum::Access>& found, const Cascade& shipped,
                     const Cascade& cascade) {
  std::vector<std::string> expected;
  for (const auto& access : wanted) {
    expected.push_back(access_text(*shipped.find_tensor(access.tensor)));
  }
  const auto known = join(expected, ", ");
  for (const auto& access : found) {
    const auto text = access_text(*cascade.find_tensor(access.tensor));
    if (std::find(expected.begin(), expected.end(), text) != expected.end()) continue;
    throw InputError(access.place, fmt::format("--check knows the definition of {}, which has no "
                                               "{} {} ({})",
                                               cascade.name, kind, text, known));
  }
  if (found.size() == wanted.size()) return;
  throw InputError(cascade.file, fmt::format("--check knows the definition of {}, whose {}s are {}",
                                             cascade.name, kind, known));
}

/// The worst of its outputs; an element that is no number is worst of all.
double worst(const std::vector<Comparison>& all) {
  double error = 0;
  for (const auto& one : all) {
    if (std::isnan(one.max_abs_error)) return one.max_abs_error;
    error = std::max(error, one.max_abs_error);
  }
  return error;
}

ExitCode check_one(const Definition& definition, std::uint64_t seed) {
  const auto path = workloads::find_shipped(workloads::Shipped::cascade, definition.cascade);
  const auto cascade = explore::read_cascade(path);
  double error = 0;
  for (const auto& given : definition.shapes) {
    const auto shapes = einsum::resolve_shapes(cascade, given);
    const auto inputs = direct::draw_inputs(definition, cascade, shapes, seed);
    const auto values = einsum::evaluate(cascade, shapes, inputs);
    const auto all = direct::compare(definition, cascade, shapes, inputs, values);
    error = std::max(error, worst(all));
    if (std::all_of(all.begin(), all.end(), [](const auto& one) { return one.holds(); })) continue;
    std::cout << fmt::format("{:27} DIFFERS at {}: max abs error {:.3g}\n", cascade.name,
                             report::shapes_text(shapes), worst(all));
    return ExitCode::disagrees;
  }
  std::cout << fmt::format("{:27} agrees at {} shapes: max abs error {:.3g}\n", cascade.name,
                           definition.shapes.size(), error);
  return ExitCode::done;
}

}  // namespace

Shapes shapes_to_check(const Definition& definition, const Cascade& cascade, const Shapes& given) {
  Shapes known = given;
  complete(cascade, known);
  Shapes own = definition.shapes.front();
  for (const auto& rank : cascade.ranks) leave_out(rank, known, own);
  known.merge(own);
  complete(cascade, known);
  return einsum::small_shapes(cascade, known);
}

void require_interface(const Cascade& cascade) {
  const auto path = workloads::find_shipped(workloads::Shipped::cascade, cascade.name);
  const auto shipped = explore::read_cascade(path);
  require_tensors("input", shipped.inputs, cascade.inputs, shipped, cascade);
  require_tensors("output", shipped.outputs, cascade.outputs, shipped, cascade);
}

ExitCode report_comparison(const Definition& definition, const Cascade& cascade,
                           const Shapes& shapes, const Values& inputs, const Values& values) {
  auto code = ExitCode::done;
  for (const auto& one : direct::compare(definition, cascade, shapes, inputs, values)) {
    std::cout << fmt::format("{} {} the definition of {}: max abs error {:.3g} (tolerance {:g})\n",
                             one.output, one.holds() ? "agrees with" : "DIFFERS from",
                             definition.cascade, one.max_abs_error, Comparison::tolerance);
    if (!one.holds()) code = ExitCode::disagrees;
  }
  return code;
}

ExitCode check_all(std::uint64_t seed) {
  auto code = ExitCode::done;
  for (const auto& definition : direct::all_direct()) {
    if (check_one(definition, seed) != ExitCode::done) code = ExitCode::disagrees;
  }
  return code;
}

}  // namespace attnsim::cli
