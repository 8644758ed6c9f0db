#include "report/atlas.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "base/error.h"
#include "einsum/index_ops.h"
#include "report/pass_shapes.h"

namespace attnsim::report {
namespace {

constexpr std::array<int, 6> growth_lengths{10, 12, 14, 16, 18, 20};  // powers of two

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

/// What is wrong, without the file and place in front, which the row's name says.
std::string message_of(const InputError& error, const einsum::Cascade& cascade) {
  const std::string text = error.what();
  if (!text.starts_with(cascade.file + ":")) return text;
  const auto end = text.find(": ", cascade.file.size());
  return end == std::string::npos ? text : text.substr(end + 2);
}

einsum::Shapes shapes_at(const einsum::Cascade& cascade, const AtlasOptions& options,
                         std::int64_t length, std::int64_t queries) {
  ShapeSources sources{options.shape, 0, options.model};
  sources.given["P"] = queries;
  sources.given["M"] = length;
  return shapes_from(cascade, sources);
}

/// Whether a condition places a query by its number from the start, where a lone one has none.
bool places_queries(const einsum::Index& index) {
  bool query = false;
  bool from_end = false;
  einsum::visit_terms(index, [&](const einsum::Term& term) {
    query = query || term.variable == "p";
    from_end = from_end || term.rank == "P";
  });
  return query && !from_end;
}

bool places_queries(const einsum::Cascade& cascade) {
  return std::any_of(cascade.einsums.begin(), cascade.einsums.end(), [](const auto& einsum) {
    const auto indices =
        einsum.where ? einsum::indices_of(*einsum.where) : std::vector<einsum::Index>();
    return std::any_of(indices.begin(), indices.end(),
                       [](const auto& index) { return places_queries(index); });
  });
}

/// One query: the last of as many as there are keys, or, where queries are taken together, one.
void add_decode(AtlasRow& row, const einsum::Cascade& cascade, const AtlasOptions& options) {
  const auto report = [&](std::int64_t queries) {
    return report_decode(cascade, row.rank(), shapes_at(cascade, options, options.length, queries),
                         options.word_bits);
  };
  row.no_decode = einsum::why_not_alone(cascade, "P");
  if (!row.no_decode.empty() && row.rank() == "P") return;  // one query would be one key
  if (!row.no_decode.empty() && places_queries(cascade)) return;
  try {
    row.decode = report(row.no_decode.empty() ? options.length : 1);
    row.no_decode.clear();
  } catch (const InputError& error) {
    if (row.no_decode.empty()) row.no_decode = message_of(error, cascade);
  }
}

void add_growth(AtlasRow& row, const einsum::Cascade& cascade, const AtlasOptions& options) {
  for (const auto power : growth_lengths) {
    const auto length = std::int64_t{1} << power;
    try {
      const auto shapes = shapes_at(cascade, options, length, length);
      const auto all = einsum::resolve_shapes(cascade, with_chunks(cascade, shapes));
      row.growing[length] = row.prefill.bytes(row.prefill.live.footprint.at(all));
    } catch (const InputError&) {
      continue;  // sizes that do not divide this length: no point in the chart
    }
  }
}

AtlasRow make_row(const einsum::Cascade& cascade, const std::string& rank,
                  const AtlasOptions& options) {
  AtlasRow row;
  row.name = cascade.name;
  row.about = first_sentence(cascade);
  try {
    row.prefill =
        report_passes(cascade, rank, shapes_at(cascade, options, options.length, options.length),
                      options.word_bits);
    add_decode(row, cascade, options);
    add_growth(row, cascade, options);
  } catch (const InputError& error) {
    row.prefill = report_passes(cascade, rank, std::nullopt, options.word_bits);
    row.missing = message_of(error, cascade);
    row.no_decode = row.missing;
  }
  return row;
}

}  // namespace

std::string Atlas::over() const {
  const auto differs = [&](const AtlasRow& row) { return row.rank() != rows.front().rank(); };
  if (!rank.empty()) return rank;
  const bool same = !rows.empty() && std::none_of(rows.begin(), rows.end(), differs);
  return same ? rows.front().rank() : "the sequence";
}

void add_to_atlas(Atlas& atlas, const einsum::Cascade& cascade, const AtlasOptions& options) {
  const auto rank = options.rank.empty() ? sequence_rank(cascade) : options.rank;
  if (cascade.find_rank(rank) == nullptr) {
    const bool positions = options.rank.empty() && cascade.find_rank("P") != nullptr;
    atlas.without[cascade.name] = positions              ? "no position has to do with another"
                                  : options.rank.empty() ? "it has no rank M or P"
                                                         : "it has no rank " + options.rank;
    return;
  }
  auto row = make_row(cascade, rank, options);
  const auto key = [](const AtlasRow& one) {
    return std::pair(-one.prefill.analysis.most(), one.name);
  };
  const auto place = std::find_if(atlas.rows.begin(), atlas.rows.end(),
                                  [&](const AtlasRow& other) { return key(row) < key(other); });
  atlas.rows.insert(place, std::move(row));
}

}  // namespace attnsim::report
