#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "einsum/index_ops.h"
#include "einsum/operators.h"
#include "einsum/parser.h"
#include "exchange/accelforge.h"
#include "exchange/accelforge_access.h"
#include "exchange/cascade_parts.h"
#include "exchange/names.h"
#include "exchange/yaml_fields.h"

namespace attnsim::exchange {
namespace {

using einsum::Expr;

class Reader {
 public:
  Reader(const Yaml& section, const std::string& name, Losses& losses)
      : section_(section), losses_(losses) {
    parts_.name = name;
    parts_.place = section.place;
  }

  AccelforgeWorkload run() {
    YamlFields fields(section_, "'workload'");
    fields.ignore("version");
    const auto* const sizes = fields.optional("rank_sizes");
    const auto* const spaces = fields.optional("iteration_space_shape");
    const auto* const older_spaces = fields.optional("shape");
    if (const auto* bits = fields.optional("bits_per_value")) read_bits(*bits);
    fields.lose("persistent_tensors", "attnsim says where a tensor is kept in the mapping",
                losses_);
    fields.lose("n_instances", "run the result so many times", losses_);
    for (const char* key : {"densities", "density"}) {
      fields.lose(key, "attnsim's tensors are dense", losses_);
    }
    for (const auto& item : items_of(fields.required("einsums"), "'einsums'")) read_einsum(item);
    fields.reject_unread();
    if (sizes != nullptr) read_sizes(*sizes);
    if (spaces != nullptr) read_spaces(*spaces);
    if (older_spaces != nullptr) read_spaces(*older_spaces);
    for (const auto& [rank, size] : result_.shapes) {
      parts_.typicals.push_back(
          {rank, {einsum::Number{static_cast<double>(size)}, section_.place}, section_.place});
    }
    result_.cascade = build_cascade(parts_);
    return std::move(result_);
  }

 private:
  /// {All: 8}: a width for all, or by tensor.
  void read_bits(const Yaml& bits) {
    for (const auto& entry : entries_of(bits, "'bits_per_value'")) {
      const auto width = number_of(text_of(entry.value, "a width"));
      if (entry.key == "All" && width && *width >= 1 && *width <= 4096) {
        result_.word = static_cast<std::uint64_t>(*width);
      } else {
        losses_.push_back({entry.place, "the bits per value of '" + entry.key +
                                            "': one width is taken for all tensors"});
      }
    }
  }

  void read_einsum(const Yaml& item) {
    std::vector<TensorAccess> accesses;
    std::string map_op = "mul";
    std::string reduce_op = "sum";
    std::string name;
    if (item.is_scalar()) {
      accesses = accesses_of(item, name);
    } else {
      YamlFields fields(item, "an Einsum");
      if (const auto* text = fields.optional("einsum")) {
        accesses = accesses_of(*text, name);
        lose_refinements(fields);
      } else {
        name = fields.required_text("name");
        for (const auto& access :
             items_of(fields.required("tensor_accesses"), "'tensor_accesses'")) {
          accesses.push_back(read_access(access, losses_));
        }
      }
      map_op = operator_of(fields, "map_op", map_op);
      reduce_op = operator_of(fields, "reduce_op", reduce_op);
      lose_options(fields);
      fields.reject_unread();
    }
    add_einsum(item, name, accesses, map_op, reduce_op);
  }

  void lose_refinements(YamlFields& fields) {
    fields.lose("tensor_accesses", "what it adds to the text of the Einsum", losses_);
    fields.ignore("name");
  }

  void lose_options(YamlFields& fields) {
    fields.ignore("renames");  // names for constraints of an architecture
    fields.ignore("is_copy_operation");
    fields.lose("n_instances", "attnsim runs each Einsum once", losses_);
    if (const auto* sizes = fields.optional("rank_sizes")) read_later(*sizes);
    if (const auto* spaces = fields.optional("iteration_space_shape")) {
      for (const auto& text : items_of(*spaces, "'iteration_space_shape'")) read_space(text);
    }
  }

