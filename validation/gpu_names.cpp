#include "validation/gpu_names.h"

#include <filesystem>
#include <vector>

#include "base/data_root.h"
#include "base/did_you_mean.h"
#include "base/error.h"

namespace attnsim::validation {
namespace {

CsvTable load_ours(const char* name) {
  return CsvTable::load((std::filesystem::path(data_root()) / "validation" / name).string());
}

}  // namespace

CsvTable load_gpu_names() { return load_ours("gpus.csv"); }

CsvTable load_kernel_families() { return load_ours("kernel_families.csv"); }

std::string arch_of_gpu(const MeasuredTable& measured, const CsvTable& names) {
  if (measured.gpu.empty()) {
    throw InputError(
        measured.file,
        "has no comment \"# GPU: NAME, ...\": say with --arch what it was measured on");
  }
  std::vector<std::string> known;
  for (std::size_t i = 0; i < names.rows(); ++i) {
    known.push_back(names.cell(i, "gpu"));
    if (known.back() == measured.gpu) return names.cell(i, "arch");
  }
  throw InputError(measured.file, "no architecture stands for GPU '" + measured.gpu + "'" +
                                      did_you_mean(measured.gpu, known) +
                                      " (known: " + join(known, "; ") +
                                      "): give one with --arch, or add a line to "
                                      "validation/gpus.csv");
}

std::string family_of(const std::string& kernel, const CsvTable& families) {
  for (std::size_t i = 0; i < families.rows(); ++i) {
    if (families.cell(i, "kernel") == kernel) return families.cell(i, "family");
  }
  return kernel;
}

}  // namespace attnsim::validation
