// Writes the page of the made-up study to the file named, for check_page.mjs to look at.
#include <exception>
#include <fstream>
#include <iostream>

#include "validation/example_study.h"
#include "validation/study_page.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_sample_page FILE\n";
    return 2;
  }
  try {
    std::ofstream file(argv[1], std::ios::binary);
    file << attnsim::validation::study_page(attnsim::validation::example_study());
    return file.flush() ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}

extern "C" int sc_main(int /*argc*/, char* /*argv*/[]) { return 1; }  // libsystemc refers to it
