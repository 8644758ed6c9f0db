#pragma once

/// Whether the address sanitizer watches: GCC says it with a macro, clang with a feature.
#if defined(__SANITIZE_ADDRESS__)
#define ATTNSIM_ADDRESS_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ATTNSIM_ADDRESS_SANITIZER
#endif
#endif
