#include <algorithm>
#include <cmath>
#include <random>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "base/overloaded.h"
#include "mappings/kernel_steps.h"
#include "mappings/launch.h"

namespace attnsim::mappings {
namespace {

constexpr double most_blocks = 1 << 24;
constexpr double most_drawn = 1 << 28;  ///< of a pattern
/// A loop class beyond this is simulated at two lengths, a period apart, and the rest is periods.
constexpr double long_loop = 24;
constexpr double period = 8;

std::vector<double> draw(const Pattern& pattern, const Variables& variables) {
  const double all_rows = pattern.rows.evaluate(variables);
  const double all_columns = pattern.columns.evaluate(variables);
  if (!(all_rows >= 0 && all_columns >= 0 && all_rows * all_columns <= most_drawn)) {
    throw InputError(pattern.rows.place(), "a pattern of " + std::to_string(all_rows) + " by " +
                                               std::to_string(all_columns) +
                                               ": it has 0 to 2^28 places");
  }
  const auto rows = static_cast<std::int64_t>(all_rows);
  const auto columns = static_cast<std::int64_t>(all_columns);
  const double density = pattern.density.evaluate(variables);
  std::mt19937 random(static_cast<std::uint32_t>(pattern.seed));
  std::vector<double> kept;
  for (std::int64_t row = 0; row < rows; ++row) {
    double count = 0;
    for (std::int64_t column = 0; column < columns; ++column) {
      const bool diagonal = column == std::min(row, columns - 1);
      if (diagonal || static_cast<double>(random() % 100) < density) ++count;
    }
    kept.push_back(count);
  }
  return kept;
}

constexpr double most_searched = 0x1p20;

double find(const Search& search, Variables variables) {
  const double from = search.from.evaluate(variables);
  const double to = search.to.evaluate(variables);
  if (!(to - from < most_searched)) {
    throw InputError(search.to.place(), "this searches from " + std::to_string(from) + " to " +
                                            std::to_string(to) + ", more than 2^20 numbers");
  }
  double greatest = 0;
  for (double at = from; at <= to; ++at) {
    variables.numbers[search.over] = at;
    const double value = search.that.evaluate(variables);
    if (search.first && value != 0) return at;
    greatest = std::max(greatest, value);
  }
  return search.first ? to + 1 : greatest;
}

void define(const Definition& definition, Variables& variables) {
  const Overloaded visit{
      [&](const Let& let) { variables.numbers[let.name] = let.value.evaluate(variables); },
      [&](const Pattern& pattern) { variables.lists[pattern.name] = draw(pattern, variables); },
      [&](const Search& search) { variables.numbers[search.name] = find(search, variables); },
  };
  std::visit(visit, definition);
}

Variables variables_of(const KernelMapping& kernel, const arch::Architecture& architecture,
                       const KernelShapes& shapes) {
  Variables variables;
  for (const auto& parameter : kernel.parameters) {
    variables.numbers[parameter.name] = parameter.fallback;
  }
  for (const auto& [name, shape] : shapes) variables.numbers[name] = static_cast<double>(shape);
  const auto& gpu = *architecture.gpu;
  variables.numbers["multiprocessors"] = static_cast<double>(gpu.multiprocessors);
  variables.numbers["hand_over"] = static_cast<double>(gpu.hand_over.count());
  variables.numbers["l2_bytes"] =
      static_cast<double>(architecture.find_memory(gpu.l2)->capacity->count());
  for (const auto& definition : kernel.definitions) define(definition, variables);
  return variables;
}

/// How many blocks of these needs a multiprocessor holds at once; 0: none.
std::int64_t residents_of(const Launch& launch, const arch::Gpu& gpu, const Variables& variables) {
  const auto& room = gpu.room;
  const double warps = std::ceil(launch.threads.evaluate(variables) / 32);
  const double a_warp = std::ceil(launch.registers.evaluate(variables) * 32 / 256) * 256;
  const double shared =
      launch.shared.evaluate(variables) + static_cast<double>(room.reserved.count());
  const double most = std::min({static_cast<double>(room.blocks),
                                std::floor(static_cast<double>(room.threads) / (32 * warps)),
                                std::floor(static_cast<double>(room.registers) / (warps * a_warp)),
                                std::floor(static_cast<double>(room.shared.count()) / shared)});
  return static_cast<std::int64_t>(most);
}

class LaunchLowering {
 public:
  LaunchLowering(const arch::Architecture& architecture, const Launch& launch,
                 const std::vector<std::string>& units, Variables variables)
      : architecture_(architecture),
        launch_(launch),
        units_(units),
        variables_(std::move(variables)) {}

