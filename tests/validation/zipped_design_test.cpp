// Pipelines whose stages walk loops of their own in step: random machines, shapes and sizes, run by
// both executors, with and without skipping.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/error.h"
#include "mappings/shipped.h"
#include "sim/deadlock.h"
#include "validation/every_executor.h"

namespace attnsim::sim {
namespace {

/// The scores stay on chip, whole blocks of them, or all but a share: three phases in step.
const char* const on_chip = R"(<mapping name="on_chip" cascade="attention_3pass">
<spill from="global_buffer" to="dram"/>
<for rank="B"><for rank="H"><for rank="P" tile="16">
<keep tensor="QK SN A" at="global_buffer" buffers="fit" in_place="yes"/>
<keep tensor="GM SD" at="global_buffer" buffers="2" overbook="yes"/>
<pipeline depth="fit" zip="yes">
<stage><for rank="M" tile="24">
<keep tensor="Q K" at="global_buffer" buffers="2" overbook="yes"/>
<for rank="P" tile="array2d.rows"><for rank="M" tile="array2d.columns">
<spatial rank="P" along="rows"><spatial rank="M" along="columns">
<einsum name="QK" on="array2d"/></spatial></spatial></for></for>
</for></stage>
<stage><for rank="P" tile="fit"><spatial rank="M" along="lanes" fold="yes">
<einsum name="GM" on="array1d"/>
<fuse rank="M"><einsum name="SN" on="array1d"/><einsum name="SD" on="array1d"/></fuse>
<einsum name="A" on="array1d"/></spatial></for></stage>
<stage><for rank="M" tile="fit"><keep tensor="V" at="global_buffer" buffers="2" overbook="yes"/>
<keep tensor="AV" at="global_buffer" buffers="2"/>
<spatial rank="P" along="rows" fold="yes"><spatial rank="F" along="columns" fold="yes">
<einsum name="AV" on="array2d"/></spatial></spatial></for></stage>
</pipeline></for></for></for></mapping>)";

/// Two stages walk the keys alike, so that one follows the other chunk by chunk; the third waits.
const char* const followed = R"(<mapping name="followed" cascade="attention_3pass">
<keep tensor="A" at="dram"/>
<for rank="B"><for rank="H"><for rank="P" tile="16">
<keep tensor="QK" at="global_buffer" buffers="fit"/>
<keep tensor="GM" at="global_buffer" buffers="fit"/>
<keep tensor="SN" at="global_buffer" buffers="2"/>
<keep tensor="SD" at="global_buffer" buffers="2"/>
<pipeline depth="fit" zip="yes">
<stage><for rank="M" tile="24">
<keep tensor="Q K" at="global_buffer" buffers="2"/>
<spatial rank="P" along="rows" fold="yes"><spatial rank="M" along="columns" fold="yes">
<einsum name="QK" on="array2d"/></spatial></spatial></for></stage>
<stage><for rank="M" tile="24"><spatial rank="M" along="lanes" fold="yes">
<einsum name="GM" on="array1d"/></spatial></for></stage>
<stage><for rank="P" tile="fit"><keep tensor="A" at="global_buffer" buffers="2"/>
<spatial rank="M" along="lanes" fold="yes">
<fuse rank="M"><einsum name="SN" on="array1d"/><einsum name="SD" on="array1d"/></fuse>
<einsum name="A" on="array1d"/></spatial></for></stage>
<stage><for rank="M" tile="24"><keep tensor="V A" at="global_buffer" buffers="2"/>
<keep tensor="AV" at="global_buffer" buffers="2"/>
<spatial rank="P" along="rows" fold="yes"><spatial rank="F" along="columns" fold="yes">
<einsum name="AV" on="array2d"/></spatial></spatial></for></stage>
</pipeline></for></for></for></mapping>)";

/// Three stages over the key chunks, each a part of the one-pass cascade.
const char* const one_pass = R"(<mapping name="one_pass" cascade="attention_1pass">
<partition rank="M0" shape="array2d.rows"/>
<for rank="B"><for rank="H"><for rank="P" tile="16">
<keep tensor="Q" at="global_buffer" buffers="2"/>
<keep tensor="QK SLN" at="global_buffer" buffers="fit"/>
<keep tensor="LM RM PRM SLD SLNV SPD RD SPNV RNV" at="global_buffer" buffers="fit"/>
<keep tensor="AV" at="global_buffer" buffers="2"/>
<pipeline depth="fit" zip="yes">
<stage><for rank="M1"><keep tensor="BK" at="global_buffer" buffers="2"/>
<spatial rank="P" along="columns lanes" fold="yes"><spatial rank="M0" along="rows">
<einsum name="QK" on="array2d"/><einsum name="LM" on="array2d"/>
<einsum name="RM" on="array1d"/><einsum name="PRM" on="array1d"/></spatial></spatial></for></stage>
<stage><for rank="M1"><keep tensor="BV" at="global_buffer" buffers="2"/>
<spatial rank="P" along="columns" fold="yes"><spatial rank="M0" along="rows">
<einsum name="SLN" on="array2d"/><einsum name="SLD" on="array2d"/>
<einsum name="SLNV" on="array2d"/></spatial></spatial></for></stage>
<stage><for rank="M1"><spatial rank="P" along="lanes" fold="yes">
<einsum name="SPD" on="array1d"/><einsum name="RD" on="array1d"/>
<einsum name="SPNV" on="array1d"/><einsum name="RNV" on="array1d"/>
<einsum name="AV" on="array1d"/></spatial></for></stage>
</pipeline></for></for></for></mapping>)";

