#pragma once

#include <string>
#include <vector>

namespace attnsim::report {

/// What every page carries with it, as text.
struct WebParts {
  std::string style;                 ///< CSS
  std::vector<std::string> scripts;  ///< JavaScript, in the order in which it runs
  std::string notices;               ///< the licences of those scripts
};

/// Where the parts lie: report/web under the data root.
[[nodiscard]] std::string web_folder();

/// Reads them; Vega, Vega-Lite and Vega-Embed from what npm installed in `folder`.
/// @throws InputError naming the file that is missing and what installs it
[[nodiscard]] WebParts load_web_parts(const std::string& folder);

}  // namespace attnsim::report
