// A program for mpirun: mpi_sweep FILE sweeps the faulty points into FILE, whatever the ranks.
#include <exception>
#include <iostream>

#include "explore/faulty_sweep.h"
#include "explore/mpi_pool.h"

int main(int argc, char** argv) {
  using namespace attnsim::explore;
  if (argc != 2 || !under_mpi()) return 2;
  try {
    if (mpi_rank() == 0) {
      sweep_faulty(argv[1], run_under_mpi, 0);
    } else {
      run_under_mpi({}, faulty_record, nullptr, nullptr, {});
    }
  } catch (const std::exception& error) {
    std::cerr << "mpi_sweep: " << error.what() << '\n';
    return 1;
  }
  return 0;
}

extern "C" int sc_main(int /*argc*/, char* /*argv*/[]) { return 1; }  // libsystemc refers to it
