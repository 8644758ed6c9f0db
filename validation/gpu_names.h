#pragma once

#include <string>

#include "base/csv_table.h"
#include "validation/measured_table.h"

namespace attnsim::validation {

/// The table of GPUs that have an architecture: validation/gpus.csv.
[[nodiscard]] CsvTable load_gpu_names();

/// The architecture that stands for the GPU on which a file was measured.
/// @param names  columns `gpu` (the driver's name) and `arch`
/// @throws InputError at the file if it names no GPU, or one that the table does not have
[[nodiscard]] std::string arch_of_gpu(const MeasuredTable& measured, const CsvTable& names);

/// The family of a kernel by validation/kernel_families.csv; its own name where that has none.
/// @param families  columns `kernel` and `family`
[[nodiscard]] std::string family_of(const std::string& kernel, const CsvTable& families);
[[nodiscard]] CsvTable load_kernel_families();

}  // namespace attnsim::validation
