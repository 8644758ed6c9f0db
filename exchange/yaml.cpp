#include "exchange/yaml.h"

#include <algorithm>
#include <sstream>
#include <utility>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "base/error.h"

namespace attnsim::exchange {
namespace {

constexpr int deepest = 64;
constexpr std::size_t most_values = 200'000;

class Converter {
 public:
  explicit Converter(const std::string& file) : file_(file) {}

  Yaml convert(const YAML::Node& node, const Place& around, int depth) {
    Yaml yaml;
    yaml.place = place_of(node, around);
    if (depth > deepest) throw InputError(yaml.place, "is nested more than 64 deep");
    if (++values_ > most_values) throw InputError(yaml.place, "stands for over 200,000 values");
    yaml.tag = tag_of(node);
    yaml.flow = node.Style() == YAML::EmitterStyle::Flow;
    if (node.IsScalar()) {
      yaml.kind = Yaml::Kind::scalar;
      yaml.text = node.Scalar();
    } else if (node.IsSequence()) {
      yaml.kind = Yaml::Kind::sequence;
      for (const auto& item : node) yaml.items.push_back(convert(item, yaml.place, depth + 1));
    } else if (node.IsMap()) {
      convert_map(node, yaml, depth);
    }
    return yaml;
  }

 private:
  void convert_map(const YAML::Node& node, Yaml& yaml, int depth) {
    yaml.kind = Yaml::Kind::map;
    std::vector<Yaml> merged;
    for (const auto& entry : node) {
      const YAML::Node& key = entry.first;
      const YAML::Node& value = entry.second;
      const auto place = place_of(key, yaml.place);
      if (!key.IsScalar()) throw InputError(place, "a key must be a plain word");
      if (key.Scalar() == "<<") {
        merged.push_back(convert(value, place, depth + 1));
        continue;
      }
      if (yaml.find(key.Scalar()) != nullptr) {
        throw InputError(place, "the key '" + key.Scalar() + "' stands there twice");
      }
      yaml.entries.push_back({key.Scalar(), convert(value, place, depth + 1), place});
    }
    for (const auto& map : merged) merge(map, yaml);
  }

  /// What the map says itself wins over what it merges.
  static void merge(const Yaml& from, Yaml& yaml) {
    if (from.is_sequence()) {
      for (const auto& item : from.items) merge(item, yaml);
      return;
    }
    if (!from.is_map()) throw InputError(from.place, "'<<' merges a map, or a list of maps");
    for (const auto& entry : from.entries) {
      if (yaml.find(entry.key) == nullptr) yaml.entries.push_back(entry);
    }
  }

  /// `around` for what has no place of its own (a value that is left out).
  [[nodiscard]] Place place_of(const YAML::Node& node, const Place& around) const {
    const auto mark = node.Mark();
    if (mark.is_null() || (node.IsNull() && mark.line == 0 && mark.column == 0)) return around;
    return {file_, mark.line + 1, mark.column + 1};
  }

  /// "!" and "?" are yaml-cpp's words for quoted and plain.
  static std::string tag_of(const YAML::Node& node) {
    const auto& tag = node.Tag();
    if (tag.size() < 2 || tag.front() != '!') return "";
    return tag.substr(1);
  }

  const std::string& file_;
  std::size_t values_ = 0;
};

/// AccelForge's files are templates as often as not; as YAML they fail in obscure ways.
void refuse_template(const std::string& text, const std::string& file) {
  const auto at = std::min(text.find("{%"), text.find("{{"));
  if (at == std::string::npos) return;
  const auto line_start = text.rfind('\n', at) + 1;  // npos + 1 is 0
  const auto comment = text.find('#', line_start);
  if (comment < at) return;
  const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  throw InputError(Place{file, static_cast<int>(line) + 1, static_cast<int>(at - line_start) + 1},
                   "is a Jinja template: render it first (accelforge and timeloopfe do that), then "
                   "convert the YAML that comes out");
}

/// Knows where the last document starts.
class DocumentCounter : public YAML::EventHandler {
 public:
  [[nodiscard]] const YAML::Mark& start() const { return start_; }

