#pragma once

#include <optional>
#include <string>

#include "report/chart_parts.h"
#include "validation/study.h"

/// Pieces of Vega-Lite that a study's charts share.
namespace attnsim::validation {

/// Appends a name that the list does not have yet.
void add_once(report::Json& list, const std::string& name);

using report::drawn;
using report::tip;

/// Null where there is none.
[[nodiscard]] report::Json drawn(std::optional<double> value);

/// Domain and colours. Of configurations, those in `shown`, in the order and with the colours that
/// they have in the whole study.
[[nodiscard]] report::Json configuration_scale(const StudyResult& study, const report::Json& shown);
[[nodiscard]] report::Json model_scale(const StudyResult& study);
/// Of Einsums: those of attention in the order of their cascades, then the others.
[[nodiscard]] report::Json einsum_scale(const report::Json& shown);

}  // namespace attnsim::validation
