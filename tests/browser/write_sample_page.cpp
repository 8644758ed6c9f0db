// Writes a made-up page to the file named, for the scripts beside it to look at.
#include <exception>
#include <fstream>
#include <iostream>
#include <string>

#include "validation/example_measurements.h"
#include "validation/example_study.h"
#include "validation/measured_page.h"
#include "validation/study_page.h"

namespace {

std::string page_of(const std::string& name) {
  using namespace attnsim::validation;
  return name == "measured_page" ? measured_page(example_measured_study())
                                 : study_page(example_study());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: write_sample_page study_page|measured_page FILE\n";
    return 2;
  }
  try {
    std::ofstream file(argv[2], std::ios::binary);
    file << page_of(argv[1]);
    return file.flush() ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}

extern "C" int sc_main(int /*argc*/, char* /*argv*/[]) { return 1; }  // libsystemc refers to it
