#include "workloads/model.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/error.h"

namespace attnsim::workloads {
namespace {

constexpr std::array<const char*, 6> model_ranks{"B", "D", "E", "F", "H", "S"};
constexpr std::int64_t greatest_shape = std::int64_t{1} << 31U;  // of a rank that a model fixes

std::int64_t read_shape(const XmlElement& element, const char* rank) {
  const auto shape = element.required<std::int64_t>(rank);
  if (shape < 1) element.fail(rank, "must be at least 1");
  if (shape > greatest_shape) {
    element.fail(rank, "is too large (at most " + std::to_string(greatest_shape) + ")");
  }
  return shape;
}

/// A whole number of at least 1, with a suffix K or M or without.
/// @throws TextError
std::int64_t count_of_text(std::string_view text) {
  std::int64_t times = 1;
  if (!text.empty() && (text.back() == 'K' || text.back() == 'M')) {
    times = text.back() == 'K' ? 1024 : 1024 * 1024;
    text.remove_suffix(1);
  }
  std::int64_t count = 0;
  try {
    count = value_of_text<std::int64_t>(text);
  } catch (const TextError& error) {
    throw TextError(std::string(error.what()) + ": write it as e.g. 4096, 64K or 1M");
  }
  if (count < 1) throw TextError("must be at least 1");
  if (count > std::numeric_limits<std::int64_t>::max() / times) throw TextError("is too large");
  return count * times;
}

bool is_rank_name(std::string_view name) {
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  return !name.empty() && is_capital(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_capital(c) || (c >= '0' && c <= '9'); });
}

std::pair<std::string, std::int64_t> parse_rank(std::string_view part, const std::string& where) {
  const std::string shown = '"' + std::string(part) + '"';
  const auto equals = part.find('=');
  if (equals == std::string_view::npos) {
    throw InputError(where, shown + " is not RANK=SHAPE, as in \"P=1024\"");
  }
  const auto name = part.substr(0, equals);
  if (!is_rank_name(name)) {
    throw InputError(where, shown + " names no rank: capitals and digits, as in \"M0=256\"");
  }
  try {
    return {std::string(name), count_of_text(part.substr(equals + 1))};
  } catch (const TextError& error) {
    throw InputError(where, shown + " " + error.what());
  }
}

}  // namespace

Model read_model(const XmlElement& root) {
  Model model;
  model.name = root.required<std::string>("name");
  for (const char* rank : model_ranks) model.shapes[rank] = read_shape(root, rank);
  model.source = root.optional<std::string>("source", "");
  model.place = root.place();
  root.reject_unread();
  static_cast<void>(root.children(std::vector<std::string>()));
  return model;
}

Model load_model(const std::string& path, const std::vector<XmlOverride>& overrides) {
  return read_model(XmlElement::load(path, "model", overrides));
}

Shapes shapes_of(const Model& model, std::int64_t sequence_length) {
  auto shapes = model.shapes;
  shapes["M"] = sequence_length;
  shapes["P"] = sequence_length;
  return shapes;
}

std::int64_t parse_sequence_length(std::string_view text) {
  try {
    return count_of_text(text);
  } catch (const TextError& error) {
    throw InputError("sequence length", '"' + std::string(text) + "\" " + error.what());
  }
}

Shapes parse_shape(std::string_view text) {
  const std::string where = "shape \"" + std::string(text) + '"';
  Shapes shapes;
  for (std::size_t start = 0; start <= text.size();) {
    const auto end = std::min(text.find(',', start), text.size());
    const auto [rank, shape] = parse_rank(text.substr(start, end - start), where);
    if (!shapes.emplace(rank, shape).second) throw InputError(where, rank + " is given twice");
    start = end + 1;
  }
  return shapes;
}

}  // namespace attnsim::workloads
