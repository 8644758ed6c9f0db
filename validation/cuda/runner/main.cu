#include <cstdio>
#include <exception>

#include "runner/commands.cuh"

int main(int argc, char** argv) {
  using namespace attnsim::gpu;
  try {
    const Options options = read_options(argc, argv);
    if (options.command == "list") return list_command(options);
    if (options.command == "check") return check_command(options);
    if (options.command == "run") return run_command(options);
    if (options.command == "micro") return micro_command(options);
    throw UsageError("unknown command " + options.command);
  } catch (const UsageError& error) {
    std::fprintf(stderr, "attnsim-gpu: %s\n%s", error.what(), usage());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "attnsim-gpu: %s\n", error.what());
    return 5;
  }
}