  void OnDocumentStart(const YAML::Mark& mark) override { start_ = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnAlias(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnScalar(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                const std::string& /*value*/) override {}
  void OnSequenceStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/,
                       YAML::anchor_t /*anchor*/, YAML::EmitterStyle::value /*style*/) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {}
  void OnMapEnd() override {}

 private:
  YAML::Mark start_;
};

/// `YAML::Load` reads the first document and no further; `YAML::LoadAll` never ends for some texts.
void refuse_more(const std::string& text, const std::string& file) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentCounter counter;
  if (!parser.HandleNextDocument(counter) || !parser.HandleNextDocument(counter)) return;
  throw InputError(Place{file, counter.start().line + 1, counter.start().column + 1},
                   "is behind the end of the first document: keep one (several documents, or a "
                   "bracket too many)");
}

void emit(YAML::Emitter& out, const Yaml& yaml);

void emit_map(YAML::Emitter& out, const Yaml& yaml) {
  out << (yaml.flow ? YAML::Flow : YAML::Block) << YAML::BeginMap;
  for (const auto& entry : yaml.entries) {
    out << YAML::Key << entry.key << YAML::Value;
    emit(out, entry.value);
  }
  out << YAML::EndMap;
}

void emit_sequence(YAML::Emitter& out, const Yaml& yaml) {
  out << (yaml.flow ? YAML::Flow : YAML::Block) << YAML::BeginSeq;
  for (const auto& item : yaml.items) emit(out, item);
  out << YAML::EndSeq;
}

void emit(YAML::Emitter& out, const Yaml& yaml) {
  if (!yaml.tag.empty()) out << YAML::LocalTag(yaml.tag);
  switch (yaml.kind) {
    case Yaml::Kind::null:
      out << YAML::Null;
      break;
    case Yaml::Kind::scalar:
      out << yaml.text;
      break;
    case Yaml::Kind::sequence:
      emit_sequence(out, yaml);
      break;
    case Yaml::Kind::map:
      emit_map(out, yaml);
      break;
  }
}

}  // namespace

const Yaml* Yaml::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const YamlEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &found->value;
}

Yaml& Yaml::add(std::string key, Yaml value) {
  kind = Kind::map;
  entries.push_back({std::move(key), std::move(value), {}});
  return entries.back().value;
}

Yaml& Yaml::append(Yaml value) {
  kind = Kind::sequence;
  items.push_back(std::move(value));
  return items.back();
}

Yaml yaml_scalar(std::string text) {
  Yaml yaml;
  yaml.kind = Yaml::Kind::scalar;
  yaml.text = std::move(text);
  return yaml;
}

Yaml yaml_list(const std::vector<std::string>& words) {
  Yaml yaml;
  yaml.kind = Yaml::Kind::sequence;
  yaml.flow = true;
  for (const auto& word : words) yaml.items.push_back(yaml_scalar(word));
  return yaml;
}

bool same(const Yaml& a, const Yaml& b) {
  if (a.kind != b.kind || a.tag != b.tag || a.text != b.text || a.items.size() != b.items.size() ||
      a.entries.size() != b.entries.size()) {
    return false;
  }
  return std::equal(a.items.begin(), a.items.end(), b.items.begin(),
                    [](const Yaml& x, const Yaml& y) { return same(x, y); }) &&
         std::all_of(a.entries.begin(), a.entries.end(), [&](const YamlEntry& entry) {
           const auto* const other = b.find(entry.key);
           return other != nullptr && same(entry.value, *other);
         });
}

Yaml parse_yaml(const std::string& text, const std::string& file) {
  refuse_template(text, file);
  try {
    const auto document = YAML::Load(text);
    refuse_more(text, file);
    return Converter(file).convert(document, {file, 1, 1}, 0);
  } catch (const YAML::Exception& error) {
    const auto mark = error.mark.is_null() ? YAML::Mark() : error.mark;
    throw InputError(Place{file, mark.line + 1, mark.column + 1}, "is no YAML: " + error.msg);
  }
}

std::string to_text(const Yaml& yaml) {
  YAML::Emitter out;
  out.SetIndent(2);
  out.SetSeqFormat(YAML::Block);
  emit(out, yaml);
  return std::string(out.c_str()) + "\n";
}

}  // namespace attnsim::exchange
