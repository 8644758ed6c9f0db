#include <dlfcn.h>

#include "base/nvml.cuh"

namespace attnsim::gpu {
namespace {

// Values of NVML's enumerations, as its documentation fixes them.
constexpr int kClockSm = 1;
constexpr int kClockMemory = 2;
constexpr int kTemperatureGpu = 0;
constexpr int kMissing = -1;

}  // namespace

template <class... Args>
int Nvml::call(const char* name, Args... args) const {
  if (library_ == nullptr) return kMissing;
  using Function = int (*)(Args...);
  const auto function = reinterpret_cast<Function>(dlsym(library_, name));
  return function == nullptr ? kMissing : function(args...);
}

Nvml::Nvml(const std::string& pci_bus_id) {
  library_ = dlopen("libnvidia-ml.so.1", RTLD_NOW);
  if (call("nvmlInit_v2") != 0) return;
  if (call("nvmlDeviceGetHandleByPciBusId_v2", pci_bus_id.c_str(), &device_) != 0) {
    device_ = nullptr;
  }
}

Nvml::~Nvml() {
  if (library_ == nullptr) return;
  call("nvmlShutdown");
  dlclose(library_);
}

std::string Nvml::driver() const {
  char text[96] = "unknown";
  if (available()) call("nvmlSystemGetDriverVersion", text, static_cast<unsigned>(sizeof(text)));
  return text;
}

std::uint64_t Nvml::energy_mj() const {
  unsigned long long energy = 0;
  if (available()) call("nvmlDeviceGetTotalEnergyConsumption", device_, &energy);
  return energy;
}

unsigned Nvml::clock(const char* query, int type) const {
  unsigned value = 0;
  if (available()) call(query, device_, type, &value);
  return value;
}

unsigned Nvml::sm_clock_mhz() const { return clock("nvmlDeviceGetClockInfo", kClockSm); }
unsigned Nvml::memory_clock_mhz() const { return clock("nvmlDeviceGetClockInfo", kClockMemory); }
unsigned Nvml::max_sm_clock_mhz() const { return clock("nvmlDeviceGetMaxClockInfo", kClockSm); }

unsigned Nvml::temperature_c() const { return clock("nvmlDeviceGetTemperature", kTemperatureGpu); }

unsigned Nvml::power_limit_mw() const {
  unsigned value = 0;
  if (available()) call("nvmlDeviceGetEnforcedPowerLimit", device_, &value);
  return value;
}

}  // namespace attnsim::gpu
