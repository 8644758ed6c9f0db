#include "einsum/random_softmax.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace attnsim::einsum {

namespace {

using Texts = std::vector<std::string>;

class Writer {
 public:
  explicit Writer(std::mt19937& random) : random_(random) {}

  std::string run() {
    choose_mask();
    careless_ = chance(20);
    write_scores();
    write_maximum();
    write_weights();
    write_outputs();
    std::string text = "cascade random\n";
    if (where_.find('W') != std::string::npos) text += "param W = 3\n";
    text += "rank P M F E\ninput Q[p,e] K[m,e] V[m,f]" + inputs_ + "\noutput" + outputs_ + "\n";
    return text + equations_;
  }

 private:
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  bool chance(int percent) { return below(100) < percent; }
  std::string one_of(const Texts& texts) {
    return texts[static_cast<std::size_t>(below(static_cast<int>(texts.size())))];
  }

  std::string product(Texts factors) {
    std::shuffle(factors.begin(), factors.end(), random_);
    std::string text;
    for (const auto& factor : factors) text += (text.empty() ? "" : " * ") + factor;
    return text;
  }

  void equation(const std::string& left, const std::string& right, bool masked) {
    const bool forgotten = careless_ && chance(20);
    equations_ += left + " = " + right + (masked && !forgotten ? where_ : "") + "\n";
  }

  void choose_mask() {
    where_ = one_of({"", "", " where m <= p", " where m <= p and p - m < W",
                     " where m <= p and (m < 2 or p - m < W)", " where m != p or m == 0",
                     " where not m > p", " where m/2 <= p/2", " where m % 3 == p % 3"});
  }

  void write_scores() {
    const std::string dot = "(sum[e] " + product({"Q[p,e]", "K[m,e]"}) + ")";
    Texts terms = {chance(50) ? dot + " * 0.5" : dot};
    if (chance(40)) {
      inputs_ += " B[m,p]";
      terms.emplace_back("B[m,p]");
    }
    std::shuffle(terms.begin(), terms.end(), random_);
    equation("X[m,p]", terms.size() == 1 ? terms[0] : terms[0] + " + " + terms[1], chance(70));
  }

  void write_maximum() {
    kind_ = below(10);
    if (kind_ == 0) {  // no maximum at all
      reference_.clear();
      return;
    }
    equation("G[p]", "max[m] X[m,p]", true);
    reference_ = "G[p]";
    if (!chance(25)) return;
    equation("T[p]", one_of({"G[p] + 1", "max(G[p], 0.5)", "G[p] * 1"}), false);
    reference_ = "T[p]";
  }

  std::string exponential() {
    const std::string base = one_of({"exp", "exp", "exp2"});
    const std::string scale = one_of({"", "", " * 0.75", " / 2"});
    if (reference_.empty()) return base + "(X[m,p]" + scale + ")";
    const std::string difference =
        chance(70) ? "(X[m,p] - " + reference_ + ")" : "(-(" + reference_ + " - X[m,p]))";
    return base + "(" + difference + scale + ")";
  }

  void write_weights() {
    weight_ = exponential();
    if (kind_ == 1) weight_ = "sigmoid(X[m,p] - " + reference_ + ")";  // has no correction
    if (!chance(60)) return;
    equation("N[m,p]", weight_, true);
    weight_ = "N[m,p]";
  }

  void write_outputs() {
    equation("D[p]", "sum[m] " + weight_, true);
    std::string divisor = "D[p]";
    if (chance(30)) {
      equation("R[p]", "1 / D[p]", false);
      divisor.clear();
    }
    std::string normal = divisor.empty() ? weight_ + " * R[p]" : weight_ + " / " + divisor;
    if (chance(50)) {
      equation("A[m,p]", normal, true);
      normal = "A[m,p]";
    } else {
      normal = "(" + normal + ")";
    }
    equation("Y[p,f]", "sum[m] " + product({normal, "V[m,f]"}), true);
    outputs_ = " Y[p,f]";
    if (chance(30)) {
      equation("L[p]", chance(50) ? "sum[m] " + product({weight_, "X[m,p]"}) : "max[m] " + weight_,
               true);
      outputs_ += " L[p]";
    }
    if (!chance(30)) return;
    equation("Z[p]", "sum[m] X[m,p]", true);
    outputs_ += " Z[p]";
  }

  std::mt19937& random_;
  int kind_ = 0;
  bool careless_ = false;  ///< leaves the mask out here and there
  std::string where_;
  std::string inputs_;
  std::string outputs_;
  std::string equations_;
  std::string reference_;
  std::string weight_;
};

}  // namespace

std::string random_softmax(std::mt19937& random) { return Writer(random).run(); }

}  // namespace attnsim::einsum
