#pragma once

#include <string>

#include "report/html_page.h"
#include "validation/study.h"

namespace attnsim::validation {

/// The page of a study: the headlines, how far off each figure is, what becomes of the energy
/// claim, the paper's charts with ours on them, and every row. What the study lacks is left out.
[[nodiscard]] report::HtmlPage study_document(const StudyResult& study);

/// That page as a file that opens without a network.
/// @throws InputError where the chart libraries are not installed
[[nodiscard]] std::string study_page(const StudyResult& study);

}  // namespace attnsim::validation
