#include <array>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arch/reader.h"
#include "base/error.h"
#include "base/text_file.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "einsum/printer.h"
#include "einsum/typical.h"
#include "exchange/exchange.h"
#include "exchange/xml_text.h"
#include "explore/input_cache.h"
#include "explore/inputs.h"
#include "mappings/reader.h"
#include "mappings/writer.h"
#include "workloads/library.h"
#include "workloads/model.h"

namespace attnsim::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string from;
  std::string to;
  std::vector<std::string> files;
  InputOptions input;
  std::string folder;
  bool strict = false;
};

struct Tool {
  const char* name;
  exchange::Imported (*import)(const std::vector<exchange::SourceFile>&);
  exchange::Exported (*write)(const exchange::Ours&);  ///< nullptr: files are only read
};
constexpr std::array<Tool, 3> tools{
    {{"teaal", exchange::import_teaal, exchange::export_teaal},
     {"timeloop", exchange::import_timeloop, exchange::export_timeloop},
     {"accelforge", exchange::import_accelforge, nullptr}}};

const Tool* find_tool(const std::string& name) {
  for (const auto& tool : tools) {
    if (tool.name == name) return &tool;
  }
  return nullptr;
}

/// @throws InputError with --strict if there are any
void tell_losses(const exchange::Losses& losses, bool strict) {
  if (losses.empty()) return;
  if (strict) throw InputError(losses.front().place, losses.front().what + " (--strict)");
  std::cout << "not carried over:\n";
  for (const auto& loss : losses) std::cout << "  " << to_string(loss) << '\n';
}

void write_files(const std::string& folder, const std::vector<exchange::WrittenFile>& files) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) throw InputError(folder, "cannot be made: " + failure.message());
  for (const auto& file : files) {
    const auto path = (fs::path(folder) / file.name).string();
    OutputFile output(path);
    output.commit(file.text);
    std::cout << "wrote " << path << '\n';
  }
}

/// "P=64,M=...": what --shape takes, with the sizes that are to be given.
std::string shape_text(const exchange::Imported& imported) {
  std::string text;
  const auto add = [&](const std::string& rank, const std::string& size) {
    text += (text.empty() ? "" : ",") + rank + "=" + size;
  };
  for (const auto& [rank, size] : imported.shapes) add(rank, std::to_string(size));
  for (const auto& rank : imported.cascade->ranks) {
    if (rank.parts.empty() && !imported.shapes.contains(rank.name)) add(rank.name, "...");
  }
  return text;
}

/// The command that runs what was written, if it is complete.
void tell_next(const exchange::Imported& imported, const std::string& folder) {
  if (!imported.cascade || !imported.architecture || !imported.mapping) return;
  std::cout << "run it: attnsim simulate --arch " << folder << "/architecture.xml --mapping "
            << folder << "/mapping.xml --shape " << shape_text(imported) << '\n';
}

ExitCode import(const Options& options) {
  std::vector<exchange::SourceFile> sources;
  for (const auto& path : options.files) {
    sources.push_back({read_text_file(path), shown_path(path)});
  }
  auto imported = find_tool(options.from)->import(sources);
  std::vector<exchange::WrittenFile> files;
  if (imported.cascade) {
    const auto name = imported.cascade->name + ".cascade";
    files.push_back({name, einsum::to_text(*imported.cascade)});
    if (imported.mapping) imported.mapping->cascade = name;
  }
  if (imported.architecture) {
    files.push_back({"architecture.xml", exchange::to_xml(*imported.architecture)});
  }
  if (imported.mapping) files.push_back({"mapping.xml", mappings::to_xml(*imported.mapping)});
  if (options.strict) tell_losses(imported.losses, true);
  write_files(options.folder, files);
  tell_losses(imported.losses, false);
  tell_next(imported, options.folder);
  return ExitCode::done;
}

/// Shapes of the command line, and typical sizes for the rest.
exchange::Shapes shapes_of(const InputOptions& input, const einsum::Cascade& cascade) {
  workloads::Shapes given;
  if (!input.model.empty()) {
    const auto model = workloads::load_model(find_shipped(workloads::Shipped::model, input.model));
    given = input.seq.empty()
                ? model.shapes
                : workloads::shapes_of(model, workloads::parse_sequence_length(input.seq));
  } else if (!input.seq.empty()) {
    given["P"] = given["M"] = workloads::parse_sequence_length(input.seq);
  }
  if (!input.shape.empty()) {
    for (const auto& [rank, size] : workloads::parse_shape(input.shape)) given[rank] = size;
  }
  return einsum::with_typical(cascade, given);
}