  void read_later(const Yaml& sizes) {
    for (const auto& entry : entries_of(sizes, "'rank_sizes'")) sizes_.push_back(entry);
  }

  static std::string operator_of(YamlFields& fields, const char* key, const std::string& fallback) {
    const auto* const value = fields.optional(key);
    if (value == nullptr) return fallback;
    const auto& text = text_of(*value, "'" + std::string(key) + "'");
    const bool reduce = std::string(key) == "reduce_op";
    if (reduce && text == "add") return "sum";
    const auto* const map = einsum::find_map_operator(text);
    if (reduce ? einsum::find_reduce_operator(text) != nullptr : map != nullptr) return text;
    throw InputError(value->place, "'" + text + "' is no operator of attnsim");
  }

  std::string rank_name(const std::string& source) {
    const auto key = upper_case(source);
    const auto found = ranks_.find(key);
    if (found != ranks_.end()) return found->second;
    return ranks_[key] = names_.rank(key);
  }

  std::string tensor_name(const std::string& source, const Place& place) {
    const auto found = tensors_.find(source);
    if (found != tensors_.end()) return found->second;
    const auto name = names_.tensor(source);
    if (name != source) losses_.push_back({place, "'" + source + "' is called " + name});
    return tensors_[source] = name;
  }

  /// Parses "p1 + r0" with the cascade's names for the variables.
  einsum::Index index_of(const Projection& projection, const std::string& rank,
                         const Place& place) {
    std::string renamed;
    const auto& text = projection.index;
    for (std::size_t i = 0; i < text.size();) {
      std::size_t end = i;
      while (end < text.size() && is_word("a" + text.substr(end, 1))) ++end;
      if (end == i) {
        renamed += text[i++];
        continue;
      }
      const auto word = text.substr(i, end - i);
      renamed += is_word(word) ? einsum::Rank{rank_name(word), {}, {}}.variable() : word;
      i = end;
    }
    einsum::Index index;
    try {
      const auto parsed = einsum::parse("cascade X\nT[" + renamed + "] = 0\n", place.file);
      if (parsed.einsums.size() != 1 || parsed.einsums.front().output.indices.size() != 1) {
        throw InputError(place, "");
      }
      index = parsed.einsums.front().output.indices.front();
    } catch (const InputError&) {
      throw InputError(place, "'" + text + "' is no index: a sum of rank variables, as in p + r");
    }
    // A lone variable that walks another rank than its own says so.
    const auto variable = einsum::as_variable(index);
    if (variable && *variable != einsum::Rank{rank, {}, {}}.variable()) {
      index.terms.push_back(einsum::Term{0, "", "", {}});
    }
    return index;
  }

  einsum::Access access_of(const TensorAccess& access) {
    const auto name = tensor_name(access.name, access.place);
    einsum::Access result{name, {}, access.place};
    DeclaredTensor declared{name, {}, access.place};
    for (const auto& projection : access.projection) {
      const auto rank = rank_name(projection.rank);
      declared.ranks.push_back(rank);
      result.indices.push_back(index_of(projection, rank, access.place));
    }
    const bool there = std::any_of(parts_.tensors.begin(), parts_.tensors.end(),
                                   [&](const DeclaredTensor& other) { return other.name == name; });
    if (!there) parts_.tensors.push_back(declared);
    return result;
  }

