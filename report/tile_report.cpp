#include "report/tile_report.h"

#include <fmt/format.h>
#include <ostream>

#include "base/did_you_mean.h"
#include "report/human.h"
#include "report/run_record.h"
#include "report/table.h"

namespace attnsim::report {
namespace {

using einsum::TileCounts;

/// Of the ranks that the tiles cut, and of the parameters.
einsum::Shapes shapes_of(const TileStudy& study) {
  einsum::Shapes shapes;
  for (const auto* ranks : {&study.counts.all.query_ranks, &study.counts.all.key_ranks}) {
    for (const auto& rank : *ranks) shapes[rank] = study.shapes.at(rank);
  }
  return shapes;
}

std::vector<std::string> cells_of(const std::string& name, const TileCounts& counts) {
  return {name,
          grouped(counts.query_tiles),
          grouped(counts.key_tiles),
          grouped(counts.worst),
          fmt::format("{:.4g}", counts.mean()),
          grouped(counts.least)};
}

std::string name_of(const TileCounts& group) {
  const auto none = [](const auto& ranks) { return ranks.empty() ? "-" : join(ranks, " "); };
  return none(group.query_ranks) + " | " + none(group.key_ranks);
}

void print_table(std::ostream& out, const einsum::TileReport& counts) {
  Table table({{"queries | keys", Align::left},
               {"query tiles"},
               {"key tiles"},
               {"worst"},
               {"mean"},
               {"least"}});
  for (const auto& group : counts.groups) table.add(cells_of(name_of(group), group));
  if (counts.groups.size() > 1) table.add(cells_of("all", counts.all));
  table.print(out);
}

Json to_json(const TileCounts& counts) {
  return {{"query_ranks", counts.query_ranks},
          {"key_ranks", counts.key_ranks},
          {"query_tiles", counts.query_tiles},
          {"key_tiles", counts.key_tiles},
          {"worst", counts.worst},
          {"least", counts.least},
          {"mean", counts.mean()},
          {"total", counts.total},
          {"pairs", counts.pairs},
          {"allowed", counts.allowed}};
}

}  // namespace

void print_tiles(std::ostream& out, const TileStudy& study) {
  const auto& all = study.counts.all;
  out << fmt::format("{}, tiles of {} at {}\n", study.cascade, study.counts.einsum,
                     shapes_text(shapes_of(study)));
  out << fmt::format(
      "query tiles {}; key tiles {}, {}\n", shapes_text(study.tiling.queries),
      shapes_text(study.tiling.keys),
      study.tiling.dynamic ? "from the first key that a query tile sees" : "on a grid from 0");
  print_table(out, study.counts);
  out << fmt::format("pairs allowed       {} of {} ({:.4g} %): {:.2f}x fewer\n",
                     grouped(all.allowed), grouped(all.pairs), 100 * all.density(),
                     1 / all.density());
  out << fmt::format(
      "speedup             at most {:.2f}x by the worst query tile, {:.2f}x by the mean\n",
      all.speedup(), all.mean_speedup());
  if (!study.share) return;
  out << fmt::format("end to end          {:.2f}x where attention has {:.4g} % of the time\n",
                     einsum::end_to_end_speedup(all.speedup(), *study.share), 100 * *study.share);
}

Json to_json(const TileStudy& study) {
  const auto& all = study.counts.all;
  Json json{{"cascade", study.cascade},      {"einsum", study.counts.einsum},
            {"shapes", study.shapes},        {"query_tile", study.tiling.queries},
            {"key_tile", study.tiling.keys}, {"dynamic", study.tiling.dynamic},
            {"tiles", to_json(all)},         {"density", all.density()},
            {"speedup", all.speedup()},      {"mean_speedup", all.mean_speedup()}};
  if (study.share) {
    json["share"] = *study.share;
    json["end_to_end_speedup"] = einsum::end_to_end_speedup(all.speedup(), *study.share);
  }
  for (const auto& group : study.counts.groups) json["groups"].push_back(to_json(group));
  return json;
}

}  // namespace attnsim::report
