#include "report/line_difference.h"

#include <algorithm>
#include <cstddef>

namespace attnsim::report {
namespace {

using Lines = std::vector<HtmlListing::Line>;
using Lengths = std::vector<std::vector<std::size_t>>;

/// Of the longest common subsequences of what follows line i of one and line j of the other.
Lengths common_lengths(const Lines& one, const Lines& other) {
  Lengths lengths(one.size() + 1, std::vector<std::size_t>(other.size() + 1));
  for (auto i = one.size(); i-- > 0;) {
    for (auto j = other.size(); j-- > 0;) {
      lengths[i][j] = one[i].text == other[j].text ? lengths[i + 1][j + 1] + 1
                                                   : std::max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}

void mark_both(Lines& one, Lines& other) {
  const auto lengths = common_lengths(one, other);
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < one.size() || j < other.size()) {
    const bool left = i < one.size();
    const bool right = j < other.size();
    if (left && right && one[i].text == other[j].text) {
      ++i;
      ++j;
    } else if (left && (!right || lengths[i + 1][j] >= lengths[i][j + 1])) {
      one[i++].marked = true;
    } else {
      other[j++].marked = true;
    }
  }
}

}  // namespace

void mark_differences(std::vector<HtmlListing>& listings) {
  for (std::size_t i = 1; i < listings.size(); ++i) {
    mark_both(listings.front().lines, listings[i].lines);
  }
}

}  // namespace attnsim::report
