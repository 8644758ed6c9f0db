#include "cli/options.h"

#include <map>

namespace attnsim::cli {
namespace {

const std::map<std::string, Executor>& executors() {
  static const std::map<std::string, Executor> all{{"auto", Executor::automatic},
                                                   {"systemc", Executor::systemc},
                                                   {"recurrence", Executor::recurrence}};
  return all;
}

const std::map<std::string, bool>& switches() {
  static const std::map<std::string, bool> both{{"on", true}, {"off", false}};
  return both;
}

}  // namespace

void add_shape_options(CLI::App& command, InputOptions& options) {
  command.add_option("--model", options.model, "Model file or shipped name: fixes B, H, E, F")
      ->type_name("MODEL");
  command.add_option("--seq", options.seq, "Sequence length, P = M: 4096, 64K or 1M (K is 1024)")
      ->type_name("LENGTH");
  command.add_option("--shape", options.shape, "Shapes that override those: P=1K,M=4K,B=1")
      ->type_name("RANK=N,...");
}

void add_set_option(CLI::App& command, InputOptions& options) {
  command
      .add_option(
          "--set", options.sets,
          "Set the attributes that an XPath selects in the architecture, mapping or model;\n"
          "repeatable: \"//memory[@name='dram']/@bandwidth=800 GiB/s\"")
      ->type_name("XPATH=VALUE")
      ->expected(1)
      ->take_all();
}

void add_input_options(CLI::App& command, InputOptions& options) {
  command.add_option("--arch", options.arch, "Architecture file or shipped name")
      ->type_name("ARCH")
      ->required();
  command.add_option("--mapping", options.mapping, "Mapping file or shipped name")
      ->type_name("MAPPING")
      ->required();
  command
      .add_option("--cascade", options.cascade,
                  "Cascade file or shipped name, instead of the one that the mapping names")
      ->type_name("CASCADE");
  add_shape_options(command, options);
  add_set_option(command, options);
}

void add_executor_options(CLI::App& command, ExecutorOptions& options) {
  command
      .add_option("--steady-state", options.steady_state,
                  "Skip over repeating periods, which is exact: on (default) or off")
      ->transform(CLI::Transformer(switches()))
      ->type_name("on|off");
  command
      .add_option("--executor", options.executor,
                  "What runs the schedule; both give the same cycles. auto is systemc")
      ->transform(CLI::Transformer(executors()))
      ->type_name("systemc|recurrence|auto");
}

const char* name_of(Executor executor) {
  return executor == Executor::recurrence ? "recurrence" : "systemc";
}

}  // namespace attnsim::cli
