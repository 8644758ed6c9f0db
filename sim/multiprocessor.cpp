#include "sim/multiprocessor.h"

#include <algorithm>
#include <deque>
#include <queue>

#include "base/error.h"

namespace attnsim::sim {
namespace {

using mappings::BlockProgram;
using mappings::Instruction;
using mappings::StepKind;

/// Uses longer than this are done in parts, between which other warps get their turn.
constexpr double turn_cycles = 128;

/// One group of warps that runs a role.
struct Agent {
  std::size_t place = 0;
  const std::vector<Instruction>* code = nullptr;
  std::size_t at = 0;
  std::size_t round = 0;
  double first_data = -1;    ///< when its first data arrive from cold memory; -1: not asked yet
  std::vector<double> left;  ///< iterations, by the loop's instruction
  double part = 0;           ///< of the use under way that is done, 0..1
  std::vector<int> beside;   ///< asynchronous steps that are not done, by slot
  int awaits = -1;           ///< a slot, until at most `pending` are not done
  int pending = 0;
  /// Asynchronous uses run one after another, beside the role.
  std::deque<const Instruction*> stream;
  double stream_part = 0;
};

/// Where a block stands: its tokens, and who waits for them.
struct Place {
  std::vector<double> tokens;
  std::vector<std::vector<std::size_t>> waiting;
  std::vector<std::size_t> done;  ///< roles through with each round
  double drained = 0;             ///< when the last store arrives
};

enum class Happening { go_on, go_on_beside, give, end_beside };

struct Event {
  double time = 0;
  std::size_t order = 0;  ///< of making; ties go by it
  std::size_t agent = 0;
  Happening what = Happening::go_on;
  int number = -1;  ///< give: the first token; end_beside: the slot
  int width = 1;    ///< give: tokens
  bool operator>(const Event& other) const {
    return time != other.time ? time > other.time : order > other.order;
  }
};

class Multiprocessor {
 public:
  Multiprocessor(const BlockProgram& program, std::size_t units, std::size_t residents,
                 std::size_t rounds, bool persistent, const Surroundings& surroundings)
      : program_(program),
        persistent_(persistent),
        rounds_(rounds),
        surroundings_(surroundings),
        free_(units, 0.0),
        ends_(rounds, 0.0),
        places_(residents) {
    for (std::size_t place = 0; place < residents; ++place) {
      places_[place].waiting.resize(program.tokens.size());
      places_[place].done.assign(rounds, 0);
      for (const auto& role : program.roles) {
        Agent agent;
        agent.place = place;
        agent.code = &role;
        agents_.push_back(std::move(agent));
      }
      reset(place, surroundings_.start);
    }
  }

  std::vector<double> run() {
    while (!events_.empty()) {
      const auto event = events_.top();
      events_.pop();
      happen(event);
    }
    if (finished_ < agents_.size()) {
      throw InfeasibleError({"<launch>", 0, 0},
                            "the roles of a block wait for each other for ever");
    }
    return ends_;
  }

 private:
  void happen(const Event& event) {
    switch (event.what) {
      case Happening::go_on:
        return advance(event.agent, event.time);
      case Happening::go_on_beside:
        return advance_stream(event.agent, event.time);
      case Happening::give:
        return give(agents_[event.agent].place, event.number, event.width, 1, event.time);
      case Happening::end_beside:
        return end_beside(event.agent, static_cast<std::size_t>(event.number), event.time);
    }
  }

  void push(double time, std::size_t agent, Happening what, int number = -1, int width = 1) {
    events_.push({time, ++made_, agent, what, number, width});
  }

  void reset(std::size_t place, double time) {
    places_[place].tokens = program_.tokens;
    for (std::size_t id = 0; id < agents_.size(); ++id) {
      auto& agent = agents_[id];
      if (agent.place != place) continue;
      agent.at = 0;
      agent.left.assign(agent.code->size(), 0);
      agent.beside.assign(program_.slots, 0);
      resume(id, time);
    }
  }

  void resume(std::size_t agent, double time) { push(time, agent, Happening::go_on); }

  /// Runs the agent's steps until one takes time.
  void advance(std::size_t id, double now) {
    auto& agent = agents_[id];
    while (agent.at < agent.code->size()) {
      const double until = step(id, (*agent.code)[agent.at], now);
      if (until < 0) return;  // waits for a token
      if (until > now) return resume(id, until);
    }
    end_round(id, now);
  }

