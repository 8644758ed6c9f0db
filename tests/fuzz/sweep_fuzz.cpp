// Any text is either a sweep, whose parameters then have values of which each can be filled in, or
// an InputError.
#include <cmath>

#include "base/error.h"
#include "explore/sweep_reader.h"
#include "fuzz/fuzz_target.h"

namespace attnsim::fuzz {
namespace {

/// The first value of each parameter, and a rank.
explore::NamedValues first_values(const explore::Sweep& sweep) {
  explore::NamedValues values;
  values.variables.numbers["E"] = 64;
  for (const auto& axis : sweep.axes) {
    for (const auto& parameter : axis) {
      require(!parameter.values.empty(), "a parameter without a value", parameter.name);
      require(parameter.values.size() == axis.front().values.size(), "a zip that ends twice",
              parameter.name);
      values.texts[parameter.name] = parameter.values.front();
      if (parameter.numbers.empty()) continue;
      require(std::isfinite(parameter.numbers.front()), "no number", parameter.name);
      values.variables.numbers[parameter.name] = parameter.numbers.front();
    }
  }
  return values;
}

void fill_in(const explore::Sweep& sweep) {
  const auto values = first_values(sweep);
  for (const auto& set : sweep.sets) {
    try {
      static_cast<void>(set.value.filled(values));
    } catch (const InputError&) {
    }
  }
}

}  // namespace
}  // namespace attnsim::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace attnsim;
  const auto text = fuzz::text_of(data, size);
  try {
    fuzz::fill_in(explore::read_sweep(XmlElement::parse(text, "fuzz", "sweep")));
  } catch (const InputError&) {
  }
  return 0;
}

extern "C" int sc_main(int /*argc*/, char* /*argv*/[]) { return 1; }  // libsystemc refers to it
