#include "mappings/writer.h"

#include <stdexcept>
#include <utility>
#include <vector>

#include "base/overloaded.h"

namespace attnsim::mappings {
namespace {

using Attributes = std::vector<std::pair<std::string, std::string>>;

struct Element {
  std::string name;
  Attributes attributes;
};

std::string escaped(const std::string& text) {
  std::string safe;
  for (const auto c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string text_of(const Size& size) {
  if (size.kind == Size::Kind::fit) return "fit";
  if (size.kind == Size::Kind::attribute) return size.component + "." + size.attribute;
  return std::to_string(size.number);
}

bool is_one(const Size& size) { return size.kind == Size::Kind::number && size.number == 1; }

std::string words(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

std::string words(const std::vector<Along>& directions) {
  std::vector<std::string> names;
  for (const auto along : directions) {
    names.emplace_back(along == Along::rows      ? "rows"
                       : along == Along::columns ? "columns"
                                                 : "lanes");
  }
  return words(names);
}

void add_flag(Attributes& attributes, const char* name, bool set) {
  if (set) attributes.emplace_back(name, "yes");
}

Element element_of(const Keep& keep) {
  Element element{"keep", {{"tensor", words(keep.tensors)}, {"at", keep.memory}}};
  if (!is_one(keep.buffers)) element.attributes.emplace_back("buffers", text_of(keep.buffers));
  if (keep.spare > 0) element.attributes.emplace_back("spare", std::to_string(keep.spare));
  add_flag(element.attributes, "in_place", keep.in_place);
  add_flag(element.attributes, "stream", keep.stream);
  add_flag(element.attributes, "overbook", keep.overbook);
  return element;
}

Element element_of(const For& loop) {
  Element element{"for", {{"rank", loop.rank}}};
  if (!is_one(loop.tile)) element.attributes.emplace_back("tile", text_of(loop.tile));
  return element;
}

Element element_of(const Spatial& spatial) {
  Element element{"spatial", {{"rank", spatial.rank}, {"along", words(spatial.along)}}};
  add_flag(element.attributes, "fold", spatial.fold);
  return element;
}

Element element_of(const Pipeline& pipeline) {
  Element element{"pipeline", {{"depth", text_of(pipeline.depth)}}};
  add_flag(element.attributes, "lockstep", pipeline.lockstep);
  add_flag(element.attributes, "zip", pipeline.zip);
  return element;
}

Element element_of(const StageMark& stage) {
  if (!stage.lag) return {"stage", {}};
  return {"stage", {{"lag", std::to_string(*stage.lag)}}};
}

Element element_of(const NodeKind& kind) {
  const Overloaded visit{
      [](const Sequence&) {
        return Element{"sequence", {}};
      },
      [](const Parallel&) {
        return Element{"parallel", {}};
      },
      [](const Fuse& fuse) {
        return Element{"fuse", {{"rank", fuse.rank}}};
      },
      [](const Leaf& leaf) {
        return Element{"einsum", {{"name", leaf.einsum}, {"on", leaf.unit}}};
      },
      [](const auto& other) { return element_of(other); },
  };
  return std::visit(visit, kind);
}

class Writer {
 public:
  void open(const Element& element) {
    start(element);
    text_ += ">\n";
    ++depth_;
    names_.push_back(element.name);
  }

  void close() {
    --depth_;
    text_ += indent() + "</" + names_.back() + ">\n";
    names_.pop_back();
  }

  void line(const Element& element) {
    start(element);
    text_ += "/>\n";
  }

  void write(const TreeNode& node) {
    const auto element = element_of(node.kind);
    if (node.keeps.empty() && node.children.empty()) {
      line(element);
      return;
    }
    open(element);
    for (const auto& keep : node.keeps) line(element_of(keep));
    for (const auto& child : node.children) write(child);
    close();
  }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  [[nodiscard]] std::string indent() const { return std::string(2 * depth_, ' '); }

  void start(const Element& element) {
    text_ += indent() + "<" + element.name;
    for (const auto& [name, value] : element.attributes) {
      text_ += " " + name + "=\"" + escaped(value) + "\"";
    }
  }

  std::string text_ = "<?xml version=\"1.0\"?>\n";
  std::size_t depth_ = 0;
  std::vector<std::string> names_;
};

}  // namespace

std::string to_xml(const Mapping& mapping) {
  if (mapping.kernel) throw std::logic_error("a mapping of launches has no text of loops");
  Writer writer;
  writer.open({"mapping", {{"name", mapping.name}, {"cascade", mapping.cascade}}});
  for (const auto& flatten : mapping.flattens) {
    writer.line({"flatten", {{"rank", flatten.rank}, {"of", words(flatten.of)}}});
  }
  for (const auto& partition : mapping.partitions) {
    writer.line({"partition", {{"rank", partition.rank}, {"shape", text_of(partition.shape)}}});
  }
  for (const auto& spill : mapping.spills) {
    writer.line({"spill", {{"from", spill.from}, {"to", spill.to}}});
  }
  for (const auto& keep : mapping.keeps) writer.line(element_of(keep));
  for (const auto& root : mapping.roots) writer.write(root);
  writer.close();
  return writer.text();
}

}  // namespace attnsim::mappings
