#include "mappings/reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/overloaded.h"
#include "base/words.h"
#include "mappings/kernel_reader.h"

namespace attnsim::mappings {
namespace {

constexpr std::int64_t greatest_size = std::int64_t{1} << 40U;

/// A positive number, an attribute of the architecture ("array2d.rows") or, where it is allowed,
/// "fit".
Size read_size(const XmlElement& element, const char* attribute, bool may_fit) {
  const auto text = element.required<std::string>(attribute);
  Size size;
  size.place = element.place(attribute);
  if (text == "fit" && may_fit) {
    size.kind = Size::Kind::fit;
    return size;
  }
  const auto dot = text.find('.');
  if (dot != std::string::npos && dot > 0 && dot + 1 < text.size()) {
    size.kind = Size::Kind::attribute;
    size.component = text.substr(0, dot);
    size.attribute = text.substr(dot + 1);
    return size;
  }
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, size.number);
  if (result.ec != std::errc() || result.ptr != end || size.number < 1 ||
      size.number > greatest_size) {
    element.fail(attribute, std::string("must be a positive number, a size of the architecture "
                                        "such as \"array2d.columns\"") +
                                (may_fit ? ", or \"fit\"" : ""));
  }
  return size;
}

Size size_or_one(const XmlElement& element, const char* attribute, bool may_fit) {
  if (element.optional<std::string>(attribute)) return read_size(element, attribute, may_fit);
  Size one;
  one.place = element.place();
  return one;
}

bool read_flag(const XmlElement& element, const char* attribute) {
  return element.optional_choice<bool>(attribute, {{"yes", true}, {"no", false}}, false);
}

std::vector<std::string> distinct_words(const XmlElement& element, const char* attribute) {
  auto words = words_of(element.required<std::string>(attribute));
  auto sorted = words;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) element.fail(attribute, "names " + *twice + " twice");
  return words;
}

Keep read_keep(const XmlElement& element) {
  Keep keep;
  keep.place = element.place();
  keep.tensors = distinct_words(element, "tensor");
  if (keep.tensors.empty()) element.fail("tensor", "names no tensor");
  keep.memory = element.required<std::string>("at");
  keep.buffers = size_or_one(element, "buffers", /*may_fit=*/true);
  keep.spare = static_cast<std::int64_t>(element.optional<unsigned>("spare", 0));
  keep.in_place = read_flag(element, "in_place");
  keep.stream = read_flag(element, "stream");
  keep.overbook = read_flag(element, "overbook");
  element.reject_unread();
  static_cast<void>(element.children({}));
  return keep;
}

std::vector<Along> read_along(const XmlElement& element) {
  const std::array<std::pair<const char*, Along>, 3> known{
      {{"rows", Along::rows}, {"columns", Along::columns}, {"lanes", Along::lanes}}};
  std::vector<Along> along;
  for (const auto& word : words_of(element.required<std::string>("along"))) {
    const auto* found = std::find_if(known.begin(), known.end(),
                                     [&](const auto& each) { return word == each.first; });
    if (found == known.end()) {
      element.fail("along", "is not rows, columns or lanes (or several of them)");
    }
    along.push_back(found->second);
  }
  return along;
}

NodeKind read_for(const XmlElement& element) {
  return For{element.required<std::string>("rank"), size_or_one(element, "tile", true)};
}
NodeKind read_spatial(const XmlElement& element) {
  return Spatial{element.required<std::string>("rank"), read_along(element),
                 read_flag(element, "fold")};
}
NodeKind read_pipeline(const XmlElement& element) {
  return Pipeline{read_size(element, "depth", /*may_fit=*/true), read_flag(element, "lockstep"),
                  read_flag(element, "zip")};
}
NodeKind read_stage(const XmlElement& element) {
  StageMark stage;
  if (const auto lag = element.optional<unsigned>("lag")) stage.lag = *lag;
  return stage;
}
NodeKind read_sequence(const XmlElement& /*element*/) { return Sequence{}; }
NodeKind read_parallel(const XmlElement& /*element*/) { return Parallel{}; }
NodeKind read_fuse(const XmlElement& element) {
  return Fuse{element.required<std::string>("rank")};
}
NodeKind read_leaf(const XmlElement& element) {
  return Leaf{element.required<std::string>("name"), element.required<std::string>("on")};
}

/// One row per kind of node: the only place where an element name is spelt.
struct NodeReader {
  const char* name;
  NodeKind (*read)(const XmlElement&);
};
constexpr std::array<NodeReader, 8> readers{{{"for", read_for},
                                             {"spatial", read_spatial},
                                             {"pipeline", read_pipeline},
                                             {"stage", read_stage},
                                             {"sequence", read_sequence},
                                             {"parallel", read_parallel},
                                             {"fuse", read_fuse},
                                             {"einsum", read_leaf}}};

