#pragma once

#include <string>

#include "einsum/attention_reference.h"  // IWYU pragma: export
#include "einsum/cascade.h"              // IWYU pragma: export
#include "einsum/checker.h"              // IWYU pragma: export
#include "einsum/dependency_graph.h"     // IWYU pragma: export
#include "einsum/derive.h"               // IWYU pragma: export
#include "einsum/expression_ops.h"       // IWYU pragma: export
#include "einsum/interpreter.h"          // IWYU pragma: export
#include "einsum/parser.h"               // IWYU pragma: export
#include "einsum/printer.h"              // IWYU pragma: export
#include "einsum/run_order.h"            // IWYU pragma: export
#include "einsum/shapes.h"               // IWYU pragma: export
#include "einsum/structure.h"            // IWYU pragma: export
#include "einsum/typical.h"              // IWYU pragma: export

/// The public face of einsum/: cascades of extended Einsums, and what can be known of them without
/// a machine. The language: docs/cascade_language.md.
namespace attnsim::einsum {

/// Parses and checks the text of a cascade.
/// @param file  the name that messages give it
/// @throws InputError "file:line:column: message" at the first fault
[[nodiscard]] Cascade parse_cascade(const std::string& text, const std::string& file);

/// Reads, parses and checks a cascade file. @throws InputError, also if it cannot be read
[[nodiscard]] Cascade load_cascade(const std::string& path);

}  // namespace attnsim::einsum
