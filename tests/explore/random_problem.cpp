#include "explore/random_problem.h"

#include <fmt/format.h>
#include <random>
#include <string>

#include "arch/reader.h"
#include "base/xml.h"
#include "einsum/einsum.h"

namespace attnsim::explore {
namespace {

class Chooser {
 public:
  explicit Chooser(std::uint32_t seed) : random_(seed) {}

  int below(int count) { return static_cast<int>(random_() % static_cast<std::uint32_t>(count)); }
  bool chance(int percent) { return below(100) < percent; }
  int one_of(std::initializer_list<int> values) {
    return *(values.begin() + below(static_cast<int>(values.size())));
  }

 private:
  std::mt19937 random_;
};

/// X, perhaps scaled; perhaps its maximum taken out; summed up, perhaps with weights.
std::string chain(Chooser& choose) {
  std::string text = "cascade chain\n";
  const bool product = choose.chance(50);
  const bool weighted = choose.chance(40);
  text += product ? "rank M P E\ninput A[e,m] B[e,p]" : "rank M P\ninput A[m,p] B[m]";
  text += weighted ? " W[m]\noutput O[p]\n" : "\noutput O[p]\n";
  text += product ? "X[m,p] = sum[e] A[e,m] * B[e,p]\n" : "X[m,p] = A[m,p] * B[m]\n";
  std::string last = "X";
  if (choose.chance(40)) {
    text += "S[m,p] = X[m,p] * 2\n";
    last = "S";
  }
  if (choose.chance(60)) {
    text += fmt::format("R[p] = max[m] {}[m,p]\n", last);
    text += fmt::format("Y[m,p] = exp({}[m,p] - R[p])\n", last);
    last = "Y";
  }
  return text + fmt::format("O[p] = sum[m] {}[m,p]{}\n", last, weighted ? " * W[m]" : "");
}

/// A sum that runs along the chunks of M.
const char* const running =
    "cascade running\n"
    "rank P M = M1 * M0\n"
    "input A[m,p]\n"
    "output O[p]\n"
    "let BA[m1,m0,p] = A[m1*M0+m0,p]\n"
    "init R[0,p] = 0\n"
    "L[m1,p] = sum[m0] BA[m1,m0,p]\n"
    "R[m1+1,p] = R[m1,p] + L[m1,p]\n"
    "O[p] = R[M1,p] * 2\n";

std::string operations(Chooser& choose, bool all) {
  std::string text;
  for (const auto* name : {"mac", "mul", "add", "sub", "max", "exp"}) {
    if (!all && !choose.chance(60)) continue;
    text += fmt::format(R"(<op name="{}" cycles="{}" energy="{} pJ"/>)", name,
                        std::string(name) == "exp" ? 3 : 1, 1 + choose.below(9));
  }
  return text;
}

std::string memory(Chooser& choose, const std::string& name, const std::string& size) {
  return fmt::format(R"(<memory name="{}" class="RF" {} width="16 b" read="{} pJ" write="{} pJ"/>)",
                     name, size, 1 + choose.below(5), 1 + choose.below(5));
}

std::string machine(Chooser& choose) {
  std::string array = fmt::format(R"(<array name="array" rows="{}" columns="{}">)",
                                  choose.one_of({2, 4}), choose.one_of({2, 4}));
  if (choose.chance(60)) {
    array += memory(choose, "pe", fmt::format(R"(entries="{}")", choose.one_of({2, 8, 32})));
    if (choose.chance(50)) array += memory(choose, "column", R"(per="column" entries="16")");
  }
  const auto some = operations(choose, false);
  array += some.empty() ? R"(<op name="add" cycles="1" energy="1 pJ"/>)" : some;
  std::string vector = fmt::format(R"(<vector name="vector" lanes="{}">)", choose.one_of({2, 4}));
  if (choose.chance(60)) vector += memory(choose, "lane", R"(entries="16")");
  vector += operations(choose, true);
  return fmt::format(
      R"(<architecture name="small" clock="1 GHz" technology="none" word="16 b">)"
      R"(<memory name="dram" class="DRAM" bandwidth="{} GB/s" width="64 b" read="{} pJ" write="90 pJ"/>)"
      R"(<memory name="buffer" class="SRAM" capacity="{} B" width="32 b" read="6 pJ" write="7 pJ"/>)"
      R"({}</array>{}</vector></architecture>)",
      choose.one_of({1, 4, 16}), 40 + choose.below(60), choose.one_of({64, 160, 1024}), array,
      vector);
}

}  // namespace

Problem random_problem(std::uint32_t seed) {
  Chooser choose(seed);
  const auto text = choose.chance(25) ? std::string(running) : chain(choose);
  Problem problem;
  problem.cascade = einsum::parse_cascade(text, "random.cascade");
  problem.architecture =
      arch::read_architecture(XmlElement::parse(machine(choose), "random.xml", "architecture"));
  for (const auto& rank : problem.cascade.ranks) {
    if (rank.name == "M0" || rank.name == "M1") continue;
    problem.shapes[rank.name] = rank.name == "E" ? 2 : choose.one_of({3, 4, 6, 8, 9});
  }
  problem.limits = {0, choose.below(2), choose.below(2)};
  return problem;
}

}  // namespace attnsim::explore
