#include "exchange/yaml.h"

#include <gmock/gmock.h>

#include "exchange/arithmetic.h"
#include "exchange/yaml_fields.h"
#include "sources.h"

namespace attnsim::exchange {
namespace {

using testing::HasSubstr;

TEST(Yaml, KnowsWhereEverythingStands) {
  const auto yaml = parse_yaml("a:\n  - !Component\n    name: mac\n", "f.yaml");
  const auto& item = yaml.find("a")->items.front();

  EXPECT_EQ(item.tag, "Component");
  EXPECT_EQ(to_string(item.find("name")->place), "f.yaml:3:11");
  EXPECT_EQ(to_string(item.entries.front().place), "f.yaml:3:5");
}

TEST(Yaml, MergesMapsAndTheOwnKeysWin) {
  const auto yaml = parse_yaml("base: &b {x: 1, y: 2}\nuse: {<<: *b, y: 3}\n", "f.yaml");

  EXPECT_EQ(yaml.find("use")->find("x")->text, "1");
  EXPECT_EQ(yaml.find("use")->find("y")->text, "3");
}

TEST(Yaml, WrittenAndReadAgainIsTheSame) {
  for (const char* text :
       {"a: [1, 'two: 2', \"x # y\"]\nb: {c: !Memory {name: m}}\n", "- ~\n- ''\n- [[[M]], [[K]]]\n",
        "Z[m,n] = A[k,m] * B[k,n]\n", "{}\n", "x: !Container\n  name: 'yes'\n"}) {
    const auto yaml = parse_yaml(text, "f.yaml");
    EXPECT_TRUE(same(parse_yaml(to_text(yaml), "g.yaml"), yaml)) << text << to_text(yaml);
  }
}

TEST(Yaml, RefusesWhatItCannotRead) {
  const auto says = [](const std::string& text) {
    return complaint([&] { static_cast<void>(parse_yaml(text, "f.yaml")); });
  };
  EXPECT_THAT(says("a: [1, 2\n"), HasSubstr("f.yaml:2:1: is no YAML"));
  EXPECT_THAT(says("a: 1\na: 2\n"), HasSubstr("f.yaml:2:1: the key 'a' stands there twice"));
  EXPECT_THAT(says("x: 1\ny: {{ SIZE }}\n"), HasSubstr("f.yaml:2:4: is a Jinja template"));
  EXPECT_THAT(says("? [a]\n: 1\n"), HasSubstr("a key must be a plain word"));
  EXPECT_THAT(says("a: 1\n---\nb: 2\n"),
              HasSubstr("f.yaml:2:1: is behind the end of the first document"));
  EXPECT_THAT(says(", a\nb: c\n"), HasSubstr("is behind the end of the first document"));
  EXPECT_THAT(says("a: &x\n  b: *x\n"), HasSubstr("nested more than 64 deep"));
  EXPECT_THAT(says("&a [&b [&c [*a]]]"), HasSubstr("nested more than 64 deep"));
}

TEST(Yaml, RefusesAliasesThatStandForTooMuch) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 8; ++i) {
    const auto last = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) text += (j == 0 ? "" : ", ") + last;
    text += "]\n";
  }
  EXPECT_THAT(complaint([&] { static_cast<void>(parse_yaml(text, "f.yaml")); }),
              HasSubstr("stands for over 200,000 values"));
}

TEST(Yaml, AnUnknownFieldIsAnErrorThatNamesTheKnownOnes) {
  const auto yaml = parse_yaml("nmae: x\n", "f.yaml");
  const auto message = complaint([&] {
    YamlFields fields(yaml, "a component");
    static_cast<void>(fields.optional("name"));
    fields.reject_unread();
  });
  EXPECT_EQ(message,
            "f.yaml:1:1: a component has no field 'nmae', did you mean 'name'? (known: name)");
}

TEST(Arithmetic, EvaluatesSizesAsTheseFilesWriteThem) {
  EXPECT_EQ(evaluate_arithmetic("1024*1024*8"), 8388608.0);
  EXPECT_EQ(evaluate_arithmetic("1 / (8 * 614e9)"), 1 / (8 * 614e9));
  EXPECT_EQ(evaluate_arithmetic("2 - 3 - -4"), 3.0);
  EXPECT_EQ(evaluate_arithmetic("-2**2**3"), 256.0);
  EXPECT_EQ(evaluate_arithmetic("inf"), std::numeric_limits<double>::infinity());
  for (const char* text : {"", "x", "1 +", "(1", "1)", "0 / 0", "1 2", "infx", "0x10"}) {
    EXPECT_FALSE(evaluate_arithmetic(text)) << text;
  }
  EXPECT_TRUE(evaluate_arithmetic(std::string(20, '(') + "1" + std::string(20, ')')));
  EXPECT_FALSE(evaluate_arithmetic(std::string(1000, '(') + "1" + std::string(1000, ')')));
}

}  // namespace
}  // namespace attnsim::exchange