  void add_einsum(const Yaml& item, const std::string& name,
                  const std::vector<TensorAccess>& accesses, const std::string& map_op,
                  const std::string& reduce_op) {
    std::vector<einsum::Access> inputs;
    std::vector<einsum::Access> outputs;
    for (const auto& access : accesses) {
      (access.output ? outputs : inputs).push_back(access_of(access));
    }
    if (outputs.size() != 1 || inputs.empty()) {
      throw InputError(item.place,
                       "an Einsum reads at least one tensor and has one with 'output: "
                       "True'");
    }
    if (name != accesses.front().name && tensor_name_differs(name, outputs.front())) {
      losses_.push_back({item.place, "the name '" + name +
                                         "': an Einsum is called as its output, " +
                                         outputs.front().tensor});
    }
    Expr value{inputs.front(), item.place};
    for (std::size_t i = 1; i < inputs.size(); ++i) {
      value = {einsum::Call{map_op, {value, {inputs[i], item.place}}}, item.place};
    }
    if (inputs.size() == 1) {
      losses_.push_back({item.place, "'" + outputs.front().tensor +
                                         "' is a copy: the source does not say what it computes"});
    }
    if (reduce_op != "sum") value = reduced(value, outputs.front(), inputs, reduce_op, item.place);
    parts_.einsums.push_back({outputs.front(), value, std::nullopt, item.place});
  }

  static bool tensor_name_differs(const std::string& name, const einsum::Access& output) {
    return name != output.tensor;
  }

  static Expr reduced(const Expr& value, const einsum::Access& output,
                      const std::vector<einsum::Access>& inputs, const std::string& op,
                      const Place& place) {
    std::set<std::string> kept;
    for (const auto& index : output.indices) {
      for (const auto& variable : einsum::variables_of(index)) kept.insert(variable);
    }
    einsum::Reduce reduce{op, {}, {value}};
    for (const auto& input : inputs) {
      for (const auto& index : input.indices) {
        for (const auto& variable : einsum::variables_of(index)) {
          if (kept.insert(variable).second) reduce.variables.push_back(variable);
        }
      }
    }
    return reduce.variables.empty() ? value : Expr{reduce, place};
  }

  void read_sizes(const Yaml& sizes) {
    read_later(sizes);
    for (const auto& entry : sizes_) {
      const auto rank = ranks_.find(upper_case(entry.key));
      if (rank == ranks_.end()) {
        losses_.push_back({entry.place, "the size of '" + entry.key + "', which no tensor has"});
        continue;
      }
      result_.shapes[rank->second] = count_of(entry.value, "the size of '" + entry.key + "'");
    }
  }

  /// m: 0 <= m < 128, or a list of such.
  void read_spaces(const Yaml& spaces) {
    if (spaces.is_sequence()) {
      for (const auto& text : spaces.items) read_space(text);
      return;
    }
    for (const auto& entry : entries_of(spaces, "'iteration_space_shape'")) read_space(entry.value);
  }

  void read_space(const Yaml& yaml) {
    const auto text = without_blanks(text_of(yaml, "a bound"));
    const auto first = text.find("<=");
    const auto second = first == std::string::npos ? first : text.find('<', first + 2);
    const auto low = number_of(text.substr(0, first));
    double high = 0;
    if (second != std::string::npos) high = number_of(text.substr(second + 1)).value_or(0);
    const auto variable =
        second == std::string::npos ? "" : text.substr(first + 2, second - first - 2);
    if (!low || *low != 0 || !is_word(variable) || !(high >= 1) || high > 1e12) {
      losses_.push_back({yaml.place, "the bound '" + yaml.text +
                                         "': ranks run from 0 to their size, "
                                         "as in 0 <= m < 128"});
      return;
    }
    result_.shapes.emplace(rank_name(variable), static_cast<std::int64_t>(high));
  }

  const Yaml& section_;
  Losses& losses_;
  CascadeParts parts_;
  AccelforgeWorkload result_;
  NameMaker names_;
  std::map<std::string, std::string> ranks_;  ///< by their names in capitals
  std::map<std::string, std::string> tensors_;
  std::vector<YamlEntry> sizes_;
};

}  // namespace

AccelforgeWorkload read_accelforge_workload(const Yaml& section, const std::string& name,
                                            Losses& losses) {
  return Reader(section, name, losses).run();
}

}  // namespace attnsim::exchange
