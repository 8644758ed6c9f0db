#include "cli/command_line.h"

int main(int argc, char** argv) { return attnsim::cli::run_command_line(argc, argv); }

// libsystemc refers to it and brings a main() that would call it; ours is the one that runs.
extern "C" int sc_main(int /*argc*/, char* /*argv*/[]) { return 1; }
