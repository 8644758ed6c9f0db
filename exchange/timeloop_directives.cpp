#include "exchange/timeloop_directives.h"

#include <algorithm>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "exchange/yaml_fields.h"

namespace attnsim::exchange {
namespace {

using Loop = TimeloopLoop;
using Kind = TimeloopLevel::Kind;

class Reader {
 public:
  Reader(const Yaml& section, const TimeloopProblem& problem, const TimeloopMachine& machine,
         Losses& losses)
      : section_(section),
        problem_(problem),
        machine_(machine),
        losses_(losses),
        levels_(machine.levels.size()) {
    for (const auto& [source, rank] : problem.names.ranks) dimensions_.insert(source);
  }

  std::vector<TimeloopDirectives> run() {
    for (const auto& item : items_of(section_, "'mapping'")) read_directive(item);
    fill_rests();
    return std::move(levels_);
  }

 private:
  void read_directive(const Yaml& item) {
    YamlFields fields(item, "a directive");
    const auto level = level_of(fields.required("target"));
    const auto& type = fields.required("type");
    const auto& word = text_of(type, "'type'");
    const bool keeps = word == "dataspace" || word == "datatype" || word == "bypass";
    if (!keeps && word != "temporal" && word != "spatial") {
      throw InputError(type.place,
                       "unknown type '" + word + "' (known: temporal, spatial, dataspace)");
    }
    if (!level) {
      if (!keeps) require_none(fields);
      for (const char* key : {"keep", "bypass", "split"}) fields.ignore(key);
    } else if (keeps) {
      read_keeping(fields, *level);
    } else if (word == "temporal") {
      read_temporal(fields, *level);
    } else {
      read_spatial(fields, *level);
    }
    fields.reject_unread();
  }

  /// Nothing for what is there once and holds nothing. Timeloop's front end calls the place where
  /// PE fans out inter_PE_spatial.
  std::optional<std::size_t> level_of(const Yaml& target) const {
    const auto& name = text_of(target, "'target'");
    std::vector<std::string> known;
    for (std::size_t i = 0; i < machine_.levels.size(); ++i) {
      const auto& source = machine_.levels[i].source;
      if (source == name || "inter_" + source + "_spatial" == name) return i;
      known.push_back(source);
    }
    for (const auto& source : machine_.hollow) {
      if (source == name || "inter_" + source + "_spatial" == name) return std::nullopt;
    }
    throw InputError(target.place, "the architecture has no level '" + name + "'" +
                                       did_you_mean(name, known) + " (known: " + join(known) + ")");
  }

  /// No loops at a level that holds nothing.
  void require_none(YamlFields& fields) {
    for (const auto& loop : read_loops(fields)) {
      if (loop.count == 1) continue;
      throw InputError(loop.place, "a loop over " + loop.rank + " at '" +
                                       fields.required_text("target") +
                                       "', which holds nothing and is there once: loops stand at "
                                       "a memory, spreads at what has meshX or meshY");
    }
  }

  std::string rank_of(const std::string& dimension, const Place& place) const {
    const auto found = problem_.names.ranks.find(dimension);
    if (found != problem_.names.ranks.end()) return found->second;
    std::vector<std::string> known;
    for (const auto& [source, rank] : problem_.names.ranks) known.push_back(source);
    throw InputError(place, "the problem has no dimension '" + dimension + "'" +
                                did_you_mean(dimension, known) + " (known: " + join(known) + ")");
  }

  /// The loops of a directive, outermost first: `permutation` goes from the inside out; what it
  /// does not name stands outside, in the order of the factors.
  std::vector<Loop> read_loops(YamlFields& fields) {
    std::vector<Loop> loops;
    if (const auto* factors = fields.optional("factors")) {
      for (const auto& factor : read_factors(*factors, dimensions_)) {
        loops.push_back({rank_of(factor.dimension, factor.place), factor.count, factor.place});
      }
    }
    const auto order = read_permutation(fields);
    std::stable_sort(loops.begin(), loops.end(), [&](const Loop& a, const Loop& b) {
      return position(order, a.rank) > position(order, b.rank);
    });
    return loops;
  }

  static std::size_t position(const std::vector<std::string>& order, const std::string& rank) {
    return static_cast<std::size_t>(std::find(order.begin(), order.end(), rank) - order.begin());
  }

  /// Ranks from the inside out: [K, M, N], or "KMN" where all dimensions are single letters.
  std::vector<std::string> read_permutation(YamlFields& fields) {
    const auto* const yaml = fields.optional("permutation");
    if (yaml == nullptr) return {};
    std::vector<std::string> order;
    for (const auto& word : words_of(*yaml, "'permutation'")) {
      if (problem_.names.ranks.contains(word.text) || word.text.size() < 2) {
        order.push_back(rank_of(word.text, word.place));
        continue;
      }
      for (const char letter : word.text) order.push_back(rank_of({letter}, word.place));
    }
    return order;
  }

