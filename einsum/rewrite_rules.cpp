#include "einsum/rewrite_rules.h"

#include <array>
#include <utility>

namespace attnsim::einsum {

namespace {

constexpr std::array<Rule, 6> rules = {{
    {"reduce apart", extract_reduction},
    {"defer", defer_operand},
    {"split the rank", split_rank},
    {"reduce by chunks", reduce_by_chunk},
    {"run", make_running},
    {"run with correction", correct_running},
}};

}  // namespace

Situation situation_of(Cascade cascade, const std::string& rank) {
  Situation situation;
  situation.axis = axis_of(cascade, rank);
  situation.levels = levels_of(cascade, situation.axis);
  situation.cascade = std::move(cascade);
  return situation;
}

std::span<const Rule> rewrite_rules() { return rules; }

}  // namespace attnsim::einsum
