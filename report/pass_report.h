#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "einsum/count_operations.h"
#include "einsum/einsum.h"
#include "einsum/pass_analysis.h"
#include "einsum/pass_live.h"
#include "report/json.h"

/// A cascade's passes over one rank and, at given shapes, what they come to in bytes and
/// operations.
namespace attnsim::report {

struct PassReport {
  einsum::Cascade cascade;
  einsum::PassAnalysis analysis;
  einsum::LiveSet live;
  einsum::ExtraTraffic extra;
  std::int64_t word_bits = 16;
  std::optional<einsum::Shapes> shapes;         ///< complete
  std::optional<einsum::CascadeCounts> counts;  ///< at those
  std::string alone;  ///< a rank of which only the last coordinate counts: P of a decoding query

  /// Why the counts may be more than what is computed; empty: they are exact, or there are none.
  [[nodiscard]] std::string at_most() const { return counts ? counts->at_most : ""; }
  /// 1, 2 or 3 where `--rank M` is meant: "3-pass"; "at most 2-pass", "2-pass in every step along
  /// I".
  [[nodiscard]] std::string class_text() const;
  [[nodiscard]] double bytes(std::int64_t words) const;
  /// What must be kept for one coordinate of `live.per`, growing part alone. Needs shapes.
  [[nodiscard]] std::int64_t footprint_words() const;
  /// Beyond the compulsory ones if nothing that grows is kept; what a mask excludes moves not.
  /// Needs shapes.
  [[nodiscard]] std::int64_t extra_words() const;
  /// Without the comparisons of selections, which a sorter makes fewer of than their equation says.
  [[nodiscard]] std::int64_t operations() const;
  /// Inputs that are read at coordinates which data choose: `K[e,I[p,k]]`.
  [[nodiscard]] std::vector<std::string> gathered() const;
  /// Operations per byte, with everything kept on chip or nothing that grows. Need shapes.
  [[nodiscard]] double intensity_kept() const;
  [[nodiscard]] double intensity_spilled() const;
};

/// @param given  whole ranks, parts and parameters; empty: formulas only
/// @throws InputError for an unknown rank, or shapes that are wrong or missing
[[nodiscard]] PassReport report_passes(einsum::Cascade cascade, const std::string& rank,
                                       const std::optional<einsum::Shapes>& given,
                                       std::int64_t word_bits);

/// Of one query: the last coordinate of P, with everything before it at hand.
/// @throws InputError, also if P cannot be computed coordinate by coordinate
[[nodiscard]] PassReport report_decode(einsum::Cascade cascade, const std::string& rank,
                                       const einsum::Shapes& given, std::int64_t word_bits);

/// Shapes in which every part that was left open has one: the innermost part takes the largest
/// divisor up to 256, the others of more than two are 1. A chunk that an array of PEs holds.
[[nodiscard]] einsum::Shapes with_chunks(const einsum::Cascade& cascade, einsum::Shapes given);

inline constexpr std::int64_t default_chunk = 256;

[[nodiscard]] Json to_json(const PassReport& report);

}  // namespace attnsim::report
