#include <algorithm>
#include <set>
#include <variant>

#include "base/error.h"
#include "einsum/expression_ops.h"
#include "einsum/printer.h"
#include "exchange/cascade_parts.h"
#include "exchange/sections.h"
#include "exchange/statement.h"
#include "exchange/teaal.h"
#include "exchange/yaml_fields.h"

namespace attnsim::exchange {
namespace {

/// Whether another Einsum reads all that the condition does.
bool reads_elsewhere(const std::vector<einsum::Einsum>& einsums, const einsum::Einsum& taker) {
  std::set<std::string> read;
  for (const auto& einsum : einsums) {
    for (const auto& access : einsum::reads(einsum)) {
      if (&einsum != &taker) read.insert(access.tensor);
    }
  }
  const auto all = einsum::reads(taker);
  return std::all_of(all.begin(), all.end(), [&](const einsum::Access& access) {
    const auto* const taken = std::get_if<einsum::Access>(&taker.value.node);
    return access.tensor == taken->tensor || read.contains(access.tensor);
  });
}

/// Einsums that `take` and are to be mapped. Mappings leave out no tiles by values, and dense
/// operands have no empty ones: there, what is taken is there everywhere.
void take_densely(std::vector<einsum::Einsum>& einsums, Losses& losses) {
  for (auto& einsum : einsums) {
    if (!einsum.where || !beyond_teaal(einsum).empty()) continue;
    const auto dense = "as they are mapped, the operands of 'take' are dense, and " +
                       einsum.name() + " is " + einsum::to_text(einsum.value) + " everywhere";
    if (reads_elsewhere(einsums, einsum)) {
      einsum.where.reset();
      losses.push_back({einsum.place, dense});
    } else {
      losses.push_back({einsum.place, "that " + einsum.name() + " can be simulated: " + dense +
                                          "; write so, without the operands that nothing reads"});
    }
  }
}

/// @param dense  the Einsums are to be mapped
einsum::Cascade read_einsums(const Yaml& section, bool dense, Losses& losses) {
  YamlFields fields(section, "'einsum'");
  CascadeParts parts;
  parts.name = stem_of(section.place.file);
  parts.place = section.place;
  for (const auto& entry : entries_of(fields.required("declaration"), "'declaration'")) {
    DeclaredTensor tensor{entry.key, {}, entry.place};
    if (entry.value.kind != Yaml::Kind::null) {
      for (const auto& rank : words_of(entry.value, "the ranks of a tensor")) {
        tensor.ranks.push_back(rank.text);
      }
    }
    parts.tensors.push_back(tensor);
  }
  for (const auto& text : items_of(fields.required("expressions"), "'expressions'")) {
    parts.einsums.push_back(parse_statement(text));
  }
  fields.reject_unread();
  if (dense) take_densely(parts.einsums, losses);
  return build_cascade(parts);
}

/// Bits of coordinates and payloads say how sparse tensors lie in memory.
void lose_format(const Yaml& section, Losses& losses) {
  for (const auto& entry : entries_of(section, "'format'")) {
    losses.push_back(
        {entry.place, "the format of '" + entry.key + "': attnsim's tensors are dense"});
  }
}

std::string config_of(const TeaalBindings& bindings, Losses& losses) {
  std::string config;
  for (const auto& [einsum, binding] : bindings) {
    if (binding.config.empty() || binding.config == config) continue;
    if (config.empty()) {
      config = binding.config;
    } else {
      losses.push_back({binding.place, "the configuration '" + binding.config + "' of '" + einsum +
                                           "': one machine is taken, '" + config + "'"});
    }
  }
  return config;
}

}  // namespace

Imported import_teaal(const std::vector<SourceFile>& files) {
  Imported imported;
  Sections sections(files, imported.losses);
  const auto* const einsums = sections.find("einsum");
  const auto* const mapping = sections.find("mapping");
  const auto* const architecture = sections.find("architecture");
  const auto* const bound = sections.find("bindings");
  const auto* const format = sections.find("format");
  sections.reject_unread();
  if (einsums == nullptr && architecture == nullptr) {
    throw InputError(sections.place(), "holds neither an 'einsum' nor an 'architecture'");
  }
  if (einsums != nullptr) {
    const bool mapped = architecture != nullptr && (mapping != nullptr || bound != nullptr);
    imported.cascade = read_einsums(*einsums, mapped, imported.losses);
  }
  if (format != nullptr) lose_format(*format, imported.losses);
  TeaalBindings bindings;
  if (bound != nullptr) bindings = read_teaal_bindings(*bound, imported.losses);
  std::optional<TeaalMachine> machine;
  if (architecture != nullptr) {
    machine =
        read_teaal_machine(*architecture, config_of(bindings, imported.losses), imported.losses);
    imported.architecture = to_architecture(machine->machine, imported.losses);
  }
  if (mapping == nullptr && bound == nullptr) return imported;
  if (!imported.cascade || !machine) {
    const auto& place = mapping != nullptr ? mapping->place : bound->place;
    imported.losses.push_back({place,
                               "the mapping: the units that it is for are in 'architecture', "
                               "its Einsums in 'einsum'; one of them is not here"});
    return imported;
  }
  imported.mapping = read_teaal_mapping(mapping, *imported.cascade, *machine,
                                        *imported.architecture, bindings, imported.losses);
  return imported;
}

}  // namespace attnsim::exchange
