#include "mappings/kernel_steps.h"

#include <algorithm>
#include <cmath>

#include "base/did_you_mean.h"
#include "base/error.h"

namespace attnsim::mappings {
namespace {

/// Of bytes, operations, cycles or rounds: doubles are exact so far.
constexpr double most_of_a_step = 0x1p53;
/// Of the loops of one block, all together.
constexpr double most_rounds = 0x1p24;

const arch::GpuOperation& operation_of(const StepContext& context, const Step& step) {
  const auto& operations = context.architecture.gpu->operations;
  const auto found = operations.find(step.name);
  if (found != operations.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [name, operation] : operations) known.push_back(name);
  throw InputError(step.place, "architecture '" + context.architecture.name +
                                   "' has no operation '" + step.name + "'" +
                                   did_you_mean(step.name, known) + " (known: " + join(known) +
                                   ")");
}

double number_of(const StepContext& context, const Step& step) {
  const double number = step.count->evaluate(context.variables);
  if (number >= 0 && number <= most_of_a_step) return number;
  throw InputError(step.place, "\"" + step.count->text() + "\" is " + std::to_string(number) +
                                   " here: it must not be negative, nor above 2^53");
}

/// The counts that a token of the file stands for: one, or one for each copy of its role.
struct TokenRange {
  int first = 0;
  int copies = 1;
};

/// Turns the steps of one copy of a role into instructions.
class Assembler {
 public:
  Assembler(const StepContext& context, const std::vector<TokenRange>& tokens,
            const std::string& role, int copy, std::vector<std::string>& slots)
      : context_(context), tokens_(tokens), role_(role), copy_(copy), slots_(slots) {}

  std::vector<Instruction> assemble(const std::vector<Step>& steps) {
    for (const auto& step : steps) add(step);
    return std::move(code_);
  }

 private:
  void add(const Step& step) {
    switch (step.kind) {
      case StepKind::loop:
        return add_loop(step);
      case StepKind::branch:
        if (number_of(context_, step) != 0) {
          for (const auto& each : step.under) add(each);
        }
        return;
      default:
        code_.push_back(instruction(step));
    }
  }

  void add_loop(const Step& step) {
    const double times = std::floor(number_of(context_, step));
    if (times < 1) return;
    rounds_ *= times;
    if (rounds_ > most_rounds) {
      throw InputError(step.place, "the loops of a block go through more than 2^24 rounds here");
    }
    const auto start = code_.size();
    Instruction loop;
    loop.kind = StepKind::loop;
    loop.amount = times;
    code_.push_back(loop);
    for (const auto& each : step.under) add(each);
    loop.closes = true;
    loop.partner = start;
    code_[start].partner = code_.size();
    code_.push_back(loop);
    rounds_ /= times;
  }

  [[nodiscard]] Instruction instruction(const Step& step) {
    Instruction made;
    made.kind = step.kind == StepKind::mix ? StepKind::use : step.kind;
    if (step.kind == StepKind::use) add_use(step, made);
    if (step.kind == StepKind::mix) {
      for (const auto& each : step.under) add_use(each, made);
    }
    if (step.count && step.kind != StepKind::use) made.amount = number_of(context_, step);
    if (step.miss) {
      made.miss = std::clamp(step.miss->evaluate(context_.variables), 0.0, 1.0);
    }
    made.scattered = step.scattered;
    if (!step.async.empty()) made.slot = slot_of(step.async);
    if (step.kind == StepKind::await) made.slot = slot_of(step.name);
    if (!step.signal.empty()) set_token(step, step.signal, made);
    if (step.kind == StepKind::wait || step.kind == StepKind::signal) {
      set_token(step, step.name, made);
    }
    return made;
  }

  void add_use(const Step& step, Instruction& made) const {
    const auto& operation = operation_of(context_, step);
    const double count = number_of(context_, step);
    const auto& units = context_.units;
    const auto unit = std::find(units.begin(), units.end(), operation.unit) - units.begin();
    made.uses.push_back(
        {static_cast<std::size_t>(unit), count / operation.rate, count / operation.alone});
    made.latency = std::max(made.latency, static_cast<double>(operation.latency.count()));
  }

  [[nodiscard]] int slot_of(const std::string& name) {
    const auto found = std::find(slots_.begin(), slots_.end(), name);
    if (found != slots_.end()) return static_cast<int>(found - slots_.begin());
    slots_.push_back(name);
    return static_cast<int>(slots_.size()) - 1;
  }

  void set_token(const Step& step, const std::string& name, Instruction& made) const {
    const auto token = token_of(step, name);
    const auto& [first, copies] = tokens_[token];
    const bool own = context_.launch.tokens[token].role == role_;
    made.token = first;
    made.tokens = copies;
    if (!own || (step.kind != StepKind::wait && !step.to_next)) return;
    made.token = first + (copy_ + (step.to_next ? 1 : 0)) % copies;
    made.tokens = 1;
  }

