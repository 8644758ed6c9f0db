#include "report/line_difference.h"

#include <gmock/gmock.h>

namespace attnsim::report {
namespace {

using ::testing::ElementsAre;

HtmlListing listing(const std::vector<std::string>& lines) {
  HtmlListing made;
  for (const auto& line : lines) made.lines.push_back({line});
  return made;
}

std::vector<std::string> marked(const HtmlListing& listing) {
  std::vector<std::string> lines;
  for (const auto& line : listing.lines) {
    if (line.marked) lines.push_back(line.text);
  }
  return lines;
}

TEST(LineDifference, EqualTextsHaveNone) {
  std::vector<HtmlListing> listings{listing({"a", "b"}), listing({"a", "b"})};
  mark_differences(listings);
  EXPECT_THAT(marked(listings[0]), ElementsAre());
  EXPECT_THAT(marked(listings[1]), ElementsAre());
}

TEST(LineDifference, MarksWhatTheOtherLacks) {
  std::vector<HtmlListing> listings{listing({"a", "b", "c"}), listing({"a", "x", "c", "d"})};
  mark_differences(listings);
  EXPECT_THAT(marked(listings[0]), ElementsAre("b"));
  EXPECT_THAT(marked(listings[1]), ElementsAre("x", "d"));
}

TEST(LineDifference, KeepsTheOrder) {
  std::vector<HtmlListing> listings{listing({"a", "b"}), listing({"b", "a"})};
  mark_differences(listings);
  EXPECT_EQ(marked(listings[0]).size(), 1U);
  EXPECT_EQ(marked(listings[1]).size(), 1U);
}

TEST(LineDifference, ComparesEachWithTheFirst) {
  std::vector<HtmlListing> listings{listing({"a", "b"}), listing({"a"}), listing({"b", "c"})};
  mark_differences(listings);
  EXPECT_THAT(marked(listings[0]), ElementsAre("a", "b"));
  EXPECT_THAT(marked(listings[1]), ElementsAre());
  EXPECT_THAT(marked(listings[2]), ElementsAre("c"));
}

TEST(LineDifference, OfAnEmptyTextIsAllOfTheOther) {
  std::vector<HtmlListing> listings{listing({}), listing({"a"})};
  mark_differences(listings);
  EXPECT_THAT(marked(listings[1]), ElementsAre("a"));
}

}  // namespace
}  // namespace attnsim::report
