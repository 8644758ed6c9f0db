// Any text is either an architecture or an InputError, and a shipped mapping can be lowered onto an
// architecture or is refused.
#include "base/error.h"
#include "fuzz/designs.h"
#include "fuzz/fuzz_target.h"

namespace attnsim::fuzz {
namespace {

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
    const auto architecture = arch::read_architecture(
        XmlElement::parse(fuzz::text_of(data, size), "fuzz", "architecture"));
    fuzz::lower_onto(architecture, "fusemax");
    fuzz::lower_onto(architecture, "fusemax_cascade");
  } catch (const InputError&) {
  }
  return 0;
}
