#include "einsum/compile_index.h"

#include <set>
#include <utility>

#include "base/error.h"
#include "einsum/index_ops.h"
#include "einsum/printer.h"

namespace attnsim::einsum {

namespace {

constexpr std::int64_t most_gathered = std::int64_t{1} << 40;

}  // namespace

IndexCompiler::IndexCompiler(const Cascade& cascade, const Shapes& shapes, const Values& tensors,
                             CompiledEinsum& result)
    : cascade_(cascade), shapes_(shapes), tensors_(tensors), result_(result) {
  for (const auto extent : result.extents) ranges_.emplace_back(0, extent - 1);
}

Affine IndexCompiler::resolve(const Index& index, const Bindings& bindings, const Place& place) {
  Affine affine;
  for (const auto& term : index.terms) {
    const auto shape = term.rank.empty() ? 1 : shapes_.at(term.rank);
    const auto factor = multiply_coordinates(term.factor, shape, place);
    if (!term.part.empty()) {
      add_scaled(affine, factor, resolve_part(term.part.front(), bindings, place), place);
    } else {
      const Affine one{1, {}};
      add_scaled(affine, factor, term.variable.empty() ? one : bindings.at(term.variable), place);
    }
  }
  return affine;
}

Affine IndexCompiler::resolve_part(const IndexPart& part, const Bindings& bindings,
                                   const Place& place) {
  if (const auto* gathered = std::get_if<Access>(&part.node)) {
    auto compiled = access(*gathered, bindings);
    result_.accesses.push_back(std::move(compiled));
    return add_derived({Derived::Kind::gather, {}, 1, result_.accesses.size() - 1},
                       {-most_gathered, most_gathered});
  }
  const auto& operation = std::get<IndexOperation>(part.node);
  Affine operand = resolve(operation.operand, bindings, place);
  const auto constant = resolve(operation.constant, bindings, place);
  const Range divisor = range(constant, place);
  if (operation.kind == IndexOperation::Kind::product) {
    Affine product;
    add_scaled(product, divisor.first, operand, place);
    return product;
  }
  if (divisor.first < 1) {
    throw InputError(place, to_text(Index{{Term{1, "", "", {part}}}}) + " divides by " +
                                std::to_string(divisor.first) +
                                " at these shapes; a divisor is at least 1");
  }
  const Range dividend = range(operand, place);
  if (operation.kind == IndexOperation::Kind::remainder) {
    return add_derived({Derived::Kind::remainder, std::move(operand), divisor.first, 0},
                       {0, divisor.first - 1});
  }
  return add_derived(
      {Derived::Kind::quotient, std::move(operand), divisor.first, 0},
      {floor_divide(dividend.first, divisor.first), floor_divide(dividend.second, divisor.first)});
}

Affine IndexCompiler::add_derived(Derived derived, Range range) {
  const std::size_t slot = result_.variables.size() + result_.derived.size();
  result_.derived.push_back(std::move(derived));
  ranges_.push_back(range);
  return {0, {{slot, 1}}};
}

DerivedSlots IndexCompiler::needs_of(const std::vector<Affine>& indices) const {
  std::set<std::size_t> needed;  // ascending: what a coordinate is derived from stands before it
  auto open = indices;
  while (!open.empty()) {
    const Affine affine = std::move(open.back());
    open.pop_back();
    for (const auto& [slot, coefficient] : affine.terms) {
      if (slot < result_.variables.size()) continue;
      const auto position = slot - result_.variables.size();
      if (needed.insert(position).second) open.push_back(result_.derived[position].operand);
    }
  }
  return {needed.begin(), needed.end()};
}

Range IndexCompiler::range(const Affine& affine, const Place& place) const {
  return range_of(affine, ranges_, place);
}

CompiledAccess IndexCompiler::access(const Access& written, const Bindings& outer) {
  CompiledAccess compiled;
  compiled.place = written.place;
  compiled.text = to_text(written);
  Access access = written;
  Bindings bindings = outer;
  std::vector<Affine> all;
  while (true) {
    const Tensor& tensor = *cascade_.find_tensor(access.tensor);
    std::vector<Affine> indices;
    for (const auto& index : access.indices) {
      indices.push_back(resolve(index, bindings, written.place));
    }
    all.insert(all.end(), indices.begin(), indices.end());
    add_checks(compiled, tensor, access, indices);
    if (tensor.kind != Tensor::Kind::view) {
      finish(compiled, tensor, indices);
      compiled.derived = needs_of(all);
      return compiled;
    }
    const View& view = *cascade_.find_view(tensor.name);
    bindings.clear();
    for (std::size_t i = 0; i < indices.size(); ++i) {
      bindings[*as_variable(view.left.indices[i])] = indices[i];
    }
    access = view.right;
  }
}

void IndexCompiler::add_checks(CompiledAccess& compiled, const Tensor& tensor, const Access& access,
                               const std::vector<Affine>& indices) const {
  const auto shape = shape_of(cascade_, tensor, shapes_);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const auto [least, largest] = range(indices[i], compiled.place);
    if (least >= 0 && largest < shape[i]) continue;
    compiled.checks.push_back({indices[i], shape[i],
                               "index '" + to_text(access.indices[i]) + "' of " + to_text(access),
                               tensor.ranks[i]});
  }
}

void IndexCompiler::finish(CompiledAccess& compiled, const Tensor& tensor,
                           const std::vector<Affine>& indices) const {
  const DenseTensor& dense = tensors_.at(tensor.name);
  compiled.data = dense.data.data();
  std::int64_t stride = 1;
  for (std::size_t i = indices.size(); i-- > 0;) {
    add_scaled(compiled.offset, stride, indices[i], compiled.place);
    stride *= dense.shape[i];
  }
  static_cast<void>(range(compiled.offset, compiled.place));
}

}  // namespace attnsim::einsum