  void read_temporal(YamlFields& fields, std::size_t level) {
    if (machine_.levels[level].kind != Kind::memory) return require_none(fields);
    auto& known = levels_[level];
    if (known.place) fields.fail("is the second temporal one of its target");
    known.place = fields.place();
    known.loops = read_loops(fields);
  }

  void read_spatial(YamlFields& fields, std::size_t level) {
    const auto split = split_of(fields);
    const auto order = read_permutation(fields);
    for (const auto& loop : read_loops(fields)) {
      const auto at = std::min(position(order, loop.rank), order.size());
      const auto fanout = fanout_at(level, loop);
      const auto& mesh = machine_.levels[fanout].fanout;
      const bool across = mesh.rows == 1 || (mesh.columns > 1 && at < split);
      (across ? levels_[fanout].across : levels_[fanout].down).push_back(loop);
    }
  }

  static std::size_t split_of(YamlFields& fields) {
    const auto* const split = fields.optional("split");
    if (split == nullptr) return std::string::npos;
    const auto number = number_of(*split, "'split'");
    if (!(number >= 0) || number > 1000) throw InputError(split->place, "'split' is a position");
    return static_cast<std::size_t>(number);
  }

  /// v0.4 targets the container that is there many times, older files the memory above it.
  [[nodiscard]] std::size_t fanout_at(std::size_t level, const Loop& loop) const {
    auto at = level;
    if (machine_.levels[at].kind == Kind::memory) ++at;
    if (at < levels_.size() && machine_.levels[at].kind == Kind::fanout) return at;
    if (loop.count == 1) return level;
    throw InputError(loop.place, "'" + machine_.levels[level].source +
                                     "' is there once: nothing to spread " + loop.rank + " over");
  }

  void read_keeping(YamlFields& fields, std::size_t level) {
    std::set<std::string> kept;
    if (const auto* keep = fields.optional("keep")) {
      for (const auto& word : words_of(*keep, "'keep'")) kept.insert(tensor_of(word));
    }
    if (const auto* bypass = fields.optional("bypass")) {
      for (const auto& word : words_of(*bypass, "'bypass'")) {
        const auto tensor = tensor_of(word);
        if (kept.contains(tensor)) {
          throw InputError(word.place, "'" + word.text + "' is kept and bypassed");
        }
        levels_[level].bypassed.insert(tensor);
        if (level == 0) {
          losses_.push_back({word.place, "'" + word.text +
                                             "' bypasses the outermost memory, where "
                                             "attnsim has all inputs and outputs"});
        }
      }
    }
  }

  std::string tensor_of(const Yaml& word) const {
    const auto found = problem_.names.tensors.find(word.text);
    if (found != problem_.names.tensors.end()) return found->second;
    std::vector<std::string> known;
    for (const auto& [source, tensor] : problem_.names.tensors) known.push_back(source);
    throw InputError(word.place, "the problem has no data space '" + word.text + "'" +
                                     did_you_mean(word.text, known) + " (known: " + join(known) +
                                     ")");
  }

  std::vector<Loop*> all_loops(const std::string& rank) {
    std::vector<Loop*> found;
    for (auto& level : levels_) {
      for (auto* loops : {&level.loops, &level.across, &level.down}) {
        for (auto& loop : *loops) {
          if (loop.rank == rank) found.push_back(&loop);
        }
      }
    }
    return found;
  }

  /// A factor of 0 is what the others leave. All of a dimension's factors multiply to its size.
  void fill_rests() {
    for (const auto& [source, rank] : problem_.names.ranks) {
      const auto size = problem_.shapes.at(rank);
      std::int64_t product = 1;
      Loop* open = nullptr;
      for (auto* loop : all_loops(rank)) {
        if (loop->count == 0) {
          if (open != nullptr) throw InputError(loop->place, source + " has two factors of 0");
          open = loop;
        } else if (__builtin_mul_overflow(product, loop->count, &product)) {
          throw InputError(loop->place, "the factors of " + source + " are too large");
        }
      }
      if (open != nullptr && size % product == 0) {
        open->count = size / product;
        product = size;
      }
      if (product != size) {
        throw InputError(open == nullptr ? section_.place : open->place,
                         "the factors of " + source + " multiply to " + std::to_string(product) +
                             ", and its size is " + std::to_string(size));
      }
    }
  }

  const Yaml& section_;
  const TimeloopProblem& problem_;
  const TimeloopMachine& machine_;
  Losses& losses_;
  std::vector<TimeloopDirectives> levels_;
  std::set<std::string> dimensions_;
};

}  // namespace

std::vector<TimeloopDirectives> read_timeloop_directives(const Yaml& section,
                                                         const TimeloopProblem& problem,
                                                         const TimeloopMachine& machine,
                                                         Losses& losses) {
  return Reader(section, problem, machine, losses).run();
}

}  // namespace attnsim::exchange
