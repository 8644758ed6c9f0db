#include "validation/measured_table.h"

#include <gmock/gmock.h>
#include <set>
#include <utility>

#include "base/complaint.h"
#include "validation/example_measurements.h"
#include "validation/gpu_names.h"

namespace attnsim::validation {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;
using testing::Pair;
using testing::StartsWith;

constexpr const char* head =
    "kernel,B,H,J,P,M,E,F,causal,extra,median_us,sm_clock_mhz,energy_mj,check\n";

MeasuredTable read(const std::string& rows) {
  return read_measured(CsvTable::parse(head + rows, "m.csv"));
}

std::string complaint_about(const std::string& row) {
  return complaint([&] { return read(row); });
}

TEST(MeasuredTable, HasShapeParametersTimesAndEnergyOfARow) {
  const auto row = example_measurements().rows.at(3);
  EXPECT_EQ(row.kernel, "window");
  EXPECT_EQ(row.rank("J"), 2);
  EXPECT_TRUE(row.causal);
  EXPECT_THAT(row.parameters, ElementsAre(Pair("sinks", 4), Pair("window", 512)));
  EXPECT_DOUBLE_EQ(row.seconds(), 200e-6);
  EXPECT_DOUBLE_EQ(row.cycles(), 200 * 1800);
  EXPECT_THAT(row.operations(), Optional(testing::DoubleEq(10e12 * 200e-6)));
  EXPECT_THAT(row.bytes(), Optional(testing::DoubleEq(80e9 * 200e-6)));
  EXPECT_THAT(row.energy_mj, Optional(20.0));
  EXPECT_EQ(row.place.line, 11);
  EXPECT_EQ(shape_text(row), "B=2 H=8 J=2 P=4096 M=4096 E=64 F=64 causal sinks=4 window=512");
}

TEST(MeasuredTable, KeepsWhereItWasMeasured) {
  const auto table = example_measurements();
  EXPECT_EQ(table.gpu, "Example GPU");
  EXPECT_EQ(table.provenance.size(), 5U);
  EXPECT_EQ(table.facts.at("date"), "2026-11-22");
}

TEST(MeasuredTable, TakesNoRowThatFailedItsCheck) {
  const auto table = example_measurements();
  EXPECT_EQ(table.rows.size(), 6U);
  ASSERT_EQ(table.failed.size(), 1U);
  EXPECT_EQ(table.failed[0].kernel, "flash");
  EXPECT_EQ(table.failed[0].why, "error: out of memory, \"2\" of 1 GiB");
  EXPECT_EQ(read("k,1,1,1,1,1,1,1,0,,1,1,1,wrong: 0.2\n").failed.size(), 1U);
  EXPECT_EQ(read("k,1,1,1,1,1,1,1,0,,1,1,1,\n").failed[0].why, "was not checked");
  EXPECT_EQ(read("k,1,1,1,1,1,1,1,0,,1,1,1,ok\n").failed.size(), 0U);
}

TEST(MeasuredTable, DoesWithoutWhatWasNotMeasured) {
  const auto row = read("k,1,1,1,1,1,1,1,0,,1,1,0,ok\n").rows.at(0);
  EXPECT_EQ(row.energy_mj, std::nullopt);
  EXPECT_EQ(row.operations(), std::nullopt);
  EXPECT_TRUE(read("").rows.empty());
}

TEST(MeasuredTable, NamesAColumnThatIsMissingOrUnknown) {
  EXPECT_THAT(complaint([] { return read_measured(CsvTable::parse("kernel,B\nk,1\n", "m.csv")); }),
              StartsWith("m.csv: the table has no column 'H' (attnsim-gpu run --csv FILE writes"));
  std::string table(head);
  table.replace(table.find("energy_mj"), 9, "energy_mJ");
  EXPECT_THAT(complaint([&] { return read_measured(CsvTable::parse(table, "m.csv")); }),
              StartsWith("m.csv: unknown column 'energy_mJ', did you mean 'energy_mj'?"));
}

TEST(MeasuredTable, PointsAtACellThatIsWrong) {
  EXPECT_EQ(complaint_about("k,1,1,1,1,1,1,1,0,,fast,1,1,ok\n"),
            "m.csv:2:20: median_us \"fast\" is not a number");
  EXPECT_EQ(complaint_about("k,1,1,1,1,1,1,1,0,,0,1,1,ok\n"),
            "m.csv:2:20: median_us \"0\" is not above 0");
  EXPECT_EQ(complaint_about("k,1,1,1,1,1,1,1,0,,1,nan,1,ok\n"),
            "m.csv:2:22: sm_clock_mhz \"nan\" is not a number");
  EXPECT_EQ(complaint_about("k,1,1,1,1,1,1,1,0,,1,1,-1,ok\n"),
            "m.csv:2:24: energy_mj \"-1\" is negative");
  EXPECT_EQ(complaint_about("k,0,1,1,1,1,1,1,0,,1,1,1,ok\n"),
            "m.csv:2:3: B \"0\" is no size (1 to 2^40)");
  EXPECT_EQ(complaint_about("k,1,1,1,1,1099511627777,1,1,0,,1,1,1,ok\n"),
            "m.csv:2:11: M \"1099511627777\" is no size (1 to 2^40)");
  EXPECT_EQ(complaint_about("k,1,1,1,1,1,1,1,0,,1e13,1,1,ok\n"),
            "m.csv:2:20: median_us \"1e13\" is more than 1e12");
  EXPECT_THAT(complaint_about("k,1.5,1,1,1,1,1,1,0,,1,1,1,ok\n"),
              StartsWith("m.csv:2:3: B \"1.5\" is not a whole number"));
  EXPECT_EQ(complaint_about("k,1,1,1,1,1,1,1,yes,,1,1,1,ok\n"),
            "m.csv:2:17: causal \"yes\" is neither true nor false");
  EXPECT_EQ(complaint_about(",1,1,1,1,1,1,1,0,,1,1,1,ok\n"),
            "m.csv:2:1: kernel \"\" is no name of a kernel");
}

TEST(MeasuredTable, PointsAtAParameterThatIsWrong) {
  EXPECT_EQ(complaint_about("k,1,1,1,1,1,1,1,0,window,1,1,1,ok\n"),
            "m.csv:2:19: extra \"window\" has 'window', which is not NAME=COUNT as in window=512");
  EXPECT_THAT(complaint_about("k,1,1,1,1,1,1,1,0,window=x,1,1,1,ok\n"),
              HasSubstr("has 'window=x', which is not a whole number"));
  EXPECT_THAT(complaint_about("k,1,1,1,1,1,1,1,0,w=1 w=2,1,1,1,ok\n"), HasSubstr("has w twice"));
}

TEST(MeasuredTable, OfAFileThatEndsAnywhereIsReadOrRefused) {
  const std::string text(example_measured_csv);
  std::size_t refused = 0;
  for (std::size_t length = 0; length <= text.size(); ++length) {
    try {
      static_cast<void>(read_measured(CsvTable::parse(text.substr(0, length), "m.csv")));
    } catch (const InputError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 0U);
}

const char* const gpus = "gpu,arch\nExample GPU,gpu/example\nExample GPU PCIe,gpu/other\n";

TEST(GpuNames, ChooseTheArchitectureByTheWholeName) {
  const auto names = CsvTable::parse(gpus, "gpus.csv");
  EXPECT_EQ(arch_of_gpu(example_measurements(), names), "gpu/example");
}

TEST(GpuNames, SayWhatToDoAboutAGpuThatIsNotThere) {
  const auto names = CsvTable::parse(gpus, "gpus.csv");
  auto table = example_measurements();
  table.gpu = "Exampel GPU";
  EXPECT_EQ(complaint([&] { return arch_of_gpu(table, names); }),
            "m.csv: no architecture stands for GPU 'Exampel GPU', did you mean 'Example GPU'? "
            "(known: Example GPU; Example GPU PCIe): give one with --arch, or add a line to "
            "validation/gpus.csv");
  table.gpu.clear();
  EXPECT_THAT(complaint([&] { return arch_of_gpu(table, names); }),
              HasSubstr("has no comment \"# GPU: NAME, ...\""));
}

TEST(KernelFamilies, HaveTheirKernelsAndAnyOtherIsOneOfItsOwn) {
  const auto families = CsvTable::parse("kernel,family\na,dense\nb,dense\n", "f.csv");
  EXPECT_EQ(family_of("b", families), "dense");
  EXPECT_EQ(family_of("c", families), "c");
}

/// The shipped tables are read, and no kernel or GPU stands in them twice.
TEST(KernelFamilies, AndGpusAreShippedOnceEach) {
  for (const auto& [table, column] :
       {std::pair{load_kernel_families(), "kernel"}, std::pair{load_gpu_names(), "gpu"}}) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < table.rows(); ++i) names.insert(table.cell(i, column));
    EXPECT_EQ(names.size(), table.rows()) << table.place().file;
    EXPECT_GT(names.size(), 1U);
  }
}

}  // namespace
}  // namespace attnsim::validation
