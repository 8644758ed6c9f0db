#include "einsum/cascade.h"

#include <algorithm>
#include <cctype>

namespace attnsim::einsum {

namespace {

template <class Items, class Matches>
const typename Items::value_type* find(const Items& items, const Matches& matches) {
  const auto found = std::find_if(items.begin(), items.end(), matches);
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

Comparator opposite(Comparator comparator) {
  switch (comparator) {
    case Comparator::less:
      return Comparator::greater_equal;
    case Comparator::less_equal:
      return Comparator::greater;
    case Comparator::greater:
      return Comparator::less_equal;
    case Comparator::greater_equal:
      return Comparator::less;
    case Comparator::equal:
      return Comparator::not_equal;
    case Comparator::not_equal:
      return Comparator::equal;
  }
  return comparator;
}

bool Term::operator==(const Term& other) const = default;
bool Index::operator==(const Index& other) const = default;

bool IndexPart::operator==(const IndexPart& other) const {
  const auto* gather = std::get_if<Access>(&node);
  const auto* other_gather = std::get_if<Access>(&other.node);
  if (gather == nullptr || other_gather == nullptr) {
    return gather == other_gather &&
           std::get<IndexOperation>(node) == std::get<IndexOperation>(other.node);
  }
  return gather->tensor == other_gather->tensor && gather->indices == other_gather->indices;
}

std::string Rank::variable() const {
  std::string lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

const Rank* Cascade::find_rank(const std::string& wanted) const {
  return find(ranks, [&](const Rank& rank) { return rank.name == wanted; });
}

const Rank* Cascade::find_rank_of_variable(const std::string& variable) const {
  return find(ranks, [&](const Rank& rank) { return rank.variable() == variable; });
}

const Param* Cascade::find_param(const std::string& wanted) const {
  return find(params, [&](const Param& param) { return param.name == wanted; });
}

const Operator* Cascade::find_operator(const std::string& wanted) const {
  return find(operators, [&](const Operator& declared) { return declared.name == wanted; });
}

const Tensor* Cascade::find_tensor(const std::string& wanted) const {
  return find(tensors, [&](const Tensor& tensor) { return tensor.name == wanted; });
}

const Einsum* Cascade::find_einsum(const std::string& wanted) const {
  return find(einsums, [&](const Einsum& einsum) { return einsum.name() == wanted; });
}

const View* Cascade::find_view(const std::string& wanted) const {
  return find(views, [&](const View& view) { return view.left.tensor == wanted; });
}

}  // namespace attnsim::einsum
