#include "arch/technology.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>

#include "arch/reader.h"
#include "base/complaint.h"
#include "base/text_error.h"

namespace attnsim::arch {
namespace {

const std::string header = "capacity_bytes,width_bits,read_pj,write_pj,area_um2\n";
const std::string text = "# source\n" + header +
                         "1024,64,2,4,100\n2048,64,3,4,300\n"
                         "8192,64,12,2,2400\n1024,128,5,6,700\n";

MemoryFigures at(std::uint64_t size, std::uint64_t width = 64) {
  return figures_at(parse_technology_table(text, "t.csv"), size, Bits(width));
}

std::string refusal(const std::string& table) {
  return complaint([&] { return parse_technology_table(table, "t.csv"); });
}

TEST(Technology, IsExactAtItsRows) {
  EXPECT_EQ(at(1024).read_energy, Picojoules(2));
  EXPECT_EQ(at(2048).area, SquareMicrons(300));
  EXPECT_EQ(at(8192).write_energy, Picojoules(2));
  EXPECT_EQ(at(1024, 128).area, SquareMicrons(700));
}

TEST(Technology, FollowsAPowerLawBetweenTwoRows) {
  // A fourfold size from 2 KiB to 8 KiB: twice the size is half the way in the logarithms.
  EXPECT_DOUBLE_EQ(at(4096).read_energy.count(), 6);              // sqrt(3 * 12)
  EXPECT_DOUBLE_EQ(at(4096).area.count(), 300 * std::sqrt(8.0));  // sqrt(300 * 2400)
  EXPECT_DOUBLE_EQ(at(4096).write_energy.count(), std::sqrt(8.0));
}

TEST(Technology, IsMonotoneBetweenTwoRows) {
  auto last = at(2048);
  for (std::uint64_t size = 2049; size <= 8192; ++size) {
    const auto next = at(size);
    EXPECT_GE(next.read_energy, last.read_energy) << size;
    EXPECT_LE(next.write_energy, last.write_energy) << size;
    EXPECT_GE(next.area, last.area) << size;
    last = next;
  }
}

TEST(Technology, EndsAtItsFirstAndLastRow) {
  const auto problem = [](std::uint64_t size, std::uint64_t width = 64) {
    return complaint<TextError>([&] { return at(size, width); });
  };
  EXPECT_EQ(problem(1023), "has no figures for 1023 B: at 64 b it goes from 1 KiB to 8 KiB");
  EXPECT_EQ(problem(8193), "has no figures for 8193 B: at 64 b it goes from 1 KiB to 8 KiB");
  EXPECT_EQ(problem(1025, 128), "has no figures for 1025 B: at 128 b it goes from 1 KiB to 1 KiB");
  EXPECT_EQ(problem(1024, 96), "has no memory that is 96 b wide (its widths: 64 b, 128 b)");
}

TEST(Technology, MayCountEntries) {
  const auto table =
      parse_technology_table("entries,width_bits,read_pj,write_pj,area_um2\n4,16,1,2,3\n", "t.csv");
  EXPECT_EQ(table.size, TechnologyTable::Size::entries);
  EXPECT_EQ(figures_at(table, 4, Bits(16)).area, SquareMicrons(3));
  EXPECT_EQ(complaint<TextError>([&] { return figures_at(table, 1, Bits(16)); }),
            "has no figures for 1 entry: at 16 b it goes from 4 entries to 4 entries");
}

TEST(Technology, SaysWhatIsWrongWithATable) {
  EXPECT_EQ(refusal("size,width\n"),
            "t.csv: is no technology table: its columns are to be capacity_bytes (or entries), "
            "width_bits, read_pj, write_pj, area_um2");
  EXPECT_EQ(refusal(header), "t.csv: is a technology table without a row");
  EXPECT_EQ(refusal(header + "1024,64,1,2\n"),
            "t.csv:2:1: the row has 4 cells, the header names 5");
  EXPECT_EQ(refusal(header + "1024,64,1,,3\n").substr(0, 11), "t.csv:2:11:");
  EXPECT_EQ(refusal("# x\n" + header + "1024,64,0,2,3\n"),
            "t.csv:3:9: \"0\" must be greater than 0");
  EXPECT_EQ(refusal(header + "1024,64,1,2,-3\n").substr(0, 13), "t.csv:2:13: \"");
  EXPECT_EQ(refusal(header + "1024,64,1,2,3\n1024,64,1,2,3\n"),
            "t.csv:3:1: gives a memory of an earlier line again");
}

/// `<memory table="...">` beside a table of one's own.
class MemoryTable : public testing::Test {
 protected:
  // One of its own for each test: they run at the same time.
  MemoryTable()
      : folder_(std::filesystem::path(testing::TempDir()) /
                (std::string("attnsim_") +
                 testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "own.csv") << text;
    std::ofstream(folder_ / "rf.csv")
        << "entries,width_bits,read_pj,write_pj,area_um2\n4,16,1,2,3\n8,16,2,4,6\n";
  }
  ~MemoryTable() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] MemorySpec memory(const std::string& attributes) const {
    const auto architecture = read_architecture(XmlElement::parse(
        "<architecture name='a' clock='1 GHz'><vector name='v' lanes='10'>\n<memory name='m' " +
            attributes + "/></vector></architecture>",
        (folder_ / "a.xml").string(), "architecture"));
    return *architecture.find_memory("m");
  }
  [[nodiscard]] std::string refused(const std::string& attributes) const {
    const auto message = complaint([&] { return memory(attributes); });
    const auto file = (folder_ / "a.xml").string();
    EXPECT_TRUE(message.starts_with(file)) << message;
    return message.substr(file.size());
  }

