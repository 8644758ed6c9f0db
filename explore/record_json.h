#pragma once

#include <string>

#include "explore/record.h"
#include "explore/result_json.h"

/// Tasks and records as JSON text, for the way between processes.
namespace attnsim::explore {

[[nodiscard]] std::string text_of(const Task& task);
[[nodiscard]] std::string text_of(const Record& record);

/// @throws Json::exception if the text is not what `text_of` wrote
[[nodiscard]] Task task_of(const std::string& text);
[[nodiscard]] Record record_of(const std::string& text);

/// JSON on one line; bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string compact(const Json& json);

}  // namespace attnsim::explore
