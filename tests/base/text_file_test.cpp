#include "base/text_file.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <iostream>
#include <sstream>

#include "base/complaint.h"

namespace attnsim {
namespace {

namespace fs = std::filesystem;

std::string written(const std::string& text) {
  const auto* const test = testing::UnitTest::GetInstance()->current_test_info();
  const auto path = fs::path(testing::TempDir()) / ("attnsim_" + std::string(test->name()));
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

TEST(TextFile, IsReadByteForByte) {
  const std::string text("a\r\n\0b", 5);
  EXPECT_EQ(read_text_file(written(text)), text);
}

TEST(TextFile, IsReadFromStandardInput) {
  std::istringstream input("piped");
  auto* const before = std::cin.rdbuf(input.rdbuf());
  EXPECT_EQ(read_text_file("-"), "piped");
  std::cin.rdbuf(before);
  EXPECT_EQ(shown_path("-"), "<stdin>");
}

TEST(TextFile, ThatIsMissingIsNamed) {
  EXPECT_EQ(complaint([] { return read_text_file("/no/such.xml"); }),
            "/no/such.xml: cannot be read (No such file or directory)");
  EXPECT_EQ(complaint([] { return read_text_file(""); }), "\"\": is no file name");
}

TEST(TextFile, IsNoDirectory) {
  EXPECT_EQ(complaint([] { return read_text_file("/"); }), "/: is a directory, not a file");
}

TEST(TextFile, MayBe16MibLongAndNoLonger) {
  EXPECT_EQ(read_text_file(written(std::string(longest_text_file, 'x'))).size(), longest_text_file);
  const auto path = written(std::string(longest_text_file + 1, 'x'));
  EXPECT_EQ(complaint([&] { return read_text_file(path); }),
            path + ": is longer than 16 MiB, which no input of attnsim is");
}

}  // namespace
}  // namespace attnsim
