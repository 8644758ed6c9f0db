#include "cli/options.h"

#include <algorithm>

#include "base/did_you_mean.h"

namespace attnsim::cli {
namespace {

/// Accepts only the words given, and says so in words.
CLI::Validator one_of(const std::vector<std::string>& words) {
  const auto check = [words](const std::string& word) {
    const bool known = std::find(words.begin(), words.end(), word) != words.end();
    return known ? std::string() : "'" + word + "' is none of " + join(words);
  };
  return {check, "", "one of"};
}

}  // namespace

void add_shape_options(CLI::App& command, InputOptions& options) {
  command.add_option("--model", options.model, "Model file or shipped name: fixes B, H, E, F")
      ->type_name("MODEL");
  command.add_option("--seq", options.seq, "Sequence length, P = M: 4096, 64K or 1M (K is 1024)")
      ->type_name("LENGTH");
  command.add_option("--shape", options.shape, "Shapes that override those: P=1K,M=4K,B=1")
      ->type_name("RANK=N,...");
  command.add_flag("--causal", options.causal, "Queries see no later keys (mappings gpu/...)");
  command
      .add_option("--param", options.parameters,
                  "Parameters of a mapping gpu/...: window=512,sinks=4")
      ->type_name("NAME=N,...");
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
      .add_option_function<std::string>(
          "--steady-state",
          [&options](const std::string& word) { options.steady_state = word == "on"; },
          "Skip over repeating periods, which is exact: on (default) or off")
      ->check(one_of({"on", "off"}))
      ->type_name("on|off");
  command
      .add_option_function<std::string>(
          "--executor",
          [&options](const std::string& word) {
            using explore::Executor;
            if (word == "systemc") options.executor = Executor::systemc;
            if (word == "recurrence") options.executor = Executor::recurrence;
          },
          "What runs the schedule, to the same cycles; auto (default): systemc for one point,\n"
          "recurrence for many")
      ->check(one_of({"systemc", "recurrence", "auto"}))
      ->type_name("systemc|recurrence|auto");
}

}  // namespace attnsim::cli
