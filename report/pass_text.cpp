#include "report/pass_text.h"

#include <algorithm>
#include <fmt/format.h>
#include <ostream>
#include <set>

#include "base/did_you_mean.h"
#include "report/human.h"
#include "report/run_record.h"
#include "report/table.h"

namespace attnsim::report {
namespace {

using einsum::PassStep;

/// "2", or "2.1": the first traversal of a chunk in the second of all chunks; "after 1": before 2.
std::string when(const std::vector<int>& half) {
  std::string text;
  for (const auto number : half) {
    if (number % 2 != 0) return "after " + (text.empty() ? std::to_string(number / 2) : text);
    text += (text.empty() ? "" : ".") + std::to_string(number / 2);
  }
  return text;
}

std::string numbers(const std::vector<int>& values) {
  return fmt::format("{}", fmt::join(values, "."));
}

std::string passes_of(const PassStep& step) {
  std::vector<std::string> passes;
  for (const auto& half : step.traversals) {
    if (passes.empty() || passes.back() != when(half)) passes.push_back(when(half));
  }
  return passes.empty() ? when(step.time.half) : join(passes);
}

const PassStep* find_step(const PassReport& report, const std::string& name) {
  const auto& steps = report.analysis.steps;
  const auto found = std::find_if(steps.begin(), steps.end(),
                                  [&](const PassStep& step) { return step.einsum == name; });
  return found == steps.end() ? nullptr : &*found;
}

/// What an Einsum has to wait for: "all of SD", "QK".
std::string waits_for(const PassReport& report, const PassStep& step) {
  const auto* needed = find_step(report, step.needs);
  if (step.needs_all) return "all of " + report.analysis.target.rank + ", through " + step.needs;
  if (needed == nullptr || needed->reduces.empty()) return step.needs;
  return "all of " + needed->reduces + ", through " + step.needs;
}

/// "1-pass"; of a part "2-pass", then each visit of a chunk: "2, then 1 in pass 2 over M".
std::string headline(const PassReport& report) {
  auto text = report.class_text();
  if (report.analysis.passes.size() > 1) {
    text += fmt::format(" (over each {} in the traversals around it: {}; {} in all)",
                        report.analysis.target.rank, fmt::join(report.analysis.passes, ", "),
                        report.analysis.total());
  }
  return text;
}

void print_steps(std::ostream& out, const PassReport& report) {
  using enum Align;
  Table table({{"Einsum", left}, {"pass"}, {"level"}, {"avail"}, {"waits for", left}, {"", left}});
  for (const auto& step : report.analysis.steps) {
    table.add({step.einsum, passes_of(step), numbers(step.level), numbers(step.avail),
               waits_for(report, step),
               step.reduces.empty() ? "" : "reduces over " + step.reduces});
  }
  table.print(out);
}

void print_proof(std::ostream& out, const PassReport& report) {
  if (report.analysis.total() < 2) return;
  out << "\nWhy not fewer: each of these needs the one before it\n";
  Table table({{"pass", Align::left}, {"", Align::left}, {"", Align::left}});
  std::string last;
  const auto barriers = report.analysis.barriers();
  for (std::size_t i = 0; i < barriers.size(); ++i) {
    const auto& name = report.analysis.proof[i];
    const auto pass = passes_of(report.analysis.step(name));
    table.add({pass == last ? "" : pass, einsum::to_text(*report.cascade.find_einsum(name)),
               barriers[i].empty() ? "" : "needs all of " + barriers[i]});
    last = pass;
  }
  table.print(out, "  ");
}

std::string with_bytes(const PassReport& report, const std::string& formula, std::int64_t words) {
  return fmt::format("{} words = {}", formula,
                     human_bytes(static_cast<std::int64_t>(report.bytes(words))));
}

void print_footprint(std::ostream& out, const PassReport& report) {
  const auto& live = report.live;
  Table table({{"", Align::left}, {"", Align::left}});
  const auto add = [&](const char* name, const std::string& formula, std::int64_t words,
                       const std::string& note) {
    const auto text = report.shapes ? with_bytes(report, formula, words) : formula + " words";
    table.add({name, text + note});
  };
  const auto at = [&](const auto& words) { return report.shapes ? words.at(*report.shapes) : 0; };
  const bool reused = live.without_reuse.text() != live.footprint.text();
  add("footprint that grows", live.footprint.text(), at(live.footprint),
      reused ? " (" + live.without_reuse.text() + " if nothing is overwritten)" : "");
  add("beside it", live.state.text(), at(live.state), ": " + join(live.state_tensors, " "));
  if (!report.extra.inputs.empty()) {
    table.add({"inputs of several passes",
               join(report.extra.inputs, " ") + ": kept as well, or read again"});
  }
  table.print(out);
}

void print_live(std::ostream& out, const PassReport& report) {
  const auto& live = report.live;
  const auto per = live.per.empty() ? "" : ", for each of " + join(live.per, " x ");
  out << "\nLive for a whole fiber of " << report.analysis.target.rank << per;
  if (live.tensors.empty()) {
    out << ": none\n";
  } else {
    out << '\n';
    using enum Align;
    Table table(
        {{"tensor", left}, {"words", left}, {"made in pass", left}, {"last read in", left}});
    for (const auto& tensor : live.tensors) {
      table.add({tensor.name, tensor.words.text(), when(tensor.made), when(tensor.last_read)});
    }
    table.print(out, "  ");
  }
  print_footprint(out, report);
}

void print_operations(std::ostream& out, const einsum::CascadeCounts& counts) {
  out << '\n';
  std::vector<Column> columns{{"Einsum", Align::left}};
  std::vector<std::string> operators;
  for (const auto& [op, count] : counts.operations) {
    operators.push_back(op);
    columns.push_back({op, Align::right});
  }
  Table table(columns);
  const auto add = [&](const std::string& name, const einsum::OperationCounts& by_operator) {
    std::vector<std::string> cells{name};
    for (const auto& op : operators) {
      const auto found = by_operator.find(op);
      cells.push_back(found == by_operator.end() ? "" : grouped(found->second));
    }
    table.add(std::move(cells));
  };
  for (const auto& [name, by_operator] : counts.einsums) add(name, by_operator);
  add("all", counts.operations);
  table.print(out);
}

einsum::Words extra_formula(const PassReport& report) {
  auto formula = report.extra.spilled;
  formula += report.extra.read_again;
  return formula;
}

void print_traffic(std::ostream& out, const PassReport& report) {
  const auto bytes = [&](std::int64_t words) {
    return human_bytes(static_cast<std::int64_t>(report.bytes(words)));
  };
  const auto& counts = *report.counts;
  out << '\n';
  Table table({{"", Align::left}, {"", Align::left}});
  table.add(
      {"operations",
       fmt::format("{}{}, {} of them exponentials", report.at_most().empty() ? "" : "at most ",
                   grouped(report.operations()), grouped(counts.exponentials))});
  if (counts.selections > 0) {
    table.add({"selections", grouped(counts.selections) +
                                 " comparisons beside them, if each place looks at all there is"});
  }
  table.add({"compulsory traffic",
             fmt::format("{} ({} read, {} written), {:.4g} operations a byte",
                         bytes(counts.compulsory_words()), bytes(counts.input_words),
                         bytes(counts.output_words), report.intensity_kept())});
  const auto extra = report.extra_words();
  if (extra > 0) {
    table.add(
        {"if it is not kept",
         fmt::format("{} more ({} words{}), {:.4g} operations a byte", bytes(extra),
                     extra_formula(report).text(),
                     extra < extra_formula(report).at(*report.shapes) ? ", less by the mask" : "",
                     report.intensity_spilled())});
  }
  table.print(out);
}

}  // namespace

void print_passes(std::ostream& out, const PassReport& report) {
  out << report.cascade.name << " over " << report.analysis.target.rank << ": " << headline(report)
      << '\n';
  if (report.shapes) {
    out << shapes_text(*report.shapes) << ", words of " << report.word_bits << " bits\n";
  }
  out << '\n';
  print_steps(out, report);
  print_proof(out, report);
  print_live(out, report);
  for (const auto& note : report.analysis.notes) {
    out << "note: " << to_string(note.place) << ": " << note.text << ": fewer passes may suffice\n";
  }
  if (const auto gathered = report.gathered(); !gathered.empty()) {
    out << "note: " << join(gathered) << ": read at coordinates that data choose, which is no "
        << "traversal\n";
  }
  if (!report.counts) return;
  if (!report.at_most().empty()) out << "note: counts are at most: " << report.at_most() << '\n';
  print_operations(out, *report.counts);
  print_traffic(out, report);
}

void print_passes_of_ranks(std::ostream& out, const einsum::Cascade& cascade) {
  using enum Align;
  Table table({{"rank", left}, {"passes"}, {"footprint that grows", left}, {"live", left}});
  for (const auto& rank : cascade.ranks) {
    const auto report = report_passes(cascade, rank.name, std::nullopt, 1);
    if (report.analysis.total() == 0) continue;
    std::vector<std::string> live;
    for (const auto& tensor : report.live.tensors) live.push_back(tensor.name);
    table.add({rank.name, fmt::format("{}", fmt::join(report.analysis.passes, "+")),
               report.live.footprint.text(), join(live, " ")});
  }
  table.print(out);
}

}  // namespace attnsim::report
