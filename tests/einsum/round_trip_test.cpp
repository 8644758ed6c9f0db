#include <gmock/gmock.h>
#include <random>

#include "einsum/cascade_files.h"
#include "einsum/random_cascade.h"

namespace attnsim::einsum {
namespace {

TEST(CascadePrinter, RoundTripsEveryCascadeInWorkloads) {
  ASSERT_GE(shipped_cascades().size(), 6U);
  for (const auto& name : shipped_cascades()) {
    const Cascade cascade = load_cascade(cascade_path(name));

    const std::string text = to_text(cascade);
    const Cascade again = parse_cascade(text, name);

    EXPECT_TRUE(same(cascade, again)) << text;
    EXPECT_EQ(text, to_text(again)) << name;
    EXPECT_EQ(cascade.name, name);
  }
}

TEST(CascadePrinter, RoundTripsRandomCascades) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    std::mt19937 random(seed);
    const Cascade cascade = random_cascade(random);

    const std::string text = to_text(cascade);
    const Cascade again = parse_cascade(text, "random");

    ASSERT_TRUE(same(cascade, again)) << "seed " << seed << "\n" << text << to_text(again);
    ASSERT_EQ(text, to_text(again)) << "seed " << seed;
  }
}

TEST(CascadePrinter, PrintsOneCanonicalText) {
  const std::string text =
      "#  about\n#\n# it\ncascade c   # dropped\nrank A   B M = M1*M0\nparam W=-3\n"
      "input X[a,b]\ninput Y[m]\noutput Z[a] R[a,m1]\nlet YV[m1,m0] = Y[ m1*M0 + m0 ]\n\n"
      "init R[a,0]=-inf\n"
      "Z[a] = (X[a,b] * (2)) - -1.50 where ((W < a) and (a < 1*B - 2 or 0 == a))\r\n"
      "R[a,m1+1] = max(R[a,m1], (max[m0] (YV[m1,m0])) * X[a,0])\n";
  EXPECT_EQ(to_text(parse_cascade(text, "t")),
            "#  about\n#\n# it\ncascade c\nparam W = -3\nrank A B M = M1 * M0\n"
            "input X[a,b] Y[m]\noutput Z[a] R[a,m1]\nlet YV[m1,m0] = Y[m1*M0+m0]\n"
            "init R[a,0] = -inf\n"
            "Z[a] = sum[b] (X[a,b] * 2 - -1.5) where W < a and (a < B - 2 or 0 == a)\n"
            "R[a,m1+1] = max(R[a,m1], (max[m0] YV[m1,m0]) * X[a,0])\n");
}

TEST(LanguagePage, ShowsACascadeThatIsOne) {
  const auto page = text_of_file(std::string(ATTNSIM_SOURCE_DIR) + "/docs/cascade_language.md");
  std::istringstream lines(page.substr(page.find("    # one line"), page.find("## Grammar")));
  std::string text;
  for (std::string line; std::getline(lines, line) && !line.starts_with("#");) {
    if (line.starts_with("    ")) text += line.substr(4) + "\n";
  }
  EXPECT_EQ(error_of(text), "");
}

TEST(CascadeStructure, TellsCascadesApartThatDifferInOneNumber) {
  const std::string head = "cascade c\nrank A\ninput X[a]\noutput Y[a]\n";
  const Cascade one = parse_cascade(head + "Y[a] = X[a] + 1\n", "t");
  EXPECT_TRUE(same(one, parse_cascade(head + "\nY[a] = (X[a] + 1.0)\n", "u")));
  EXPECT_FALSE(same(one, parse_cascade(head + "Y[a] = X[a] + 2\n", "t")));
  EXPECT_FALSE(same(one, parse_cascade(head + "Y[a] = X[a] + 1 where a < 3\n", "t")));
}

}  // namespace
}  // namespace attnsim::einsum
