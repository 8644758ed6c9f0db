// Broken input of any kind ends in an InputError: no crash, no other exception.
#include <chrono>
#include <gtest/gtest.h>
#include <random>
#include <string>

#include "arch/reader.h"
#include "base/error.h"
#include "base/text_file.h"

namespace attnsim::arch {
namespace {

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t limit) {
  return static_cast<std::size_t>(random() % limit);
}

/// A changed, lost, repeated or moved piece, or a few characters that mean something in XML.
std::string mutated(std::string text, Random& random) {
  constexpr std::string_view pieces = "<>/=\"'&;![]- \n09.e+";
  for (auto changes = 1 + below(random, 4); changes > 0 && !text.empty(); --changes) {
    const auto at = below(random, text.size());
    const auto length = 1 + below(random, 20);
    switch (below(random, 5)) {
      case 0:
        text[at] = static_cast<char>(random() & 0xffU);
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(below(random, text.size()), length * 4));
        break;
      case 3:
        text.insert(at, 1, pieces[below(random, pieces.size())]);
        break;
      default:
        text[at] = pieces[below(random, pieces.size())];
        break;
    }
  }
  return text;
}

enum class Verdict { taken, refused, wrong };

/// Reads; what escapes but an `InputError` is wrong, and so is one without its place.
template <class Read>
Verdict judge(const Read& read, const std::string& place) {
  try {
    static_cast<void>(read());
  } catch (const InputError& error) {
    return std::string(error.what()).starts_with(place) ? Verdict::refused : Verdict::wrong;
  } catch (const std::exception&) {
    return Verdict::wrong;
  }
  return Verdict::taken;
}

/// Up to `most` mutations of `text` in a second and a half; the number refused.
template <class Read>
int mutate(const std::string& text, int most, const std::string& place, const Read& read) {
  Random random(20241);
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(1500);
  int refused = 0;
  for (int i = 0; i < most && std::chrono::steady_clock::now() < end; ++i) {
    const auto broken = mutated(text, random);
    const auto verdict = judge([&] { return read(broken); }, place);
    EXPECT_NE(verdict, Verdict::wrong) << broken;
    if (verdict == Verdict::refused) ++refused;
  }
  return refused;
}

class MutatedArchitecture : public testing::TestWithParam<const char*> {};

TEST_P(MutatedArchitecture, IsReadOrRefusedWithAPlace) {
  const auto text = read_text_file(std::string(ATTNSIM_SOURCE_DIR "/arch/") + GetParam() + ".xml");
  const int refused = mutate(text, 5000, "m.xml:", [](const std::string& broken) {
    return read_architecture(XmlElement::parse(broken, "m.xml", "architecture"));
  });
  EXPECT_GT(refused, 50);
}

INSTANTIATE_TEST_SUITE_P(Shipped, MutatedArchitecture, testing::Values("fusemax", "flat"),
                         [](const auto& shipped) { return std::string(shipped.param); });

TEST(MutatedOverride, IsTakenOrRefused) {
  const auto text = read_text_file(ATTNSIM_SOURCE_DIR "/arch/fusemax.xml");
  const std::string sound = "//memory[@name='dram']/@bandwidth=800 GiB/s";
  const int refused = mutate(sound, 2000, "", [&](const std::string& broken) {
    return read_architecture(
        XmlElement::parse(text, "m.xml", "architecture", {parse_override(broken)}));
  });
  EXPECT_GT(refused, 50);
}

}  // namespace
}  // namespace attnsim::arch
