#pragma once

#include <cstdint>
#include <string>

namespace attnsim::gpu {

/// What the driver's management library says of the GPU in use. It is loaded at run time, so the
/// build needs no header of it; where it is missing every figure is 0.
class Nvml {
 public:
  explicit Nvml(const std::string& pci_bus_id);
  ~Nvml();
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;

  bool available() const { return device_ != nullptr; }
  std::string driver() const;
  std::uint64_t energy_mj() const;  ///< since the driver was loaded; moves about 10 times a second
  unsigned sm_clock_mhz() const;
  unsigned memory_clock_mhz() const;
  unsigned max_sm_clock_mhz() const;
  unsigned power_limit_mw() const;
  unsigned temperature_c() const;

 private:
  template <class... Args>
  int call(const char* name, Args... args) const;
  unsigned clock(const char* query, int type) const;

  void* library_ = nullptr;
  void* device_ = nullptr;
};

}  // namespace attnsim::gpu
