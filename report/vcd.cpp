#include "report/vcd.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace attnsim::report {
namespace {

constexpr double picoseconds = 1e12;
constexpr std::size_t none = 0;  ///< as number of a work: the lane does nothing

/// Printable identifiers "!", "\"", ... "~", "!!", ...
std::string identifier(std::size_t number) {
  constexpr std::size_t letters = '~' - '!' + 1;
  std::string text;
  for (auto rest = number + 1; rest > 0; rest = (rest - 1) / letters)
    text += static_cast<char>('!' + (rest - 1) % letters);
  return text;
}

/// A name as one word of the format, which knows no quoting; dots would be scopes.
std::string word(const std::string& name) {
  std::string text;
  for (const char c : name) text += c > ' ' && c <= '~' && c != '$' && c != '.' ? c : '_';
  return text.empty() ? "_" : text;
}

/// Names of works, by number from 1. Works of the same name on any lane have one number.
class WorkNumbers {
 public:
  explicit WorkNumbers(const sim::Timeline& timeline) {
    for (const auto& work : timeline.works) {
      const auto [found, is_new] = numbers_.try_emplace(work.name, names_.size() + 1);
      if (is_new) names_.push_back(work.name);
      of_work_.push_back(found->second);
    }
  }
  [[nodiscard]] std::size_t of(std::uint32_t work) const { return of_work_[work]; }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::string> names_;
  std::vector<std::size_t> of_work_;
};

/// A vector's value as the format has it; no value is x.
std::string binary(std::optional<std::size_t> value) {
  return value ? fmt::format("b{:b}", *value) : "bx";
}

/// Writes values where they change, a time stamp before the first of each time.
class ChangeWriter {
 public:
  ChangeWriter(std::ostream& out, std::size_t signals) : out_(out), last_(signals) {}

  /// Values of one time may be set more than once; the last one counts. Times never go back.
  void set(std::int64_t time, std::size_t signal, const std::string& value) {
    if (time != time_) flush();
    time_ = time;
    pending_[signal] = value;
  }

  void flush() {
    bool stamped = false;
    for (const auto& [signal, value] : pending_) {
      if (last_[signal] == value) continue;
      if (!stamped) out_ << '#' << time_ << '\n';
      stamped = true;
      last_[signal] = value;
      out_ << value << (value.size() > 1 ? " " : "") << identifier(signal) << '\n';
    }
    pending_.clear();
  }

  /// An end without changes.
  void end_at(std::int64_t time) {
    flush();
    if (time > time_) out_ << '#' << time << '\n';
  }

 private:
  std::ostream& out_;
  std::vector<std::string> last_;
  std::map<std::size_t, std::string> pending_;
  std::int64_t time_ = -1;
};

/// Numbers of signals: `skipping` is 0, then three of each lane.
constexpr std::size_t skipping = 0;
enum class Of : std::size_t { busy, work, started };
std::size_t signal(std::size_t lane, Of what) {
  return 1 + 3 * lane + static_cast<std::size_t>(what);
}

/// Something that happens: in this order where it is at the same time.
struct Happening {
  enum class Kind { slice_ends, skip_ends, skip_starts, slice_starts, level_changes };
  double cycle = 0;
  Kind kind{};
  std::size_t which = 0;  ///< lane or level
  std::size_t value = 0;  ///< number of the work, or what there is of the level
};

std::vector<Happening> happenings(const sim::Timeline& timeline, const WorkNumbers& numbers) {
  std::vector<Happening> all;
  for (const auto& slice : timeline.slices) {
    all.push_back({slice.start, Happening::Kind::slice_starts, slice.lane, numbers.of(slice.work)});
    all.push_back({slice.end, Happening::Kind::slice_ends, slice.lane, none});
  }
  for (const auto& skip : timeline.skips) {
    all.push_back({static_cast<double>(skip.start), Happening::Kind::skip_starts, 0, none});
    all.push_back({static_cast<double>(skip.end), Happening::Kind::skip_ends, 0, none});
  }
  for (std::size_t i = 0; i < timeline.levels.size(); ++i) {
    const auto& level = timeline.levels[i];
    for (const auto& [cycle, count] : level.samples) {
      all.push_back(
          {cycle, Happening::Kind::level_changes, i, static_cast<std::size_t>(level.shown(count))});
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const Happening& a, const Happening& b) {
    return a.cycle != b.cycle ? a.cycle < b.cycle : a.kind < b.kind;
  });
  return all;
}

class Dump {
 public:
  Dump(std::ostream& out, const sim::Timeline& timeline, const TraceTitle& title)
      : out_(out),
        timeline_(timeline),
        title_(title),
        numbers_(timeline),
        lanes_(timeline.lanes.size()),
        changes_(out, level_signal(timeline.levels.size())) {}

