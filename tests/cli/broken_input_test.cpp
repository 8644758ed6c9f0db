#include <gmock/gmock.h>
#include <ostream>

#include "cli/program.h"

/// Every way to break an input that we could think of, through the program: the place, the message
/// and the exit status that its author gets.
namespace attnsim::cli {
namespace {

/// A shipped file with one change in it.
struct Broken {
  std::string name;
  std::string file;
  std::string from;  ///< the first occurrence becomes `to`
  std::string to;
  int code = 3;
  std::string complaint;  ///< behind "attnsim: "; how it begins
};

std::ostream& operator<<(std::ostream& out, const Broken& broken) { return out << broken.name; }

// NOLINTNEXTLINE(readability-function-size): a table
const std::vector<Broken>& broken_inputs() {
  static const std::vector<Broken> all{
      {"MalformedXml", "arch.xml", "</architecture>", "", 3,
       "arch.xml:48:1: malformed XML: Start-end tags mismatch"},
      {"DuplicateAttribute", "arch.xml", R"(rows="256" columns)",
       R"(rows="256" rows="256" columns)", 3,
       "arch.xml:15:36: <array> has the attribute 'rows' twice"},
      {"UnknownArchitectureAttribute", "arch.xml", R"(reduction="chain")", R"(reductoin="chain")",
       3,
       "arch.xml:15:50: <array> has no attribute 'reductoin', did you mean 'reduction'? (known: "
       "columns, hop, name, reduction, rows, source)"},
      {"UnknownComponent", "arch.xml", R"(<vector name="array1d")",
       R"(<tensorcore name="x"/><vector name="array1d")", 3,
       "arch.xml:35:3: <tensorcore> is not known here (known: memory, array, vector, channel, "
       "gpu)"},
      {"BareNumber", "arch.xml", R"(capacity="16 MiB")", R"(capacity="16")", 3,
       R"(arch.xml:12:45: <memory> capacity="16" has no unit: write it as e.g. "16 MiB" (known: B, KiB, MiB, GiB, TiB, kB, MB, GB, TB))"},
      {"WrongUnit", "arch.xml", R"(clock="940 MHz")", R"(clock="940 ns")", 3,
       R"(arch.xml:8:30: <architecture> clock="940 ns" is a time, not a frequency: write it as e.g. "940 MHz" (known: Hz, kHz, MHz, GHz))"},
      {"UnknownUnit", "arch.xml", R"(bandwidth="400 GiB/s")", R"(bandwidth="400 Gib/s")", 3,
       R"(arch.xml:9:36: <memory> bandwidth="400 Gib/s" has the unknown unit "Gib/s", did you mean 'GiB/s'?: write it as e.g. "400 GiB/s" (known: B/s, KiB/s, MiB/s, GiB/s, TiB/s, kB/s, MB/s, GB/s, TB/s))"},
      {"UnitOnACount", "arch.xml", R"(rows="256")", R"(rows="256 rows")", 3,
       R"(arch.xml:15:25: <array> rows="256 rows" is not a whole number (a count, written without a unit))"},
      {"NegativeCount", "arch.xml", R"(columns="256")", R"(columns="-256")", 3,
       R"(arch.xml:15:36: <array> columns="-256" is negative)"},
      {"ZeroCount", "arch.xml", R"(lanes="256")", R"(lanes="0")", 3,
       R"(arch.xml:35:26: <vector> lanes="0" must be greater than 0)"},
      {"NameTwice", "arch.xml", R"(<vector name="array1d")", R"(<vector name="array2d")", 3,
       "arch.xml:35:3: the name 'array2d' is taken, by the component at arch.xml:15:3"},
      {"UnknownOperationInAs", "arch.xml", R"(as="6 mac")", R"(as="6 mack")", 3,
       R"(arch.xml:33:20: <op> as="6 mack" has the unknown operation 'mack', did you mean 'mac'? (known: add, exp, mac, max, mul, sub))"},
      {"OperationTwice", "arch.xml", R"(<op name="sub" as="1 add"/>)",
       R"(<op name="add" as="1 mac"/>)", 3,
       R"(arch.xml:30:9: <op> name="add" is the name of an earlier <op>)"},
      {"MissingName", "arch.xml", R"(<memory name="dram")", "<memory", 3,
       "arch.xml:9:3: <memory> needs the attribute 'name'"},
      {"TextInXml", "arch.xml", "<!-- One access", "stray <!-- One access", 3,
       "arch.xml:11:3: <architecture> holds text: values are written as attributes"},
      {"DoctypeInXml", "arch.xml", "<architecture name", "<!DOCTYPE x><architecture name", 3,
       "arch.xml:8:11: a DOCTYPE is not allowed here"},
      {"NegativeEnergy", "arch.xml", R"(read="249.6 pJ")", R"(read="-249.6 pJ")", 3,
       R"(arch.xml:10:11: <memory> read="-249.6 pJ" is negative: write it as e.g. "17.1645 pJ" (known: fJ, pJ, nJ, uJ, mJ, J))"},
      {"BareArea", "arch.xml", R"(area="1545 um^2")", R"(area="1545")", 3,
       R"(arch.xml:27:51: <op> area="1545" has no unit: write it as e.g. "1545 um^2" (known: um^2, mm^2))"},
      {"UnknownTechnologyTable", "arch.xml", R"(area="84.2012 mm^2")", R"(table="sram_45nm_lstq")",
       3,
       R"(arch.xml:13:58: <memory> table="sram_45nm_lstq" is neither a shipped technology table nor the path of one, did you mean 'sram_45nm_lstp'? (shipped: rf_45nm, sram_22nm_hp, )"},
      {"OverflowingQuantity", "arch.xml", R"(capacity="16 MiB")",
       R"(capacity="99999999999999999999 MiB")", 3,
       R"(arch.xml:12:45: <memory> capacity="99999999999999999999 MiB" is too large or too finely written: write it as e.g. "16 MiB" (known: B, KiB, MiB, GiB, TiB, kB, MB, GB, TB))"},
      {"ModelShapeOfZero", "model.xml", R"(H="12")", R"(H="0")", 3,
       R"(model.xml:3:49: <model> H="0" must be at least 1)"},
      {"ModelRankUnknown", "model.xml", R"(H="12")", R"(H="12" Z="3")", 3,
       "model.xml:3:56: <model> has no attribute 'Z' (known: B, D, E, F, H, S, name, source)"},
      {"ModelRankMissing", "model.xml", R"( H="12")", "", 3,
       "model.xml:3:1: <model> needs the attribute 'H'"},
      {"CascadeSyntax", "c.cascade", "sum[e] Q", "sum[e Q", 3,
       "c.cascade:12:25: expected ']' or ',' after a rank variable of 'sum', not 'Q'"},
      {"CascadeUndeclaredRank", "c.cascade", "K[b,h,e,m] V", "K[b,h,e,n] V", 3,
       "c.cascade:7:18: K[b,h,e,n]: unknown rank variable 'n' (known: b, h, e, f, p, m, m1, m0)"},
      {"CascadeUndeclaredTensor", "c.cascade", "exp(QK[", "exp(QQ[", 3,
       "c.cascade:15:24: unknown tensor 'QQ' (known: Q, K, V, BK, BV, QK, LM, RM, SLN, SLD, PRM, "
       "SPD, RD, SLNV, SPNV, RNV, AV); did you mean 'Q'?"},
      {"CascadeWrongArity", "c.cascade", "exp(RM[b,h,m1,p]", "exp(RM[b,m1,p]", 3,
       "c.cascade:17:21: RM[b,m1,p]: RM has 4 ranks [B,H,M1,P], not 3"},
      {"CascadeUnknownOperator", "c.cascade", "= exp(QK", "= expp(QK", 3,
       "c.cascade:15:20: unknown operator 'expp' (known: max, min, exp, exp2, log, log2, sqrt, "
       "rsqrt, abs, sigmoid, tanh, relu, silu, erf, sin, cos, floor, ceil, round, sign, pow, mod); "
       "did you mean 'exp'?\n"
       "  15 | SLN[b,h,m1,m0,p] = expp(QK[b,h,m1,m0,p] - RM[b,h,m1+1,p])\n"
       "     |                    ^~~~"},
      {"CascadeCyclic", "c.cascade", "SLD[b,h,m1,p] = sum[m0] SLN[b,h,m1,m0,p]",
       "SLD[b,h,m1,p] = sum[m0] SLN[b,h,m1,m0,p] * SPD[b,h,m1,p]", 3,
       "c.cascade:16:44: SPD[b,h,m1,p] is used before it is computed (at c.cascade:18:1)"},
      {"CascadeTwiceDefined", "c.cascade", "AV[b,h,f,p] = ", R"(PRM[b,h,m1,p] = RD[b,h,m1,p]
AV[b,h,f,p] = )",
       3,
       "c.cascade:23:1: the tensor 'PRM' already has its equation at c.cascade:17:1; every tensor "
       "is written once"},
      {"CascadeOutputNeverComputed", "c.cascade", "output AV[b,h,f,p]",
       "output AV[b,h,f,p] AW[b,h,f,p]", 3,
       "c.cascade:8:20: no equation computes the output 'AW' (computed: QK, LM, RM, SLN, SLD, PRM, "
       "SPD, RD, SLNV, SPNV, RNV, AV); did you mean 'AV'?"},
      {"CascadeInitMissing", "c.cascade", "RD[b,h,0,p] = 0 ; ", "", 3,
       "c.cascade:19:1: the generative tensor 'RD' needs its initial value: init RD[b,h,0,p] = "
       "..."},
      {"MappingUnknownElement", "mapping.xml", R"(<for rank="B">)", R"(<phase/><for rank="B">)", 3,
       "mapping.xml:10:3: <phase> is not known here (known: for, spatial, pipeline, stage, "
       "sequence, parallel, fuse, einsum, keep, flatten, partition, spill)"},
      {"MappingUnknownAttribute", "mapping.xml", R"(<for rank="B">)", R"(<for rank="B" tyle="4">)",
       3,
       "mapping.xml:10:17: <for> has no attribute 'tyle', did you mean 'tile'? (known: rank, "
       "tile)"},
      {"MappingUnknownRank", "mapping.xml", R"(<for rank="B">)", R"(<for rank="Z">)", 3,
       "mapping.xml:10:3: cascade 'attention_1pass' has no rank 'Z' (known: B, H, E, F, P, M, M1, "
       "M0)"},
      {"MappingUnknownEinsum", "mapping.xml", R"(<einsum name="QK" on)", R"(<einsum name="QQ" on)",
       3,
       "mapping.xml:27:21: cascade 'attention_1pass' has no Einsum 'QQ' (known: QK, LM, RM, SLN, "
       "SLD, PRM, SPD, RD, SLNV, SPNV, RNV, AV)"},
      {"MappingEinsumTwice", "mapping.xml", R"(<einsum name="LM" on="array2d"/>)",
       R"(<einsum name="QK" on="array2d"/>)", 3,
       "mapping.xml:28:21: Einsum 'QK' is bound twice: first at mapping.xml:27:21"},
      {"MappingEinsumMissing", "mapping.xml", R"(<einsum name="LM" on="array2d"/>)", "", 3,
       R"(mapping.xml:8:1: Einsum 'LM' of cascade 'attention_1pass' is bound nowhere: add <einsum name="LM" on="..."/>)"},
      {"MappingUnknownUnit", "mapping.xml", R"(name="QK" on="array2d")",
       R"(name="QK" on="array3d")", 3,
       "mapping.xml:27:21: architecture 'fusemax' has no unit 'array3d' (known: array2d, array1d)"},
      {"MappingOpNotOnUnit", "mapping.xml", R"(name="AV" on="array1d")",
       R"(name="AV" on="array2d")", 3,
       R"(mapping.xml:45:21: 'array2d' has no operation 'div', which Einsum 'AV' needs (it has: add, exp, mac, max, mul, sub): bind the Einsum to another unit or add <op name="div" .../>)"},
      {"MappingUnknownMemory", "mapping.xml", R"(tensor="Q" at="global_buffer")",
       R"(tensor="Q" at="globl_buffer")", 3,
       "mapping.xml:13:9: architecture 'fusemax' has no memory 'globl_buffer' (known: dram, "
       "global_buffer, pe_registers, column_buffer, lane_registers)"},
      {"MappingUnknownTensor", "mapping.xml", R"(<keep tensor="Q" )", R"(<keep tensor="X" )", 3,
       "mapping.xml:13:9: cascade 'attention_1pass' has no tensor 'X' (known: Q, K, V, BK, BV, QK, "
       "LM, RM, SLN, SLD, PRM, SPD, RD, SLNV, SPNV, RNV, AV)"},
      {"MappingTileOfZero", "mapping.xml", R"(<for rank="P" tile="fit">)",
       R"(<for rank="P" tile="0">)", 3,
       R"(mapping.xml:12:21: <for> tile="0" must be a positive number, a size of the architecture such as "array2d.columns", or "fit")"},
      {"MappingBadSize", "mapping.xml", R"(shape="array2d.rows")", R"(shape="array2d.row")", 3,
       "mapping.xml:9:24: array 'array2d' has no size 'row' (known: rows, columns)"},
      {"MappingBadDirection", "mapping.xml", R"(along="columns lanes")", R"(along="sideways")", 3,
       R"(mapping.xml:18:31: <spatial> along="sideways" is not rows, columns or lanes (or several of them))"},
      {"MappingReaderBeforeProducer", "mapping.xml", R"(<einsum name="QK" on="array2d"/>
                    <einsum name="LM" on="array2d"/>)",
       R"(<einsum name="LM" on="array2d"/>
                    <einsum name="QK" on="array2d"/>)",
       4,
       "mapping.xml:27:21: Einsum 'LM' reads QK before it is made (QK at mapping.xml:28:21): move "
       "it behind that"},
      {"MappingIntermediateKeptNowhere", "mapping.xml",
       R"(<keep tensor="SLNV" at="column_buffer" buffers="fit"/>)", "", 3,
       R"(mapping.xml:40:21: nothing says where SLNV waits between SLNV (on array2d) and SPNV+RNV (on array1d): add <keep tensor="SLNV" at="..."/> in an element around both)"},
      {"MappingPartitionMissing", "mapping.xml", R"(<partition rank="M0" shape="array2d.rows"/>)",
       "", 3,
       R"(mapping.xml:8:1: the cascade splits M but the mapping does not say how: add <partition rank="M0" shape="..."/>)"},
      {"MappingSpatialTooWide", "mapping.xml", R"(<for rank="P" tile="array2d.columns">)",
       R"(<for rank="P" tile="512">)", 3,
       R"(mapping.xml:18:13: Einsum 'QK' spreads 512 coordinates over the 256 columns of 'array2d': put a <for rank="P" tile="256"> around it)"},
      {"CapacityExceeded", "arch.xml", R"(capacity="16 MiB")", R"(capacity="256 KiB")", 4,
       R"(mapping.xml:8:1: the mapping does not fit
  global_buffer: needs 321 KiB, has 256 KiB
    mapping.xml:13:9: Q takes 64 KiB (2 x 32 KiB)
    mapping.xml:14:9: RM RD RNV takes 33 KiB (3 x 32 KiB)
    mapping.xml:16:11: BK BV takes 128 KiB (4 x 32 KiB)
    mapping.xml:25:19: AV takes 96 KiB (3 x 32 KiB))"},
      {"RegistersExceeded", "arch.xml", R"(entries="12")", R"(entries="1")", 4,
       R"(mapping.xml:8:1: the mapping does not fit
  pe_registers: needs 2 entries, has 1 entries
    mapping.xml:21:19: QK SLN takes 2 entries (2 x 128 KiB))"},
  };
  return all;
}

