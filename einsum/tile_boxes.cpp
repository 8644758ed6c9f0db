#include "einsum/tile_boxes.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"

namespace attnsim::einsum {

namespace {

class TileCounter {
 public:
  TileCounter(const BoxCondition& condition, const std::vector<TileSlot>& slots, const Place& place,
              std::int64_t& budget)
      : condition_(condition), slots_(slots), place_(place), budget_(budget) {}

  TileCounts run(bool dynamic) {
    TileCounts counts;
    Box all;
    for (const auto& slot : slots_) {
      all.emplace_back(0, slot.extent - 1);
      (slot.is_key ? counts.key_ranks : counts.query_ranks).push_back(slot.rank);
      auto& tiles = slot.is_key ? counts.key_tiles : counts.query_tiles;
      tiles = multiply(tiles, slot.tiles());
      counts.pairs = multiply(counts.pairs, slot.extent);
    }
    counts.allowed = points(all);
    counts.least = counts.key_tiles;
    counts.worst = counts.total = 0;
    for (auto tile = std::optional(first_query_tile(all)); tile; tile = next_query_tile(*tile)) {
      const auto reached = keys_of(*tile, dynamic);
      counts.worst = std::max(counts.worst, reached);
      counts.least = std::min(counts.least, reached);
      counts.total += reached;
    }
    return counts;
  }

 private:
  [[nodiscard]] std::int64_t multiply(std::int64_t a, std::int64_t b) const {
    if (!__builtin_mul_overflow(a, b, &a)) return a;
    throw InputError(place_, "its pairs are more than 63 bits can count at these shapes");
  }

  /// Leaves behind in `undecided_` what is worth cutting.
  Truth over(const Box& box) {
    if (--budget_ >= 0) return condition_.over(box, undecided_);
    throw InputError(place_, "its tiles cannot be counted in " + std::to_string(most_boxes) +
                                 " steps: larger tiles or smaller shapes would do");
  }

  /// A tile of the slot, the last of which may be cut short.
  [[nodiscard]] Range tile_from(std::size_t slot, std::int64_t first) const {
    return {first, std::min(first + slots_[slot].tile, slots_[slot].extent) - 1};
  }

  [[nodiscard]] Box first_query_tile(Box box) const {
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      if (!slots_[slot].is_key) box[slot] = tile_from(slot, 0);
    }
    return box;
  }

  [[nodiscard]] std::optional<Box> next_query_tile(Box box) const {
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      if (slots_[slot].is_key) continue;
      const auto next = box[slot].second + 1;
      box[slot] = tile_from(slot, next < slots_[slot].extent ? next : 0);
      if (next < slots_[slot].extent) return box;
    }
    return std::nullopt;
  }

  [[nodiscard]] static std::size_t longest(const Box& box) {
    const auto shorter = [](const Range& a, const Range& b) { return length(a) < length(b); };
    return static_cast<std::size_t>(std::max_element(box.begin(), box.end(), shorter) -
                                    box.begin());
  }

  [[nodiscard]] std::size_t longest_undecided(const Box& box) const {
    return *std::max_element(
        undecided_.begin(), undecided_.end(),
        [&](std::size_t a, std::size_t b) { return length(box[a]) < length(box[b]); });
  }

  /// How many points of the box fulfil the condition.
  std::int64_t points(const Box& box) {
    const auto truth = over(box);
    if (truth == Truth::never) return 0;
    if (truth == Truth::sometimes) {
      const auto [lower, upper] = halves(box, longest_undecided(box));
      return points(lower) + points(upper);
    }
    std::int64_t count = 1;
    for (const auto& range : box) count *= length(range);
    return count;
  }

  /// Whether any point of the box fulfils the condition.
  bool any(const Box& box) {
    const auto truth = over(box);
    if (truth != Truth::sometimes) return truth == Truth::always;
    const auto [lower, upper] = halves(box, longest_undecided(box));
    return any(lower) || any(upper);
  }

  /// The least coordinate of the slot among the points that fulfil the condition.
  std::optional<std::int64_t> least(const Box& box, std::size_t slot) {
    const auto truth = over(box);
    if (truth == Truth::never) return std::nullopt;
    if (truth == Truth::always) return box[slot].first;
    if (length(box[slot]) == 1) return any(box) ? std::optional(box[slot].first) : std::nullopt;
    const auto [lower, upper] = halves(box, slot);
    const auto found = least(lower, slot);
    return found ? found : least(upper, slot);
  }

  /// Key tiles that the query tile reaches. @param box  its queries and all keys
  std::int64_t keys_of(const Box& box, bool dynamic) {
    starts_.assign(slots_.size(), 0);
    Box tiles(slots_.size(), {0, 0});  // by slot, numbers of tiles; one of all queries
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      if (!slots_[slot].is_key) continue;
      if (dynamic) {
        const auto first = least(box, slot);
        if (!first) return 0;
        starts_[slot] = *first;
      }
      tiles[slot].second = (slots_[slot].extent - starts_[slot] - 1) / slots_[slot].tile;
    }
    return reached(box, tiles);
  }

  std::int64_t reached(Box box, const Box& tiles) {
    std::int64_t count = 1;
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      if (!slots_[slot].is_key) continue;
      const auto at = [&](std::int64_t tile) {
        return tile_from(slot, starts_[slot] + tile * slots_[slot].tile);
      };
      box[slot] = {at(tiles[slot].first).first, at(tiles[slot].second).second};
      count *= length(tiles[slot]);
    }
    const auto truth = over(box);
    if (truth == Truth::never) return 0;
    if (truth == Truth::always) return count;
    if (count == 1) return any(box) ? 1 : 0;
    const auto [lower, upper] = halves(tiles, longest(tiles));
    return reached(box, lower) + reached(box, upper);
  }

  const BoxCondition& condition_;
  const std::vector<TileSlot>& slots_;
  const Place& place_;
  std::int64_t& budget_;
  std::vector<std::int64_t> starts_;    ///< by slot, of the key tiles
  std::vector<std::size_t> undecided_;  ///< slots, of the box that was looked at last
};

}  // namespace

TileCounts count_in_boxes(const BoxCondition& condition, const std::vector<TileSlot>& slots,
                          bool dynamic, const Place& place, std::int64_t& budget) {
  return TileCounter(condition, slots, place, budget).run(dynamic);
}

}  // namespace attnsim::einsum