  void run() {
    header();
    const auto begin = std::max<std::int64_t>(0, timeline_.window.begin);
    const auto first = time_of(static_cast<double>(begin));
    changes_.set(first, skipping, "0");
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) show(lane, first);
    for (const auto& happening : happenings(timeline_, numbers_))
      happen(happening, std::max(first, time_of(happening.cycle)));
    const auto end = std::min(timeline_.window.end, timeline_.cycles);
    changes_.end_at(time_of(static_cast<double>(end)));
  }

 private:
  struct LaneState {
    std::size_t work = none;
    std::size_t running = 0;  ///< slices: more than one only where an end is still to come
    std::size_t started = 0;
  };

  [[nodiscard]] std::size_t level_signal(std::size_t level) const {
    return signal(timeline_.lanes.size(), Of::busy) + level;
  }

  [[nodiscard]] std::int64_t time_of(double cycle) const {
    return std::llround(cycle * picoseconds / title_.clock_hz);
  }

  void header() {
    out_ << "$version attnsim $end\n"
         << fmt::format("$comment {}, clock {:.0f} Hz $end\n", word(title_.name), title_.clock_hz);
    out_ << "$comment values of work:\n  0 nothing\n";
    for (std::size_t i = 0; i < numbers_.names().size(); ++i)
      out_ << "  " << i + 1 << ' ' << word(numbers_.names()[i]) << '\n';
    out_ << "$end\n$timescale 1 ps $end\n$scope module " << word(title_.name) << " $end\n";
    variable("wire", 1, skipping, "skipping");
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
      out_ << "$scope module " << word(timeline_.lanes[lane].name) << " $end\n";
      variable("wire", 1, signal(lane, Of::busy), "busy");
      variable("integer", 32, signal(lane, Of::work), "work");
      variable("integer", 32, signal(lane, Of::started), "started");
      out_ << "$upscope $end\n";
    }
    if (!timeline_.levels.empty()) out_ << "$scope module tokens $end\n";
    for (std::size_t i = 0; i < timeline_.levels.size(); ++i)
      variable("integer", 32, level_signal(i), level_name(i));
    if (!timeline_.levels.empty()) out_ << "$upscope $end\n";
    out_ << "$upscope $end\n$enddefinitions $end\n";
  }

  void variable(const char* type, int bits, std::size_t number, const std::string& name) {
    out_ << "$var " << type << ' ' << bits << ' ' << identifier(number) << ' ' << name << " $end\n";
  }

  [[nodiscard]] std::string level_name(std::size_t number) const {
    const auto& level = timeline_.levels[number];
    return word(level.name + (level.slots > 0 ? " taken" : " ready"));
  }

  void happen(const Happening& happening, std::int64_t time) {
    switch (happening.kind) {
      case Happening::Kind::slice_starts: {
        auto& lane = lanes_[happening.which];
        lane.work = happening.value;
        ++lane.running;
        ++lane.started;
        return show(happening.which, time);
      }
      case Happening::Kind::slice_ends:
        --lanes_[happening.which].running;
        return show(happening.which, time);
      case Happening::Kind::skip_starts:
      case Happening::Kind::skip_ends:
        skipping_ = happening.kind == Happening::Kind::skip_starts;
        changes_.set(time, skipping, skipping_ ? "1" : "0");
        for (std::size_t lane = 0; lane < lanes_.size(); ++lane) show(lane, time);
        return;
      case Happening::Kind::level_changes:
        return changes_.set(time, level_signal(happening.which), binary(happening.value));
    }
  }

  void show(std::size_t number, std::int64_t time) {
    const auto& lane = lanes_[number];
    const bool unknown = lane.running == 0 && skipping_;
    const auto work = lane.running == 0 ? none : lane.work;
    changes_.set(time, signal(number, Of::busy), unknown ? "x" : lane.running > 0 ? "1" : "0");
    changes_.set(time, signal(number, Of::work),
                 binary(unknown ? std::nullopt : std::optional(work)));
    changes_.set(time, signal(number, Of::started), binary(lane.started));
  }

  std::ostream& out_;
  const sim::Timeline& timeline_;
  const TraceTitle& title_;
  WorkNumbers numbers_;
  std::vector<LaneState> lanes_;
  ChangeWriter changes_;
  bool skipping_ = false;
};

}  // namespace

void write_vcd(std::ostream& out, const sim::Timeline& timeline, const TraceTitle& title) {
  Dump(out, timeline, title).run();
}

}  // namespace attnsim::report
