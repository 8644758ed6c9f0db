#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/run_record.h"
#include "cli/trace_output.h"
#include "report/simulation_table.h"

namespace attnsim::cli {
namespace {

struct Options {
  InputOptions input;
  ExecutorOptions executor;
  std::string json;
  TraceOptions trace;
};

ExitCode simulate_point(const Options& options) {
  OutputFile json(options.json);
  TraceOutput trace(options.trace);
  const auto run = trace.simulate(prepare(options.input), options.executor);
  if (!json.is_stdout() && !trace.is_stdout()) report::print_simulation(std::cout, run.record);
  json.commit(report::to_text(run.json));
  trace.write(run);
  return ExitCode::done;
}

}  // namespace

Command add_simulate(CLI::App& program) {
  auto* command = program.add_subcommand(
      "simulate", "Simulate one point: cycles, utilization, traffic and energy of the whole batch");
  const auto options = std::make_shared<Options>();
  add_input_options(*command, options->input);
  add_executor_options(*command, options->executor);
  command
      ->add_option("--json", options->json,
                   "Write the result and all inputs as JSON; - is stdout, without the table")
      ->type_name("FILE");
  add_trace_options(*command, options->trace);
  command->footer(
      "Example: attnsim simulate --arch fusemax --mapping fusemax --model bert --seq 64K");
  return {command, [options] { return simulate_point(*options); }};
}

}  // namespace attnsim::cli
