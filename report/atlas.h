#pragma once

#include <iosfwd>
#include <map>
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
  std::optional<PassReport> decode;  ///< the last query alone, M = n
  std::string missing;               ///< why there are no figures: "no shape is given for rank W"
  std::string no_decode;             ///< why there is no decode: "QS reduces over P"
  std::map<std::int64_t, double> growing;  ///< bytes that grow, at other lengths

  /// What the passes are over.
  [[nodiscard]] const std::string& rank() const { return prefill.analysis.target.rank; }
  /// "3-pass", "at most 2-pass", ...
  [[nodiscard]] std::string class_text() const { return prefill.class_text(); }
};

struct Atlas {
  std::string rank;        ///< of all rows; empty: of each cascade's sequence
  std::string shape_text;  ///< "model bert, n = 4096"
  std::string command;     ///< that makes this page again
  std::int64_t length = 0;
  std::int64_t word_bits = 16;
  Roofline machine;
  std::vector<AtlasRow> rows;                  ///< by passes, the most first, then by name
  std::map<std::string, std::string> without;  ///< cascades that are not in it, and why

  /// "M" if all rows are over the same rank, else "the sequence".
  [[nodiscard]] std::string over() const;
};

/// What the rows are made at.
struct AtlasOptions {
  std::string rank;         ///< empty: each cascade's `sequence_rank`
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
[[nodiscard]] std::vector<HtmlBlock> atlas_work_charts(const Atlas& atlas);

}  // namespace attnsim::report
