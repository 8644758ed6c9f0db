#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/place.h"
#include "mappings/formula.h"

/// A mapping of kernel launches as it stands in its file: what the blocks of each launch are, and
/// what each role of a block's warps does, step by step. Sizes are formulas over the shapes.
namespace attnsim::mappings {

/// `<parameter name= default=>`: what `--param` may set beside the shapes.
struct KernelParameter {
  std::string name;
  double fallback = 0;
};

/// `<let name= value=>`: a number that later formulas may name.
struct Let {
  std::string name;
  Formula value;
};

/// `<pattern name= rows= columns= density= seed=>`: a list of how many of each row's blocks are
/// kept when each is drawn with `density` per cent, the diagonal always.
struct Pattern {
  std::string name;
  Formula rows;
  Formula columns;
  Formula density;
  std::uint64_t seed = 0;
};

/// `<search name= over= from= to= greatest=>` or `first=`: the greatest value of a formula over
/// whole numbers, or the first of them for which one is true (`to` + 1 if none).
struct Search {
  std::string name;
  std::string over;
  Formula from;
  Formula to;
  Formula that;
  bool first = false;
};

/// What gives a name its number or list, in the order of the file.
using Definition = std::variant<Let, Pattern, Search>;

/// `<require that= else=>`: shapes that the kernel takes.
struct Require {
  Formula that;
  std::string otherwise;
};

/// What a step of a role is; the fields that a kind does not have stay empty.
enum class StepKind {
  use,     ///< `<do op= count=>`: occupies the unit of an operation
  mix,     ///< `<mix>`: several at once
  load,    ///< `<load tensor= bytes= miss=>`
  store,   ///< `<store tensor= bytes=>`: the role goes on; the block ends when all arrived
  wait,    ///< `<wait token= count=>`
  signal,  ///< `<signal token= count=>`
  await,   ///< `<await what= pending=>`: until at most so many asynchronous steps are unfinished
  delay,   ///< `<delay cycles=>`
  loop,    ///< `<loop times=>`
  branch,  ///< `<if that=>`
};

struct Step {
  StepKind kind = StepKind::delay;
  std::string name;              ///< operation, tensor, token or what is awaited
  std::string einsum;            ///< `for`: the Einsum whose work it is; empty: overhead
  std::string async;             ///< runs on beside the role, under this name
  std::string signal;            ///< load: the token that its arrival gives
  bool scattered = false;        ///< store: parts of lines, as fragments of matrices lie
  bool to_next = false;          ///< signal: to the next copy of the role alone
  std::optional<Formula> count;  ///< operations, bytes, cycles, tokens, times or the condition
  std::optional<Formula> miss;   ///< load: share of the bytes that L2 does not hold
  std::vector<Step> under;       ///< of mix, loop and branch
  Place place;
};

/// `<role name= copies=>`: warps that run one program; `copies` groups of them each on its own.
struct Role {
  std::string name;
  Formula copies;
  std::vector<Step> steps;
};

/// `<class name= value= linear=>`: what distinguishes blocks. On a linear one the steps depend in
/// the times of loops only, and never on two of them in one.
struct BlockClass {
  std::string name;
  Formula value;
  bool linear = false;
};

/// `<token name= initial= role=>` of a block. With a role, each copy of it has a count of its own:
/// the copies take from theirs, whoever gives gives to all, a copy `to="next"` to the one behind
/// it.
struct KernelToken {
  std::string name;
  Formula initial;  ///< may name `copy`, from 0
  std::string role;
};

/// `<launch name= blocks= ...>`.
struct Launch {
  std::string name;
  Formula blocks;  ///< in the order of issue; of a persistent one: pieces of work
  Formula threads;
  Formula registers;            ///< a thread
  Formula shared;               ///< bytes a block
  Formula start;                ///< cycles from a block's start to its first step
  std::optional<Formula> when;  ///< launched only if true
  bool persistent = false;      ///< as many blocks as fit stay and take pieces from a counter
  std::vector<Let> each;        ///< `<each>`: of one block, by its number `block`; for the classes
  std::vector<BlockClass> classes;
  std::vector<Let> lets;  ///< after the classes, of which they may make use
  std::vector<KernelToken> tokens;
  std::vector<Role> roles;
  Place place;
};

struct KernelMapping {
  std::vector<KernelParameter> parameters;
  std::vector<Definition> definitions;
  std::vector<Require> requires_;
  std::vector<Launch> launches;
};

}  // namespace attnsim::mappings
