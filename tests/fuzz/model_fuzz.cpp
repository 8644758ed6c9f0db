// Any text is either a model, whose ranks then all have a shape, or an InputError; the same text as
// a shape and as a sequence length of the command line.
#include "base/error.h"
#include "fuzz/fuzz_target.h"
#include "workloads/model.h"

namespace attnsim::fuzz {
namespace {

template <class Read>
void read_or_refuse(const Read& read) {
  try {
    for (const auto& [rank, shape] : read()) require(shape >= 1, "a shape below 1", rank);
  } catch (const InputError&) {
  }
}

}  // namespace
}  // namespace attnsim::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace attnsim;
  const auto text = fuzz::text_of(data, size);
  fuzz::read_or_refuse([&] {
    const auto model = workloads::read_model(XmlElement::parse(text, "fuzz", "model"));
    fuzz::require(model.shapes.size() == 6, "a model without a shape", model.name);
    return workloads::shapes_of(model, 64);
  });
  fuzz::read_or_refuse([&] { return workloads::parse_shape(text); });
  fuzz::read_or_refuse([&] {
    return workloads::Shapes{{"P", workloads::parse_sequence_length(text)}};
  });
  return 0;
}
