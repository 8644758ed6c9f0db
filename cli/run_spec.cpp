#include "cli/run_spec.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <utility>

#include "base/did_you_mean.h"
#include "base/error.h"

namespace attnsim::cli {
namespace {

constexpr const char* form = "\"arch=fusemax,mapping=fusemax,model=bert,seq=4K\"";

using Field = std::pair<const char*, std::string*>;

std::array<Field, 6> fields_of(RunSpec& spec) {
  return {{{"arch", &spec.options.arch},
           {"mapping", &spec.options.mapping},
           {"cascade", &spec.options.cascade},
           {"model", &spec.options.model},
           {"seq", &spec.options.seq},
           {"label", &spec.label}}};
}

void set_field(RunSpec& spec, const std::string& part, const std::string& where) {
  const auto equals = part.find('=');
  if (equals == std::string::npos || equals + 1 == part.size()) {
    throw InputError(where, '"' + part + "\" is not KEY=VALUE, as in " + form);
  }
  const auto key = part.substr(0, equals);
  std::vector<std::string> known;
  for (const auto& [name, value] : fields_of(spec)) {
    known.emplace_back(name);
    if (key != name) continue;
    if (!value->empty()) throw InputError(where, key + " is given twice");
    *value = part.substr(equals + 1);
    return;
  }
  throw InputError(where, "unknown key '" + key + "'" + did_you_mean(key, known) +
                              " (known: " + join(known) + ")");
}

}  // namespace

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t start = 0; start <= text.size();) {
    const auto end = std::min(text.find(',', start), text.size());
    parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

RunSpec parse_run_spec(const std::string& text) {
  RunSpec spec;
  std::error_code ignored;
  if (text == "-" || text.ends_with(".json") || std::filesystem::exists(text, ignored)) {
    spec.file = text;
    return spec;
  }
  const auto where = "run \"" + text + '"';
  if (text.find('=') == std::string::npos) {
    throw InputError(where, std::string("is neither a JSON file nor a point such as ") + form);
  }
  for (const auto& part : split_list(text)) set_field(spec, part, where);
  if (spec.options.arch.empty()) throw InputError(where, "says no arch=...");
  if (spec.options.mapping.empty()) throw InputError(where, "says no mapping=...");
  return spec;
}

}  // namespace attnsim::cli
