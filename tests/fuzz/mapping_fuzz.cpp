// Any text is either a mapping or an InputError, and a mapping of loops can be lowered or is
// refused: the cascade that it names, on a shipped architecture, at small shapes.
#include <map>

#include "base/error.h"
#include "fuzz/designs.h"
#include "fuzz/fuzz_target.h"

namespace attnsim::fuzz {
namespace {

struct Design {
  arch::Architecture architecture;
  einsum::Cascade cascade;
  mappings::Shapes shapes;
};

Design design_of(const std::string& architecture, const std::string& cascade) {
  return {arch::load_architecture(shipped("arch/" + architecture + ".xml")),
          shipped_cascade(cascade), small_shapes(cascade)};
}

/// By cascade, the design that a mapping of it is lowered with.
const Design& design_for(const std::string& cascade) {
  static const std::map<std::string, Design> designs{
      {"attention_1pass", design_of("fusemax", "attention_1pass")},
      {"attention_3pass", design_of("flat", "attention_3pass")},
      {"linear_layers", design_of("fusemax", "linear_layers")}};
  const auto found = designs.find(cascade);
  return found == designs.end() ? designs.begin()->second : found->second;
}

}  // namespace
}  // namespace attnsim::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace attnsim;
  try {
    const auto mapping =
        mappings::read_mapping(XmlElement::parse(fuzz::text_of(data, size), "fuzz", "mapping"));
    if (mapping.kernel) return 0;  // of launches: read, with its formulas
    const auto& design = fuzz::design_for(mapping.cascade);
    static_cast<void>(mappings::lower(design.cascade, design.architecture, mapping, design.shapes));
  } catch (const InputError&) {
  } catch (const InfeasibleError&) {
  }
  return 0;
}