  LoweredLaunch lower() {
    lowered_.name = launch_.name;
    lowered_.persistent = launch_.persistent;
    lowered_.residents = residents_of(launch_, *architecture_.gpu, variables_);
    if (lowered_.residents < 1) {
      throw InfeasibleError(launch_.place, "a block of launch '" + launch_.name +
                                               "' does not fit on a multiprocessor: threads, "
                                               "registers or shared memory exceed its room");
    }
    variables_.numbers["residents"] = static_cast<double>(lowered_.residents);
    lowered_.start = launch_.start.evaluate(variables_);
    const double blocks = launch_.blocks.evaluate(variables_);
    if (!(blocks >= 1 && blocks <= most_blocks)) {
      throw InfeasibleError(launch_.place, "launch '" + launch_.name + "' has " +
                                               std::to_string(blocks) + " blocks, not 1 to 2^24");
    }
    order_blocks(static_cast<std::size_t>(blocks));
    return std::move(lowered_);
  }

 private:
  [[nodiscard]] bool blocks_differ() const {
    const auto reads = [](const auto& each) { return each.value.reads("block"); };
    return std::any_of(launch_.each.begin(), launch_.each.end(), reads) ||
           std::any_of(launch_.classes.begin(), launch_.classes.end(), reads);
  }

  void order_blocks(std::size_t blocks) {
    const bool differ = blocks_differ();
    auto variables = variables_;
    for (std::size_t block = 0; block < blocks; ++block) {
      if (differ || block == 0) {
        variables.numbers["block"] = static_cast<double>(block);
        for (const auto& let : launch_.each) {
          variables.numbers[let.name] = let.value.evaluate(variables);
        }
        std::vector<double> key;
        for (const auto& kind : launch_.classes) {
          key.push_back(kind.value.evaluate(variables));
          variables.numbers[kind.name] = key.back();
        }
        lowered_.order.push_back(class_of(key));
      } else {
        lowered_.order.push_back(lowered_.order.front());
      }
      ++lowered_.classes[lowered_.order.back()].blocks;
    }
  }

  std::uint32_t class_of(const std::vector<double>& key) {
    const auto [found, is_new] =
        classes_.emplace(key, static_cast<std::uint32_t>(lowered_.classes.size()));
    if (is_new) lowered_.classes.push_back(make_class(key));
    return found->second;
  }

  LoweredClass make_class(const std::vector<double>& key) {
    LoweredClass made;
    const auto variables = with(key);
    made.totals = totals_of({architecture_, launch_, units_, variables});
    auto short_key = key;
    for (std::size_t i = 0; i < key.size(); ++i) {
      if (launch_.classes[i].linear && key[i] >= long_loop + period) {
        short_key[i] -= std::floor((key[i] - long_loop) / period) * period;
      }
    }
    made.program = program(short_key);
    for (std::size_t i = 0; i < key.size(); ++i) {
      if (short_key[i] == key[i]) continue;
      auto longer = short_key;
      longer[i] += period;
      made.stretches.push_back({program(longer), (key[i] - short_key[i]) / period});
    }
    return made;
  }

  std::size_t program(const std::vector<double>& key) {
    const auto [found, is_new] = programs_.emplace(key, lowered_.programs.size());
    if (is_new) {
      const auto variables = with(key);
      lowered_.programs.push_back(program_of({architecture_, launch_, units_, variables}));
    }
    return found->second;
  }

  [[nodiscard]] Variables with(const std::vector<double>& key) const {
    auto variables = variables_;
    for (std::size_t i = 0; i < key.size(); ++i) {
      variables.numbers[launch_.classes[i].name] = key[i];
    }
    for (const auto& let : launch_.lets) {
      variables.numbers[let.name] = let.value.evaluate(variables);
    }
    return variables;
  }

  const arch::Architecture& architecture_;
  const Launch& launch_;
  const std::vector<std::string>& units_;
  Variables variables_;
  LoweredLaunch lowered_;
  std::map<std::vector<double>, std::uint32_t> classes_;
  std::map<std::vector<double>, std::size_t> programs_;
};

}  // namespace

LoweredKernel lower_kernel(const KernelMapping& kernel, const arch::Architecture& architecture,
                           const KernelShapes& shapes) {
  LoweredKernel lowered;
  for (const auto& [name, operation] : architecture.gpu->operations) {
    const auto& units = lowered.units;
    if (std::find(units.begin(), units.end(), operation.unit) == units.end()) {
      lowered.units.push_back(operation.unit);
    }
  }
  const auto variables = variables_of(kernel, architecture, shapes);
  for (const auto& require : kernel.requires_) {
    if (require.that.evaluate(variables) == 0) {
      throw InfeasibleError(require.that.place(), require.otherwise);
    }
  }
  for (const auto& launch : kernel.launches) {
    if (launch.when && launch.when->evaluate(variables) == 0) continue;
    lowered.launches.push_back(
        LaunchLowering(architecture, launch, lowered.units, variables).lower());
  }
  return lowered;
}

}  // namespace attnsim::mappings
