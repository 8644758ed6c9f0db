#include "einsum/checker.h"

#include "einsum/check_steps.h"

namespace attnsim::einsum {

Cascade check(Cascade cascade) {
  check_ranks(cascade);
  order_ranks(cascade);
  check_operators(cascade);
  check_typicals(cascade);
  declare_tensors(cascade);
  set_types(cascade);
  check_declarations(cascade);
  for (auto& einsum : cascade.einsums) check_einsum(cascade, einsum);
  check_order(cascade);
  check_used(cascade);
  return cascade;
}

}  // namespace attnsim::einsum