  /// @return when the agent goes on, or -1 where a token wakes it
  double step(std::size_t id, const Instruction& instruction, double now) {
    auto& agent = agents_[id];
    if (instruction.kind == StepKind::wait) return take(id, instruction, now);
    if (instruction.kind == StepKind::loop) return turn(agent, instruction, now);
    if (instruction.kind == StepKind::use && instruction.slot < 0) {
      const double until = use(instruction, agent.part, now);
      if (agent.part < 1) return until;
      agent.part = 0;
      ++agent.at;
      return until + instruction.latency;
    }
    ++agent.at;
    switch (instruction.kind) {
      case StepKind::use:
        ++agent.beside[static_cast<std::size_t>(instruction.slot)];
        agent.stream.push_back(&instruction);
        if (agent.stream.size() == 1) push(now, id, Happening::go_on_beside);
        return now;
      case StepKind::load:
        return start_load(id, instruction, now);
      case StepKind::store:
        start_store(id, instruction, now);
        return now;
      case StepKind::signal:
        give(agent.place, instruction.token, instruction.tokens, instruction.amount, now);
        return now;
      case StepKind::await:
        return await(agent, instruction, now);
      default:
        return now + instruction.amount;
    }
  }

  static double turn(Agent& agent, const Instruction& loop, double now) {
    if (!loop.closes) {
      agent.left[agent.at] = loop.amount;
      ++agent.at;
    } else if (--agent.left[loop.partner] > 0) {
      agent.at = loop.partner + 1;
    } else {
      ++agent.at;
    }
    return now;
  }

  double take(std::size_t id, const Instruction& wait, double now) {
    auto& place = places_[agents_[id].place];
    auto& count = place.tokens[static_cast<std::size_t>(wait.token)];
    if (count < wait.amount) {
      place.waiting[static_cast<std::size_t>(wait.token)].push_back(id);
      return -1;
    }
    count -= wait.amount;
    ++agents_[id].at;
    return now;
  }

  void give(std::size_t place, int first, int tokens, double count, double now) {
    for (int i = first; i < first + tokens; ++i) {
      const auto token = static_cast<std::size_t>(i);
      places_[place].tokens[token] += count;
      std::vector<std::size_t> woken;
      woken.swap(places_[place].waiting[token]);
      for (const auto agent : woken) resume(agent, now);
    }
  }

  double start_load(std::size_t id, const Instruction& instruction, double now) {
    auto& agent = agents_[id];
    const double done = load(agent, instruction, now);
    if (instruction.token >= 0) {
      push(done, id, Happening::give, instruction.token, instruction.tokens);
    } else if (instruction.slot >= 0) {
      ++agent.beside[static_cast<std::size_t>(instruction.slot)];
      push(done, id, Happening::end_beside, instruction.slot);
    } else {
      return done;
    }
    return now;
  }

  double await(Agent& agent, const Instruction& instruction, double now) {
    const auto slot = static_cast<std::size_t>(instruction.slot);
    const auto pending = static_cast<int>(instruction.amount);
    if (agent.beside[slot] <= pending) return now;
    agent.awaits = instruction.slot;
    agent.pending = pending;
    return -1;
  }

  void end_beside(std::size_t id, std::size_t slot, double now) {
    auto& agent = agents_[id];
    --agent.beside[slot];
    if (agent.awaits != static_cast<int>(slot) || agent.beside[slot] > agent.pending) return;
    agent.awaits = -1;
    resume(id, now);
  }

  void advance_stream(std::size_t id, double now) {
    auto& agent = agents_[id];
    const auto& instruction = *agent.stream.front();
    const double until = use(instruction, agent.stream_part, now);
    if (agent.stream_part >= 1) {
      agent.stream_part = 0;
      agent.stream.pop_front();
      push(until + instruction.latency, id, Happening::end_beside, instruction.slot);
      if (agent.stream.empty()) return;
    }
    push(until, id, Happening::go_on_beside);
  }