ExitCode write(const Options& options) {
  const auto& input = options.input;
  std::optional<einsum::Cascade> cascade;
  std::optional<arch::Architecture> architecture;
  std::optional<mappings::Mapping> mapping;
  exchange::Ours ours;
  if (!input.mapping.empty()) {
    const auto path = find_shipped(workloads::Shipped::mapping, input.mapping);
    mapping = mappings::load_mapping(path);
    ours.mapping = &*mapping;
    if (input.cascade.empty()) {
      explore::InputCache cache;
      cascade = explore::read_cascade(explore::find_cascade(*mapping, path, cache));
    }
  }
  if (!input.cascade.empty()) {
    cascade = explore::read_cascade(find_shipped(workloads::Shipped::cascade, input.cascade));
  }
  if (cascade) {
    ours.cascade = &*cascade;
    ours.shapes = shapes_of(input, *cascade);
  }
  if (!input.arch.empty()) {
    architecture = arch::load_architecture(find_shipped(workloads::Shipped::arch, input.arch));
    ours.architecture = &*architecture;
  }
  const auto exported = find_tool(options.to)->write(ours);
  if (options.strict) tell_losses(exported.losses, true);
  write_files(options.folder, exported.files);
  tell_losses(exported.losses, false);
  return ExitCode::done;
}

std::string known_tools(bool writable) {
  std::string names;
  for (const auto& tool : tools) {
    if (!writable || tool.write != nullptr)
      names += (names.empty() ? "" : ", ") + std::string(tool.name);
  }
  return names;
}

void require_tool(const std::string& option, const std::string& name, bool writable) {
  const auto* const tool = find_tool(name);
  if (tool != nullptr && (!writable || tool->write != nullptr)) return;
  throw CLI::ValidationError(option, "'" + name + "' is none of " + known_tools(writable));
}

ExitCode convert(const Options& options) {
  const auto& input = options.input;
  if (options.from.empty() == options.to.empty()) {
    throw CLI::ValidationError("convert", "takes one of --from and --to");
  }
  if (!options.from.empty()) {
    require_tool("--from", options.from, false);
    if (options.files.empty()) throw CLI::ValidationError("--from", "needs files to read");
    return import(options);
  }
  require_tool("--to", options.to, true);
  if (!options.files.empty()) {
    throw CLI::ValidationError("--to", "takes --cascade, --arch and --mapping, and no files");
  }
  if (input.cascade.empty() && input.arch.empty() && input.mapping.empty()) {
    throw CLI::ValidationError("--to", "needs --cascade, --arch or --mapping");
  }
  return write(options);
}

}  // namespace

Command add_convert(CLI::App& program) {
  auto* command = program.add_subcommand(
      "convert", "Read files of TeAAL, Timeloop and AccelForge, or write for the first two");
  const auto options = std::make_shared<Options>();
  command->add_option("file", options->files, "With --from: YAML files that belong together")
      ->type_name("FILE");
  command->add_option("--from", options->from, "Whose files these are: teaal, timeloop, accelforge")
      ->type_name("TOOL");
  command->add_option("--to", options->to, "For whom to write: teaal, timeloop")->type_name("TOOL");
  command
      ->add_option("--cascade", options->input.cascade, "With --to: cascade file or shipped name")
      ->type_name("CASCADE");
  command->add_option("--arch", options->input.arch, "With --to: architecture file or shipped name")
      ->type_name("ARCH");
  command
      ->add_option("--mapping", options->input.mapping, "With --to: mapping file or shipped name")
      ->type_name("MAPPING");
  command
      ->add_option("--model", options->input.model, "Model file or shipped name: fixes B, H, E, F")
      ->type_name("MODEL");
  command->add_option("--seq", options->input.seq, "Sequence length, P = M: 4096, 64K or 1M")
      ->type_name("LENGTH");
  command->add_option("--shape", options->input.shape, "Shapes that override those: P=1K,M=4K,B=1")
      ->type_name("RANK=N,...");
  command
      ->add_option("-o,--output", options->folder, "Folder for the files, made if it is not there")
      ->type_name("DIR")
      ->required();
  command->add_flag("--strict", options->strict,
                    "What cannot be carried over is an error, and nothing is written");
  command->footer(
      "What one side says and the other cannot is listed with its place: docs/other_tools.md.\n"
      "Example: attnsim convert --from timeloop arch.yaml problem.yaml mapping.yaml -o gemm");
  return {command, [options] { return convert(*options); }};
}

}  // namespace attnsim::cli
