#include "sim/recorder.h"

#include <algorithm>

namespace attnsim::sim {
namespace {

double cycles_of(std::int64_t subcycles, std::int64_t per_cycle) {
  return static_cast<double>(subcycles) / static_cast<double>(per_cycle);
}

/// Of the loops around an operation, outermost first.
std::vector<std::uint32_t> slots_around(const Program& program, const FlatOp& op) {
  std::vector<std::uint32_t> slots;
  for (auto slot = op.loop; slot >= 0; slot = program.loops[slots.back()].parent)
    slots.push_back(static_cast<std::uint32_t>(slot));
  std::reverse(slots.begin(), slots.end());
  return slots;
}

}  // namespace

void Recorder::begin(const Network& network, bool leaps) {
  leaps_ = leaps;
  levels_.begin(network, options_.window);
  for (std::size_t i = 0; i < network.programs.size(); ++i)
    add_unit(network, static_cast<mappings::UnitId>(i));
}

void Recorder::add_unit(const Network& network, mappings::UnitId unit) {
  const auto& program = network.programs[unit];
  const auto first_slot =
      tracks_.empty()
          ? 0
          : tracks_.back().first_slot +
                network.programs[static_cast<mappings::UnitId>(to_index(unit) - 1)].loops.size();
  lanes_.push_back({network.schedule->units[unit].unit, false});
  tracks_.push_back({program.subcycles, 0, first_slot, 0, {}, {}});
  places_.emplace_back();
  for (const auto& op : program.ops) add_place(network, unit, op);
}

void Recorder::add_place(const Network& network, mappings::UnitId unit, const FlatOp& op) {
  const auto& program = network.programs[unit];
  const auto& tile_op = network.schedule->units[unit].ops[op.id];
  Place place{static_cast<std::uint32_t>(works_.size()), slots_around(program, op)};
  Work work;
  work.lane = static_cast<std::uint32_t>(to_index(unit));
  work.name = tile_op.name;
  work.op = op.id;
  for (const auto slot : place.slots) work.ranks.emplace_back(program.loops[slot].rank);
  for (; work.variant < tile_op.costs.size(); ++work.variant) works_.push_back(work);
  tracks_.back().depth = std::max(tracks_.back().depth, place.slots.size());
  places_.back().push_back(std::move(place));
}

Recorder::Marks Recorder::marks() const {
  Marks marks;
  for (const auto& track : tracks_) marks.push_back(track.executions);
  return marks;
}

bool Recorder::before_window(const Track& track, const Record& record) const {
  return !everything() &&
         cycles_of(record.end, track.subcycles) <= static_cast<double>(options_.window.begin);
}

void Recorder::ran(std::size_t unit, const Walker& walker, std::int64_t start, std::int64_t end) {
  auto& track = tracks_[unit];
  const auto& op = walker.op();
  const auto& place = places_[unit][static_cast<std::size_t>(&op - walker.program().ops.data())];
  ++track.executions;
  levels_.ran(unit, track.executions, walker, start, end);
  const Record record{start, end, track.executions, place.work + walker.variant() - op.variants};
  const auto kept = track.records.size();
  keep(track, record);
  if (track.records.size() == kept) return;
  for (const auto slot : place.slots) track.indices.push_back(walker.counters()[slot]);
  track.indices.resize(track.records.size() * track.depth);
  if (records_ >= 2 * options_.limit) make_room();
}

/// Unless it cannot come to be in the window: leaps only ever add copies at later times.
void Recorder::keep(Track& track, const Record& record) {
  const auto start = cycles_of(record.start, track.subcycles);
  if (start >= static_cast<double>(options_.window.end)) return;
  if (!leaps_ && before_window(track, record)) return;
  if (start > cut_) {
    ++left_out_;
    return;
  }
  track.records.push_back(record);
  ++records_;
}

std::int64_t Recorder::periods_allowed(std::int64_t from, std::int64_t period) const {
  constexpr auto any = std::numeric_limits<std::int64_t>::max();
  if (period == 0) return 0;  // an instant cannot be cut in two: what takes no time is all there
  if (everything() || from >= options_.window.end) return any;
  if (!leaps_ || from >= options_.window.begin) return 0;
  return (options_.window.begin - from) / period;
}

void Recorder::leapt(const Leap& leap) {
  const auto to = leap.from + leap.period * leap.periods;
  if (everything() && skips_.size() < options_.limit)
    skips_.push_back({leap.from, to, leap.periods});
  for (auto& track : tracks_) ++track.executions;
  levels_.leapt(leap.from, leap.period, leap.periods, *leap.since, marks());
  if (leap.from >= options_.window.end) return;
  for (std::size_t unit = 0; unit < tracks_.size(); ++unit) {
    auto& track = tracks_[unit];
    copy_tail(track, leap, (*leap.since)[unit]);
    if (everything()) continue;
    const auto settled = static_cast<double>(std::min(leap.from, options_.window.begin));
    drop_if(track, [&](const Record& record) {
      return cycles_of(record.end, track.subcycles) <= settled;
    });
  }
}

/// Copies what ran `since` to 1, 2, ... periods later, where that ends after the leap.
void Recorder::copy_tail(Track& track, const Leap& leap, std::uint64_t since) {
  const auto last = track.records.size();
  if (last == 0) return;
  const auto beyond = track.records[last - 1].end - leap.from * track.subcycles;
  if (beyond <= 0) return;
  auto first = last;
  while (first > 0 && track.records[first - 1].number > since) --first;
  const auto period = leap.period * track.subcycles;
  const auto to = leap.from * track.subcycles + leap.periods * period;
  for (auto k = std::max<std::int64_t>(1, leap.periods - (beyond - 1) / period); k <= leap.periods;
       ++k) {
    for (auto i = first; i < last; ++i) {
      auto record = track.records[i];
      record.start += k * period;
      record.end += k * period;
      if (record.end <= to) continue;
      record.number = ++track.executions;
      const auto kept = track.records.size();
      keep(track, record);
      if (track.records.size() == kept) continue;
      const auto unit = works_[record.work].lane;
      const auto place = std::find_if(places_[unit].rbegin(), places_[unit].rend(),
                                      [&](const auto& each) { return each.work <= record.work; });
      for (std::size_t d = 0; d < place->slots.size(); ++d) {
        track.indices.push_back(track.indices[i * track.depth + d] +
                                k * (*leap.moved)[track.first_slot + place->slots[d]]);
      }
      track.indices.resize(track.records.size() * track.depth);
    }
  }
}

template <class Drop>
void Recorder::drop_if(Track& track, Drop drop) {
  std::size_t to = 0;
  for (std::size_t from = 0; from < track.records.size(); ++from) {
    if (drop(track.records[from])) continue;
    track.records[to] = track.records[from];
    std::copy_n(track.indices.begin() + static_cast<std::ptrdiff_t>(from * track.depth),
                track.depth, track.indices.begin() + static_cast<std::ptrdiff_t>(to * track.depth));
    ++to;
  }
  records_ -= track.records.size() - to;
  track.records.resize(to);
  track.indices.resize(to * track.depth);
}

/// Leaves at most `limit` slices of the window, the earliest. If what came before the window fills
/// all the room, no leap has been found for so long that none is waited for any more.
void Recorder::make_room() {
  cut_ = std::min(cut_, start_of_last_kept());
  levels_.end_at(cut_);
  for (auto& track : tracks_) {
    drop_if(track, [&](const Record& record) {
      const bool late = cycles_of(record.start, track.subcycles) > cut_;
      left_out_ += late ? 1 : 0;
      return late;
    });
  }
  if (records_ < 2 * options_.limit) return;
  leaps_ = false;
  for (auto& track : tracks_)
    drop_if(track, [&](const Record& record) { return before_window(track, record); });
}

double Recorder::start_of_last_kept() const {
  std::vector<double> starts;
  for (const auto& track : tracks_) {
    for (const auto& record : track.records) {
      if (!before_window(track, record)) starts.push_back(cycles_of(record.start, track.subcycles));
    }
  }
  if (starts.size() <= options_.limit) return std::numeric_limits<double>::infinity();
  const auto last = starts.begin() + static_cast<std::ptrdiff_t>(options_.limit) - 1;
  std::nth_element(starts.begin(), last, starts.end());
  return *last;
}

Timeline Recorder::timeline(std::int64_t cycles) const {
  Timeline result;
  result.lanes = lanes_;
  result.works = works_;
  result.skips = skips_;
  result.levels = levels_.levels();
  result.window = options_.window;
  result.cycles = cycles;
  result.left_out = left_out_;
  for (std::size_t lane = 0; lane < tracks_.size(); ++lane) {
    const auto& track = tracks_[lane];
    for (std::size_t i = 0; i < track.records.size(); ++i) {
      const auto& record = track.records[i];
      if (before_window(track, record)) continue;
      const auto indices = track.indices.begin() + static_cast<std::ptrdiff_t>(i * track.depth);
      const auto depth = static_cast<std::ptrdiff_t>(works_[record.work].ranks.size());
      result.slices.push_back({static_cast<std::uint32_t>(lane),
                               record.work,
                               cycles_of(record.start, track.subcycles),
                               cycles_of(record.end, track.subcycles),
                               {indices, indices + depth}});
    }
  }
  std::stable_sort(result.slices.begin(), result.slices.end(),
                   [](const Slice& a, const Slice& b) { return a.start < b.start; });
  if (result.slices.size() > options_.limit) {
    result.left_out += static_cast<std::int64_t>(result.slices.size() - options_.limit);
    result.slices.resize(options_.limit);
  }
  return result;
}

}  // namespace attnsim::sim
