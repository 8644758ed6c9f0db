#include "cli/program_version.h"

#include <cstddef>
#include <cstring>
#include <elf.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <link.h>
#include <span>

namespace attnsim {
namespace {

using Bytes = std::span<const unsigned char>;

std::size_t padded(std::size_t size) { return (size + 3) / 4 * 4; }

/// The contents of the first note of the kind in a segment of notes; empty if there is none.
Bytes find_note(Bytes notes, ElfW(Word) kind) {
  ElfW(Nhdr) header;
  while (notes.size() >= sizeof(header)) {
    std::memcpy(&header, notes.data(), sizeof(header));
    const auto start = sizeof(header) + padded(header.n_namesz);
    const auto end = start + padded(header.n_descsz);
    if (end > notes.size()) break;
    if (header.n_type == kind) return notes.subspan(start, header.n_descsz);
    notes = notes.subspan(end);
  }
  return {};
}

/// What `dl_iterate_phdr` calls for every loaded object, the program itself first.
int read_build_id(dl_phdr_info* object, std::size_t /*size*/, void* found) {
  for (const auto& segment : std::span(object->dlpi_phdr, object->dlpi_phnum)) {
    if (segment.p_type != PT_NOTE) continue;
    const auto address = object->dlpi_addr + segment.p_vaddr;
    const auto* const start = reinterpret_cast<const unsigned char*>(address);  // NOLINT: as loaded
    const Bytes notes(start, segment.p_memsz);
    const auto id = find_note(notes, NT_GNU_BUILD_ID);
    if (id.empty()) continue;
    *static_cast<Bytes*>(found) = id;
    break;
  }
  return 1;  // the program only
}

}  // namespace

std::string program_version() {
  constexpr std::size_t bytes_shown = 6;
  Bytes id;
  dl_iterate_phdr(read_build_id, &id);
  if (id.size() < bytes_shown) return ATTNSIM_VERSION;
  return fmt::format("{}+{:02x}", ATTNSIM_VERSION, fmt::join(id.first(bytes_shown), ""));
}

}  // namespace attnsim
