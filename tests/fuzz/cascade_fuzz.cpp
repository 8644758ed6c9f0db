// Any text is either a cascade or an InputError. What a cascade means survives its printing: the
// text read again is the same, and computes the same bits at tiny shapes.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "einsum/einsum.h"
#include "fuzz/fuzz_target.h"

namespace attnsim::einsum {
namespace {

constexpr std::int64_t most_steps = 1 << 20;  // of an evaluation: some tenths of a second

/// a * b, or a number beyond every limit where that is large.
std::int64_t times(std::int64_t a, std::int64_t b) {
  return b != 0 && a > most_steps / b ? most_steps + 1 : a * b;
}

/// Extents from 1 to 3: of 1 everything is first and last at once, of 3 something is between.
Shapes tiny_shapes(const Cascade& cascade) {
  Shapes shapes;
  std::int64_t extent = static_cast<std::int64_t>(cascade.einsums.size());
  for (const auto& rank : cascade.ranks) {
    if (rank.parts.empty()) shapes[rank.name] = 1 + extent++ % 3;
  }
  return resolve_shapes(cascade, shapes);
}

/// Points times the length of the text, an upper bound of what stands at a point. Where operators
/// call each other, a body may stand there twice as often as in the one before.
bool is_quick(const Cascade& cascade, const Shapes& shapes, std::size_t text_size) {
  std::int64_t points = 1;
  for (const auto& tensor : cascade.tensors) {
    std::int64_t elements = 1;
    for (const auto extent : shape_of(cascade, tensor, shapes)) elements = times(elements, extent);
    points = std::min(points + elements, most_steps + 1);
  }
  for (const auto& einsum : cascade.einsums) {
    std::int64_t all = 1;
    for (const auto& variable : iteration_variables(einsum)) {
      all = times(all, shapes.at(cascade.find_rank_of_variable(variable)->name));
    }
    points = std::min(points + times(all, all), most_steps + 1);  // a condition has its own sums
  }
  const auto doubled = std::min<std::size_t>(cascade.operators.size(), 20);
  return times(times(points, static_cast<std::int64_t>(text_size)), std::int64_t{1} << doubled) <=
         most_steps;
}

/// Whole numbers of both signs, for some inputs are coordinates.
Values inputs_of(const Cascade& cascade, const Shapes& shapes) {
  Values inputs;
  for (const auto& input : cascade.inputs) {
    DenseTensor tensor{shape_of(cascade, *cascade.find_tensor(input.tensor), shapes), {}};
    std::int64_t size = 1;
    for (const auto extent : tensor.shape) size *= extent;
    for (std::int64_t i = 0; i < size; ++i) tensor.data.push_back(static_cast<double>(i % 4 - 1));
    inputs[input.tensor] = std::move(tensor);
  }
  return inputs;
}

/// nullopt where the shapes do not fit, or the evaluation would take long.
std::optional<Values> computed(const Cascade& cascade, std::size_t text_size, Rounding rounding) {
  try {
    const Shapes shapes = tiny_shapes(cascade);
    if (!is_quick(cascade, shapes, text_size)) return std::nullopt;
    return evaluate(cascade, shapes, inputs_of(cascade, shapes), rounding);
  } catch (const InputError&) {
    return std::nullopt;
  }
}

bool same_bits(const Values& a, const Values& b) {
  const auto equal = [](double u, double v) {
    return std::bit_cast<std::uint64_t>(u) == std::bit_cast<std::uint64_t>(v);
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](const auto& x, const auto& y) {
    return x.first == y.first && x.second.shape == y.second.shape &&
           std::equal(x.second.data.begin(), x.second.data.end(), y.second.data.begin(),
                      y.second.data.end(), equal);
  });
}

void check_printing(const Cascade& cascade, std::size_t text_size) {
  const std::string printed = to_text(cascade);
  const Cascade again = parse_cascade(printed, "printed");
  fuzz::require(same(cascade, again), "the printed cascade is another one", printed);
  fuzz::require(printed == to_text(again), "printing twice changes the text", printed);
  for (const auto rounding : {Rounding::none, Rounding::typed}) {
    const auto once = computed(cascade, text_size, rounding);
    const auto twice = computed(again, text_size, rounding);
    fuzz::require(once.has_value() == twice.has_value() && (!once || same_bits(*once, *twice)),
                  "the printed cascade computes something else", printed);
  }
}

}  // namespace
}  // namespace attnsim::einsum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace attnsim;
  std::optional<einsum::Cascade> cascade;
  try {
    cascade = einsum::parse_cascade(fuzz::text_of(data, size), "fuzz");
  } catch (const InputError&) {
    return 0;
  }
  einsum::check_printing(*cascade, size);
  return 0;
}
