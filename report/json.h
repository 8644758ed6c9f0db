#pragma once

#include <string>

#include "arch/components.h"
#include "explore/result_json.h"
#include "mappings/lowered.h"
#include "report/run_record.h"

/// Results as JSON. Key order is fixed and numbers are the shortest text that reads back equal, so
/// equal results are equal text.
namespace attnsim::report {

using explore::Json;

using explore::to_json;  // of a SimResult

/// An architecture with every default filled in; keys carry the unit ("capacity_bytes").
[[nodiscard]] Json to_json(const arch::Architecture& architecture);

/// What a mapping holds where, once its open sizes are filled in.
[[nodiscard]] Json to_json(const std::vector<mappings::FootprintLine>& footprint);

/// The run that a document written from `to_json(SimResult)` with a `config` describes.
/// @param file  the name that messages give it
/// @throws InputError naming the field that is missing or of another type
[[nodiscard]] RunRecord run_from_json(const std::string& text, const std::string& file);

/// Indented by two, with a line end; bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string to_text(const Json& json);

}  // namespace attnsim::report
