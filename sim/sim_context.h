#pragma once

#include <memory>
#include <systemc>

namespace attnsim::sim {

/// One SystemC universe: build, run and destroy all modules inside its life. Lets a process run any
/// number of simulations one after another, never two at once and never from two threads: the
/// kernel's current context is a global. Undocumented but works with 2.3.4; the first context stays
/// alive, as the kernel's static events belong to it.
///
/// A thread process that is still blocked at the end is not unwound: keep owning objects in
/// modules, not on the stacks of processes.
class SimContext {
 public:
  SimContext();
  ~SimContext();
  SimContext(const SimContext&) = delete;
  SimContext& operator=(const SimContext&) = delete;

 private:
  sc_core::sc_simcontext* previous_;
  sc_core::sc_simcontext* previous_default_;
  std::unique_ptr<sc_core::sc_simcontext> context_;
};

}  // namespace attnsim::sim