  /// Does the next part of a use, so short that others get their turn; all of its units at once.
  /// @return when this part is done
  double use(const Instruction& instruction, double& part, double now) {
    double greatest = 0;
    for (const auto& each : instruction.uses) greatest = std::max(greatest, each.occupancy);
    const double share = greatest <= turn_cycles ? 1 : turn_cycles / greatest;
    const double now_part = std::min(share, 1 - part);
    part = part + now_part > 1 - 1e-9 ? 1 : part + now_part;
    double done = now;
    for (const auto& each : instruction.uses) {
      const double start = std::max(now, free_[each.unit]);
      const double slower = slowdown(each.unit, start);
      free_[each.unit] = start + each.occupancy * now_part * slower;
      done = std::max(done, start + each.alone * now_part * slower);
    }
    return done;
  }

  [[nodiscard]] double slowdown(std::size_t unit, double start) const {
    const auto& slow = program_.slowdowns[unit];
    return slow.factor > 1 && free_[slow.by] > start ? slow.factor : 1;
  }

  static double serve(double& free, double now, double time) {
    free = std::max(now, free) + time;
    return free;
  }

  double load(Agent& agent, const Instruction& instruction, double now) {
    const auto& around = surroundings_;
    const double bytes = instruction.amount;
    const double missed = bytes * instruction.miss;
    double done = serve(port_free_, now, bytes / around.port);
    done = std::max(done, serve(l2_free_, now, bytes / around.l2_share));
    double latency = around.l2_latency;
    if (missed > 0) {
      done = std::max(done, serve(dram_free_, now, missed / around.dram_share));
      // the first blocks meet cold memory together, whoever of them asks first
      const bool cold = around.cold > 0 && agent.round == 0;
      const double share = cold ? 1 : instruction.miss;
      latency += share * (around.dram_latency - around.l2_latency);
    }
    if (around.cold == 0 || agent.round > 0) return done + latency;
    // what is asked for before the first data are there waits for the same page tables
    if (agent.first_data < 0) agent.first_data = done + latency + around.cold;
    return now < agent.first_data ? std::max(done + latency, agent.first_data) : done + latency;
  }

  void start_store(std::size_t id, const Instruction& instruction, double now) {
    auto& agent = agents_[id];
    const double sent = store(instruction, now);
    auto& drained = places_[agent.place].drained;
    drained = std::max(drained, sent + surroundings_.l2_latency);
    if (instruction.slot < 0) return;
    ++agent.beside[static_cast<std::size_t>(instruction.slot)];
    push(sent, id, Happening::end_beside, instruction.slot);
  }

  /// @return when the last byte is under way
  double store(const Instruction& instruction, double now) {
    const auto& around = surroundings_;
    double done = serve(port_free_, now, instruction.amount / around.port);
    done = std::max(done, serve(dram_free_, now, instruction.amount / around.dram_share));
    if (instruction.scattered) {
      done =
          std::max(done, serve(scattered_free_, now, instruction.amount / around.scattered_share));
    }
    return done;
  }

  void end_round(std::size_t id, double now) {
    auto& agent = agents_[id];
    auto& place = places_[agent.place];
    const auto round = agent.round++;
    ends_[round] = std::max(ends_[round], now);
    const bool last = ++place.done[round] == program_.roles.size();
    if (!persistent_) now = std::max(now, place.drained);
    place.drained = std::max(place.drained, now);
    if (last) ends_[round] = std::max(ends_[round], place.drained);
    if (agent.round == rounds_) ++finished_;
    if (persistent_ && agent.round < rounds_) {
      agent.at = 0;
      resume(id, now);
    }
    if (!persistent_ && last && round + 1 < rounds_) {
      reset(agent.place, place.drained + surroundings_.start);
    }
  }

  const BlockProgram& program_;
  bool persistent_;
  std::size_t rounds_;
  const Surroundings& surroundings_;
  std::vector<double> free_;
  double port_free_ = 0;
  double l2_free_ = 0;
  double dram_free_ = 0;
  double scattered_free_ = 0;
  std::vector<double> ends_;
  std::vector<Place> places_;
  std::vector<Agent> agents_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::size_t made_ = 0;
  std::size_t finished_ = 0;
};

}  // namespace

std::vector<double> run_multiprocessor(const BlockProgram& program, std::size_t units,
                                       std::size_t residents, std::size_t rounds, bool persistent,
                                       const Surroundings& surroundings) {
  return Multiprocessor(program, units, residents, rounds, persistent, surroundings).run();
}

}  // namespace attnsim::sim
