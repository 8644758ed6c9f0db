#include "cli/stop_signal.h"

#include <csignal>

namespace attnsim::cli {
namespace {

volatile std::sig_atomic_t signal_came = 0;

void note(int number) {
  signal_came = 1;
  std::signal(number, SIG_DFL);
}

}  // namespace

StopSignal::StopSignal() {
  signal_came = 0;
  std::signal(SIGINT, note);
  std::signal(SIGTERM, note);
}

StopSignal::~StopSignal() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

bool StopSignal::came() { return signal_came != 0; }

}  // namespace attnsim::cli
