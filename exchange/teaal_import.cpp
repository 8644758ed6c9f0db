#include "base/error.h"
#include "einsum/printer.h"
#include "exchange/cascade_parts.h"
#include "exchange/sections.h"
#include "exchange/statement.h"
#include "exchange/teaal.h"
#include "exchange/yaml_fields.h"

namespace attnsim::exchange {
namespace {

einsum::Cascade read_einsums(const Yaml& section) {
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
  return build_cascade(parts);
}

/// Bits of coordinates and payloads say how sparse tensors lie in memory.
void lose_format(const Yaml& section, Losses& losses) {
  for (const auto& entry : entries_of(section, "'format'")) {
    losses.push_back(
        {entry.place, "the format of '" + entry.key + "': attnsim's tensors are dense"});
  }
}

/// `take` is a condition on values, which mappings cannot leave tiles out by.
void tell_unmappable(const einsum::Cascade& cascade, Losses& losses) {
  for (const auto& einsum : cascade.einsums) {
    if (!einsum.where || !beyond_teaal(einsum).empty()) continue;
    losses.push_back({einsum.place, "that " + einsum.name() +
                                        " can be mapped: 'take' is a condition on values, with "
                                        "which attnsim runs it but simulates nothing; for dense "
                                        "operands write what it takes, " +
                                        einsum::to_text(einsum.value)});
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
  if (einsums != nullptr) imported.cascade = read_einsums(*einsums);
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
  tell_unmappable(*imported.cascade, imported.losses);
  return imported;
}

}  // namespace attnsim::exchange
