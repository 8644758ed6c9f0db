#pragma once

#include <map>
#include <string>

#include "base/xml.h"
#include "validation/recount.h"

namespace attnsim::validation {

/// The rule that a `<recount>` element describes:
///
///     <recount rule="registers of one PE" why="...">
///       <one_instance memory="pe_registers"/>
///       <scaled component="array1d" action="exp" by="0"/>
///       <passed_by memory="global_buffer" tensors="Q K V"/>
///       <drained memory="global_buffer" to="dram" tensors="AV"/>
///       <wrapped_elision memory="global_buffer" tensor="QK" tile="256 * M" lengths="64K 256K"/>
///     </recount>
///
/// Each may say for which sequence `lengths` it is. @throws InputError at what is wrong
[[nodiscard]] RecountRule read_recount(const XmlElement& element);

/// The rules of every configuration in a file of `<configuration>`s in a `<recounts>`.
/// @throws InputError
[[nodiscard]] std::map<std::string, RecountRules> load_recounts(const std::string& path);

}  // namespace attnsim::validation
