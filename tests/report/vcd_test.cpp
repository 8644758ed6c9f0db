#include "report/vcd.h"

#include <gmock/gmock.h>
#include <map>
#include <sstream>
#include <vector>

#include "report/example_timeline.h"

namespace attnsim::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

/// A reader of the part of the format that a dump without real numbers and strings needs.
struct Dump {
  std::map<std::string, std::string> ids;  ///< of "scope.scope.name"
  std::map<std::string, std::vector<std::pair<std::int64_t, std::string>>> changes;  ///< by id
  std::string timescale;
  std::int64_t end = -1;

  [[nodiscard]] const auto& of(const std::string& name) const { return changes.at(ids.at(name)); }
};

std::string words_until_end(std::istream& in) {
  std::string all;
  for (std::string word; in >> word && word != "$end";) all += word + " ";
  return all;
}

Dump read_vcd(const std::string& text) {
  Dump dump;
  std::istringstream in(text);
  std::vector<std::string> scopes;
  for (std::string word; in >> word;) {
    if (word == "$timescale") {
      dump.timescale = words_until_end(in);
    } else if (word == "$scope") {
      std::string kind;
      std::string name;
      in >> kind >> name;
      words_until_end(in);
      scopes.push_back(name);
    } else if (word == "$upscope") {
      words_until_end(in);
      scopes.pop_back();
    } else if (word == "$var") {
      std::string type;
      std::string bits;
      std::string id;
      std::string name;
      in >> type >> bits >> id >> name;
      words_until_end(in);
      std::string path;
      for (const auto& scope : scopes) path += scope + ".";
      EXPECT_TRUE(dump.ids.emplace(path + name, id).second) << path + name;
      dump.changes[id];
    } else if (word[0] == '$') {
      words_until_end(in);
    } else if (word[0] == '#') {
      const auto time = std::stoll(word.substr(1));
      EXPECT_GT(time, dump.end) << "times must grow";
      dump.end = time;
    } else {
      std::string id = word.substr(1);
      std::string value = word.substr(0, 1);
      if (value == "b") {
        value = word.substr(1);
        in >> id;
      }
      dump.changes.at(id).emplace_back(dump.end, value);  // throws for an id without a variable
    }
  }
  EXPECT_TRUE(scopes.empty());
  return dump;
}

std::string text_of(const sim::Timeline& timeline, const TraceTitle& title) {
  std::ostringstream out;
  write_vcd(out, timeline, title);
  return out.str();
}

TEST(Vcd, ShowsWhatEachLaneDoesAndXWhereItIsSkipped) {
  const auto dump = read_vcd(text_of(example_timeline(), {"toy", 1e9}));

  EXPECT_EQ(dump.timescale, "1 ps ");
  EXPECT_THAT(dump.of("toy.skipping"),
              ElementsAre(Pair(0, "0"), Pair(100'000, "1"), Pair(900'000, "0")));
  EXPECT_THAT(dump.of("toy.array2d.busy"),
              ElementsAre(Pair(0, "0"), Pair(45'000, "1"), Pair(95'000, "0"), Pair(98'000, "1"),
                          Pair(110'000, "x"), Pair(900'000, "1"), Pair(910'000, "0")));
  EXPECT_THAT(dump.of("toy.array2d.work"),
              ElementsAre(Pair(0, "0"), Pair(45'000, "1"), Pair(95'000, "0"), Pair(98'000, "1"),
                          Pair(110'000, "x"), Pair(900'000, "1"), Pair(910'000, "0")));
  EXPECT_THAT(dump.of("toy.array2d.started"),
              ElementsAre(Pair(0, "0"), Pair(45'000, "1"), Pair(70'000, "10"), Pair(98'000, "11"),
                          Pair(900'000, "100")));
  EXPECT_THAT(dump.of("toy.dram.busy"),
              ElementsAre(Pair(0, "1"), Pair(40'250, "0"), Pair(100'000, "x"), Pair(900'000, "0"),
                          Pair(905'000, "1"), Pair(945'250, "0")));
  EXPECT_EQ(dump.end, 950'000);
}

TEST(Vcd, CountsTilesThatAreReadyAndSlotsThatAreTaken) {
  const auto dump = read_vcd(text_of(example_timeline(), {"toy", 1e9}));

  EXPECT_THAT(dump.of("toy.tokens.K_ready"),
              ElementsAre(Pair(0, "0"), Pair(40'250, "1"), Pair(70'000, "0")));
  EXPECT_THAT(dump.of("toy.tokens.space_for_K_taken"),
              ElementsAre(Pair(0, "1"), Pair(95'000, "0")));
}

TEST(Vcd, TimesAreRealByTheClock) {
  const auto dump = read_vcd(text_of(example_timeline(), {"toy", 940e6}));

  EXPECT_EQ(dump.end, 1'010'638);  // 950 / 940 MHz = 1010.638 ns
}

TEST(Vcd, SaysInTheHeaderWhichNumberIsWhichWork) {
  const auto text = text_of(example_timeline(), {"toy", 1e9});

  EXPECT_THAT(text, HasSubstr("  0 nothing\n  1 QK\n  2 load_K\n$end"));
}

TEST(Vcd, BeginsWhereTheWindowDoes) {
  auto timeline = example_timeline();
  timeline.skips.clear();
  timeline.window = {60, 80};
  timeline.slices = {{0, 0, 45, 70, {0, 0}}, {0, 0, 70, 95, {0, 1}}};

  const auto dump = read_vcd(text_of(timeline, {"toy", 1e9}));

  EXPECT_THAT(dump.of("toy.array2d.busy"), ElementsAre(Pair(60'000, "1"), Pair(95'000, "0")));
  EXPECT_THAT(dump.of("toy.array2d.started"), ElementsAre(Pair(60'000, "1"), Pair(70'000, "10")));
}

TEST(Vcd, ManyLanesWithOddNamesHaveWordsAndIdentifiersOfTheirOwn) {
  auto timeline = example_timeline();
  timeline.slices.clear();
  for (int i = 0; i < 100; ++i) timeline.lanes.push_back({"lane " + std::to_string(i), false});

  const auto dump = read_vcd(text_of(timeline, {"a b$end", 1e9}));

  EXPECT_EQ(dump.ids.size(), 1U + 3U * 102U + 2U);
  EXPECT_EQ(dump.changes.size(), dump.ids.size());
  EXPECT_EQ(dump.ids.count("a_b_end.lane_99.busy"), 1U);
}

}  // namespace
}  // namespace attnsim::report
