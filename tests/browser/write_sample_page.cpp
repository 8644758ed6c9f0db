// Writes a made-up page to the file named, for the scripts beside it to look at.
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include "report/example_sweep.h"
#include "report/number_in.h"
#include "report/sweep_page.h"
#include "report/web_parts.h"
#include "validation/example_measurements.h"
#include "validation/example_study.h"
#include "validation/measured_page.h"
#include "validation/study_page.h"

namespace {

using namespace attnsim;

/// What is known of the example's machine.
report::SweepMachines example_machines(const report::SweepView& view) {
  report::SweepMachines machines;
  for (const auto row : report::detailed_rows(view)) {
    const auto size = *report::number_in(view.row(row).parameters.at("pe"));
    machines.rooflines[row] = {"toy", 2 * size * size * 1e9, 100e9, {"dram"}};
  }
  machines.timeline =
      report::Gantt{"What the units do", "Two iterations.", {"array2d", "dram"}, {}};
  for (int i = 0; i < 8; ++i) {
    machines.timeline->slices.push_back(
        {"array2d", i % 2 == 0 ? "QK" : "AV", 100.0 * i, 100.0 * i + 95, std::to_string(i)});
    machines.timeline->slices.push_back({"dram", "load K", 100.0 * i, 100.0 * i + 40, ""});
  }
  return machines;
}

/// Of so many array sizes; each is twelve points.
std::string sweep_page(int sizes) {
  const auto sweep = report::example_sweep(sizes);
  const auto view = report::view_of(sweep);
  return report::to_html(report::sweep_document(view, std::nullopt, example_machines(view)),
                         report::load_web_parts(report::web_folder()));
}

const std::map<std::string, std::string (*)()> pages{
    {"large_sweep_page", [] { return sweep_page(834); }},
    {"measured_page",
     [] { return validation::measured_page(validation::example_measured_study()); }},
    {"study_page", [] { return validation::study_page(validation::example_study()); }},
    {"sweep_page", [] { return sweep_page(3); }}};

}  // namespace

int main(int argc, char** argv) {
  const auto page = argc == 3 ? pages.find(argv[1]) : pages.end();
  if (page == pages.end()) {
    std::cerr << "usage: write_sample_page PAGE FILE, with a PAGE of:";
    for (const auto& [name, write] : pages) std::cerr << ' ' << name;
    std::cerr << '\n';
    return 2;
  }
  try {
    std::ofstream file(argv[2], std::ios::binary);
    file << page->second();
    return file.flush() ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}

extern "C" int sc_main(int /*argc*/, char* /*argv*/[]) { return 1; }  // libsystemc refers to it
