#pragma once

#include <string>

#include "arch/reader.h"
#include "mappings/kernel_reader.h"
#include "mappings/launch.h"

namespace attnsim::mappings {

/// A GPU of round figures: 1 GHz, 1000 bytes a cycle of memory for all, two operations.
inline arch::Architecture small_gpu(int multiprocessors = 4, const std::string& extra = "") {
  const std::string text =
      "<architecture name='small' clock='1 GHz'>"
      "<memory name='hbm' bandwidth='1000 GB/s' width='8 b' read='1 pJ' write='1 pJ'/>"
      "<memory name='l2' capacity='1 MiB' bandwidth='4000 GB/s' width='8 b'/>"
      "<gpu multiprocessors='" +
      std::to_string(multiprocessors) +
      "' l2='l2' dram='hbm'>"
      "<multiprocessor threads='1024' blocks='8' registers='65536' shared='100 KiB' "
      "reserved='1 KiB' port='100 B'/>"
      "<latency l2='10 cycles' dram='20 cycles'/>"
      "<launch first='1 us' next='1 us' block='0 us' cold='0 us'/>"
      "<power idle='1 W' limit='1000 W' clock='1 GHz' tensor='1 GHz' settles='0 us' "
      "reference='1 GHz' slope='1'/>"
      "<scattered_stores bandwidth='500 GB/s'/>"
      "<dram_bandwidth multiprocessors='" +
      std::to_string(multiprocessors) +
      "' bandwidth='1000 GB/s'/>"
      "<op name='mul' unit='tensor' rate='10' energy='1 pJ'/>"
      "<op name='add' unit='vector' rate='4' alone='2' latency='3 cycles'/>" +
      extra + "</gpu></architecture>";
  return arch::read_architecture(XmlElement::parse(text, "small.xml", "architecture"));
}

inline KernelMapping kernel(const std::string& inside) {
  return read_kernel_mapping(
      XmlElement::parse("<mapping>\n" + inside + "</mapping>", "k.xml", "mapping"));
}

/// One launch with these attributes and steps of its only role.
inline KernelMapping one_role(const std::string& attributes, const std::string& steps,
                              const std::string& before = "") {
  return kernel("<launch name='l' " + attributes + ">" + before + "<role name='r'>" + steps +
                "</role></launch>");
}

}  // namespace attnsim::mappings
