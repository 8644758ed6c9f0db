// Attention whose scores have terms of the distance between query and key.
#include <tuple>

#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// Adds the query's product with the distance.
void music_transformer(Task& task) {
  const auto q = task.in("Q");
  const auto k = task.in("K");
  const auto r = task.in("R");
  const auto v = task.in("V");
  task.define("AV", [&](At at) {
    const auto [b, h, f, p] = std::tuple{at[0], at[1], at[2], at[3]};
    const auto score = [&, b = b, h = h, p = p](auto m) {
      const auto sum = sum_of(
          task["E"], [&](auto e) { return q(b, h, e, p) * (k(b, h, e, m) + r(h, e, p - m)); });
      return sum / std::sqrt(static_cast<double>(task["E"]));
    };
    return attend(those(p + 1, [](auto) { return true; }), score,
                  [&, b = b, h = h, f = f](auto m) { return v(b, h, f, m); });
  });
}

/// Convolves and adds four terms of position.
void rcmha(Task& task) {
  const auto taps = task["T"];
  // A convolution over zeros before the first position.
  const auto convolved = [&](const char* x, const char* weight, auto b, auto h, auto e, auto p) {
    double sum = 0;
    for (std::int64_t t = 0; t < taps; ++t) {
      if (p - t >= 0) sum += task.in(weight)(h, e, t) * task.in(x)(b, h, e, p - t);
    }
    return sum;
  };
  task.define("AV", [&](At at) {
    const auto [b, h, f, p] = std::tuple{at[0], at[1], at[2], at[3]};
    const auto score = [&, b = b, h = h, p = p](auto m) {
      double sum = 0;
      for (std::int64_t e = 0; e < task["E"]; ++e) {
        const auto query = convolved("Q", "WQ", b, h, e, p);
        const auto key = convolved("K", "WK", b, h, e, m);
        const auto far = task.in("R")(h, e, p - m);
        sum += query * key + query * far + task.in("U")(h, e) * key + task.in("Z")(h, e) * far;
      }
      return sum / std::sqrt(static_cast<double>(task["E"]));
    };
    return attend(those(p + 1, [](auto) { return true; }), score,
                  [&, b = b, h = h, f = f](auto m) { return convolved("V", "WV", b, h, f, m); });
  });
}

}  // namespace

Definitions positions() {
  return {{"music_transformer",
           table({"B", "H", "E", "F", "P", "M", "D"},
                 {{2, 2, 4, 4, 8, 8, 8}, {1, 3, 5, 3, 11, 11, 17}, {1, 1, 1, 2, 17, 17, 17}}),
           {},
           music_transformer},
          {"rcmha",
           table({"B", "H", "E", "F", "P", "D", "T"},
                 {{2, 2, 4, 4, 8, 8, 3}, {1, 3, 5, 3, 11, 17, 1}, {1, 1, 1, 2, 17, 17, 3}}),
           {},
           rcmha}};
}

}  // namespace attnsim::direct
