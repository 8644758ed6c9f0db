#include "mappings/held.h"

#include <gtest/gtest.h>
#include <string>

namespace attnsim::mappings {
namespace {

FootprintLine line(const std::string& memory, std::size_t phase, std::int64_t bytes) {
  FootprintLine line;
  line.memory = memory;
  line.phase = phase;
  line.bytes = bytes;
  return line;
}

TEST(HeldBytes, CountTheFullestPhaseOfEachMemoryBesideWhatIsKeptThroughout) {
  auto spills = line("buffer", 0, 1000);
  spills.overbooked = true;
  EXPECT_EQ(held_bytes({line("buffer", 0, 1), line("buffer", 1, 10), line("buffer", 1, 20),
                        line("buffer", 2, 25), line("registers", 2, 100), spills}),
            1 + 30 + 100);
}

}  // namespace
}  // namespace attnsim::mappings