  std::filesystem::path folder_;
};

TEST_F(MemoryTable, GivesFiguresBySizeAndWidth) {
  const auto spec = memory("capacity='2 KiB' width='64 b' table='own.csv'");
  EXPECT_EQ(spec.read_energy, Picojoules(3));
  EXPECT_EQ(spec.write_energy, Picojoules(4));
  EXPECT_EQ(spec.area, SquareMicrons(3000));  // ten lanes
  EXPECT_EQ(spec.table, "own.csv");
}

TEST_F(MemoryTable, TakesASizeInWordsAsBytesAndTheOtherWayRound) {
  EXPECT_EQ(memory("entries='256' width='64 b' table='own.csv'").read_energy, Picojoules(3));
  EXPECT_EQ(memory("capacity='16 B' table='rf.csv'").read_energy, Picojoules(2));
  EXPECT_EQ(memory("entries='4' table='rf.csv'").area, SquareMicrons(30));
}

TEST_F(MemoryTable, GivesWayToFiguresThatAreGiven) {
  const auto spec =
      memory("capacity='2 KiB' width='64 b' table='own.csv' read='9 pJ' area='1 um^2'");
  EXPECT_EQ(spec.read_energy, Picojoules(9));
  EXPECT_EQ(spec.write_energy, Picojoules(4));
  EXPECT_EQ(spec.area, SquareMicrons(10));
}

TEST_F(MemoryTable, IsNotAskedWhereAllFiguresAreGiven) {
  const auto spec =
      memory("capacity='1 B' width='8 b' table='own.csv' read='1 pJ' write='2 pJ' area='3 um^2'");
  EXPECT_EQ(spec.write_energy, Picojoules(2));
}

TEST_F(MemoryTable, IsFoundByTheNameOfAShippedOne) {
  EXPECT_EQ(memory("entries='16' table='rf_45nm'").read_energy, Picojoules(2.190435));
  EXPECT_EQ(
      refused("entries='16' table='rf_46nm'").substr(0, 94),
      ":2:31: <memory> table=\"rf_46nm\" is neither a shipped technology table nor the path of "
      "one, did");
}

TEST_F(MemoryTable, SaysWhereItDoesNotReach) {
  EXPECT_EQ(
      refused("capacity='16 KiB' width='64 b' table='own.csv'"),
      ":2:49: <memory> table=\"own.csv\" has no figures for 16 KiB: at 64 b it goes from 1 KiB "
      "to 8 KiB");
  EXPECT_EQ(refused("capacity='2 KiB' width='32 b' table='own.csv'"),
            ":2:48: <memory> table=\"own.csv\" has no memory that is 32 b wide (its widths: 64 b, "
            "128 b)");
  EXPECT_EQ(refused("bandwidth='1 GB/s' table='own.csv'"),
            ":2:37: <memory> table=\"own.csv\" needs a memory with 'capacity' or 'entries'");
  EXPECT_EQ(refused("capacity='9 B' table='rf.csv'"),
            ":2:33: <memory> table=\"rf.csv\" counts entries, of which the capacity is no whole "
            "number");
  EXPECT_EQ(
      refused("capacity='9 B' table='gone.csv'"),
      ":2:33: <memory> table=\"gone.csv\" is not there (" + (folder_ / "gone.csv").string() + ")");
}

}  // namespace
}  // namespace attnsim::arch
