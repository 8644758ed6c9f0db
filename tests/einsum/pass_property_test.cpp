#include <gmock/gmock.h>
#include <random>

#include "einsum/cascade_files.h"
#include "einsum/dependency_graph.h"
#include "einsum/expression_ops.h"
#include "einsum/pass_analysis.h"
#include "einsum/pass_brute_force.h"
#include "einsum/pass_live.h"

namespace attnsim::einsum {
namespace {

/// The text of a random cascade over M (in chunks or not) and P: maps, reductions over all, over
/// chunks and over what is left, summaries of summaries, recurrences and their final values.
class Writer {
 public:
  Writer(unsigned seed, bool split) : random_(seed), split_(split) {}

  std::string write() {
    text_ = std::string("cascade c\nrank P M") + (split_ ? " = M1 * M0" : "") + "\ninput X[" +
            whole() + ",p] Y[p]\n";
    full_ = {"X[" + whole() + ",p]"};
    one_ = {"Y[p]"};
    const int count = 2 + below(8);
    for (int i = 0; i < count; ++i) add("T" + std::to_string(i));
    // Everything is read, so that the checker has nothing to say.
    std::string sum;
    for (const auto& read : one_) sum += (sum.empty() ? "" : " + ") + read;
    for (const auto& read : full_) sum += " + sum[" + whole() + "] " + read;
    for (const auto& read : chunks_) sum += " + sum[m1] " + read;
    return text_ + "Z[p] = " + sum + "\noutput Z[p]\n";
  }

 private:
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  [[nodiscard]] std::string whole() const { return split_ ? "m1,m0" : "m"; }
  const std::string& pick(const std::vector<std::string>& from) {
    return from[static_cast<std::size_t>(below(static_cast<int>(from.size())))];
  }

  /// A product of what may be read where the whole rank, a chunk or nothing of it is bound.
  std::string product(int scope) {
    std::string text;
    const int count = 1 + below(2);
    for (int i = 0; i < count; ++i) {
      const int kind = below(scope + 1);
      const auto& from = kind == 2 ? full_ : (kind == 1 && !chunks_.empty() ? chunks_ : one_);
      text += (text.empty() ? "" : " * ") + pick(from);
    }
    return text;
  }

  void add(const std::string& name) {
    const int kind = below(split_ ? 6 : 3);
    if (kind == 0) return define(name + "[" + whole() + ",p]", product(2), full_);
    if (kind == 1)
      return define(name + "[p]", "max[" + whole() + "] " + pick(full_) + " * " + product(2), one_);
    if (kind == 2) return define(name + "[p]", product(0), one_);
    if (kind == 3)
      return define(name + "[m1,p]", "sum[m0] " + pick(full_) + " * " + product(2), chunks_);
    if (chunks_.empty()) return;
    if (kind == 4)
      return define(name + "[p]", "sum[m1] " + pick(chunks_) + " * " + product(1), one_);
    text_ += "init " + name + "[0,p] = 0\n" + name + "[m1+1,p] = max(" + name + "[m1,p], " +
             pick(chunks_) + ")\n";
    chunks_.push_back(name + "[m1+1,p]");
    chunks_.push_back(name + "[m1,p]");
    one_.push_back(name + "[M1,p]");
  }

  void define(const std::string& left, const std::string& right, std::vector<std::string>& kind) {
    text_ += left + " = " + right + "\n";
    kind.push_back(left);
  }

