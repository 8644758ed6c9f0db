#include <fmt/format.h>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "arch/reader.h"
#include "base/did_you_mean.h"
#include "base/error.h"
#include "cli/output.h"
#include "cli/passes_options.h"
#include "cli/program_version.h"
#include "explore/inputs.h"
#include "report/atlas.h"
#include "report/run_record.h"
#include "workloads/library.h"
#include "workloads/model.h"

namespace attnsim::cli {
namespace {

const std::string default_model = "bert";
const std::string default_length = "4K";

report::AtlasOptions atlas_options(const PassesOptions& options) {
  report::AtlasOptions atlas;
  atlas.rank = options.rank;
  const auto& model = options.shapes.model.empty() ? default_model : options.shapes.model;
  atlas.model = workloads::load_model(find_shipped(workloads::Shipped::model, model)).shapes;
  atlas.length = workloads::parse_sequence_length(options.shapes.seq.empty() ? default_length
                                                                             : options.shapes.seq);
  if (!options.shapes.shape.empty()) atlas.shape = workloads::parse_shape(options.shapes.shape);
  atlas.word_bits = options.word_bits;
  return atlas;
}

/// A misspelt rank would silently set nothing.
void check_shape_names(const workloads::Shapes& shape,
                       const std::vector<einsum::Cascade>& cascades) {
  std::set<std::string> known;
  for (const auto& cascade : cascades) {
    for (const auto& rank : cascade.ranks) known.insert(rank.name);
    for (const auto& param : cascade.params) known.insert(param.name);
  }
  for (const auto& [name, value] : shape) {
    if (name == "P" || name == "M") {
      throw InputError("--shape " + name, "the atlas sets P and M: give --seq instead");
    }
    if (known.contains(name)) continue;
    const std::vector<std::string> names(known.begin(), known.end());
    throw InputError("--shape " + name, "no shipped cascade has such a rank or parameter (known: " +
                                            join(names) + ")");
  }
}

std::vector<einsum::Cascade> shipped_cascades() {
  std::vector<einsum::Cascade> cascades;
  for (const auto& name : workloads::list_shipped(workloads::Shipped::cascade)) {
    cascades.push_back(explore::read_cascade(find_shipped(workloads::Shipped::cascade, name)));
  }
  return cascades;
}

/// The command that makes the page again, whatever was left to the defaults written out.
std::string command_of(const PassesOptions& options) {
  const auto or_default = [](const std::string& given, const std::string& otherwise) {
    return given.empty() ? otherwise : given;
  };
  auto text = fmt::format(
      "attnsim passes --all -o {} --model {} --seq {} --bits {} --arch {}",
      or_default(options.output, "atlas.html"), or_default(options.shapes.model, default_model),
      or_default(options.shapes.seq, default_length), options.word_bits, options.arch);
  if (!options.rank.empty()) text += " --rank " + options.rank;
  if (!options.shapes.shape.empty()) text += " --shape " + options.shapes.shape;
  return text + fmt::format(" (attnsim {})", program_version());
}

report::Atlas make_atlas(const PassesOptions& options) {
  const auto settings = atlas_options(options);
  const auto cascades = shipped_cascades();
  check_shape_names(settings.shape, cascades);
  report::Atlas atlas;
  atlas.rank = settings.rank;
  atlas.length = settings.length;
  atlas.word_bits = settings.word_bits;
  atlas.command = command_of(options);
  atlas.machine = report::roofline_of(
      arch::load_architecture(find_shipped(workloads::Shipped::arch, options.arch)));
  atlas.shape_text = fmt::format(
      "{}, sequence length {}, words of {} bits; prefill: as many queries "
      "as keys, decode: one query",
      report::shapes_text(settings.model), settings.length, settings.word_bits);
  for (const auto& cascade : cascades) report::add_to_atlas(atlas, cascade, settings);
  return atlas;
}

}  // namespace

ExitCode passes_of_all(const PassesOptions& options) {
  OutputFile page(options.output);
  OutputFile csv(options.csv);
  const auto atlas = make_atlas(options);
  if (!page.is_stdout() && !csv.is_stdout()) report::print_atlas(std::cout, atlas);
  if (csv.wanted()) csv.commit(report::atlas_csv(atlas));
  if (page.wanted()) {
    page.commit(report::to_html(report::atlas_document(atlas),
                                report::load_web_parts(report::web_folder())));
  }
  return ExitCode::done;
}

}  // namespace attnsim::cli
