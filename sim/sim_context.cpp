#include "sim/sim_context.h"

namespace attnsim::sim {

SimContext::SimContext()
    : previous_(sc_core::sc_curr_simcontext),
      previous_default_(sc_core::sc_default_global_context),
      context_(std::make_unique<sc_core::sc_simcontext>()) {
  sc_core::sc_curr_simcontext = context_.get();
  sc_core::sc_default_global_context = context_.get();
}

SimContext::~SimContext() {
  context_.reset();
  sc_core::sc_curr_simcontext = previous_;
  sc_core::sc_default_global_context = previous_default_;
}

}  // namespace attnsim::sim
