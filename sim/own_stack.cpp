#include "sim/own_stack.h"

#include "base/sanitizers.h"

#ifdef ATTNSIM_ADDRESS_SANITIZER
#include <cstddef>
#include <pthread.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace attnsim::sim {

#ifdef ATTNSIM_ADDRESS_SANITIZER
void return_to_own_stack() {
  pthread_attr_t attributes;
  void* bottom = nullptr;
  std::size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
  pthread_attr_getstack(&attributes, &bottom, &size);
  pthread_attr_destroy(&attributes);
  void* fake_stack = nullptr;
  __sanitizer_start_switch_fiber(&fake_stack, bottom, size);
  __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
}
#else
void return_to_own_stack() {}
#endif

}  // namespace attnsim::sim