  [[nodiscard]] std::size_t token_of(const Step& step, const std::string& name) const {
    const auto& tokens = context_.launch.tokens;
    std::vector<std::string> known;
    for (const auto& token : tokens) known.push_back(token.name);
    const auto found = std::find(known.begin(), known.end(), name);
    if (found != known.end()) return static_cast<std::size_t>(found - known.begin());
    throw InputError(
        step.place, "the launch has no <token name=\"" + name + "\"/>" + did_you_mean(name, known));
  }

  const StepContext& context_;
  const std::vector<TokenRange>& tokens_;
  const std::string& role_;
  int copy_;
  std::vector<std::string>& slots_;
  double rounds_ = 1;  ///< of the loops around
  std::vector<Instruction> code_;
};

/// Adds up what steps amount to, done so many times.
class Totaler {
 public:
  explicit Totaler(const StepContext& context) : context_(context) {}

  void add(const std::vector<Step>& steps, double times) {
    for (const auto& step : steps) add(step, times);
  }
  [[nodiscard]] BlockTotals take() { return std::move(totals_); }

 private:
  void add(const Step& step, double times) {
    switch (step.kind) {
      case StepKind::use:
        return add_use(step, times);
      case StepKind::mix:
        return add(step.under, times);
      case StepKind::load:
        return add_load(step, times);
      case StepKind::store:
        return add_store(step, times);
      case StepKind::loop:
        return add(step.under, times * std::floor(number_of(context_, step)));
      case StepKind::branch:
        if (number_of(context_, step) != 0) add(step.under, times);
        return;
      default:
        return;
    }
  }

  void add_use(const Step& step, double times) {
    const auto& operation = operation_of(context_, step);
    const double count = times * number_of(context_, step);
    totals_.actions[{operation.unit, operation.name, step.einsum}] += count;
    totals_.busy[{step.einsum, operation.unit}] += count / operation.rate;
  }
  void add_load(const Step& step, double times) {
    const double bytes = times * number_of(context_, step);
    const double missed = bytes * std::clamp(step.miss->evaluate(context_.variables), 0.0, 1.0);
    const auto& gpu = *context_.architecture.gpu;
    totals_.actions[{gpu.l2, "read", step.name}] += bytes;
    totals_.actions[{gpu.dram, "read", step.name}] += missed;
    totals_.l2_bytes += bytes;
    totals_.dram_bytes += missed;
  }
  void add_store(const Step& step, double times) {
    const double bytes = times * number_of(context_, step);
    const auto& gpu = *context_.architecture.gpu;
    totals_.actions[{gpu.l2, "write", step.name}] += bytes;
    totals_.actions[{gpu.dram, "write", step.name}] += bytes;
    totals_.l2_bytes += bytes;
    totals_.dram_bytes += bytes;
  }

  const StepContext& context_;
  BlockTotals totals_;
};

std::size_t copies_of(const StepContext& context, const Role& role) {
  const double copies = role.copies.evaluate(context.variables);
  if (copies >= 1 && copies <= 64) return static_cast<std::size_t>(copies);
  throw InputError(role.copies.place(), "copies=\"" + role.copies.text() + "\" is " +
                                            std::to_string(copies) + " here, not from 1 to 64");
}

}  // namespace

namespace {

std::vector<TokenRange> number_tokens(const StepContext& context, BlockProgram& program) {
  std::vector<TokenRange> ranges;
  auto variables = context.variables;
  for (const auto& token : context.launch.tokens) {
    TokenRange range{static_cast<int>(program.tokens.size()), 1};
    for (const auto& role : context.launch.roles) {
      if (role.name == token.role) range.copies = static_cast<int>(copies_of(context, role));
    }
    for (int copy = 0; copy < range.copies; ++copy) {
      variables.numbers["copy"] = copy;
      program.tokens.push_back(token.initial.evaluate(variables));
    }
    ranges.push_back(range);
  }
  return ranges;
}

}  // namespace

BlockProgram program_of(const StepContext& context) {
  BlockProgram program;
  std::vector<std::string> slots;
  const auto tokens = number_tokens(context, program);
  for (const auto& role : context.launch.roles) {
    const auto copies = static_cast<int>(copies_of(context, role));
    for (int copy = 0; copy < copies; ++copy) {
      program.roles.push_back(
          Assembler(context, tokens, role.name, copy, slots).assemble(role.steps));
    }
  }
  program.slots = slots.size();
  program.slowdowns.resize(context.units.size());
  const auto index = [&](const std::string& unit) {
    return static_cast<std::size_t>(std::find(context.units.begin(), context.units.end(), unit) -
                                    context.units.begin());
  };
  for (const auto& slow : context.architecture.gpu->slowdowns) {
    program.slowdowns[index(slow.unit)] = {index(slow.by), slow.factor};
  }
  return program;
}

BlockTotals totals_of(const StepContext& context) {
  Totaler totaler(context);
  for (const auto& role : context.launch.roles) {
    totaler.add(role.steps, static_cast<double>(copies_of(context, role)));
  }
  return totaler.take();
}

}  // namespace attnsim::mappings
