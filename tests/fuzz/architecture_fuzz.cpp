// Any text is either an architecture or an InputError, and a shipped mapping can be lowered onto an
// architecture or is refused.
#include <algorithm>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "fuzz/designs.h"
#include "fuzz/fuzz_target.h"

namespace attnsim::fuzz {
namespace {

/// What an input may open: shipped tables, and those of the folder `fixtures` beside this file.
const std::string path = shipped("tests/fuzz/fixtures/fuzz.xml");

/// Whether no table of the element or of one inside it lies outside that folder.
bool stays_inside(const XmlElement& element) {
  const std::filesystem::path table = element.optional<std::string>("table", "");
  if (table.is_absolute() || std::find(table.begin(), table.end(), "..") != table.end()) {
    return false;
  }
  const auto inside = element.children();
  return std::all_of(inside.begin(), inside.end(), stays_inside);
}

void lower_onto(const arch::Architecture& architecture, const std::string& name) {
  static const auto cascade = shipped_cascade("attention_1pass");
  const auto mapping = mappings::load_mapping(shipped("mappings/" + name + ".xml"));
  try {
    static_cast<void>(
        mappings::lower(cascade, architecture, mapping, small_shapes("attention_1pass")));
  } catch (const InputError&) {
  } catch (const InfeasibleError&) {
  }
}

}  // namespace
}  // namespace attnsim::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace attnsim;
  try {
    const auto text = fuzz::text_of(data, size);
    if (!fuzz::stays_inside(XmlElement::parse(text, fuzz::path, "architecture"))) return 0;
    const auto architecture =
        arch::read_architecture(XmlElement::parse(text, fuzz::path, "architecture"));
    fuzz::lower_onto(architecture, "fusemax");
    fuzz::lower_onto(architecture, "fusemax_cascade");
  } catch (const InputError&) {
  }
  return 0;
}
