#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "cli/commands.h"
#include "cli/output.h"
#include "explore/inputs.h"
#include "report/tile_report.h"
#include "workloads/library.h"
#include "workloads/model.h"

namespace attnsim::cli {
namespace {

struct Options {
  std::string cascade;
  std::string einsum;
  std::string shape;
  std::string queries;
  std::string keys;
  bool dynamic = false;
  std::optional<double> share;
  std::string json;
};

ExitCode tiles(const Options& options) {
  OutputFile json(options.json);
  const auto path = find_shipped(workloads::Shipped::cascade, options.cascade);
  const auto cascade = explore::read_cascade(path);
  report::TileStudy study;
  study.cascade = cascade.name;
  study.tiling = {options.einsum, workloads::parse_shape(options.queries),
                  workloads::parse_shape(options.keys), options.dynamic};
  study.shapes = shapes_for_tiles(cascade, study.tiling, workloads::parse_shape(options.shape));
  study.counts = count_tiles(cascade, study.tiling, study.shapes);
  study.share = options.share;
  if (!json.is_stdout()) report::print_tiles(std::cout, study);
  if (json.wanted()) json.commit(report::to_text(report::to_json(study)));
  return ExitCode::done;
}

}  // namespace

Command add_tiles(CLI::App& program) {
  auto* command = program.add_subcommand(
      "tiles", "How many key tiles a cascade's mask leaves each tile of queries to read");
  const auto options = std::make_shared<Options>();
  command->add_option("cascade", options->cascade, "Cascade file, shipped name, or - for stdin")
      ->type_name("CASCADE")
      ->required();
  const char* const sizes = "RANK=N,...";
  command
      ->add_option("--shape", options->shape,
                   "Shapes and parameters; ranks that do not matter are 1: P=64K,M=64K,W=4096")
      ->type_name(sizes)
      ->required();
  command
      ->add_option("--query-tiles", options->queries,
                   "Ranks of queries and the coordinates of a tile: P=128,H=1")
      ->type_name(sizes)
      ->required();
  command
      ->add_option("--key-tiles", options->keys,
                   "Ranks of keys and the coordinates of a tile: M=128")
      ->type_name(sizes)
      ->required();
  command->add_flag("--dynamic", options->dynamic,
                    "Key tiles start at the first key that a query tile sees, not at 0");
  command
      ->add_option("--einsum", options->einsum,
                   "Whose condition it is; the first that runs along all these ranks otherwise")
      ->type_name("EINSUM");
  command
      ->add_option("--share", options->share,
                   "Share of the whole's time that attention has, 0 to 1, for its speedup")
      ->check(CLI::Range(0.0, 1.0))
      ->type_name("SHARE");
  command->add_option("--json", options->json, "Write all of it as JSON; - is stdout")
      ->type_name("FILE");
  command->footer(
      "Example: attnsim tiles sliding_window --shape P=64K,M=64K,W=4096 --query-tiles P=128 "
      "--key-tiles M=128");
  return {command, [options] { return tiles(*options); }};
}

}  // namespace attnsim::cli
