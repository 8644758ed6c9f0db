#include "explore/key.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <memory>
#include <openssl/evp.h>
#include <pugixml.hpp>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include "arch/technology.h"
#include "base/error.h"

namespace attnsim::explore {
namespace {

/// Each part with its length before it, so that no two lists of parts give the same text.
class Parts {
 public:
  void add(std::string_view part) { text_ += fmt::format("{}:{};", part.size(), part); }
  void add(std::int64_t number) { add(std::to_string(number)); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// Elements in order with their attributes by name: no comments, blanks or order of attributes.
void add_element(pugi::xml_node element, Parts& parts) {
  parts.add(element.name());
  std::vector<std::pair<std::string_view, std::string_view>> attributes;
  for (const auto attribute : element.attributes()) {
    attributes.emplace_back(attribute.name(), attribute.value());
  }
  std::sort(attributes.begin(), attributes.end());
  parts.add(static_cast<std::int64_t>(attributes.size()));
  for (const auto& [name, value] : attributes) {
    parts.add(name);
    parts.add(value);
  }
  for (const auto child : element.children()) {
    if (child.type() == pugi::node_element) add_element(child, parts);
  }
  parts.add("/");
}

/// @throws InputError for an override that is for nothing
std::string canonical(const Document& document) {
  pugi::xml_document xml;
  xml.load_buffer(document.text.data(), document.text.size(), pugi::parse_default,
                  pugi::encoding_utf8);
  for (const auto& override : document.overrides) {
    static_cast<void>(set_by_xpath(xml, override));
  }
  Parts parts;
  add_element(xml.document_element(), parts);
  return parts.text();
}

/// The texts of the technology tables that the architecture refers to.
void add_tables(const Inputs& inputs, InputCache& cache, Parts& parts) {
  std::set<std::string> names;
  for (const auto& component : inputs.architecture.components) {
    const auto* const memory = std::get_if<arch::MemorySpec>(&component);
    if (memory != nullptr && !memory->table.empty()) names.insert(memory->table);
  }
  for (const auto& name : names) {
    parts.add(name);
    parts.add(cache.text(arch::path_of_table(name, inputs.arch_file.path)));
  }
}

std::string digest_of(const Inputs& inputs, InputCache& cache) {
  Parts parts;
  parts.add(canonical(inputs.arch_file));
  add_tables(inputs, cache, parts);
  parts.add(canonical(inputs.mapping_file));
  parts.add(inputs.model_file ? canonical(*inputs.model_file) : "");
  parts.add(cache.text(inputs.cascade_path));
  return sha256(parts.text());
}

/// Everything that a point says, for one that does not load.
std::string typed(const Point& point) {
  Parts parts;
  for (const auto& word : {point.arch, point.mapping, point.cascade, point.model, point.seq,
                           point.shape, point.parameters}) {
    parts.add(word);
  }
  parts.add(point.causal ? "causal" : "");
  for (const auto& set : point.sets) parts.add(set);
  return parts.text();
}

}  // namespace

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("libcrypto gives no SHA-256");
  }
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest.at(i));
  return hex;
}

std::string PointKeys::resolved(const Point& point) {
  const auto inputs = load_unshaped(point, cache_);
  if (inputs != last_) {
    last_digest_ = digest_of(*inputs, cache_);
    last_ = inputs;
  }
  Parts parts;
  parts.add(last_digest_);
  for (const auto& [rank, shape] : shapes_of(point, *inputs)) {
    parts.add(rank);
    parts.add(shape);
  }
  return parts.text();
}

std::string PointKeys::key_of(const Point& point) {
  Parts parts;
  parts.add(version_);
  parts.add(name_of(options_.executor));
  parts.add(options_.steady_state ? "skipping" : "plain");
  try {
    const auto text = resolved(point);
    parts.add("resolved");
    parts.add(text);
  } catch (const InputError&) {
    parts.add("typed");
    parts.add(typed(point));
  }
  return sha256(parts.text());
}

}  // namespace attnsim::explore
