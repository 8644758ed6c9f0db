#include "cli/explain.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <optional>
#include <sstream>

#include "base/text_file.h"

namespace attnsim::cli {
namespace {

constexpr std::size_t widest_line = 110;

/// The line of a cascade file that the place names; nullopt if it is of another file, or gone.
std::optional<std::string> line_at(const Place& place) {
  if (place.line < 1 || place.column < 1 || !place.file.ends_with(".cascade")) return std::nullopt;
  try {
    std::istringstream text(read_text_file(place.file));
    std::string line;
    for (int i = 0; i < place.line; ++i) {
      if (!std::getline(text, line)) return std::nullopt;
    }
    return line;
  } catch (const InputError&) {  // the text was read from elsewhere: the message must do
    return std::nullopt;
  }
}

bool belongs_to_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// How much to underline: a name or a number whole, else one character.
std::size_t length_of_word(const std::string& line, std::size_t at) {
  std::size_t end = at;
  while (end < line.size() && belongs_to_name(line[end])) ++end;
  return std::max<std::size_t>(end - at, 1);
}

}  // namespace

std::string explained(const InputError& error) {
  std::string message = error.what();
  auto line = line_at(error.place());
  auto at = static_cast<std::size_t>(error.place().column) - 1;
  if (!line || at > line->size()) return message;
  const std::size_t cut = at > widest_line - 30 ? at - (widest_line - 30) : 0;
  *line = line->substr(cut, widest_line);
  at -= cut;
  for (char& c : *line) {
    if (std::isprint(static_cast<unsigned char>(c)) == 0) c = ' ';
  }
  const std::string number = std::to_string(error.place().line);
  message += "\n  " + number + " | " + line->substr(0, line->find_last_not_of(' ') + 1);
  message += "\n  " + std::string(number.size(), ' ') + " | " + std::string(at, ' ') + "^" +
             std::string(length_of_word(*line, at) - 1, '~');
  return message;
}

}  // namespace attnsim::cli
