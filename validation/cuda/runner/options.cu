#include <cstdlib>
#include <ctime>
#include <map>
#include <sstream>
#include <vector>

#include "runner/options.cuh"

namespace attnsim::gpu {
namespace {

int read_count(const std::string& text) {
  char* end = nullptr;
  const long value = std::strtol(text.c_str(), &end, 10);
  const std::string rest = end;
  const bool kilo = rest == "K" || rest == "k";
  if (text.empty() || value < 0 || value > (1 << 24) || !(rest.empty() || kilo)) {
    throw UsageError("'" + text + "' is no count (digits, K for 1024)");
  }
  return static_cast<int>(kilo ? value * 1024 : value);
}

double read_seconds(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !(value >= 0 && value <= 60)) {
    throw UsageError("'" + text + "' is no number of seconds from 0 to 60");
  }
  return value;
}

// "B=1,H=16,P=4K": H sets J, P sets M and E sets F unless they are given themselves.
Shape read_shape(const std::string& text) {
  Shape s;
  std::map<std::string, int*> ranks = {{"B", &s.B},
                                       {"H", &s.H},
                                       {"J", &s.J},
                                       {"P", &s.P},
                                       {"M", &s.M},
                                       {"E", &s.E},
                                       {"F", &s.F},
                                       {"window", &s.window},
                                       {"sinks", &s.sinks},
                                       {"top_k", &s.top_k},
                                       {"bits", &s.bits},
                                       {"splits", &s.splits},
                                       {"density", &s.density}};
  std::map<std::string, int> given;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    if (part == "causal") {
      s.causal = true;
      continue;
    }
    const auto equals = part.find('=');
    const std::string name = part.substr(0, equals);
    if (equals == std::string::npos || ranks.count(name) == 0) {
      throw UsageError("--shape: '" + part +
                       "' is neither causal nor NAME=COUNT with NAME one of "
                       "B H J P M E F window sinks top_k density bits splits");
    }
    given[name] = *ranks[name] = read_count(part.substr(equals + 1));
  }
  if (given.count("H") && !given.count("J")) s.J = s.H;
  if (given.count("P") && !given.count("M")) s.M = s.P;
  if (given.count("E") && !given.count("F")) s.F = s.E;
  if (s.B < 1 || s.H < 1 || s.J < 1 || s.P < 1 || s.M < 1 || s.H % s.J != 0) {
    throw UsageError("--shape: B H J P M are at least 1, and H is a multiple of J");
  }
  return s;
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  char text[16];
  std::strftime(text, sizeof(text), "%Y-%m-%d", std::gmtime(&now));
  return text;
}

}  // namespace

const char* usage() {
  return "attnsim-gpu list  [PATTERN]            kernels and how many shapes each is measured on\n"
         "attnsim-gpu check [PATTERN]            compares small shapes with double precision\n"
         "attnsim-gpu run   [PATTERN] [options]  measures kernels\n"
         "attnsim-gpu micro [PATTERN] [options]  measures the GPU itself\n"
         "PATTERN is names with * and ?, separated by commas (default *)\n"
         "  --csv FILE             also writes rows there\n"
         "  --shape B=1,H=16,P=4K,E=128,causal   this shape instead of the listed ones\n"
         "  --seconds S            of timed runs a row (default 0.12)\n"
         "  --energy-seconds S     of back-to-back runs a row (default 0.35; 0: no energy)\n"
         "example: attnsim-gpu run 'flash_*' --csv out.csv\n";
}

Options read_options(int argc, char** argv) {
  Options options;
  std::vector<std::string> words(argv + 1, argv + argc);
  options.line = "attnsim-gpu";
  for (const auto& word : words) options.line += " " + word;
  options.date = today();
  std::vector<std::string> plain;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].rfind("--", 0) != 0) {
      plain.push_back(words[i]);
      continue;
    }
    if (i + 1 == words.size()) throw UsageError(words[i] + " needs a value");
    const std::string& value = words[i + 1];
    if (words[i] == "--csv") {
      options.csv = value;
    } else if (words[i] == "--shape") {
      options.shape = read_shape(value);
    } else if (words[i] == "--seconds") {
      options.patience.seconds = read_seconds(value);
    } else if (words[i] == "--energy-seconds") {
      options.patience.energy_seconds = read_seconds(value);
    } else {
      throw UsageError("unknown option " + words[i]);
    }
    ++i;
  }
  if (plain.empty() || plain.size() > 2) throw UsageError("one command and at most one PATTERN");
  options.command = plain[0];
  if (plain.size() == 2) options.pattern = plain[1];
  return options;
}

}  // namespace attnsim::gpu
