#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "report/html_page.h"
#include "report/pass_report.h"
#include "report/roofline.h"

/// Every cascade by its passes: what each class costs, at one shape, in prefill and decode.
namespace attnsim::report {

struct AtlasRow {
  std::string name;
  std::string about;                 ///< the first sentence of its header
  PassReport prefill;                ///< P = M = n
  std::optional<PassReport> decode;  ///< P = 1, M = n; not under a mask that counts positions of P
  std::string missing;               ///< why there are no figures: "no shape is given for rank W"
};

struct Atlas {
  std::string rank = "M";
  std::string shape_text;  ///< "model bert, n = 4096"
  std::int64_t length = 0;
  Roofline machine;
  std::vector<AtlasRow> rows;        ///< by passes, the most first, then by name
  std::vector<std::string> without;  ///< cascades that have no such rank
};

/// What the rows are made at.
struct AtlasOptions {
  std::string rank = "M";
  einsum::Shapes model;     ///< of any ranks; those that a cascade has are used
  std::int64_t length = 0;  ///< n
  einsum::Shapes shape;     ///< overrides
  std::int64_t word_bits = 16;
};

/// Adds a cascade, in its place.
void add_to_atlas(Atlas& atlas, const einsum::Cascade& cascade, const AtlasOptions& options);

/// Class, cascade, footprint, operations a byte.
void print_atlas(std::ostream& out, const Atlas& atlas);

[[nodiscard]] std::string atlas_csv(const Atlas& atlas);
[[nodiscard]] HtmlPage atlas_document(const Atlas& atlas);

/// Its charts; nothing where no row has figures.
[[nodiscard]] std::vector<HtmlBlock> atlas_intensity_charts(const Atlas& atlas);
[[nodiscard]] std::vector<HtmlBlock> atlas_footprint_charts(const Atlas& atlas);

}  // namespace attnsim::report