mappings::Mapping inline_mapping(const std::string& text, const std::vector<XmlOverride>& sizes) {
  return mappings::read_mapping(XmlElement::parse(text, "m.xml", "mapping", sizes));
}

/// Queries in blocks of `block`, keys in chunks of `chunk`.
mappings::Mapping random_mapping(Draw& draw, const std::string& block, const std::string& chunk) {
  const XmlOverride blocks{"//for[@rank='P' and ../@rank='H']/@tile", block};
  const XmlOverride chunks{"//for[@tile='24']/@tile", chunk};
  switch (draw.between(0, 5)) {
    case 0:
      return inline_mapping(on_chip, {blocks, chunks});
    case 1:
      return inline_mapping(followed, {blocks, chunks});
    case 2:
      return inline_mapping(one_pass, {blocks});
    default:
      return mappings::shipped_mapping(
          "flat_weight_stationary",
          {blocks,
           {"//for[@tile='2048']/@tile", chunk},
           {"//keep[@tensor='QK']/@buffers", draw.of({"1", "2", "3", "fit"})},
           {"//keep[@tensor='QK SN A']/@buffers", draw.of({"1", "2", "3", "fit"})},
           {"//keep[@tensor='K' or @tensor='V']/@buffers", draw.of({"1", "2"})},
           {"//keep[@tensor='A']/@buffers", draw.of({"1", "2", "4"})},
           {"//keep[@tensor='AV' or @tensor='Q']/@buffers", draw.of({"1", "2"})}});
  }
}

mappings::Design random_design(Draw& draw) {
  const auto block = draw.of({"24", "48"});
  const auto chunk = draw.of({"24", "48"});
  auto mapping = random_mapping(draw, block, chunk);
  auto cascade = mappings::shipped_cascade(mapping.cascade + draw.of({"", "", "", "_causal"}));
  const auto pes = draw.of({"8", "12", "24"});
  auto architecture = mappings::shipped_architecture(
      mapping.name == "one_pass" ? "fusemax" : "flat",
      {{"//array/@rows", pes},
       {"//array/@columns", pes},
       {"//vector/@lanes", pes},
       {"//memory[@name='dram']/@bandwidth",
        draw.of({"3 GiB/s", "40 GB/s", "111 GiB/s", "4 TB/s"})},
       {"//memory[@name='global_buffer']/@capacity", draw.of({"24 KiB", "128 KiB", "16 MiB"})}});
  const auto rest = draw.between(0, 2) == 0 ? draw.between(0, 23) : 0;
  return {std::move(architecture),
          std::move(mapping),
          std::move(cascade),
          {{"B", draw.between(1, 3)},
           {"H", draw.between(1, 6)},
           {"E", draw.between(1, 8)},
           {"F", draw.between(1, 8)},
           {"P", std::stoll(block) * draw.between(1, 12) - rest},
           {"M", std::stoll(chunk) * draw.between(1, 8) - draw.between(0, 23)}}};
}

TEST(ZippedDesign, GivesTheSameCyclesAndCountsHoweverItIsExecuted) {
  constexpr int designs = 200;
  int ran = 0;
  int skipped = 0;
  for (int i = 0; i < designs; ++i) {
    SCOPED_TRACE("design " + std::to_string(i));
    Draw draw(static_cast<unsigned>(i));
    const auto design = random_design(draw);
    try {
      const auto lowered = design.lower();
      skipped += expect_the_same_from_every_executor(lowered.schedule) ? 1 : 0;
      ++ran;
    } catch (const InputError&) {  // loops that do not have as many iterations
    } catch (const DeadlockError& error) {
      ADD_FAILURE() << error.what();
    } catch (const InfeasibleError&) {  // a buffer too small, a condition on another tile
    }
  }
  EXPECT_GT(ran, designs / 2);
  EXPECT_GT(skipped, designs / 4);
}

}  // namespace
}  // namespace attnsim::sim
