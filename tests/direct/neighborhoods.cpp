// Attention to the neighborhood of a query along one, two and three axes.
#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// The window of a query along one axis, as the kernels compute it: around the leader of its group
/// of `stride` queries, moved inside at both ends.
Keys window_of(std::int64_t query, std::int64_t length, std::int64_t width, std::int64_t stride) {
  const auto left = width / 2;
  const auto right = width / 2 + width % 2 - 1;
  const auto leader = std::min(query / stride * stride + stride / 2, length - 1);
  auto start = std::max<std::int64_t>(leader - left, 0);
  if (leader + right >= length) start += length - right - leader - 1;
  Keys keys;
  for (std::int64_t i = 0; i < width; ++i) keys.push_back(start + i);
  return keys;
}

/// Every combination of a coordinate of each.
std::vector<Keys> product_of(const std::vector<Keys>& windows) {
  std::vector<Keys> all = {{}};
  for (const auto& window : windows) {
    std::vector<Keys> longer;
    for (const auto& head : all) {
      for (const auto key : window) {
        longer.push_back(head);
        longer.back().push_back(key);
      }
    }
    all = longer;
  }
  return all;
}

struct Axis {
  std::string rank;
  std::string width;
  std::string stride;
};

/// Attention inside the product of the axes' windows.
void neighborhood(Task& task, const std::vector<Axis>& axes) {
  for (const auto& axis : axes) {
    task.require(task[axis.width] <= task[axis.rank], axis.width + " <= " + axis.rank);
  }
  const auto read = [&](const char* tensor, At at, std::int64_t x, const Keys& place) {
    Keys point = {at[0], at[1], x};
    point.insert(point.end(), place.begin(), place.end());
    return task.in(tensor).at(point);
  };
  task.define("AV", [&](At at) {
    const Keys here(at.begin() + 3, at.end());
    std::vector<Keys> windows;
    for (std::size_t i = 0; i < axes.size(); ++i) {
      windows.push_back(
          window_of(here[i], task[axes[i].rank], task[axes[i].width], task[axes[i].stride]));
    }
    const auto places = product_of(windows);
    const auto place = [&](auto i) { return places[static_cast<std::size_t>(i)]; };
    const auto all = first(static_cast<Index>(places.size()));
    const auto score = [&](auto i) {
      return sum_of(task["E"],
                    [&](auto e) { return read("Q", at, e, here) * read("K", at, e, place(i)); });
    };
    return attend(all, score, [&](auto i) { return read("V", at, at[2], place(i)); });
  });
}

/// Sees a window that stays inside.
void natten(Task& task) { neighborhood(task, {{"P", "W", "S"}}); }

/// Sees the product of the windows of its two axes.
void gna(Task& task) { neighborhood(task, {{"Y", "WY", "SY"}, {"X", "WX", "SX"}}); }

/// Sees the product of the windows of its three axes.
void gna_3d(Task& task) {
  neighborhood(task, {{"Z", "WZ", "SZ"}, {"Y", "WY", "SY"}, {"X", "WX", "SX"}});
}

}  // namespace

Definitions neighborhoods() {
  return {{"natten",
           table({"B", "H", "E", "F", "P", "W", "S"}, {{2, 2, 3, 2, 8, 3, 1},
                                                       {2, 2, 3, 2, 13, 5, 1},
                                                       {2, 2, 3, 2, 12, 4, 1},
                                                       {2, 2, 3, 2, 13, 4, 3},
                                                       {2, 2, 3, 2, 11, 5, 4},
                                                       {2, 2, 3, 2, 9, 3, 3},
                                                       {2, 2, 3, 2, 7, 7, 2}}),
           {},
           natten},
          {"gna",
           table({"B", "H", "E", "F", "Y", "WY", "SY", "X", "WX", "SX"},
                 {{2, 2, 3, 2, 4, 2, 2, 6, 3, 1},
                  {2, 2, 3, 2, 5, 3, 2, 7, 4, 3},
                  {2, 2, 3, 2, 6, 3, 3, 1, 1, 1}}),
           {},
           gna},
          {"gna_3d",
           table({"B", "H", "E", "F", "Z", "WZ", "SZ", "Y", "WY", "SY", "X", "WX", "SX"},
                 {{2, 2, 3, 2, 2, 1, 1, 4, 2, 2, 4, 3, 1},
                  {2, 2, 3, 2, 3, 2, 2, 5, 3, 1, 3, 3, 4},
                  {2, 2, 3, 2, 4, 2, 2, 1, 1, 1, 6, 4, 3}}),
           {},
           gna_3d}};
}

}  // namespace attnsim::direct