/// The four files of a point that works, less one.
void write_inputs(const Folder& folder, const Broken& broken) {
  const std::vector<std::pair<std::string, std::string>> sources{
      {"arch.xml", "arch/fusemax.xml"},
      {"mapping.xml", "mappings/fusemax.xml"},
      {"model.xml", "workloads/models/bert.xml"},
      {"c.cascade", "workloads/cascades/attention_1pass.cascade"}};
  for (const auto& [name, source] : sources) {
    auto text = read_source(source);
    if (name == broken.file) {
      const auto at = text.find(broken.from);
      ASSERT_NE(at, std::string::npos) << source << " does not hold " << broken.from;
      text.replace(at, broken.from.size(), broken.to);
    }
    static_cast<void>(folder.write(name, text));
  }
}

class BrokenInput : public testing::TestWithParam<Broken> {};

TEST_P(BrokenInput, IsPointedAtAndExplained) {
  const Folder folder;
  write_inputs(folder, GetParam());

  const auto run = run_program(
      "simulate --arch arch.xml --mapping mapping.xml --cascade c.cascade --model model.xml "
      "--seq 1K",
      folder.path(""));

  EXPECT_EQ(run.code, GetParam().code);
  EXPECT_THAT(run.err, testing::StartsWith("attnsim: " + GetParam().complaint));
  EXPECT_EQ(run.out, "");
}

INSTANTIATE_TEST_SUITE_P(All, BrokenInput, testing::ValuesIn(broken_inputs()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace attnsim::cli
