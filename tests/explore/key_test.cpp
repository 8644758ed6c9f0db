#include "explore/key.h"

#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

#include "arch/technology.h"
#include "base/text_file.h"
#include "explore/evaluate.h"

namespace attnsim::explore {
namespace {

Point bert() {
  Point point;
  point.arch = point.mapping = "fusemax";
  point.model = "bert";
  point.seq = "4K";
  return point;
}

std::string key_of(const Point& point, const ExecutorOptions& options = {},
                   const std::string& version = "1") {
  InputCache cache;
  return PointKeys(cache, options, version).key_of(point);
}

/// A copy of the shipped FuseMax architecture, changed by `edit`, for the length of a test.
class Copy {
 public:
  template <class Edit>
  explicit Copy(const Edit& edit)
      : path_(testing::TempDir() + "key_test_" + std::to_string(getpid()) + ".xml") {
    auto text = read_text_file(workloads::find_shipped(workloads::Shipped::arch, "fusemax_pareto"));
    edit(text);
    std::ofstream(path_) << text;
  }
  ~Copy() { ::unlink(path_.c_str()); }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  [[nodiscard]] std::string key() const {
    auto point = bert();
    point.arch = path_;
    return key_of(point);
  }

 private:
  std::string path_;
};

std::string pareto_key(const std::vector<std::string>& sets = {}) {
  auto point = bert();
  point.arch = "fusemax_pareto";
  point.sets = sets;
  return key_of(point);
}

void replace(std::string& text, const std::string& what, const std::string& by) {
  text.replace(text.find(what), what.size(), by);
}

TEST(Sha256, IsThatOfTheStandard) {
  // FIPS 180-2, appendix B.1
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(PointKey, IsTheSameForWhatMeansTheSame) {
  auto point = bert();
  point.seq = "4096";
  EXPECT_EQ(key_of(point), key_of(bert()));
  point.seq = "";
  point.shape = "M=4K,P=4096";
  EXPECT_EQ(key_of(point), key_of(bert()));
  point.cascade = "attention_1pass";
  EXPECT_EQ(key_of(point), key_of(bert()));
}

TEST(PointKey, DoesNotSeeCommentsBlanksOrTheNameOfAFile) {
  EXPECT_EQ(Copy([](std::string&) {}).key(), pareto_key());
  EXPECT_EQ(Copy([](std::string& text) {
              replace(text, "<array ", "<!-- an array -->\n\n<array   ");
              replace(text, "rows=\"256\" columns=\"256\"", "columns=\"256\" rows=\"256\"");
            }).key(),
            pareto_key());
}

TEST(PointKey, IsOfTheOverriddenDocument) {
  const Copy copy([](std::string& text) { replace(text, "400 GiB/s", "300 GiB/s"); });
  EXPECT_NE(copy.key(), pareto_key());
  EXPECT_EQ(copy.key(), pareto_key({"//memory[@name='dram']/@bandwidth=300 GiB/s"}));
}

TEST(PointKey, DiffersForWhateverMayMakeADifference) {
  const auto key = key_of(bert());
  for (const auto& change : std::vector<std::function<void(Point&)>>{
           [](Point& p) { p.arch = "fusemax_pareto"; },
           [](Point& p) { p.mapping = "fusemax_architecture"; }, [](Point& p) { p.model = "t5"; },
           [](Point& p) { p.seq = "8K"; }, [](Point& p) { p.shape = "B=1"; },
           [](Point& p) {
             p.sets = {"//for[@rank='H']/@rank=H"};
             p.seq = "2K";
           },
           [](Point& p) { p.sets = {"//model/@B=32"}; }}) {
    auto point = bert();
    change(point);
    EXPECT_NE(key_of(point), key);
  }
  EXPECT_NE(key_of(bert(), {false, Executor::systemc}), key);
  EXPECT_NE(key_of(bert(), {true, Executor::recurrence}), key);
  EXPECT_NE(key_of(bert(), {}, "2"), key);
}

TEST(PointKey, SeesTheTechnologyTable) {
  const auto key = pareto_key();
  auto table = read_text_file(arch::path_of_table("rf_45nm", ""));
  const auto path = testing::TempDir() + "rf_45nm_" + std::to_string(getpid()) + ".csv";
  const auto name = path.substr(path.rfind('/') + 1);
  const auto with = [&](const std::string& text) {
    std::ofstream(path) << text;
    return Copy([&](std::string& xml) {
             for (int i = 0; i < 2; ++i)
               replace(xml, "table=\"rf_45nm\"", "table=\"./" + name + "\"");
           })
        .key();
  };
  const auto same = with(table);
  replace(table, "16,16,2.190435", "16,16,2.190436");
  EXPECT_NE(with(table), same);
  ::unlink(path.c_str());
  EXPECT_NE(same, key);
}

TEST(PointKey, IsThereForAPointThatDoesNotLoad) {
  auto point = bert();
  point.arch = "no_such";
  auto other = point;
  other.seq = "8K";
  EXPECT_NE(key_of(point), key_of(other));
  EXPECT_EQ(key_of(point), key_of(point));
}

}  // namespace
}  // namespace attnsim::explore
