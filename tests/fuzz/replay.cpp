// The main() of a fuzz target where libFuzzer is not linked: feeds it the files of the command
// line.
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "fuzz/fuzz_target.h"

namespace {

void replay(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  attnsim::fuzz::require(file.good(), "cannot be read", path.string());
  const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);  // the last line names the input that ends the process
  static_cast<void>(LLVMFuzzerTestOneInput(bytes.data(), bytes.size()));
}

}  // namespace

int main(int argc, char** argv) try {
  for (int i = 1; i < argc; ++i) replay(argv[i]);
  std::printf("%d inputs\n", argc - 1);
  return argc == 1 ? 1 : 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
