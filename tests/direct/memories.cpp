// Memories that every position writes to.
#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// A memory of one linear layer, or what changes it: [e][f].
using Matrix = std::vector<std::vector<double>>;

/// Feature f of what the memory holds for the key or the query at p.
double recall(const Task& task, const Matrix& memory, const char* by, At at, Index p, Index f) {
  return sum_of(task["E"], [&](auto e) {
    return memory[static_cast<std::size_t>(e)][static_cast<std::size_t>(f)] *
           task.in(by)(at[0], at[1], e, p);
  });
}

/// Descends the error of its memory with momentum.
void titans(Task& task) {
  const auto size = static_cast<std::size_t>(task["E"]);
  const auto width = static_cast<std::size_t>(task["F"]);
  task.define("O", [&](At at) {
    Matrix memory(size, std::vector<double>(width, 0));
    Matrix surprise = memory;
    for (Index p = 0; p <= at[3]; ++p) {
      const Matrix before = memory;
      for (std::size_t e = 0; e < size; ++e) {
        for (std::size_t f = 0; f < width; ++f) {
          // The derivative of the squared error, as a central difference (exact for a square).
          const auto loss = [&](double step) {
            Matrix moved = before;
            moved[e][f] += step;
            const auto column = static_cast<Index>(f);
            const double error =
                recall(task, moved, "K", at, p, column) - task.in("V")(at[0], at[1], column, p);
            return error * error;
          };
          const double slope = (loss(1) - loss(-1)) / 2;
          surprise[e][f] = task.in("ETA")(at[0], at[1], p) * surprise[e][f] -
                           task.in("THETA")(at[0], at[1], p) * slope;
          memory[e][f] = (1 - task.in("ALPHA")(at[0], at[1], p)) * before[e][f] + surprise[e][f];
        }
      }
    }
    return recall(task, memory, "Q", at, at[3], at[2]);
  });
}

/// Retains its memory in another norm.
void miras(Task& task) {
  const double power = real(task["LP"]);
  const double kept = real(task["LQ"]);
  const auto size = static_cast<std::size_t>(task["E"]);
  const auto width = static_cast<std::size_t>(task["F"]);
  task.define("O", [&](At at) {
    Matrix memory(size, std::vector<double>(width));
    Matrix steps = memory;
    for (std::size_t e = 0; e < size; ++e) {
      for (std::size_t f = 0; f < width; ++f) {
        memory[e][f] = task.in("MEM0")(at[1], e, f);
        steps[e][f] = task.in("A0")(at[1], e, f);
      }
    }
    for (Index p = 0; p <= at[3]; ++p) {
      double norm = 0;
      for (std::size_t f = 0; f < width; ++f) {
        const double wrong = recall(task, memory, "K", at, p, static_cast<Index>(f)) -
                             task.in("V")(at[0], at[1], f, p);
        const double slope = std::copysign(power * std::pow(std::fabs(wrong), power - 1), wrong);
        for (std::size_t e = 0; e < size; ++e) {
          steps[e][f] = task.in("ALPHA")(at[0], at[1], p) * steps[e][f] -
                        task.in("ETA")(at[0], at[1], p) * slope * task.in("K")(at[0], at[1], e, p);
          norm += std::pow(std::fabs(steps[e][f]), kept);
        }
      }
      norm = std::pow(norm, 1.0 / kept);
      for (std::size_t e = 0; e < size; ++e) {
        for (std::size_t f = 0; f < width; ++f) {
          memory[e][f] = steps[e][f] / std::pow(norm, kept - 2);
        }
      }
    }
    return recall(task, memory, "Q", at, at[3], at[2]);
  });
}

/// Is attention of one query to every prefix.
void aaren(Task& task) {
  task.require(task["P"] <= Index{1} << task["L"], "P <= 2^L");
  task.define("AV", [&](At at) {
    const auto score = [&](auto m) {
      return sum_of(task["E"], [&](auto e) {
        return task.in("Q")(at[1], e) * task.in("K")(at[0], at[1], e, m);
      });
    };
    return attend(first(at[3] + 1), score,
                  [&](auto m) { return task.in("V")(at[0], at[1], at[2], m); });
  });
}

}  // namespace

Definitions memories() {
  return {
      {"titans",
       recurrent({{}}),
       {{"ALPHA", between(0, 0.3)}, {"ETA", between(0, 0.9)}, {"THETA", between(0, 0.3)}},
       titans},
      {"miras",
       recurrent({{{"LP", 3}, {"LQ", 4}}, {{"LP", 2}, {"LQ", 2}}, {{"LP", 4}, {"LQ", 3}}}),
       {{"ALPHA", between(0.5, 1)}, {"ETA", between(0, 0.1)}},
       miras},
      {"aaren", recurrent({{{"L", 3}}, {{"L", 4}}, {{"L", 6}}}), {{"Q", between(-3, 3)}}, aaren}};
}

}  // namespace attnsim::direct
