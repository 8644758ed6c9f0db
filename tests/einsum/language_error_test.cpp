// What is wrong with operators, selections, gathers, conditions on values, types and initial
// values.
#include <gmock/gmock.h>

#include "einsum/cascade_files.h"

namespace attnsim::einsum {
namespace {

/// Lines of a cascade from line 5 on, and the message for them.
struct Broken {
  const char* text;
  const char* message;
};

void expect_errors(const std::vector<Broken>& table) {
  for (const auto& broken : table) {
    const std::string head = "cascade c\nrank A B\ninput X[a,b]\noutput Y[a]\n";
    EXPECT_EQ(error_of(head + broken.text), broken.message) << broken.text;
  }
}

TEST(LanguageErrors, OfOperators) {
  expect_errors(
      {{"operator Gelu(x) = x\nY[a] = X[a,b]",
        "t:5:10: operator names start in lower case: 'Gelu'"},
       {"operator exp(x) = x\nY[a] = X[a,b]", "t:5:10: there already is an operator 'exp'"},
       {"operator f(x) = x\noperator f(x) = x\nY[a] = X[a,b]",
        "t:6:10: there already is an operator 'f'"},
       {"operator f(x, x) = x\nY[a] = X[a,b]",
        "t:5:10: f: the arguments of an operator are distinct names in lower case, not 'x'"},
       {"operator f(x) = y\nY[a] = X[a,b]", "t:5:17: f: unknown argument 'y' (known: x)"},
       {"operator f(x) = x * B\nY[a] = X[a,b]", "t:5:21: f: unknown argument 'B' (known: x)"},
       {"operator f(x) = x + X[0,0]\nY[a] = X[a,b]",
        "t:5:21: f: an operator is made of its arguments, numbers and operators, not of X[0,0]"},
       {"operator f(x) = g(x)\noperator g(x) = x\nY[a] = X[a,b]",
        "t:5:17: f calls 'g', which is not declared above it"},
       {"operator f(x) = f(x)\nY[a] = X[a,b]",
        "t:5:17: f calls 'f', which is not declared above it"},
       {"operator gelu(x) = x\nY[a] = gelv(X[a,b])",
        "t:6:8: unknown operator 'gelv' (known: max, min, exp, exp2, log, log2, sqrt, rsqrt, abs, "
        "sigmoid, tanh, relu, silu, erf, sin, cos, floor, ceil, round, sign, pow, mod, gelu); did "
        "you mean 'gelu'?"},
       {"operator gelu(x) = x\nY[a] = gelu(X[a,b], 1)", "t:6:8: gelu takes 1 argument, not 2"},
       {"operator gelu(x) = x\nY[a] = X[a,b]", "t:5:10: the operator 'gelu' is never used"}});
}

TEST(LanguageErrors, OfReductionsThatAreDeclared) {
  expect_errors(
      {{"operator f(x) identity 0 = x\nY[a] = f[b] X[a,b]",
        "t:5:10: f: an operator with an identity combines two arguments, not 1"},
       {"operator f(x, y) = x + y\nY[a] = f[b] X[a,b]",
        "t:6:8: the operator 'f' reduces nothing: it is declared at t:5:10 without an identity "
        "(operator max2(x, y) identity -inf = ...)"},
       {"operator f(x, y) identity 1 = x + y\nY[a] = f[b] X[a,b]",
        "t:5:10: the operator 'f' cannot reduce: the identity changes nothing, but of 1, 0.25 it "
        "makes 1.25 and not 0.25"},
       {"operator f(x, y) identity 0 = x + y + x * x * y\nY[a] = f[b] X[a,b]",
        "t:5:10: the operator 'f' cannot reduce: what reduces is commutative, but of 0.25, 0.5 it "
        "makes 0.78125 and not 0.8125"},
       {"Y[a] = product[b] X[a,b]",
        "t:5:8: unknown reduction 'product' (known: sum, max, min, any, prod, all, topk, bottomk, "
        "argmax, argmin); the names of tensors start in upper case"}});
}

TEST(LanguageErrors, OfSelectionsAndGathers) {
  expect_errors(
      {{"Y[a] = argmax[a] X[a,0]",
        "t:5:8: argmax[a] reduces over 'a', which also indexes the output Y[a]"},
       {"Y[a] = argmax[b] X[a,0]",
        "t:5:8: argmax[b] reduces over 'b', which does not index anything in X[a,0]"},
       {"Y[a] = X[a,Z[a]]", "t:5:12: unknown tensor 'Z' (known: X, Y)"},
       {"Y[a] = X[a,X[a]]", "t:5:12: X[a]: X has 2 ranks [A,B], not 1"},
       {"I[a] = argmax[b] X[a,b]\nlet V[a] = X[a,I[a]]\nY[a] = V[a]",
        "t:6:12: X[a,I[a]]: a view moves no data, so it cannot gather; write an equation, V[a] = "
        "X[a,I[a]]"},
       {"Y[a] = X[a,I[a]]\nI[a] = argmax[b] X[a,b]",
        "t:5:12: I[a] is used before it is computed (at t:6:1)"}});
}

TEST(LanguageErrors, OfConditionsOnValues) {
  expect_errors(
      {{"Y[a] = X[a,0] where X[a,b] > 0",
        "t:5:21: where X[a,b] > 0: Y does not iterate over 'b' (it iterates over a)"},
       {"Y[a] = X[a,b] where X[a,b] > max[b] X[a,b]",
        "t:5:30: a condition does not reduce: compute max[b] X[a,b] in an Einsum of its own and "
        "compare with that"},
       {"Y[a] = X[a,b] where Z[a] > 0", "t:5:21: unknown tensor 'Z' (known: X, Y)"},
       {"Y[a] = X[a,b] where exp(X[a,b], 1)", "t:5:21: exp takes 1 argument, not 2"},
       {"Y[a] = X[a,b] where Y[a] > 0",
        "t:5:21: Y[a]: Y cannot read itself, except an earlier coordinate of a generative tensor "
        "(RM[m1+1] = max(RM[m1], ...))"}});
}

TEST(LanguageErrors, OfValuesTypesAndInitialValues) {
  expect_errors(
      {{"Y[a] = X",
        "t:5:8: Y[a] = ...: unknown rank or parameter 'X' (known: A, B); the tensor X needs its "
        "indices, like X[...]"},
       {"Y[a] = nan", "t:5:8: Y[a] = ...: unknown rank variable 'nan' (known: a, b)"},
       {"output Z[a] : int8\nZ[a] : int4 = X[a,b]\nY[a] = X[a,b]",
        "t:6:8: 'Z' already has the element type int8"},
       {"init Y[0] = X[a,0]\nY[a+1] = Y[a]", "t:5:13: X[a,0]: 'a' is no index of Y[0]"},
       {"init Y[0] = Z[0]\nZ[a] = X[a,b]\nY[a+1] = Y[a]",
        "t:5:13: an initial value is made of inputs and numbers, and 'Z' is computed"},
       {"init Y[0] = max[b] X[0,b]\nY[a+1] = Y[a]",
        "t:5:13: an initial value does not reduce, as max[b] X[0,b] does"}});
}

TEST(LanguageErrors, OfOperatorsThatExplode) {
  std::string text = "cascade c\nrank A\ninput X[a]\noutput Y[a]\noperator f0(x) = x + x\n";
  for (int i = 1; i < 40; ++i) {
    const std::string inner = "f" + std::to_string(i - 1) + "(x)";
    text += "operator f" + std::to_string(i) + "(x) = " + inner + " + " + inner + "\n";
  }
  EXPECT_EQ(error_of(text + "Y[a] = f39(X[a])\n"),
            "t:15:10: the operator 'f10' is too large: with the operators that it calls written "
            "out it may hold 10000 calls, 100 deep");
}

/// T0 ... all need each other, each generative along a rank of its own.
std::string nested_recurrences(int depth) {
  std::string ranks;
  std::string all;
  std::string sum;
  for (int i = 0; i < depth; ++i) {
    ranks += " A" + std::to_string(i);
    all += (i == 0 ? "a" : ",a") + std::to_string(i);
  }
  for (int i = 0; i < depth; ++i) {
    sum += (i == 0 ? "T" : " + T") + std::to_string(i) + "[" + all + "]";
  }
  std::string inits;
  std::string equations;
  for (int i = 0; i < depth; ++i) {
    const auto own = "a" + std::to_string(i);
    const auto at = all.find(own);
    const auto with = [&](const std::string& index) {
      return "T" + std::to_string(i) + "[" + std::string(all).replace(at, own.size(), index) + "]";
    };
    inits += "init " + with("0") + " = 0\n";
    equations += with(own + "+1") + " = " + sum + "\n";
  }
  return error_of("cascade c\nrank" + ranks + "\noutput T0[" + all + "]\n" + inits + equations);
}

TEST(LanguageErrors, OfRecurrencesNestedTooDeep) {
  EXPECT_EQ(nested_recurrences(2), "");
  EXPECT_EQ(nested_recurrences(8), "");
  EXPECT_EQ(nested_recurrences(9), "t:21:1: recurrences nest at most 8 deep");
}

}  // namespace
}  // namespace attnsim::einsum
