#pragma once

#include <string>
#include <vector>

#include "report/json.h"

/// Pieces of Vega-Lite that the pages' charts share.
namespace attnsim::report {

/// A number as it is drawn: six digits, more than an eye sees, so that rounding does not make a
/// full array 1.0000000000000002.
[[nodiscard]] Json drawn(double value);

/// A line of a tooltip.
[[nodiscard]] Json tip(const char* field, const char* title);

[[nodiscard]] Json log_axis(const char* field, const char* title,
                            const std::vector<double>& values = {});

/// A single view as wide as the page.
[[nodiscard]] Json wide_chart(int height);

/// The dashed layer at 1 of a chart of ratios.
[[nodiscard]] Json line_at_one();

/// Told apart on light and on dark paper, and by readers who confuse red with green.
[[nodiscard]] const std::vector<std::string>& mark_colours();

/// Domain and colours of names, in their order; colours come again where names are many.
[[nodiscard]] Json name_scale(const std::vector<std::string>& names);

/// A value that the reader may choose for a chart. Each alternative sets parts of the
/// specification, by JSON pointer ("/encoding/y/field"). Choices of one name on a page go together.
struct ChartChoice {
  struct Option {
    std::string title;
    Json set;  ///< object: pointer to value
  };
  std::string name;             ///< its label
  std::vector<Option> options;  ///< the first one is what the specification has
};

/// Adds choices to a chart, in `usermeta`; one with a single option is left out.
void add_choice(Json& spec, const ChartChoice& choice);

}  // namespace attnsim::report
