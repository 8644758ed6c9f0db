#include "workloads/library.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <string>

#include "arch/reader.h"
#include "base/complaint.h"
#include "base/data_root.h"
#include "workloads/model.h"

namespace attnsim::workloads {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;

/// A data root of its own with three files; ctest runs each test in its own process.
class LibraryTest : public testing::Test {
 protected:
  LibraryTest() {
    fs::create_directories(root_ / "arch/gpu");
    std::ofstream(root_ / "arch/one.xml") << "x";
    std::ofstream(root_ / "arch/gpu/h100_sxm.xml") << "x";
    std::ofstream(root_ / "arch/architecture.xsd") << "x";
    setenv("ATTNSIM_DATA", root_.c_str(), 1);
  }
  ~LibraryTest() override {
    unsetenv("ATTNSIM_DATA");
    fs::remove_all(root_);
  }

  const fs::path root_ =
      fs::path(testing::TempDir()) /
      ("attnsim_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
};

TEST_F(LibraryTest, ListsNamesInFoldersToo) {
  EXPECT_THAT(list_shipped(Shipped::arch), ElementsAre("gpu/h100_sxm", "one"));
  EXPECT_TRUE(list_shipped(Shipped::cascade).empty());
}

TEST_F(LibraryTest, FindsAShippedName) {
  EXPECT_EQ(find_shipped(Shipped::arch, "one"), (root_ / "arch/one.xml").string());
  EXPECT_EQ(find_shipped(Shipped::arch, "gpu/h100_sxm"),
            (root_ / "arch/gpu/h100_sxm.xml").string());
}

TEST_F(LibraryTest, FindsAShippedFileByItsOtherName) {
  fs::create_directories(root_ / "workloads/cascades");
  std::ofstream(root_ / "workloads/cascades/x.cascade") << "x";
  std::ofstream(root_ / "workloads/also.csv") << "kind,name,shipped\ncascade,old_x,x\n";
  EXPECT_EQ(find_shipped(Shipped::cascade, "old_x"),
            (root_ / "workloads/cascades/x.cascade").string());
  EXPECT_TRUE(other_names(Shipped::arch).empty());
}

TEST_F(LibraryTest, TakesAPathThatExists) {
  const auto path = (root_ / "arch/one.xml").string();
  EXPECT_EQ(find_shipped(Shipped::arch, path), path);
  EXPECT_EQ(find_shipped(Shipped::arch, "-"), "-");
}

TEST_F(LibraryTest, ListsTheNamesThatThereAre) {
  EXPECT_EQ(complaint([] { return find_shipped(Shipped::arch, "onn"); }),
            "architecture \"onn\": is neither a file nor the name of a shipped one, did you mean "
            "'one'? (shipped: gpu/h100_sxm, one)");
  EXPECT_EQ(complaint([] { return find_shipped(Shipped::arch, "./gone.xml"); }),
            "architecture \"./gone.xml\": is neither a file nor the name of a shipped one "
            "(shipped: gpu/h100_sxm, one)");
}

TEST_F(LibraryTest, LeavesItsFolderForNoName) {
  EXPECT_EQ(
      complaint([] { return find_shipped(Shipped::model, "../../arch/one"); }),
      "model \"../../arch/one\": is neither a file nor the name of a shipped one (shipped: )");
}

TEST(ShippedFiles, AreFoundInTheSourceTree) {
  EXPECT_EQ(data_root(), ATTNSIM_SOURCE_DIR);
  EXPECT_THAT(list_shipped(Shipped::arch), IsSupersetOf({"flat", "fusemax"}));
  EXPECT_THAT(list_shipped(Shipped::model), IsSupersetOf({"bert", "t5", "trxl", "xlm"}));
}

TEST(ShippedFiles, GiveOtherNamesToShippedCascadesThatAreNoneThemselves) {
  const auto names = list_shipped(Shipped::cascade);
  const auto others = other_names(Shipped::cascade);
  EXPECT_EQ(others.at("transnormer"), "lightning_attention");
  for (const auto& [other, name] : others) {
    EXPECT_THAT(names, ::testing::Contains(name)) << other;
    EXPECT_THAT(names, ::testing::Not(::testing::Contains(other)));
  }
}

TEST(ShippedFiles, OfArchitecturesAndModelsAllLoad) {
  for (const auto& name : list_shipped(Shipped::arch)) {
    EXPECT_NO_THROW(static_cast<void>(arch::load_architecture(find_shipped(Shipped::arch, name))))
        << name;
  }
  for (const auto& name : list_shipped(Shipped::model)) {
    EXPECT_EQ(load_model(find_shipped(Shipped::model, name)).name, name);
  }
}

/// Source: FuseMax artifact (f543beb).
TEST(ShippedModels, HaveThePublishedShapes) {
  const auto shapes = [](const char* name) {
    return load_model(find_shipped(Shipped::model, name)).shapes;
  };
  const auto expected = [](std::int64_t d, std::int64_t e, std::int64_t h, std::int64_t s) {
    return Shapes{{"B", 64}, {"D", d}, {"E", e}, {"F", e}, {"H", h}, {"S", s}};
  };
  EXPECT_EQ(shapes("bert"), expected(768, 64, 12, 3072));
  EXPECT_EQ(shapes("trxl"), expected(1024, 64, 16, 4096));
  EXPECT_EQ(shapes("t5"), expected(512, 64, 8, 2048));
  EXPECT_EQ(shapes("xlm"), expected(2048, 128, 16, 8192));
}

}  // namespace
}  // namespace attnsim::workloads
