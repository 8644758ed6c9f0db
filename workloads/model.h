#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/place.h"
#include "base/xml.h"

namespace attnsim::workloads {

/// The shape of each rank, by its name: {"B", 64}, {"H", 12}, ...
using Shapes = std::map<std::string, std::int64_t>;

/// What a model fixes of an attention layer: all but the sequence length.
struct Model {
  std::string name;
  Shapes shapes;  ///< B batch, D model width, E and F query/key and value width, H heads, S FFN
  std::string source;
  Place place;
};

/// The model that a `<model>` element describes.
/// @throws InputError at the element or attribute that is wrong
[[nodiscard]] Model read_model(const XmlElement& root);
[[nodiscard]] Model load_model(const std::string& path,
                               const std::vector<XmlOverride>& overrides = {});

/// The model's shapes with P (queries) and M (keys) at `sequence_length`: self attention.
[[nodiscard]] Shapes shapes_of(const Model& model, std::int64_t sequence_length);

/// "4096", "64K" or "1M", where K is 1024 and M is 1024 * 1024.
/// @throws InputError if it is anything else, 0, or more than 63 bits hold
[[nodiscard]] std::int64_t parse_sequence_length(std::string_view text);

/// "B=16,H=16,P=64K": rank names in capitals, each once, and their shapes.
/// @throws InputError naming the part that is wrong
[[nodiscard]] Shapes parse_shape(std::string_view text);

}  // namespace attnsim::workloads
