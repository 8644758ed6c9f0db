#pragma once

#include "sim/timeline.h"

namespace attnsim::report {

/// Two lanes, the second in quarters of a cycle, a skip from 100 to 900 and (as never with skips)
/// two tokens.
inline sim::Timeline example_timeline() {
  sim::Timeline timeline;
  timeline.lanes = {{"array2d", false}, {"dram", true}};
  timeline.works = {
      {0, "QK", {}, 0, {"p1", "m1"}, {{"array2d", "mac", "QK", 4096}}},
      {0, "QK", {}, 1, {"p1", "m1"}, {{"array2d", "mac", "QK", 1024}}},
      {1, "load K", {}, 0, {"m1"}, {{"dram", "read", "K", 512}, {"buffer", "write", "K", 512}}}};
  timeline.slices = {{1, 2, 0, 40.25, {0}},   {0, 0, 45, 70, {0, 0}},   {0, 0, 70, 95, {0, 1}},
                     {0, 0, 98, 110, {0, 2}}, {0, 1, 900, 910, {3, 7}}, {1, 2, 905, 945.25, {7}}};
  timeline.skips = {{100, 900, 8}};
  timeline.levels = {{"K", 0, {{0, 0}, {40.25, 1}, {70, 0}}},
                     {"space for K", 2, {{0, 1}, {95, 2}}}};
  timeline.cycles = 950;
  return timeline;
}

}  // namespace attnsim::report
