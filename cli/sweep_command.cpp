#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <thread>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "base/quantity_text.h"
#include "base/text_file.h"
#include "cli/commands.h"
#include "cli/program_version.h"
#include "cli/progress_bar.h"
#include "cli/stop_signal.h"
#include "explore/mpi_pool.h"
#include "explore/query.h"
#include "explore/sweep_reader.h"
#include "explore/sweep_run.h"
#include "workloads/library.h"

namespace attnsim::cli {
namespace {

using explore::SweepCounts;
using Clock = std::chrono::steady_clock;

struct Options {
  std::string sweep;
  std::string database;
  unsigned workers = 0;
  std::string time_limit;
  std::string memory_limit;
  std::string kind = "processes";
  bool resume = false;
  bool retry_failed = false;
  bool dry_run = false;
  bool times = false;
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What was typed, with quotes where a shell needs them.
std::string command_as_typed() {
  constexpr const char* plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,@+";
  const auto words = read_text_file("/proc/self/cmdline");
  std::vector<std::string> shown;
  for (std::size_t start = 0; start < words.size();) {
    const auto end = std::min(words.find('\0', start), words.size());
    const auto word = words.substr(start, end - start);
    const bool quoted = word.empty() || word.find_first_not_of(plain) != std::string::npos;
    shown.push_back(quoted ? "'" + word + "'" : word);
    start = end + 1;
  }
  return join(shown, " ");
}

unsigned worker_count(const Options& options) {
  return options.workers > 0 ? options.workers : std::max(1U, std::thread::hardware_concurrency());
}

/// Limits of the command line win over those of the file, those over the usual ones.
explore::PoolOptions pool_options(const Options& options, const explore::Sweep& sweep) {
  constexpr auto usual_limit = std::chrono::minutes(10);
  constexpr double milliseconds = 1000;
  constexpr double longest = 1e9;
  explore::PoolOptions pool;
  pool.workers = worker_count(options);
  pool.time_limit = sweep.time_limit.count() > 0 ? sweep.time_limit : usual_limit;
  pool.memory_limit =
      sweep.memory_limit > 0 ? sweep.memory_limit : explore::memory_share(pool.workers);
  if (!options.time_limit.empty()) {
    const auto seconds = value_of_text<Seconds>(options.time_limit).count();
    pool.time_limit = std::chrono::milliseconds(
        std::llround(std::ceil(std::min(seconds, longest) * milliseconds)));
  }
  if (!options.memory_limit.empty()) {
    pool.memory_limit =
        static_cast<std::int64_t>(value_of_text<Bytes>(options.memory_limit).count());
  }
  return pool;
}

explore::SweepOptions sweep_options(const Options& options, const explore::Sweep& sweep) {
  explore::SweepOptions how;
  how.database = options.database;
  how.version = program_version();
  how.command = command_as_typed();
  how.resume = options.resume;
  how.retry = options.retry_failed;
  how.workers = options.kind == "threads" ? explore::Workers::threads : explore::Workers::processes;
  how.pool = pool_options(options, sweep);
  return how;
}

std::string described(const explore::Task& task) {
  const auto& point = task.point;
  std::vector<std::string> words{point.arch, point.mapping};
  for (const auto& word : {point.model, point.seq, point.shape, point.parameters}) {
    if (!word.empty()) words.push_back(word);
  }
  for (const auto& [name, value] : task.parameters) words.push_back(name + "=" + value);
  return join(words, " ");
}

/// Points from all over the sweep: a stride could meet nothing but one length.
std::vector<explore::Task> sample_of(const std::vector<explore::Task>& tasks, std::size_t most) {
  constexpr double golden = 0.6180339887498949;
  if (tasks.size() <= most) return tasks;
  std::vector<explore::Task> sample;
  for (std::size_t i = 0; i < most; ++i) {
    const double part = std::fmod(golden * static_cast<double>(i + 1), 1.0);
    sample.push_back(tasks[static_cast<std::size_t>(part * static_cast<double>(tasks.size()))]);
  }
  return sample;
}

ExitCode dry_run(const explore::Sweep& sweep, const explore::SweepOptions& how) {
  constexpr std::size_t sampled = 40;
  constexpr std::size_t shown = 5;
  explore::InputCache cache;
  const auto points = explore::points_of(sweep, how.version, cache);
  const auto& tasks = points.tasks;
  std::cout << fmt::format("{}: {} points, {} left out by limits\n", sweep.name, tasks.size(),
                           points.left_out);
  for (std::size_t i = 0; i < std::min(shown, tasks.size()); ++i) {
    std::cout << "  " << described(tasks[i]) << '\n';
  }
  if (tasks.size() > shown) std::cout << "  ...\n";
  std::cout.flush();  // before it is forked
  const auto sample = sample_of(tasks, sampled);
  std::size_t done = 0;
  const auto start = Clock::now();
  explore::run_tasks(
      sample, sweep, cache, how, [&done](const explore::Task&, const explore::Record&) { ++done; },
      [] { return StopSignal::came(); });
  if (done == 0) return ExitCode::done;
  const auto each = seconds_since(start) / static_cast<double>(done);
  std::cout << fmt::format("about {} on {} workers, by {} of the points\n",
                           duration_text(each * static_cast<double>(tasks.size())),
                           how.pool.workers, done);
  return ExitCode::done;
}

void print_summary(const explore::Sweep& sweep, const Options& options, const SweepCounts& counts) {
  std::cout << fmt::format("{}: {} points: {} computed ({} failed), {} there already\n", sweep.name,
                           counts.points, counts.computed, counts.failed, counts.there);
  if (counts.left_out > 0) std::cout << counts.left_out << " more left out by limits\n";
  if (counts.missing() == 0) return;
  std::cout << fmt::format("stopped, {} points to go: attnsim sweep {} -o {} --resume\n",
                           counts.missing(), options.sweep, options.database);
}

/// The commonest reasons why points have failed, the first line of each.
void print_failures(const explore::Sweep& sweep, const std::string& database) {
  constexpr std::size_t most = 3;
  const auto failures =
      explore::query(database, "SELECT sweep, points, status, error FROM failure");
  std::size_t reasons = 0;
  for (const auto& row : failures.rows) {
    const auto text = [&row](std::size_t column) { return std::get<std::string>(row.at(column)); };
    if (text(0) != sweep.name || ++reasons > most) continue;
    const auto error = text(3);
    std::cerr << fmt::format("  {} {}: {}\n", std::get<std::int64_t>(row.at(1)), text(2),
                             error.substr(0, error.find('\n')));
  }
  if (reasons > most) std::cerr << fmt::format("  ... and {} other reasons\n", reasons - most);
}

ExitCode run(const Options& options, const explore::Sweep& sweep) {
  const StopSignal signal;
  const auto how = sweep_options(options, sweep);
  if (options.dry_run && explore::under_mpi()) {
    throw CLI::ValidationError("--dry-run", "is for one process: leave mpirun out");
  }
  if (options.dry_run) return dry_run(sweep, how);
  if (options.database.empty()) throw CLI::RequiredError("-o");
  const auto start = Clock::now();
  SweepCounts counts;
  {
    ProgressBar bar;
    counts = explore::run_sweep(
        sweep, how,
        [&bar](const SweepCounts& now) {
          bar.show(now.there, now.computed, now.points, now.failed);
        },
        [] { return StopSignal::came(); });
  }
  if (explore::under_mpi() && explore::mpi_rank() != 0) return ExitCode::done;
  print_summary(sweep, options, counts);
  if (counts.failed > 0) print_failures(sweep, options.database);
  if (options.times) {
    const auto seconds = seconds_since(start);
    std::cout << fmt::format("{:.2f} s, {:.0f} points/s on {} workers\n", seconds,
                             static_cast<double>(counts.computed) / seconds, how.pool.workers);
  }
  return counts.missing() == 0 ? ExitCode::done : ExitCode::stopped;
}

/// Ranks other than the first say nothing: it says the same.
ExitCode sweep_points(const Options& options) {
  try {
    const auto path = find_shipped(workloads::Shipped::sweep, options.sweep);
    return run(options, explore::load_sweep(path));
  } catch (const InputError&) {
    if (explore::under_mpi() && explore::mpi_rank() != 0) return ExitCode::input;
    throw;
  }
}

/// Accepts what `Q` reads.
template <class Q>
CLI::Validator quantity() {
  const auto check = [](const std::string& text) {
    try {
      static_cast<void>(value_of_text<Q>(text));
      return std::string();
    } catch (const TextError& error) {
      return "\"" + text + "\" " + error.what();
    }
  };
  return {check, "", "quantity"};
}

void add_limits(CLI::App& command, Options& options) {
  command
      .add_option("-j,--workers", options.workers,
                  "Workers; 0 (default): one a core. Under mpirun one a rank")
      ->type_name("N");
  command
      .add_option("--kind", options.kind,
                  "Workers are processes (default), of which a crash or hang costs one point, or\n"
                  "threads, without limits")
      ->check(CLI::IsMember({"processes", "threads"}))
      ->type_name("processes|threads");
  command
      .add_option("--time-limit", options.time_limit,
                  "Of a point: \"60 s\"; else the file's, else 10 minutes; \"0 s\": none")
      ->check(quantity<Seconds>())
      ->type_name("TIME");
  command
      .add_option("--memory-limit", options.memory_limit,
                  "Of a worker: \"2 GiB\"; else the file's, else its share of the machine's;\n"
                  "\"0 B\": none")
      ->check(quantity<Bytes>())
      ->type_name("BYTES");
}

}  // namespace

Command add_sweep(CLI::App& program) {
  auto* command =
      program.add_subcommand("sweep", "Simulate all points of a sweep into a results database");
  const auto options = std::make_shared<Options>();
  command->add_option("sweep", options->sweep, "Sweep file or shipped name; - is stdin")
      ->type_name("SWEEP")
      ->required();
  command
      ->add_option("-o,--output", options->database,
                   "The database (SQLite), made if it is not there")
      ->type_name("FILE");
  command->add_flag("--resume", options->resume,
                    "Go on with a sweep that the database holds unfinished, or whose file has\n"
                    "changed; points that are there are not computed again");
  command->add_flag("--retry-failed", options->retry_failed,
                    "The same, and points that crashed, or met a limit of time or memory, are\n"
                    "computed again");
  command->add_flag("--dry-run", options->dry_run,
                    "Say how many points there are, which come first, and how long they take");
  command->add_flag("--times", options->times, "Say how long it took");
  add_limits(*command, *options);
  command->footer(
      "A point that fails is a row with its error. Ctrl-C ends in good order, with exit status "
      "130.\n"
      "Examples: attnsim sweep fusemax_pe -o pe.sqlite\n"
      "          mpirun -n 4 attnsim sweep fusemax_space -o space.sqlite --resume");
  return {command, [options] { return sweep_points(*options); }};
}

}  // namespace attnsim::cli
