#include "explore/inputs.h"

#include <algorithm>
#include <filesystem>

#include "arch/reader.h"
#include "base/did_you_mean.h"
#include "base/error.h"
#include "base/text_file.h"
#include "base/xml.h"
#include "explore/kernel_inputs.h"
#include "explore/problem.h"
#include "mappings/algorithm_bound.h"
#include "mappings/launch.h"
#include "mappings/reader.h"
#include "workloads/library.h"

namespace attnsim::explore {
namespace {

using workloads::Shapes;
using workloads::Shipped;

XmlElement root_of(const Document& document, const char* root) {
  return XmlElement::parse(document.text, shown_path(document.path), root, document.overrides);
}

Document load_document(Shipped kind, const std::string& name, InputCache& cache) {
  const auto path = cache.find(kind, name);
  return {path, cache.text(path), {}};
}

void load_documents(const Point& point, InputCache& cache, Inputs& inputs) {
  inputs.arch_file = load_document(Shipped::arch, point.arch, cache);
  std::vector<Document*> documents{&inputs.arch_file};
  if (!point.mapping.empty()) {
    inputs.mapping_file = load_document(Shipped::mapping, point.mapping, cache);
    documents.push_back(&inputs.mapping_file);
  }
  if (!point.model.empty()) {
    inputs.model_file = load_document(Shipped::model, point.model, cache);
    documents.push_back(&*inputs.model_file);
  }
  assign_overrides(point.sets, documents);
}

/// The ranks that are not part of another one: those whose shapes a user gives.
std::vector<std::string> whole_ranks(const einsum::Cascade& cascade) {
  std::vector<std::string> names;
  for (const auto& rank : cascade.ranks) {
    bool part = false;
    for (const auto& other : cascade.ranks) {
      for (const auto& name : other.parts) part = part || name == rank.name;
    }
    if (!part) names.push_back(rank.name);
  }
  return names;
}

/// The shapes typed with --shape. @throws InputError for what the cascade does not have
void apply_typed(const Point& point, const einsum::Cascade& cascade, Shapes& shapes) {
  if (point.shape.empty()) return;
  auto known = whole_ranks(cascade);
  for (const auto& param : cascade.params) known.push_back(param.name);
  for (const auto& [name, shape] : workloads::parse_shape(point.shape)) {
    if (std::find(known.begin(), known.end(), name) != known.end()) {
      shapes[name] = shape;
      continue;
    }
    const bool part = cascade.find_rank(name) != nullptr;
    throw InputError(
        "--shape " + point.shape,
        part ? name + " is a part of a rank: its shape is set by the mapping's <partition>"
             : "cascade '" + cascade.name + "' has no rank '" + name + "'" +
                   did_you_mean(name, known) + " (known: " + join(known) + ")");
  }
}

Shapes resolve_given(const Point& point, const Inputs& inputs) {
  Shapes all;
  if (inputs.model) all = inputs.model->shapes;
  if (!point.seq.empty()) {
    all["P"] = all["M"] = workloads::parse_sequence_length(point.seq);
  }
  Shapes shapes;
  const auto ranks = whole_ranks(inputs.cascade);
  for (const auto& rank : ranks) {
    if (all.contains(rank)) shapes[rank] = all.at(rank);
  }
  apply_typed(point, inputs.cascade, shapes);
  std::vector<std::string> missing;
  for (const auto& rank : ranks) {
    if (!shapes.contains(rank)) missing.push_back(rank);
  }
  if (missing.empty()) return shapes;
  throw InputError("cascade " + inputs.cascade.name,
                   "no shape for " + join(missing) +
                       ": give --model and --seq (--seq sets P and M), or --shape " +
                       missing.front() + "=...");
}

/// Launches run on a GPU, loop nests on anything else.
void check_kind(const Inputs& inputs) {
  const bool gpu = inputs.architecture.gpu.has_value();
  if (gpu == inputs.mapping.kernel.has_value()) return;
  throw InputError(
      inputs.mapping.place,
      "mapping '" + inputs.mapping.name +
          (gpu ? "' is of loops, but architecture '" : "' is of launches, but architecture '") +
          inputs.architecture.name +
          (gpu ? "' is a GPU: choose one of gpu/..." : "' has no <gpu>"));
}

void check_einsums(const std::vector<mappings::Step>& steps, const einsum::Cascade& cascade) {
  for (const auto& step : steps) {
    check_einsums(step.under, cascade);
    if (step.einsum.empty() || cascade.find_einsum(step.einsum) != nullptr) continue;
    std::vector<std::string> known;
    for (const auto& einsum : cascade.einsums) known.push_back(einsum.name());
    throw InputError(step.place, "cascade '" + cascade.name + "' has no Einsum '" + step.einsum +
                                     "'" + did_you_mean(step.einsum, known) +
                                     " (known: " + join(known) + ")");
  }
}

/// What steps of launches are for.
void check_einsums(const Inputs& inputs) {
  if (!inputs.mapping.kernel) return;
  for (const auto& launch : inputs.mapping.kernel->launches) {
    for (const auto& role : launch.roles) check_einsums(role.steps, inputs.cascade);
  }
}

Inputs unshaped(const Point& point, InputCache& cache) {
  Inputs inputs;
  load_documents(point, cache, inputs);
  inputs.architecture = arch::read_architecture(root_of(inputs.arch_file, "architecture"));
  inputs.mapping = mappings::read_mapping(root_of(inputs.mapping_file, "mapping"));
  if (inputs.model_file) inputs.model = workloads::read_model(root_of(*inputs.model_file, "model"));
  inputs.cascade_path = point.cascade.empty()
                            ? find_cascade(inputs.mapping, inputs.mapping_file.path, cache)
                            : cache.find(Shipped::cascade, point.cascade);
  inputs.cascade = *cache.cascade(inputs.cascade_path);
  check_kind(inputs);
  check_einsums(inputs);
  return inputs;
}

/// What `unshaped` reads of a point. No name holds a zero byte.
std::string name_of(const Point& point) {
  std::vector<std::string> parts{point.arch, point.mapping, point.cascade, point.model};
  parts.insert(parts.end(), point.sets.begin(), point.sets.end());
  return join(parts, std::string_view("\0", 1));
}

}  // namespace

std::string find_cascade(const mappings::Mapping& mapping, const std::string& mapping_path,
                         InputCache& cache) {
  const auto& name = mapping.cascade;
  try {
    if (name.find('/') == std::string::npos && !name.ends_with(".cascade")) {
      return cache.find(Shipped::cascade, name);
    }
    const auto folder = std::filesystem::path(mapping_path).parent_path();
    return cache.find(Shipped::cascade, (folder / name).string());
  } catch (const InputError& error) {
    throw InputError(mapping.place, error.what());
  }
}

einsum::Cascade read_cascade(const std::string& path) {
  return einsum::parse_cascade(read_text_file(path), shown_path(path));
}

std::shared_ptr<const Inputs> load_unshaped(const Point& point, InputCache& cache) {
  return cache.inputs(name_of(point), [&] { return unshaped(point, cache); });
}

workloads::Shapes shapes_of(const Point& point, const Inputs& inputs) {
  if (!inputs.mapping.kernel) return resolve_given(point, inputs);
  return kernel_shapes(point, *inputs.mapping.kernel,
                       inputs.model ? inputs.model->shapes : Shapes());
}

Inputs load_inputs(const Point& point, InputCache& cache) {
  auto inputs = *load_unshaped(point, cache);
  inputs.shapes = shapes_of(point, inputs);
  return inputs;
}

Inputs load_inputs(const Point& point) {
  InputCache cache;
  return load_inputs(point, cache);
}

Inputs load_problem(const Point& point) {
  Inputs inputs;
  InputCache cache;
  load_documents(point, cache, inputs);
  inputs.architecture = arch::read_architecture(root_of(inputs.arch_file, "architecture"));
  if (inputs.model_file) inputs.model = workloads::read_model(root_of(*inputs.model_file, "model"));
  inputs.cascade_path = find_shipped(Shipped::cascade, point.cascade);
  inputs.cascade = read_cascade(inputs.cascade_path);
  if (inputs.architecture.gpu) {
    throw InputError(inputs.architecture.place, "architecture '" + inputs.architecture.name +
                                                    "' is a GPU: mappings of loops are searched "
                                                    "for machines of units and memories");
  }
  inputs.shapes = resolve_given(point, inputs);
  return inputs;
}

mappings::Lowered lower(const Inputs& inputs) {
  return mappings::lower(inputs.cascade, inputs.architecture, inputs.mapping, inputs.shapes);
}

mappings::Bound algorithm_bound(const Inputs& inputs) {
  auto shapes =
      mappings::complete_shapes(inputs.cascade, inputs.architecture, inputs.mapping, inputs.shapes);
  return mappings::algorithm_bound(inputs.cascade, inputs.architecture, std::move(shapes));
}

std::vector<std::string> draw(const Inputs& inputs) {
  if (!inputs.mapping.kernel) return lower(inputs).drawing;
  return mappings::draw_launches(
      mappings::lower_kernel(*inputs.mapping.kernel, inputs.architecture, inputs.shapes));
}

}  // namespace attnsim::explore
