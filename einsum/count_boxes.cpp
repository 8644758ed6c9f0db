#include "einsum/count_boxes.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "einsum/box_condition.h"
#include "einsum/condition_groups.h"

namespace attnsim::einsum {

namespace {

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Thrown and caught here: too many boxes.
struct TooMany {};

class BoxCounter {
 public:
  /// @param reduced  by slot
  BoxCounter(const BoxCondition& condition, std::vector<bool> reduced, std::int64_t& budget)
      : condition_(condition), reduced_(std::move(reduced)), budget_(budget) {}

  /// Points of the slots that are not reduced. The box is cut in place, and put together again.
  std::int64_t points(Box& box) {
    const auto truth = over(box);
    if (truth == Truth::never) return 0;
    if (truth == Truth::always) return kept_points(box);
    const auto cut = longest(box, false);
    if (!cut) return any(box) ? kept_points(box) : 0;
    const auto whole = box[*cut];
    const auto middle = whole.first + length(whole) / 2;
    box[*cut] = {whole.first, middle - 1};
    auto count = points(box);
    box[*cut] = {middle, whole.second};
    count += points(box);
    box[*cut] = whole;
    return count;
  }

 private:
  Truth over(const Box& box) {
    if (--budget_ < 0) throw TooMany();
    return condition_.over(box, undecided_);
  }

  /// The longest slot that is worth cutting, of the reduced ones or of the others; nullopt if each
  /// has one coordinate.
  [[nodiscard]] std::optional<std::size_t> longest(const Box& box, bool reduced) const {
    std::optional<std::size_t> found;
    for (const auto slot : undecided_) {
      if (reduced_[slot] != reduced || length(box[slot]) == 1) continue;
      if (!found || length(box[slot]) > length(box[*found])) found = slot;
    }
    return found;
  }

  /// Whether the condition holds at any point; only reduced slots are left to cut.
  bool any(Box& box) {
    const auto truth = over(box);
    if (truth != Truth::sometimes) return truth == Truth::always;
    const auto cut = *longest(box, true);
    const auto whole = box[cut];
    const auto middle = whole.first + length(whole) / 2;
    box[cut] = {whole.first, middle - 1};
    bool found = any(box);
    box[cut] = {middle, whole.second};
    found = found || any(box);
    box[cut] = whole;
    return found;
  }

  [[nodiscard]] std::int64_t kept_points(const Box& box) const {
    std::int64_t count = 1;
    for (std::size_t slot = 0; slot < box.size(); ++slot) {
      if (reduced_[slot]) continue;
      if (__builtin_mul_overflow(count, length(box[slot]), &count)) throw TooMany();
    }
    return count;
  }

  const BoxCondition& condition_;
  std::vector<bool> reduced_;
  std::int64_t& budget_;
  std::vector<std::size_t> undecided_;  ///< slots, of the box that was looked at last
};

}  // namespace

std::optional<std::int64_t> count_in_boxes(const Cascade& cascade, const BoxQuestion& question,
                                           const Shapes& shapes) {
  auto budget = most_boxes_counted;
  std::int64_t count = 1;
  for (const auto& group : groups_of(question.variables, question.where)) {
    Box box;
    std::vector<bool> reduced;
    for (const auto& variable : group.variables) {
      const auto last = shapes.at(cascade.find_rank_of_variable(variable)->name) - 1;
      box.emplace_back(variable == question.last ? last : 0, last);
      reduced.push_back(holds(question.reduced, variable));
    }
    const BoxCondition condition(cascade, group.conditions, group.variables, shapes);
    try {
      const auto points = BoxCounter(condition, std::move(reduced), budget).points(box);
      if (!__builtin_mul_overflow(count, points, &count)) continue;
    } catch (const TooMany&) {
      return std::nullopt;
    }
    throw InputError(question.where->place, "there are more points than 63 bits can count");
  }
  return count;
}

}  // namespace attnsim::einsum
