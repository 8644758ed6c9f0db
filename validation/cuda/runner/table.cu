#include <cuda_runtime.h>

#include "base/cuda_check.cuh"
#include "base/nvml.cuh"
#include "runner/table.cuh"

namespace attnsim::gpu {
namespace {

// A cell with a comma, a quote or a line's end is quoted.
std::string quoted(const std::string& cell) {
  if (cell.find_first_of(",\"\n") == std::string::npos) return cell;
  std::string text = "\"";
  for (const char c : cell) text += c == '"' ? "\"\"" : c == '\n' ? " " : std::string(1, c);
  return text + "\"";
}

std::string version(int number) {
  return std::to_string(number / 1000) + "." + std::to_string(number % 1000 / 10);
}

}  // namespace

std::string decimal(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.*f", digits, value);
  return text;
}

void write_header(const std::string& path, const std::vector<std::string>& comments,
                  const std::string& columns) {
  if (path.empty()) return;
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (file == nullptr) throw UsageError("cannot write " + path);
  for (const auto& comment : comments) std::fprintf(file, "# %s\n", comment.c_str());
  std::fprintf(file, "%s\n", columns.c_str());
  std::fclose(file);
}

Table::Table(const std::string& path) {
  if (path.empty()) return;
  file_ = std::fopen(path.c_str(), "a");
  if (file_ == nullptr) throw UsageError("cannot write " + path);
}

Table::~Table() {
  if (file_ != nullptr) std::fclose(file_);
}

void Table::row(const std::vector<std::string>& cells) {
  if (file_ == nullptr) return;
  std::string line;
  for (const auto& cell : cells) line += (line.empty() ? "" : ",") + quoted(cell);
  std::fprintf(file_, "%s\n", line.c_str());
  std::fflush(file_);
}

std::vector<std::string> provenance(const Options& options) {
  cudaDeviceProp properties{};
  int device = 0;
  int toolkit = 0;
  GPU_CHECK(cudaGetDevice(&device));
  GPU_CHECK(cudaGetDeviceProperties(&properties, device));
  GPU_CHECK(cudaRuntimeGetVersion(&toolkit));
  char bus[32] = "";
  GPU_CHECK(cudaDeviceGetPCIBusId(bus, sizeof(bus), device));
  const Nvml nvml(bus);
  return {
      std::string("GPU: ") + properties.name + ", " +
          std::to_string(properties.multiProcessorCount) + " SMs, " +
          decimal(properties.totalGlobalMem / 1073741824.0, 1) + " GiB, L2 " +
          decimal(properties.l2CacheSize / 1048576.0, 1) + " MiB",
      "driver: " + nvml.driver() + ", toolkit: CUDA " + version(toolkit),
      "clocks: SM at most " + std::to_string(nvml.max_sm_clock_mhz()) + " MHz, memory " +
          std::to_string(nvml.memory_clock_mhz()) + " MHz, power limit " +
          std::to_string(nvml.power_limit_mw() / 1000) + " W",
      "date: " + options.date,
      "command: " + options.line,
  };
}

}  // namespace attnsim::gpu
