#include "einsum/count_plane.h"

#include <algorithm>
#include <utility>

namespace attnsim::einsum {

namespace {

/// Rounds towards minus infinity; b > 0.
Wide floor_div(Wide a, Wide b) {
  const Wide quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

/// Where an inequality changes its truth as y grows: y = floor((slope*x + offset) / divisor) is the
/// first y on the other side.
struct Boundary {
  Wide slope = 0;
  Wide offset = 0;
  Wide divisor = 1;  ///< > 0
  bool true_below = false;

  [[nodiscard]] Wide scaled(Wide x) const { return slope * x + offset; }  ///< times the divisor
  /// Before, at (0) or after the other one at x, as real numbers: so are then the floors.
  [[nodiscard]] int compare(const Boundary& other, Wide x) const {
    const Wide difference = scaled(x) * other.divisor - other.scaled(x) * divisor;
    return difference < 0 ? -1 : (difference > 0 ? 1 : 0);
  }
  [[nodiscard]] Wide sum(Wide first, Wide last) const {
    return floor_sum(last - first, divisor, slope, scaled(first));
  }
};

Boundary boundary_of(const PlaneInequality& line) {
  const Wide a = line.a;
  const Wide b = line.b;
  const Wide c = line.c;
  // y <= floor((-a*x - c) / b), so the first y that fails is one more.
  if (b > 0) return {-a, b - c, b, true};
  // y >= ceil((a*x + c) / -b).
  return {a, c - b - 1, -b, false};
}

class Plane {
 public:
  Plane(const PlaneFormula& formula, const std::vector<PlaneInequality>& inequalities,
        std::int64_t width, std::int64_t height)
      : formula_(formula), inequalities_(inequalities), width_(width), height_(height) {
    for (const auto& line : inequalities) {
      boundaries_.push_back(line.b == 0 ? Boundary{} : boundary_of(line));
    }
  }

  Wide count() {
    find_cuts();
    Wide count = 0;
    for (std::size_t i = 0; i + 1 < cuts_.size(); ++i) count += count_strip(cuts_[i], cuts_[i + 1]);
    return count;
  }

 private:
  void cut_at(Wide numerator, Wide denominator) {
    if (denominator == 0) return;
    if (denominator < 0) {
      numerator = -numerator;
      denominator = -denominator;
    }
    const Wide at = floor_div(numerator, denominator);
    for (const Wide x : {at, at + 1}) {
      if (x > 0 && x < width_) cuts_.push_back(x);
    }
  }

  /// Between two cuts no two boundaries change their order, nor one its place in the rectangle.
  void find_cuts() {
    cuts_ = {0, width_};
    auto lines = boundaries_;
    lines.push_back({0, 0, 1, false});
    lines.push_back({0, height_, 1, false});
    for (std::size_t i = 0; i < lines.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        cut_at(lines[j].offset * lines[i].divisor - lines[i].offset * lines[j].divisor,
               lines[i].slope * lines[j].divisor - lines[j].slope * lines[i].divisor);
      }
    }
    for (const auto& line : inequalities_) {
      if (line.b == 0) cut_at(-Wide{line.c}, line.a);
    }
    std::sort(cuts_.begin(), cuts_.end());
    cuts_.erase(std::unique(cuts_.begin(), cuts_.end()), cuts_.end());
  }

  /// The boundaries inside the rectangle in ascending order, and each one's place among them: -1
  /// below the rectangle, their number above it.
  void order_boundaries(Wide x) {
    order_.clear();
    places_.assign(boundaries_.size(), -1);
    for (std::size_t i = 0; i < boundaries_.size(); ++i) {
      if (inequalities_[i].b == 0 || boundaries_[i].scaled(x) < 0) continue;
      if (boundaries_[i].scaled(x) < height_ * boundaries_[i].divisor) {
        order_.push_back(i);
      } else {
        places_[i] = static_cast<int>(boundaries_.size());
      }
    }
    std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
      const int order = boundaries_[a].compare(boundaries_[b], x);
      return order != 0 ? order < 0 : a < b;
    });
    for (std::size_t place = 0; place < order_.size(); ++place) {
      places_[order_[place]] = static_cast<int>(place);
    }
  }

  /// Whether the formula holds between boundary `band` - 1 and boundary `band`.
  [[nodiscard]] bool holds_in(int band, Wide x) const {
    std::vector<bool> truths;
    for (std::size_t i = 0; i < inequalities_.size(); ++i) {
      const auto& line = inequalities_[i];
      if (line.b == 0) {
        truths.push_back(line.a * x + line.c <= 0);
      } else {
        truths.push_back((places_[i] >= band) == boundaries_[i].true_below);
      }
    }
    return formula_.holds(truths);
  }

  /// first <= x < last. The points of a band are its upper boundary minus its lower one, summed.
  Wide count_strip(Wide first, Wide last) {
    order_boundaries(first);
    const auto bands = static_cast<int>(order_.size()) + 1;
    Wide count = 0;
    bool before = false;
    for (int band = 0; band < bands; ++band) {
      const bool holds = holds_in(band, first);
      if (holds != before && band > 0) {
        const auto& boundary = boundaries_[order_[static_cast<std::size_t>(band - 1)]];
        count += boundary.sum(first, last) * (before ? 1 : -1);
      }
      before = holds;
    }
    return before ? count + height_ * (last - first) : count;
  }

  const PlaneFormula& formula_;
  const std::vector<PlaneInequality>& inequalities_;
  Wide width_;
  Wide height_;
  std::vector<Boundary> boundaries_;
  std::vector<Wide> cuts_;
  std::vector<std::size_t> order_;
  std::vector<int> places_;
};

}  // namespace

bool PlaneFormula::holds(const std::vector<bool>& truths) const {
  const auto part_holds = [&](const PlaneFormula& part) { return part.holds(truths); };
  if (kind == Kind::inequality) return truths[inequality];
  return kind == Kind::all_of ? std::all_of(parts.begin(), parts.end(), part_holds)
                              : std::any_of(parts.begin(), parts.end(), part_holds);
}

Wide floor_sum(Wide n, Wide m, Wide a, Wide b) {
  // Whole multiples of m add up by themselves; what remains is turned by swapping the axes.
  Wide sum = 0;
  while (n > 0) {
    const Wide whole_a = floor_div(a, m);
    const Wide whole_b = floor_div(b, m);
    sum += n * (n - 1) / 2 * whole_a + n * whole_b;
    a -= whole_a * m;
    b -= whole_b * m;
    const Wide top = a * n + b;
    if (top < m) break;
    // sum floor((a*i + b)/m) = sum over j < top/m of the i at or beyond line j.
    n = top / m;
    b = top % m;
    std::swap(a, m);
  }
  return sum;
}

Wide count_in_plane(const PlaneFormula& formula, const std::vector<PlaneInequality>& inequalities,
                    std::int64_t width, std::int64_t height) {
  if (width <= 0 || height <= 0) return 0;
  return Plane(formula, inequalities, width, height).count();
}

}  // namespace attnsim::einsum