  std::mt19937 random_;
  bool split_;
  std::string text_;
  std::vector<std::string> full_, chunks_, one_;
};

// A traversal that begins where the last one ended saves a chunk at each barrier: there must be
// more chunks than barriers for that to change nothing.
const Shapes small_split{{"P", 1}, {"M1", 12}, {"M0", 2}};
const Shapes small_plain{{"P", 1}, {"M", 12}};

TEST(PassProperty, TheCountIsThatOfTraversalsTriedOut) {
  std::map<int, int> seen;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    const bool split = seed % 3 != 0;
    const auto text = Writer(seed, split).write();
    const auto cascade = parse_cascade(text, "t");
    const auto analysis = analyse_passes(cascade, "M");
    ASSERT_THAT(analysis.notes, testing::IsEmpty()) << text;
    ASSERT_EQ(analysis.most(), brute_force_passes(cascade, "M", split ? small_split : small_plain))
        << text;
    ++seen[analysis.most()];
  }
  EXPECT_GT(seen[1], 50);
  EXPECT_GT(seen[2], 50);
  EXPECT_GT(seen[3], 50);
  EXPECT_GT(seen[4], 10);
}

TEST(PassProperty, TheWorkedCascadesCountTheSameTriedOut) {
  for (const auto* name : {"attention_naive", "attention_naive_deferred", "attention_3pass",
                           "attention_3pass_deferred"}) {
    const auto cascade = load_cascade(cascade_path(name));
    const Shapes shapes{{"B", 1}, {"H", 1}, {"E", 2}, {"F", 2}, {"P", 2}, {"M", 6}};
    EXPECT_EQ(analyse_passes(cascade, "M").most(), brute_force_passes(cascade, "M", shapes))
        << name;
  }
}

/// What can be said of a cascade whatever the order of its text: by Einsum.
std::map<std::string, std::string> found(const Cascade& cascade, const std::string& rank) {
  const auto analysis = analyse_passes(cascade, rank);
  std::map<std::string, std::string> result;
  for (const auto& step : analysis.steps) {
    result[step.einsum] = testing::PrintToString(step.level) + testing::PrintToString(step.avail) +
                          testing::PrintToString(step.time.half);
  }
  const auto live = live_set(cascade, analysis);
  result["passes"] = testing::PrintToString(analysis.passes);
  result["footprint"] = live.footprint.text() + " and " + live.state.text();
  return result;
}

/// Another order of the Einsums in which each stands after what it reads.
void reorder(Cascade& cascade, std::mt19937& random) {
  auto groups = strong_components(cascade);
  std::vector<Einsum> order;
  std::set<std::string> left;
  for (const auto& einsum : cascade.einsums) left.insert(einsum.name());
  const auto is_ready = [&](const std::vector<std::size_t>& group) {
    std::set<std::string> own;
    for (const auto member : group) own.insert(cascade.einsums[member].name());
    return std::all_of(group.begin(), group.end(), [&](std::size_t member) {
      const auto accesses = reads(cascade.einsums[member]);
      return std::all_of(accesses.begin(), accesses.end(), [&](const Access& access) {
        return own.contains(access.tensor) || !left.contains(access.tensor);
      });
    });
  };
  while (!groups.empty()) {
    std::shuffle(groups.begin(), groups.end(), random);
    const auto next = std::find_if(groups.begin(), groups.end(), is_ready);
    for (const auto member : *next) {
      order.push_back(cascade.einsums[member]);
      left.erase(cascade.einsums[member].name());
    }
    groups.erase(next);
  }
  cascade.einsums = std::move(order);
}

TEST(PassProperty, TheOrderOfIndependentEinsumsDoesNotMatter) {
  std::mt19937 random(3);
  for (unsigned seed = 0; seed < 200; ++seed) {
    const auto cascade = parse_cascade(Writer(seed, true).write(), "t");
    auto other = cascade;
    reorder(other, random);
    EXPECT_EQ(found(cascade, "M"), found(other, "M")) << seed;
  }
  for (const auto& name : shipped_cascades()) {
    const auto cascade = load_cascade(cascade_path(name));
    auto other = cascade;
    reorder(other, random);
    for (const auto& rank : cascade.ranks) {
      EXPECT_EQ(found(cascade, rank.name), found(other, rank.name)) << name << " " << rank.name;
    }
  }
}

std::string renamed(std::string text,
                    const std::vector<std::pair<std::string, std::string>>& names) {
  for (const auto& [from, to] : names) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
  }
  return text;
}

TEST(PassProperty, NamesDoNotMatter) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    const auto text = Writer(seed, true).write();
    const auto other = renamed(text, {{"M1", "L7"},
                                      {"m1", "l7"},
                                      {"M0", "L9"},
                                      {"m0", "l9"},
                                      {" M ", " L "},
                                      {"T", "SOME"},
                                      {"X", "OTHER"}});
    EXPECT_EQ(analyse_passes(parse_cascade(text, "t"), "M").passes,
              analyse_passes(parse_cascade(other, "t"), "L").passes)
        << text << other;
  }
}

TEST(PassProperty, SplittingARankWithoutNeedChangesNothing) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    const auto text = Writer(seed, false).write();
    const auto split = renamed(
        text, {{"rank P M", "rank P M = M1 * M0"}, {"[m,p]", "[m1,m0,p]"}, {"[m]", "[m1,m0]"}});
    const auto whole = parse_cascade(text, "t");
    const auto parts = parse_cascade(split, "t");
    EXPECT_EQ(found(whole, "M"), found(parts, "M")) << text;
  }
}

}  // namespace
}  // namespace attnsim::einsum
