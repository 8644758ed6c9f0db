#include <set>

#include "base/error.h"
#include "einsum/check_steps.h"
#include "einsum/dependency_graph.h"
#include "einsum/expression_ops.h"
#include "einsum/printer.h"
#include "einsum/run_order.h"

namespace attnsim::einsum {

namespace {

[[noreturn]] void fail_order(const Einsum& reader, const Access& access, const Tensor& base) {
  if (reader.name() == base.name) {
    throw InputError(access.place, to_text(access) + ": " + base.name +
                                       " cannot read itself, except an earlier coordinate of a " +
                                       "generative tensor (RM[m1+1] = max(RM[m1], ...))");
  }
  throw InputError(access.place, to_text(access) + " is used before it is computed (at " +
                                     to_string(base.place) + ")");
}

void check_text_order(const Cascade& cascade) {
  std::set<std::string> computed;
  for (const auto& einsum : cascade.einsums) {
    for (const auto& access : reads(einsum)) {
      const Tensor& base = base_of(cascade, access);
      if (base.kind == Tensor::Kind::input || computed.contains(base.name)) continue;
      if (!is_generative_read(cascade, einsum, access)) fail_order(einsum, access, base);
    }
    computed.insert(einsum.name());
  }
}

}  // namespace

void check_order(const Cascade& cascade) {
  check_text_order(cascade);
  static_cast<void>(run_order(cascade));
}

}  // namespace attnsim::einsum
