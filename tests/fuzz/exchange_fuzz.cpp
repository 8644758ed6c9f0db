// Any text is a file of another tool or an InputError, whichever tool it is read as; what is read
// can be written as ours and for the tools that we write for.
#include <string>

#include "arch/reader.h"
#include "base/error.h"
#include "einsum/einsum.h"
#include "exchange/exchange.h"
#include "exchange/xml_text.h"
#include "fuzz/fuzz_target.h"
#include "mappings/reader.h"
#include "mappings/writer.h"

namespace attnsim::fuzz {
namespace {

using exchange::Imported;

void read_again(const Imported& imported) {
  if (imported.cascade) {
    const auto text = einsum::to_text(*imported.cascade);
    require(einsum::same(einsum::parse_cascade(text, "again"), *imported.cascade),
            "the cascade reads back as another", text);
  }
  if (imported.architecture) {
    const auto text = exchange::to_xml(*imported.architecture);
    static_cast<void>(arch::read_architecture(XmlElement::parse(text, "again", "architecture")));
  }
  if (imported.mapping) {
    const auto text = mappings::to_xml(*imported.mapping);
    require(mappings::to_xml(mappings::read_mapping(XmlElement::parse(text, "again", "mapping"))) ==
                text,
            "the mapping reads back as another", text);
  }
}

void write_for(exchange::Exported (*write)(const exchange::Ours&), const Imported& imported) {
  exchange::Ours ours;
  if (imported.cascade) ours.cascade = &*imported.cascade;
  if (imported.architecture) ours.architecture = &*imported.architecture;
  if (imported.mapping) ours.mapping = &*imported.mapping;
  ours.shapes = imported.shapes;
  try {
    static_cast<void>(write(ours));
  } catch (const InputError&) {
  }
}

void read_as(Imported (*read)(const std::vector<exchange::SourceFile>&), const std::string& text) {
  Imported imported;
  try {
    imported = read({{text, "fuzz.yaml"}});
  } catch (const InputError&) {
    return;
  }
  read_again(imported);
  write_for(exchange::export_teaal, imported);
  write_for(exchange::export_timeloop, imported);
}

}  // namespace
}  // namespace attnsim::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace attnsim;
  const auto text = fuzz::text_of(data, size);
  fuzz::read_as(exchange::import_teaal, text);
  fuzz::read_as(exchange::import_timeloop, text);
  fuzz::read_as(exchange::import_accelforge, text);
  return 0;
}
