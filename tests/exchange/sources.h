#pragma once

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "arch/reader.h"
#include "base/error.h"
#include "base/text_file.h"
#include "einsum/einsum.h"
#include "exchange/exchange.h"
#include "exchange/xml_text.h"
#include "mappings/lower.h"
#include "mappings/reader.h"
#include "mappings/writer.h"

namespace attnsim::exchange {

/// A file of tests/exchange/data, under its bare name.
inline SourceFile data(const std::string& name) {
  return {read_text_file(std::string(ATTNSIM_SOURCE_DIR) + "/tests/exchange/data/" + name), name};
}

inline std::string repository(const std::string& path) {
  return std::string(ATTNSIM_SOURCE_DIR) + "/" + path;
}

/// What an import says that it lost, a line each.
inline std::string text_of(const Losses& losses) {
  std::string text;
  for (const auto& loss : losses) text += to_string(loss) + "\n";
  return text;
}

/// The message of the InputError that `act` ends with.
template <class Act>
std::string complaint(const Act& act) {
  try {
    act();
  } catch (const InputError& error) {
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

inline arch::Architecture read_back(const arch::Architecture& architecture) {
  return arch::read_architecture(
      XmlElement::parse(to_xml(architecture), "written.xml", "architecture"));
}

inline mappings::Mapping read_back(const mappings::Mapping& mapping) {
  return mappings::read_mapping(
      XmlElement::parse(mappings::to_xml(mapping), "written.xml", "mapping"));
}

/// The files of an export, as an import takes them; those whose names end in one of `endings`.
inline std::vector<SourceFile> sources_of(const Exported& exported,
                                          const std::vector<std::string>& endings) {
  std::vector<SourceFile> sources;
  for (const auto& file : exported.files) {
    for (const auto& ending : endings) {
      if (file.name.ends_with(ending)) sources.push_back({file.text, file.name});
    }
  }
  return sources;
}

/// Of an imported cascade and one of ours in the same shapes: the outputs, for the same inputs.
inline einsum::Values evaluated(const einsum::Cascade& cascade, const Shapes& shapes,
                                const einsum::Values& inputs) {
  return einsum::evaluate(cascade, einsum::resolve_shapes(cascade, shapes), inputs);
}

}  // namespace attnsim::exchange
