#include <algorithm>

#include "base/error.h"
#include "einsum/expression_ops.h"
#include "einsum/printer.h"
#include "exchange/leaf_path.h"
#include "exchange/statement.h"
#include "exchange/teaal_writing.h"

namespace attnsim::exchange {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

class EinsumWriter {
 public:
  EinsumWriter(const einsum::Cascade& cascade, Losses& losses)
      : cascade_(cascade), losses_(losses) {}

  Yaml run() {
    Yaml declaration;
    for (const auto& tensor : cascade_.tensors) {
      declaration.add(tensor.name, yaml_list(tensor.ranks));
    }
    for (const auto& view : cascade_.views) add_view(view);
    for (const auto& init : cascade_.inits) add_init(init);
    for (const auto& einsum : cascade_.einsums) add_einsum(einsum);
    tell_rest();
    Yaml section;
    section.add("declaration", declaration);
    section.add("expressions", expressions_);
    return section;
  }

 private:
  void lose(const Place& place, const std::string& what) { losses_.push_back({place, what}); }

  void add_view(const einsum::View& view) {
    lose(view.left.place, "that " + view.left.tensor +
                              " is a view: there it is an Einsum, which "
                              "copies, with an index beyond TeAAL's grammar (EDGE's notation)");
    expressions_.append(
        yaml_scalar(einsum::to_text(view.left) + " = " + einsum::to_text(view.right)));
  }

  void add_init(const einsum::Init& init) {
    lose(init.target.place, "the first value of " + init.target.tensor +
                                ": an Einsum beyond TeAAL's grammar (EDGE's notation)");
    const auto value = init.from ? einsum::to_text(*init.from) : einsum::to_text(init.value);
    expressions_.append(yaml_scalar(einsum::to_text(init.target) + " = " + value));
  }

  void add_einsum(const einsum::Einsum& einsum) {
    const auto beyond = beyond_teaal(einsum);
    if (!beyond.empty()) {
      lose(einsum.place,
           einsum.name() + " is beyond TeAAL's grammar (EDGE's notation): " + joined(beyond));
    }
    expressions_.append(yaml_scalar(statement_text(einsum)));
  }

  void tell_rest() {
    for (const auto& param : cascade_.params) {
      lose(param.place, "the value of " + param.name + ", " + std::to_string(param.value));
    }
    for (const auto& op : cascade_.operators)
      lose(op.place, "what the operator '" + op.name + "' is");
    for (const auto& type : cascade_.types) lose(type.place, "the element type of " + type.tensor);
    for (const auto& typical : cascade_.typicals) {
      lose(typical.place, "the typical size of " + typical.name);
    }
    for (const auto& output : cascade_.outputs) {
      const bool read = std::any_of(
          cascade_.einsums.begin(), cascade_.einsums.end(), [&](const einsum::Einsum& einsum) {
            const auto reads = einsum::reads(einsum);
            return einsum.name() != output.tensor &&
                   std::any_of(reads.begin(), reads.end(), [&](const einsum::Access& access) {
                     return access.tensor == output.tensor;
                   });
          });
      if (read) lose(output.place, "that " + output.tensor + " is an output, as it is read, too");
    }
  }

  const einsum::Cascade& cascade_;
  Losses& losses_;
  Yaml expressions_;
};

}  // namespace

Exported export_teaal(const Ours& ours) {
  if (ours.architecture != nullptr && ours.architecture->gpu) {
    throw InputError(ours.architecture->place, "a GPU is no tree of TeAAL's components");
  }
  if (ours.mapping != nullptr && ours.mapping->kernel) {
    throw InputError(ours.mapping->place, "kernel launches are no loop orders");
  }
  Exported exported;
  Yaml root;
  if (ours.cascade != nullptr) {
    root.add("einsum", EinsumWriter(*ours.cascade, exported.losses).run());
  }
  if (ours.mapping != nullptr) {
    if (ours.cascade == nullptr) {
      throw InputError(ours.mapping->place, "a mapping needs its cascade (--cascade)");
    }
    const auto paths = leaf_paths(*ours.mapping, exported.losses);
    auto written = write_teaal_mapping(paths, *ours.mapping, *ours.cascade, ours.architecture,
                                       exported.losses);
    root.add("mapping", std::move(written.mapping));
    if (!written.bindings.entries.empty()) {
      root.add("bindings", std::move(written.bindings));
      root.add("format", std::move(written.format));
    }
  }
  if (ours.architecture != nullptr) {
    root.add("architecture", write_teaal_machine(*ours.architecture, exported.losses));
  }
  exported.files.push_back({"teaal.yaml", to_text(root)});
  return exported;
}

}  // namespace attnsim::exchange
