#include "report/atlas.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "einsum/index_ops.h"

namespace attnsim::report {
namespace {

/// The header up to its first full stop that ends a sentence.
std::string first_sentence(const einsum::Cascade& cascade) {
  std::string text;
  for (const auto& line : cascade.header) text += (text.empty() ? "" : " ") + line;
  for (std::size_t at = text.find_first_of(".:"); at != std::string::npos;
       at = text.find_first_of(".:", at + 1)) {
    if (at + 1 == text.size() || text[at + 1] == ' ') return text.substr(0, at);
  }
  return text;
}

/// A decoding query stands at the end of the keys; a mask over P would have it at their start.
bool masks_queries(const einsum::Cascade& cascade) {
  const auto names_query = [](const einsum::Index& index) {
    const auto variables = einsum::variables_of(index);
    return std::find(variables.begin(), variables.end(), "p") != variables.end();
  };
  return std::any_of(cascade.einsums.begin(), cascade.einsums.end(), [&](const auto& einsum) {
    if (!einsum.where) return false;
    const auto indices = einsum::indices_of(*einsum.where);
    return std::any_of(indices.begin(), indices.end(), names_query);
  });
}

einsum::Shapes shapes_of(const einsum::Cascade& cascade, const AtlasOptions& options,
                         std::int64_t queries) {
  auto all = options.model;
  all["P"] = queries;
  all["M"] = options.length;
  for (const auto& [name, value] : options.shape) all[name] = value;
  all["P"] = queries;
  std::erase_if(all, [&](const auto& shape) {
    return cascade.find_rank(shape.first) == nullptr && cascade.find_param(shape.first) == nullptr;
  });
  return all;
}

AtlasRow make_row(const einsum::Cascade& cascade, const AtlasOptions& options) {
  AtlasRow row;
  row.name = cascade.name;
  row.about = first_sentence(cascade);
  const auto report = [&](std::int64_t queries) {
    return report_passes(cascade, options.rank, shapes_of(cascade, options, queries),
                         options.word_bits);
  };
  try {
    row.prefill = report(options.length);
    if (!masks_queries(cascade)) row.decode = report(1);
  } catch (const InputError& error) {
    row.prefill = report_passes(cascade, options.rank, std::nullopt, options.word_bits);
    row.missing = error.what();
  }
  return row;
}

std::string csv_cells(const PassReport& report) {
  if (!report.counts) return ",,,,";
  return fmt::format("{},{},{},{},{}", report.counts->flops, report.counts->exponentials,
                     report.bytes(report.counts->compulsory_words()), report.intensity_kept(),
                     report.intensity_spilled());
}

}  // namespace

void add_to_atlas(Atlas& atlas, const einsum::Cascade& cascade, const AtlasOptions& options) {
  if (cascade.find_rank(options.rank) == nullptr) {
    atlas.without.push_back(cascade.name);
    return;
  }
  auto row = make_row(cascade, options);
  const auto key = [](const AtlasRow& one) {
    return std::pair(-one.prefill.analysis.most(), one.name);
  };
  const auto place = std::find_if(atlas.rows.begin(), atlas.rows.end(),
                                  [&](const AtlasRow& other) { return key(row) < key(other); });
  atlas.rows.insert(place, std::move(row));
}

void print_atlas(std::ostream& out, const Atlas& atlas) {
  using enum Align;
  out << "passes over " << atlas.rank << "; " << atlas.shape_text << '\n';
  Table table({{"cascade", left},
               {"class", left},
               {"live", left},
               {"words that grow", left},
               {"ops/byte"},
               {"spilled"},
               {"decode"}});
  const auto ratio = [](double value) { return fmt::format("{:.4g}", value); };
  for (const auto& row : atlas.rows) {
    const auto& report = row.prefill;
    std::vector<std::string> live;
    for (const auto& tensor : report.live.tensors) live.push_back(tensor.name);
    table.add({row.name, report.class_text(), join(live, " "), report.live.footprint.text(),
               report.counts ? ratio(report.intensity_kept()) : "-",
               report.counts ? ratio(report.intensity_spilled()) : "-",
               row.decode ? ratio(row.decode->intensity_kept()) : "-"});
  }
  table.print(out);
  for (const auto& row : atlas.rows) {
    if (!row.missing.empty()) out << "no figures for " << row.name << ": " << row.missing << '\n';
  }
  if (!atlas.without.empty()) {
    out << "without a rank " << atlas.rank << ": " << join(atlas.without) << '\n';
  }
}

std::string atlas_csv(const Atlas& atlas) {
  std::string csv =
      fmt::format("# passes over {}; {}; words of {} bits\n", atlas.rank, atlas.shape_text,
                  atlas.rows.empty() ? 0 : atlas.rows.front().prefill.word_bits);
  csv += "cascade,passes,exact,live,footprint_words,footprint_bytes,state_words";
  for (const auto* phase : {"prefill", "decode"}) {
    csv += fmt::format(
        ",{0}_operations,{0}_exponentials,{0}_compulsory_bytes,{0}_ops_per_byte,"
        "{0}_ops_per_byte_spilled",
        phase);
  }
  csv += '\n';
  for (const auto& row : atlas.rows) {
    const auto& report = row.prefill;
    std::vector<std::string> live;
    for (const auto& tensor : report.live.tensors) live.push_back(tensor.name);
    const auto footprint =
        report.counts ? fmt::format("{}", report.bytes(report.footprint_words())) : "";
    csv += fmt::format("{},{},{},{},{},{},{},{},{}\n", row.name, report.analysis.most(),
                       report.analysis.notes.empty() && report.analysis.grows_with.empty(),
                       join(live, " "), report.live.footprint.text(), footprint,
                       report.live.state.text(), csv_cells(report),
                       row.decode ? csv_cells(*row.decode) : ",,,,");
  }
  return csv;
}

}  // namespace attnsim::report
