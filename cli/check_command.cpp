#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "arch/reader.h"
#include "base/error.h"
#include "base/text_file.h"
#include "base/xml.h"
#include "cli/commands.h"
#include "cli/explain.h"
#include "einsum/einsum.h"
#include "explore/overrides.h"
#include "explore/sweep_reader.h"
#include "mappings/reader.h"
#include "workloads/model.h"

namespace attnsim::cli {
namespace {

/// What a sound file holds: "architecture fusemax".
std::string describe_xml(const std::string& text, const std::string& shown) {
  const auto name = explore::root_name(text);
  // Text that is no XML has no root: any reader says what is wrong with it.
  const auto root = XmlElement::parse(text, shown, name.empty() ? "architecture" : name);
  if (name == "architecture") return "architecture " + arch::read_architecture(root).name;
  if (name == "mapping") return "mapping " + mappings::read_mapping(root).name;
  if (name == "sweep") return "sweep " + explore::read_sweep(root).name;
  if (name == "model") return "model " + workloads::read_model(root).name;
  root.fail("is none of <architecture>, <mapping>, <model> and <sweep>");
}

/// An XML file starts with '<', which no cascade does.
bool is_xml(const std::string& path, const std::string& text) {
  if (path.ends_with(".xml")) return true;
  if (path.ends_with(".cascade")) return false;
  const auto start = text.find_first_not_of(" \t\r\n");
  return start != std::string::npos && text[start] == '<';
}

std::string describe(const std::string& path) {
  const auto text = read_text_file(path);
  const auto shown = shown_path(path);
  if (is_xml(path, text)) return describe_xml(text, shown);
  return "cascade " + einsum::parse_cascade(text, shown).name;
}

ExitCode check(const std::vector<std::string>& paths) {
  auto code = ExitCode::done;
  for (const auto& path : paths) {
    try {
      const auto found = describe(path);
      std::cout << shown_path(path) << ": OK, " << found << '\n';
    } catch (const InputError& error) {
      std::cerr << "attnsim: " << explained(error) << '\n';
      code = ExitCode::input;
    }
  }
  return code;
}

}  // namespace

Command add_check(CLI::App& program) {
  auto* command = program.add_subcommand(
      "check", "Say what is wrong with architecture, mapping, model, sweep and cascade files");
  const auto paths = std::make_shared<std::vector<std::string>>();
  command->add_option("file", *paths, "Files, any mix; - is stdin")->type_name("FILE")->required();
  command->footer("Example: attnsim check arch/fusemax.xml workloads/cascades/*.cascade");
  return {command, [paths] { return check(*paths); }};
}

}  // namespace attnsim::cli
