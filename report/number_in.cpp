#include "report/number_in.h"

#include <array>
#include <stdexcept>

#include "base/quantity_text.h"
#include "base/units.h"
#include "workloads/model.h"

namespace attnsim::report {
namespace {

using Reader = double (*)(const std::string&);

template <class Q>
double quantity(const std::string& text) {
  return static_cast<double>(value_of_text<Q>(text).count());
}

constexpr std::array<Reader, 11> readers{
    [](const std::string& text) { return value_of_text<double>(text); },
    [](const std::string& text) {
      return static_cast<double>(workloads::parse_sequence_length(text));
    },
    quantity<Bytes>,
    quantity<Bits>,
    quantity<BytesPerSecond>,
    quantity<Hertz>,
    quantity<Cycles>,
    quantity<Picojoules>,
    quantity<SquareMicrons>,
    quantity<Seconds>,
    quantity<Watts>};

}  // namespace

std::optional<double> number_in(const std::string& text) {
  for (const auto& read : readers) {
    try {
      return read(text);
    } catch (const std::runtime_error&) {  // of another kind
      continue;
    }
  }
  return std::nullopt;
}

}  // namespace attnsim::report
