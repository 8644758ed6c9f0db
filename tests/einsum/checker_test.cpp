#include "einsum/checker.h"

#include <gmock/gmock.h>

#include "einsum/cascade_files.h"

namespace attnsim::einsum {
namespace {

/// Lines of a cascade from line 2 on, and the message for them.
struct Broken {
  const char* text;
  const char* message;
};

TEST(CascadeDeclarations, MustFitTogether) {
  const std::vector<Broken> table = {
      Broken{"", "t: the cascade has no equation"},
      Broken{"rank A A", "t:2:8: the rank 'A' is already declared at t:2:6"},
      Broken{"rank Ab AB", "t:2:9: the rank 'AB' is already declared at t:2:6 as 'Ab'"},
      Broken{"rank M = M1 * M0\nrank M1", "t:3:6: the rank 'M1' is already declared at t:2:10"},
      Broken{"rank Or", "t:2:6: a rank cannot be called 'Or': its variable 'or' is a keyword"},
      Broken{"rank A\nparam A = 1",
             "t:3:7: the name 'A' is already declared as a rank or a parameter"},
      Broken{"rank A\ninput X[A]",
             "t:3:7: X[A]: a declaration takes plain rank variables, not 'A' (rank variables are "
             "lower case); did you mean 'a'?"},
      Broken{"rank A\ninput X[a+1]",
             "t:3:7: X[a+1]: a declaration takes plain rank variables, not 'a+1'"},
      Broken{"rank A\ninput X[a,a]", "t:3:7: X[a,a]: 'a' stands there twice"},
      Broken{"rank AB\ninput X[aB]",
             "t:3:7: X[aB]: unknown rank variable 'aB' (known: ab); did you mean 'ab'?"},
      Broken{"rank A\ninput x[a]", "t:3:7: tensor names start in upper case: 'x'"},
      Broken{"rank A\ninput X[a]\ninput X[a]",
             "t:4:7: the tensor 'X' already has its declaration at t:3:7; every tensor is "
             "written once"},
      Broken{"rank A\ninput X[a]\noutput Z[a]\nYZ[a] = X[a]",
             "t:4:8: no equation computes the output 'Z' (computed: YZ)"},
      Broken{"rank A B\ninput X[a,b]\noutput Y[b,a]\nY[a,b] = X[a,b]",
             "t:4:8: the output Y[b,a] is computed as Y[a,b] at t:5:1"},
      Broken{"rank A\ninput X[a]\noutput Y[a] Y[a]\nY[a] = X[a]",
             "t:4:13: the output 'Y' is declared twice"},
      Broken{"rank A\ninput X[a] Z[a]\noutput Y[a]\nY[a] = X[a]",
             "t:3:12: the input 'Z' is never read"},
      Broken{"rank A C\ninput X[a]\noutput Y[a]\nY[a] = X[a]", "t:2:8: the rank 'C' is never used"},
      Broken{"rank A\nparam W = 1\ninput X[a]\noutput Y[a]\nY[a] = X[a]",
             "t:3:7: the parameter 'W' is never used"},
      Broken{"rank A M = M1 * M0\ninput X[a,m1]\noutput Y[a]\nY[a] = X[a,m1]",
             "t:2:17: the rank 'M0' is never used"},
      Broken{"rank A\ninput X[a]\nY[a] = X[a]", "t: the cascade declares no output"},
      Broken{"rank A\ninput X[a]\noutput Y[a]\nlet V[a] = Z[a]\nY[a] = V[a]",
             "t:5:12: unknown tensor 'Z' (known: X, V, Y)"},
      Broken{"rank A\ninput X[a]\noutput Y[a]\nlet V[a] = U[a]\nlet U[a] = X[a]\nY[a] = V[a]",
             "t:5:12: the view 'U' is declared further down"},
      Broken{"rank A B\ninput X[a,b]\noutput Y[a]\nlet V[a] = X[a,b]\nY[a] = V[a]",
             "t:5:12: X[a,b]: 'b' is no index of the view V[a]"},
      Broken{"rank A\ninput X[a]\noutput Y[a]\nlet V[a] = X[a]\nY[a] = X[a]",
             "t:5:5: the view 'V' is never read"}};
  for (const auto& broken : table) {
    EXPECT_EQ(error_of(std::string("cascade c\n") + broken.text), broken.message);
  }
}

TEST(CascadeEquations, NameWhatIsKnownWhereANameIsWrong) {
  const std::vector<Broken> table = {
      Broken{"Y[a] = X[a]", "t:5:8: X[a]: X has 2 ranks [A,B], not 1"},
      Broken{"Y[a] = X[b,a]",
             "t:5:8: X[b,a]: index 1 is 'b' but runs along rank A, whose variable is 'a' (write "
             "b+0 if that is meant)"},
      Broken{"Y[a] = X[a,c]", "t:5:8: X[a,c]: unknown rank variable 'c' (known: a, b)"},
      Broken{"Y[a] = X[a,B]",
             "t:5:8: X[a,B]: 'B' is the shape of rank B, one past its last coordinate; rank "
             "variables are lower case; did you mean 'b'?"},
      Broken{"Y[a] = X[a,b+W]", "t:5:8: X[a,b+W]: unknown rank or parameter 'W' (known: A, B)"},
      Broken{"Y[a] = Z[a]", "t:5:8: unknown tensor 'Z' (known: X, Y)"},
      Broken{"Y[a] = X[a,b] * XX[a,b]",
             "t:5:17: unknown tensor 'XX' (known: X, Y); did you mean 'X'?"},
      Broken{"Y[a] = expp(X[a,b])",
             "t:5:8: unknown operator 'expp' (known: max, min, exp, exp2, log, log2, sqrt, rsqrt, "
             "abs, sigmoid, tanh, relu, silu, erf, sin, cos, floor, ceil, round, sign, pow, mod); "
             "did you mean 'exp'?"},
      Broken{"Y[a] = add(X[a,b], 1)",
             "t:5:8: unknown operator 'add' (known: max, min, exp, exp2, log, log2, sqrt, rsqrt, "
             "abs, sigmoid, tanh, relu, silu, erf, sin, cos, floor, ceil, round, sign, pow, mod)"},
      Broken{"Y[a] = exp(X[a,b], 1)", "t:5:8: exp takes 1 argument, not 2"},
      Broken{"Y[a] = max(X[a,b])", "t:5:8: max takes 2 arguments, not 1"},
      Broken{"Y[a] = sum[a] X[a,b]",
             "t:5:8: sum[a] reduces over 'a', which also indexes the output Y[a]"},
      Broken{"Y[a] = max[b] X[a,0]",
             "t:5:8: max[b] reduces over 'b', which does not index anything in X[a,0]"},
      Broken{"Y[a] = max[b] sum[b] X[a,b]",
             "t:5:15: sum[b] reduces over 'b', which is already being reduced"},
      Broken{"Y[a] = sum[b,b] X[a,b]",
             "t:5:8: sum[b] reduces over 'b', which is already being reduced"},
      Broken{"Y[a] = X[a,b] * max[b] X[a,b]",
             "t:5:8: 'b' is reduced over in one place of Y and stands free in another; compute one "
             "of the two in an Einsum of its own"},
      Broken{"Y[a] = sum[B] X[a,b]",
             "t:5:8: sum[B]: unknown rank variable 'B' (known: a, b); did you mean 'b'? (rank "
             "variables are lower case)"},
      Broken{"Y[a] = X[a,0] where b < 1",
             "t:5:21: where b < 1: Y does not iterate over 'b' (it iterates over a)"},
      Broken{"Y[a] = X[a,b] where b < W",
             "t:5:21: where b < W: unknown rank or parameter 'W' (known: A, B)"}};
  for (const auto& broken : table) {
    const std::string head = "cascade c\nrank A B\ninput X[a,b]\noutput Y[a]\n";
    EXPECT_EQ(error_of(head + broken.text), broken.message);
  }
}

TEST(CascadeEquations, CanBeComputedInTheTextsOrder) {
  const std::vector<Broken> table = {
      Broken{"Y[a] = X[a,b]\nY[a] = X[a,b]",
             "t:6:1: the tensor 'Y' already has its equation at t:5:1; every tensor is written "
             "once"},
      Broken{"X[a,b] = 1\nY[a] = X[a,b]",
             "t:5:1: the tensor 'X' already has its declaration at t:3:7; every tensor is written "
             "once"},
      Broken{"Y[a] = Z[a]\nZ[a] = X[a,b]", "t:5:8: Z[a] is used before it is computed (at t:6:1)"},
      Broken{"Y[a] = Y[a] + X[a,b]",
             "t:5:8: Y[a]: Y cannot read itself, except an earlier coordinate of a generative "
             "tensor (RM[m1+1] = max(RM[m1], ...))"},
      Broken{"Z[a] = X[a,b]\nY[a] = X[a,b]",
             "t:5:1: 'Z' is computed but neither read nor declared as an output"},
      Broken{"Y[a+2] = X[a,b]", "t:5:1: Y[a+2]: a generative tensor is written at a+1, not at a+2"},
      Broken{"Y[2*a] = X[a,b]",
             "t:5:1: Y[2*a]: a declaration takes plain rank variables, not '2*a'"},
      Broken{"Y[a+1,b+1] = X[a,b]",
             "t:5:1: Y[a+1,b+1]: a tensor is generative along one rank only"},
      Broken{"Y[a+1] = X[a,b]",
             "t:5:1: the generative tensor 'Y' needs its initial value: init Y[0] = ..."},
      Broken{"init Y[0] = 1\nY[a] = X[a,b]",
             "t:5:6: 'Y' takes no initial value: it is not generative (no equation writes it at a "
             "rank variable plus 1)"},
      Broken{"init Y[a] = 1\nY[a+1] = X[a,b]", "t:5:6: init Y[a]: expected init Y[0]"},
      Broken{"init Y[0] = 1 ; Y[0] = 2\nY[a+1] = X[a,b]",
             "t:5:17: 'Y' already has an initial value"},
      Broken{"init Z[0] = 1\nY[a] = X[a,b]", "t:5:6: unknown tensor 'Z' (known: X, Y)"},
      Broken{"init Y[0] = 0\nY[a+1] = Y[a+1] + X[a,b]",
             "t:6:10: Y[a+1]: Y cannot read itself, except an earlier coordinate of a generative "
             "tensor (RM[m1+1] = max(RM[m1], ...))"},
      Broken{"init Y[0] = 0\nS[] = sum[a] Y[a]\nY[a+1] = Y[a] + S[] + X[a,b]",
             "t:6:14: Y[a] is used before it is computed (at t:7:1)"},
      Broken{"init Y[0] = 0\nT[a] = Y[a]\nS[] = sum[a] T[a]\nY[a+1] = Y[a] + S[] + X[a,b]",
             "t:7:1: S stands in the recurrence along A (T, S, Y) but its output does not run "
             "along a: it would need all of what it helps to compute"},
      Broken{"init Y[0] = 0\nT[a] = Y[a]\nY[a+1] = Y[a] + T[a+1] + X[a,b]",
             "t:7:17: T[a+1]: inside the recurrence along A (T, Y) only coordinates up to the "
             "current a can be read"},
      Broken{"init Y[0] = 0\nlet V[a] = Y[a]\nY[a+1] = V[a] + X[a,b]",
             "t:6:12: 'Y' is generative along A; index it directly, a view cannot"},
      Broken{
          "init Y[0] = 0 ; Z[a,0] = 0\nZ[a,b+1] = Y[a] + Z[0,b]\nY[a+1] = Y[a] + Z[a,B] + X[a,b]",
          "t:7:1: Y stands in the recurrence along B (Z, Y) but its output does not run along b: "
          "it would need all of what it helps to compute"}};
  for (const auto& broken : table) {
    const std::string head = "cascade c\nrank A B\ninput X[a,b]\noutput Y[a]\n";
    EXPECT_EQ(error_of(head + broken.text), broken.message);
  }
}

TEST(CheckCascade, LeavesACheckedCascadeAsItIs) {
  for (const auto& name : shipped_cascades()) {
    const Cascade cascade = load_cascade(cascade_path(name));
    EXPECT_TRUE(same(cascade, check(cascade))) << name;
  }
}

TEST(CheckCascade, WritesOutTheSumOfWhatStandsOnTheRightOnly) {
  const Cascade cascade = parse_cascade(
      "cascade c\nrank A B C\ninput X[a,b] Z[b,c]\noutput Y[a]\nY[a] = X[a,b] * Z[b,c]\n", "t");
  EXPECT_EQ(to_text(cascade.einsums[0]), "Y[a] = sum[b,c] X[a,b] * Z[b,c]");
}

TEST(CheckCascade, ListsTheTensorsInOrderOfAppearance) {
  const Cascade cascade = load_cascade(cascade_path("attention_2pass"));
  EXPECT_EQ(cascade.tensors.at(0).kind, Tensor::Kind::input);
  EXPECT_EQ(cascade.tensors.at(3).name, "BK");
  EXPECT_EQ(cascade.tensors.at(3).kind, Tensor::Kind::view);
  EXPECT_EQ(cascade.find_tensor("QK")->kind, Tensor::Kind::intermediate);
  EXPECT_EQ(cascade.find_tensor("AV")->kind, Tensor::Kind::output);
  EXPECT_EQ(cascade.find_tensor("SD")->ranks, (std::vector<std::string>{"B", "H", "P"}));
}

TEST(CheckCascade, WantsAReductionThatBindsAllOfACondition) {
  EXPECT_EQ(error_of("cascade c\nrank A B C\ninput X[a,b] Z[c]\noutput Y[a]\n"
                     "Y[a] = (max[b] X[a,b]) + max[c] Z[c] where b < c\n"),
            "t:5:44: where b < c: no reduction of Y binds all of its variables together");
}

}  // namespace
}  // namespace attnsim::einsum