std::vector<std::string> node_names() {
  std::vector<std::string> names;
  for (const auto& reader : readers) names.emplace_back(reader.name);
  return names;
}

TreeNode read_node(const XmlElement& element, bool in_pipeline);

void read_body(const XmlElement& element, TreeNode& node) {
  auto known = node_names();
  known.emplace_back("keep");
  const bool pipeline = std::holds_alternative<Pipeline>(node.kind);
  for (const auto& child : element.children(known)) {
    if (child.name() == "keep") {
      node.keeps.push_back(read_keep(child));
    } else {
      node.children.push_back(read_node(child, pipeline));
    }
  }
}

/// What advances in step is one loop of each stage.
void require_loops(const TreeNode& pipeline) {
  for (const auto& stage : pipeline.children) {
    if (stage.children.size() == 1 && std::holds_alternative<For>(stage.children.front().kind)) {
      continue;
    }
    throw InputError(stage.place,
                     "a stage of a zipped <pipeline> is one <for>, with everything else inside it");
  }
}

TreeNode read_node(const XmlElement& element, bool in_pipeline) {
  const auto* const reader =
      std::find_if(readers.begin(), readers.end(),
                   [&](const NodeReader& each) { return element.name() == each.name; });
  TreeNode node{reader->read(element), {}, {}, element.place()};
  element.reject_unread();
  const bool stage = std::holds_alternative<StageMark>(node.kind);
  if (in_pipeline && !stage) element.fail("stands in a <pipeline>: put it into a <stage>");
  if (stage && !in_pipeline) element.fail("stands outside of a <pipeline>");
  if (std::holds_alternative<Leaf>(node.kind)) {
    static_cast<void>(element.children({}));
    return node;
  }
  read_body(element, node);
  if (node.children.empty()) element.fail("is empty: put <einsum name=\"...\" on=\"...\"/> inside");
  const auto* const pipeline = std::get_if<Pipeline>(&node.kind);
  if (pipeline != nullptr && pipeline->zip) require_loops(node);
  return node;
}

Partition read_partition(const XmlElement& element) {
  Partition partition{element.required<std::string>("rank"), read_size(element, "shape", false),
                      element.place()};
  element.reject_unread();
  return partition;
}

bool is_rank_name(const std::string& name) {
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  return !name.empty() && is_capital(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_capital(c) || (c >= '0' && c <= '9'); });
}

Flatten read_flatten(const XmlElement& element) {
  Flatten flatten{element.required<std::string>("rank"), distinct_words(element, "of"),
                  element.place()};
  if (!is_rank_name(flatten.rank)) {
    element.fail("rank", R"(names no rank: capitals and digits, as in "BP")");
  }
  if (flatten.of.size() < 2) element.fail("of", R"(must name at least two ranks, as in "B P")");
  element.reject_unread();
  static_cast<void>(element.children({}));
  return flatten;
}

Spill read_spill(const XmlElement& element) {
  Spill spill{element.required<std::string>("from"), element.required<std::string>("to"),
              element.place()};
  element.reject_unread();
  return spill;
}

}  // namespace

Mapping read_mapping(const XmlElement& root) {
  Mapping mapping;
  mapping.name = root.required<std::string>("name");
  mapping.cascade = root.required<std::string>("cascade");
  static_cast<void>(root.optional<std::string>("source"));
  mapping.place = root.place();
  root.reject_unread();
  if (maps_launches(root)) {
    mapping.kernel = read_kernel_mapping(root);
    return mapping;
  }
  auto known = node_names();
  known.insert(known.end(), {"keep", "flatten", "partition", "spill"});
  for (const auto& child : root.children(known)) {
    if (child.name() == "keep") {
      mapping.keeps.push_back(read_keep(child));
    } else if (child.name() == "flatten") {
      mapping.flattens.push_back(read_flatten(child));
    } else if (child.name() == "partition") {
      mapping.partitions.push_back(read_partition(child));
    } else if (child.name() == "spill") {
      mapping.spills.push_back(read_spill(child));
    } else {
      mapping.roots.push_back(read_node(child, /*in_pipeline=*/false));
    }
  }
  if (mapping.roots.empty()) root.fail("maps nothing: put loops and <einsum> elements inside");
  return mapping;
}

Mapping load_mapping(const std::string& path, const std::vector<XmlOverride>& overrides) {
  return read_mapping(XmlElement::load(path, "mapping", overrides));
}

}  // namespace attnsim::mappings
