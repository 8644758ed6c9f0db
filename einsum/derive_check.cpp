#include "einsum/derive_check.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "einsum/printer.h"
#include "einsum/random_inputs.h"

namespace attnsim::einsum {

namespace {

/// What the trials vary. `extent` is of the derived rank, the other ranks alternate; a parameter
/// that is a window or a stride only shows at a size near the shapes.
struct Plan {
  std::int64_t extent;
  std::int64_t chunk;
  std::int64_t others[2];
  std::int64_t param;  ///< 0: its default
  double scale;
};

constexpr Plan plans[] = {{6, 3, {2, 3}, 0, 1},
                          {8, 2, {4, 3}, 2, 1},
                          {6, 2, {6, 6}, 3, 1},
                          {6, 1, {3, 9}, 1, 8},
                          {4, 2, {4, 4}, 0, 1}};

/// Of a cascade of more ranks, those that are not derived stay at two and three.
constexpr std::size_t most_ranks_of_any_extent = 7;

bool is_part(const Cascade& cascade, const std::string& name) {
  return std::any_of(cascade.ranks.begin(), cascade.ranks.end(), [&](const Rank& rank) {
    return std::find(rank.parts.begin(), rank.parts.end(), name) != rank.parts.end();
  });
}

/// C of P = M, M = C.
std::string last_name(const Cascade& cascade, std::string name) {
  for (auto parts = cascade.find_rank(name)->parts; parts.size() == 1;
       parts = cascade.find_rank(name)->parts) {
    name = parts.front();
  }
  return name;
}

Shapes shapes_of_plan(const Cascade& cascade, const std::string& axis, const Plan& plan,
                      const Shapes& given, bool clamped) {
  Shapes shapes = given;
  std::size_t next = 0;
  for (const auto& rank : cascade.ranks) {
    const bool follows = std::any_of(rank.parts.begin(), rank.parts.end(),
                                     [&](const auto& part) { return given.contains(part); });
    if (is_part(cascade, rank.name) || follows) continue;
    const bool is_axis = last_name(cascade, rank.name) == last_name(cascade, axis);
    const auto other = plan.others[next % 2];
    if (!is_axis) ++next;
    shapes.try_emplace(rank.name, is_axis   ? plan.extent
                                  : clamped ? std::min<std::int64_t>(other, 3)
                                            : other);
  }
  for (const auto& param : cascade.params) {
    if (plan.param != 0) shapes.try_emplace(param.name, plan.param);
  }
  return shapes;
}

/// Random inputs, those that hold fractions scaled, and some of them above 0.
Values values_of_plan(const Cascade& cascade, const Shapes& shapes, double scale, unsigned seed,
                      const std::set<std::string>& positive) {
  Values values = random_inputs(cascade, shapes, seed);
  for (auto& [name, tensor] : values) {
    const bool is_whole = std::all_of(tensor.data.begin(), tensor.data.end(),
                                      [](double value) { return value == std::floor(value); });
    for (auto& value : tensor.data) {
      if (positive.contains(name)) {
        value = 0.5 + std::fabs(value);
      } else if (!is_whole) {
        value *= scale;
      }
    }
  }
  return values;
}

/// The largest difference where the original is finite; infinity where only the other is not.
double difference(const DenseTensor& original, const DenseTensor& derived, std::size_t& compared,
                  double& magnitude) {
  double largest = 0;
  for (std::size_t i = 0; i < original.data.size(); ++i) {
    if (!std::isfinite(original.data[i])) continue;
    ++compared;
    magnitude = std::max(magnitude, std::fabs(original.data[i]));
    const double error = std::fabs(original.data[i] - derived.data[i]);
    largest = std::isfinite(error) ? std::max(largest, error) : INFINITY;
  }
  return largest;
}

}  // namespace

std::string message_of(const InputError& error) {
  const std::string text = error.what();
  const std::string prefix = to_string(error.place()) + ": ";
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

AgreementCheck::AgreementCheck(const Cascade& original, const std::string& rank,
                               const Shapes& given)
    : original_(original), rank_(rank) {
  const bool many_ranks = original.ranks.size() > most_ranks_of_any_extent;
  for (const bool clamped : {many_ranks, false}) {
    trials_.clear();
    expected_.clear();
    unsigned seed = 1;
    for (const auto& plan : plans) {
      trials_.push_back(
          {shapes_of_plan(original, rank, plan, given, clamped), plan.chunk, plan.scale, seed++});
    }
    if (any_valid()) return;
  }
  trials_.push_back({given, 2, 1, 1});  // those that `attnsim run` takes
}

bool AgreementCheck::any_valid() {
  bool valid = false;
  for (std::size_t i = 0; i < trials_.size(); ++i) valid = expected(i, {}).valid || valid;
  return valid;
}

Shapes AgreementCheck::shapes_of(const Trial& trial, const Cascade& derived) const {
  Shapes shapes = small_shapes(original_, trial.shapes);
  const Rank& axis = *derived.find_rank(rank_);
  const bool was_split = original_.find_rank(rank_)->parts.size() > 1;
  if (!axis.parts.empty() && !was_split) shapes[axis.parts.back()] = trial.chunk;
  return shapes;
}

const AgreementCheck::Expected& AgreementCheck::expected(std::size_t trial,
                                                         const std::set<std::string>& positive) {
  const auto [found, is_new] = expected_.insert({{trial, positive}, {}});
  Expected& result = found->second;
  if (!is_new) return result;
  const Trial& plan = trials_[trial];
  try {
    const Shapes shapes = small_shapes(original_, plan.shapes);
    result.inputs = values_of_plan(original_, shapes, plan.scale, plan.seed, positive);
    result.outputs = evaluate(original_, shapes, result.inputs);
    result.valid = true;
  } catch (const InputError&) {
    result.valid = false;  // these shapes do not fit its indices
  }
  return result;
}

Agreement AgreementCheck::operator()(const Cascade& derived,
                                     const std::set<std::string>& positive) {
  Agreement agreement;
  std::size_t compared = 0;
  for (std::size_t trial = 0; trial < trials_.size(); ++trial) {
    const Expected& wanted = expected(trial, positive);
    if (!wanted.valid) continue;
    try {
      const Values values = evaluate(derived, shapes_of(trials_[trial], derived), wanted.inputs);
      for (const auto& output : original_.outputs) {
        double magnitude = 1;
        const double error = difference(wanted.outputs.at(output.tensor), values.at(output.tensor),
                                        compared, magnitude);
        agreement.max_error = std::max(agreement.max_error, error);
        if (error <= tolerance * magnitude) continue;
        agreement.fault = output.tensor +
                          (std::isfinite(error) ? " differs by " + to_text(error)
                                                : " is not finite where the original is,") +
                          " on random inputs";
      }
    } catch (const InputError& error) {
      agreement.fault = message_of(error);
    }
    if (!agreement.fault.empty()) return agreement;
  }
  if (compared == 0) {
    agreement.fault =
        "it cannot be checked: the small shapes that are tried do not fit its indices, or give no "
        "finite result; --shape gives others";
  }
  return agreement;
}

}  // namespace attnsim::einsum
