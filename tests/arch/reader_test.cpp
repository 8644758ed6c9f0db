#include "arch/reader.h"

#include <gtest/gtest.h>
#include <string>
#include <variant>

#include "base/complaint.h"

namespace attnsim::arch {
namespace {

Architecture read(const std::string& inside) {
  return read_architecture(
      XmlElement::parse("<architecture name='a' clock='1 GHz'>\n" + inside + "</architecture>",
                        "a.xml", "architecture"));
}

/// Of reading an architecture that holds `inside`, which starts in line 2.
std::string refusal(const std::string& inside) {
  return complaint([&] { return read(inside); });
}

/// Of reading an <architecture> with just these attributes.
std::string root_refusal(const std::string& attributes) {
  return complaint([&] {
    return read_architecture(
        XmlElement::parse("<architecture " + attributes + "/>", "a.xml", "architecture"));
  });
}

TEST(ArchReader, FillsInTheDefaults) {
  const auto architecture = read(
      "<memory name='m' bandwidth='1 GB/s'/><vector name='v' lanes='4'/>"
      "<array name='x' rows='2' columns='3'/>");
  EXPECT_EQ(architecture.word, Bits(16));
  const auto& memory = *architecture.find_memory("m");
  EXPECT_EQ(memory.width, Bits(16));
  EXPECT_EQ(memory.capacity, std::nullopt);
  EXPECT_EQ(memory.read_energy, Picojoules());
  EXPECT_EQ(memory.instances, 1U);
  EXPECT_EQ(architecture.find_vector("v")->reduction, Reduction::tree);
  EXPECT_EQ(architecture.find_array("x")->reduction, Reduction::chain);
  EXPECT_EQ(architecture.find_array("x")->hop, Cycles(1));
}

TEST(ArchReader, GivesMemoriesTheWordAsTheirWidth) {
  const auto architecture = read_architecture(XmlElement::parse(
      "<architecture name='a' clock='1 GHz' word='8 b'><memory name='m' entries='4'/>"
      "</architecture>",
      "a.xml", "architecture"));
  EXPECT_EQ(architecture.find_memory("m")->width, Bits(8));
  EXPECT_EQ(architecture.find_memory("m")->capacity, Bytes(4));
}

TEST(ArchReader, KeepsFileOrderWithMemoriesAfterTheirUnit) {
  const auto architecture = read(
      "<vector name='v' lanes='4'><memory name='r' entries='1'/></vector>"
      "<memory name='m' capacity='1 B'/>");
  ASSERT_EQ(architecture.components.size(), 3U);
  EXPECT_EQ(name_of(architecture.components[0]), "v");
  EXPECT_EQ(name_of(architecture.components[1]), "r");
  EXPECT_EQ(name_of(architecture.components[2]), "m");
  EXPECT_EQ(architecture.find_memory("r")->unit, "v");
  EXPECT_EQ(architecture.find_memory("m")->unit, "");
}

TEST(ArchReader, CountsTheInstancesOfAMemoryInAUnit) {
  const auto architecture = read(
      "<array name='x' rows='2' columns='3'>"
      "<memory name='p' entries='5'/><memory name='c' per='column' entries='5'/>"
      "<memory name='r' per='row' capacity='10 B'/><memory name='u' per='unit' "
      "entries='5'/></array>"
      "<vector name='v' lanes='7'><memory name='l' entries='1'/></vector>");
  EXPECT_EQ(architecture.find_memory("p")->instances, 6U);
  EXPECT_EQ(architecture.find_memory("p")->entries, 5U);
  EXPECT_EQ(architecture.find_memory("p")->capacity, Bytes(60));
  EXPECT_EQ(architecture.find_memory("c")->capacity, Bytes(30));
  EXPECT_EQ(architecture.find_memory("r")->capacity, Bytes(20));
  EXPECT_EQ(architecture.find_memory("u")->capacity, Bytes(10));
  EXPECT_EQ(architecture.find_memory("l")->instances, 7U);
}

TEST(ArchReader, FindsAChannelFromEitherEnd) {
  const auto architecture = read(
      "<channel name='c' from='m' to='v' width='64 b' energy='0.5 pJ'/>"
      "<memory name='m' capacity='1 B'/><vector name='v' lanes='4'/>");
  ASSERT_NE(architecture.find_channel("m", "v"), nullptr);
  EXPECT_EQ(architecture.find_channel("m", "v"), architecture.find_channel("v", "m"));
  EXPECT_EQ(architecture.find_channel("m", "m"), nullptr);
  EXPECT_EQ(architecture.find_channel("m", "v")->energy_per_bit, Picojoules(0.5));
}

TEST(ArchReader, FindsNothingOfAnotherKind) {
  const auto architecture = read("<vector name='v' lanes='4'/>");
  EXPECT_EQ(architecture.find_memory("v"), nullptr);
  EXPECT_EQ(architecture.find_array("v"), nullptr);
  EXPECT_EQ(architecture.unit_names(), std::vector<std::string>{"v"});
  EXPECT_TRUE(architecture.memory_names().empty());
}

TEST(ArchReader, AppliesOverrides) {
  const auto root = XmlElement::parse("<architecture name='a' clock='1 GHz'/>", "a.xml",
                                      "architecture", {{"/architecture/@clock", "2 GHz"}});
  EXPECT_EQ(read_architecture(root).clock, Hertz(2e9));
}

TEST(ArchReader, SaysWhatIsWrongWithTheArchitecture) {
  EXPECT_EQ(root_refusal("name='a'"), "a.xml:1:1: <architecture> needs the attribute 'clock'");
  EXPECT_EQ(root_refusal("name='a' clock='0 Hz'"),
            "a.xml:1:24: <architecture> clock=\"0 Hz\" must be greater than 0");
  EXPECT_EQ(root_refusal("name='a' clock='940'"),
            "a.xml:1:24: <architecture> clock=\"940\" has no unit: write it as e.g. \"940 MHz\" "
            "(known: Hz, kHz, MHz, GHz)");
  EXPECT_EQ(root_refusal("name='a' clock='1 Hz' word='0 b'"),
            "a.xml:1:37: <architecture> word=\"0 b\" must be greater than 0");
  EXPECT_EQ(root_refusal("name='a' clock='1 Hz' tecnology='45nm'"),
            "a.xml:1:37: <architecture> has no attribute 'tecnology', did you mean 'technology'? "
            "(known: clock, name, source, technology, word)");
  EXPECT_EQ(root_refusal("name='1 a' clock='1 Hz'"),
            "a.xml:1:15: <architecture> name=\"1 a\" is not a name: letters, digits, '_', '-' and "
            "'.', a letter first");
}

TEST(ArchReader, ListsTheComponentsItKnows) {
  EXPECT_EQ(refusal("  <cache/>"),
            "a.xml:2:3: <cache> is not known here (known: memory, array, vector, channel, gpu)");
  EXPECT_EQ(refusal("<vector name='v' lanes='4'>\n<array/></vector>"),
            "a.xml:3:1: <array> is not known here (known: memory, op)");
  EXPECT_EQ(refusal("<memory name='m' capacity='1 B'><op/></memory>"),
            "a.xml:2:33: <op> is not known here (<memory> holds no elements)");
}

TEST(ArchReader, RejectsANameThatIsTaken) {
  EXPECT_EQ(refusal("<memory name='m' capacity='1 B'/>\n<vector name='m' lanes='4'/>"),
            "a.xml:3:1: the name 'm' is taken, by the component at a.xml:2:1");
  EXPECT_EQ(refusal("<vector name='v' lanes='4'><memory name='v' entries='1'/></vector>"),
            "a.xml:2:28: the name 'v' is taken, by the component at a.xml:2:1");
}

TEST(ArchReader, RejectsUnitsWithoutLanes) {
  EXPECT_EQ(refusal("<vector name='v' lanes='0'/>"),
            "a.xml:2:18: <vector> lanes=\"0\" must be greater than 0");
  EXPECT_EQ(refusal("<array name='x' rows='1' columns='0'/>"),
            "a.xml:2:26: <array> columns=\"0\" must be greater than 0");
  EXPECT_EQ(refusal("<array name='x' rows='-1' columns='1'/>"),
            "a.xml:2:17: <array> rows=\"-1\" is negative");
  EXPECT_EQ(refusal("<array name='x' rows='16 B' columns='1'/>"),
            "a.xml:2:17: <array> rows=\"16 B\" is not a whole number (a count, written without a "
            "unit)");
}

TEST(ArchReader, TakesCountsUpTo16M) {
  EXPECT_EQ(read("<vector name='v' lanes='16777216'/>").find_vector("v")->lanes, 16777216U);
  EXPECT_EQ(refusal("<vector name='v' lanes='16777217'/>"),
            "a.xml:2:18: <vector> lanes=\"16777217\" is too large (at most 16777216)");
}

TEST(ArchReader, ListsTheReductions) {
  EXPECT_EQ(refusal("<vector name='v' lanes='4' reduction='three'/>"),
            "a.xml:2:28: <vector> reduction=\"three\" is not one of chain, tree, did you mean "
            "'tree'?");
}

TEST(ArchReader, NeedsASizeUnlessThereIsABandwidth) {
  EXPECT_EQ(refusal("<memory name='m'/>"),
            "a.xml:2:1: <memory> needs 'capacity' or 'entries' (only a memory with a 'bandwidth' "
            "goes without)");
  EXPECT_EQ(refusal("<memory name='m' capacity='1 B' entries='1'/>"),
            "a.xml:2:33: <memory> entries=\"1\" is given, and 'capacity' as well: keep one");
}

TEST(ArchReader, RejectsMemoriesThatHoldNothing) {
  EXPECT_EQ(refusal("<memory name='m' capacity='0 B'/>"),
            "a.xml:2:18: <memory> capacity=\"0 B\" must be greater than 0");
  EXPECT_EQ(refusal("<memory name='m' entries='0'/>"),
            "a.xml:2:18: <memory> entries=\"0\" must be greater than 0");
  EXPECT_EQ(refusal("<memory name='m' capacity='1 B' width='0 b'/>"),
            "a.xml:2:33: <memory> width=\"0 b\" must be greater than 0");
  EXPECT_EQ(refusal("<memory name='m' bandwidth='0 B/s'/>"),
            "a.xml:2:18: <memory> bandwidth=\"0 B/s\" must be greater than 0");
}

TEST(ArchReader, WantsWholeBytes) {
  EXPECT_EQ(read("<memory name='m' entries='8' width='1 b'/>").find_memory("m")->capacity,
            Bytes(1));
  EXPECT_EQ(refusal("<memory name='m' entries='7' width='1 b'/>"),
            "a.xml:2:18: <memory> entries=\"7\" makes 7 b in all, which is not a whole number of "
            "bytes");
}

TEST(ArchReader, RejectsSizesThatOverflow) {
  EXPECT_EQ(refusal("<array name='x' rows='16777216' columns='16777216'>\n"
                    "<memory name='m' entries='16777216'/></array>"),
            "a.xml:3:18: <memory> entries=\"16777216\" makes a memory of more than 2^64 bits");
  EXPECT_EQ(refusal("<vector name='v' lanes='2'>\n"
                    "<memory name='m' capacity='18446744073709551615 B'/></vector>"),
            "a.xml:3:18: <memory> capacity=\"18446744073709551615 B\" makes more than 2^64 bytes "
            "in all");
}

TEST(ArchReader, ListsWhatAMemoryIsPer) {
  EXPECT_EQ(refusal("<memory name='m' capacity='1 B' per='pe'/>"),
            "a.xml:2:33: <memory> per=\"pe\" is for a memory inside an array or a vector");
  EXPECT_EQ(refusal("<vector name='v' lanes='2'><memory name='m' entries='1' per='pe'/></vector>"),
            "a.xml:2:57: <memory> per=\"pe\" is not one of lane, unit");
}

TEST(ArchReader, RejectsEnergiesThatAreNone) {
  EXPECT_EQ(refusal("<memory name='m' capacity='1 B' read='5'/>"),
            "a.xml:2:33: <memory> read=\"5\" has no unit: write it as e.g. \"17.1645 pJ\" (known: "
            "fJ, pJ, nJ, uJ, mJ, J)");
  EXPECT_EQ(refusal("<memory name='m' capacity='1 B' write='-1 pJ'/>"),
            "a.xml:2:33: <memory> write=\"-1 pJ\" is negative: write it as e.g. \"17.1645 pJ\" "
            "(known: fJ, pJ, nJ, uJ, mJ, J)");
}

TEST(ArchReader, WantsChannelsToJoinTwoComponents) {
  const std::string m =
      "<memory name='dram' capacity='1 B'/><memory name='sram' capacity='1 B'/>\n";
  EXPECT_EQ(refusal(m + "<channel name='c' from='dram' to='drum' width='1 b'/>"),
            "a.xml:3:1: <channel> to=\"drum\" is no memory or unit, did you mean 'dram'? (known: "
            "dram, sram)");
  EXPECT_EQ(refusal(m + "<channel name='c' from='c' to='dram' width='1 b'/>"),
            "a.xml:3:1: <channel> from=\"c\" is no memory or unit (known: dram, sram)");
  EXPECT_EQ(refusal(m + "<channel name='c' from='dram' to='dram' width='1 b'/>"),
            "a.xml:3:31: <channel> to=\"dram\" is where the channel comes from");
  EXPECT_EQ(refusal(m + "<channel name='c' from='dram' to='sram' width='0 b'/>"),
            "a.xml:3:41: <channel> width=\"0 b\" must be greater than 0");
  EXPECT_EQ(refusal(m + "<channel name='c' from='dram' to='sram' width='1 b'/>\n"
                        "<channel name='d' from='sram' to='dram' width='1 b'/>"),
            "a.xml:4:1: <channel> joins 'sram' and 'dram', as channel 'c' already does");
}

}  // namespace
}  // namespace attnsim::arch
