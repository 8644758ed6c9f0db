#pragma once

namespace attnsim::sim {

/// Tells the address sanitizer that control is back on the calling thread's own stack.
/// SystemC 2.3.4 announces its fibres to it, but on return to sc_start()'s caller it leaves the
/// bounds of the last fibre in force: the next exception then looks like a write out of bounds.
/// Does nothing in a build without the sanitizer.
void return_to_own_stack();

}  // namespace attnsim::sim
