#include <algorithm>
#include <set>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "einsum/index_ops.h"
#include "einsum/typical.h"
#include "exchange/cascade_parts.h"
#include "exchange/names.h"
#include "exchange/timeloop.h"
#include "exchange/yaml_fields.h"

namespace attnsim::exchange {
namespace {

using einsum::Expr;

Expr number(double value, const Place& place) { return {einsum::Number{value}, place}; }
Expr name(const std::string& text, const Place& place) {
  return {einsum::Index{{einsum::Term{1, text, "", {}}}}, place};
}
Expr call(const std::string& op, Expr left, Expr right, const Place& place) {
  return {einsum::Call{op, {std::move(left), std::move(right)}}, place};
}

class Reader {
 public:
  Reader(const Yaml& section, const std::string& cascade_name, Losses& losses)
      : problem_(section, "'problem'"), losses_(losses) {
    parts_.name = cascade_name;
    parts_.place = section.place;
  }

  TimeloopProblem run() {
    problem_.ignore("version");
    YamlFields shape(problem_.required("shape"), "'shape'");
    const auto shape_name = shape.optional_text("name", "");
    if (!shape_name.empty()) parts_.name = cascade_name(shape_name);
    for (const auto& dimension : words_of(shape.required("dimensions"), "'dimensions'")) {
      add_dimension(dimension);
    }
    if (const auto* list = shape.optional("coefficients")) {
      for (const auto& item : items_of(*list, "'coefficients'")) add_coefficient(item);
    }
    YamlFields instance(problem_.required("instance"), "'instance'");
    read_instance(instance);
    read_spaces(shape.required("data_spaces"));
    shape.reject_unread();
    problem_.reject_unread();
    parts_.einsums.push_back(einsum());
    result_.cascade = build_cascade(parts_);
    Shapes coefficients;
    for (const auto& param : parts_.params) coefficients[param.name] = param.value;
    result_.shapes = einsum::with_typical(result_.cascade, coefficients);
    for (const auto& param : parts_.params) result_.shapes.erase(param.name);
    return std::move(result_);
  }

 private:
  static std::string cascade_name(const std::string& text) {
    NameMaker names;
    auto made = names.tensor(text);
    if (text.front() == made.front()) return made;
    made.front() =
        static_cast<char>(made.front() - 'A' + 'a');  // only a small first letter changed
    return made;
  }

  void add_dimension(const Yaml& dimension) {
    const auto rank = names_.rank(dimension.text);
    if (!result_.names.ranks.emplace(dimension.text, rank).second) {
      throw InputError(dimension.place, "the dimension '" + dimension.text + "' is there twice");
    }
    note_name(dimension, rank);
  }

  void note_name(const Yaml& source, const std::string& ours) {
    if (source.text == ours) return;
    losses_.push_back({source.place, "'" + source.text + "' is called " + ours});
  }

  void add_coefficient(const Yaml& item) {
    YamlFields fields(item, "a coefficient");
    const auto& source = fields.required("name");
    einsum::Param param;
    param.name = names_.rank(text_of(source, "'name'"));
    param.place = source.place;
    if (const auto* value = fields.optional("default"))
      param.value = count_of(*value, "'default'");
    else
      param.value = 1;
    fields.reject_unread();
    if (!coefficients_.emplace(source.text, parts_.params.size()).second) {
      throw InputError(source.place, "the coefficient '" + source.text + "' is there twice");
    }
    note_name(source, param.name);
    parts_.params.push_back(param);
  }

  void read_instance(YamlFields& fields) {
    for (const auto& [source, rank] : result_.names.ranks) {
      const auto size = count_of(fields.required(source), "the size of '" + source + "'");
      const auto place = fields.required(source).place;
      parts_.typicals.push_back({rank, number(static_cast<double>(size), place), place});
    }
    for (const auto& [source, position] : coefficients_) {
      const auto* const value = fields.optional(source);
      if (value != nullptr) parts_.params[position].value = count_of(*value, "'" + source + "'");
    }
    if (const auto* densities = fields.optional("densities")) {
      if (!densities->entries.empty()) {
        fields.lose("densities", "attnsim's tensors are dense", losses_);
      }
    }
    // Sizes of what this problem does not have are common: files are shared among shapes.
    for (const auto* entry : fields.unread()) {
      losses_.push_back({entry->place, "'" + entry->key + "' is no dimension of the shape"});
    }
  }

  void read_spaces(const Yaml& list) {
    for (const auto& item : items_of(list, "'data_spaces'")) read_space(item);
    if (outputs_.size() != 1) {
      throw InputError(list.place,
                       "one data space must have 'read_write: True', the output; here " +
                           std::to_string(outputs_.size()) + " have");
    }
    if (inputs_.empty()) throw InputError(list.place, "no data space is read");
  }

  void read_space(const Yaml& item) {
    YamlFields fields(item, "a data space");
    const auto& source = fields.required("name");
    einsum::Access access{names_.tensor(text_of(source, "'name'")), {}, source.place};
    if (!result_.names.tensors.emplace(source.text, access.tensor).second) {
      throw InputError(source.place, "the data space '" + source.text + "' is there twice");
    }
    note_name(source, access.tensor);
    DeclaredTensor declared{access.tensor, {}, source.place};
    for (const auto& index : items_of(fields.required("projection"), "'projection'")) {
      add_index(index, access, declared);
    }
    const auto written = fields.optional_text("read_write", "false");
    fields.reject_unread();
    const bool is_output = written == "true" || written == "True" || written == "yes";
    (is_output ? outputs_ : inputs_).push_back(access);
    parts_.tensors.push_back(declared);
  }

  /// [[R, Wdilation], [P, Wstride]]: R * Wdilation + P * Wstride; of one word also "R".
  void add_index(const Yaml& yaml, einsum::Access& access, DeclaredTensor& declared) {
    std::vector<std::vector<Yaml>> products;
    if (yaml.is_scalar()) {
      products.push_back({yaml});
    } else {
      for (const auto& product : items_of(yaml, "an index of 'projection'")) {
        products.push_back(product.is_scalar() ? std::vector<Yaml>{product}
                                               : items_of(product, "a product of 'projection'"));
      }
    }
    einsum::Index index;
    for (const auto& product : products) index.terms.push_back(term_of(product, yaml.place));
    if (index.terms.empty()) throw InputError(yaml.place, "an index of 'projection' is empty");
    const auto variable = einsum::as_variable(index);
    access.indices.push_back(index);
    declared.ranks.push_back(variable ? rank_of_variable_.at(*variable)
                                      : compound_rank(index, yaml.place));
  }

  einsum::Term term_of(const std::vector<Yaml>& product, const Place& place) {
    einsum::Term term;
    for (const auto& word : product) {
      const auto& text = text_of(word, "a factor of 'projection'");
      const auto rank = result_.names.ranks.find(text);
      const auto coefficient = coefficients_.find(text);
      if (rank != result_.names.ranks.end() && term.variable.empty()) {
        term.variable = einsum::Rank{rank->second, {}, {}}.variable();
        rank_of_variable_[term.variable] = rank->second;
      } else if (coefficient != coefficients_.end() && term.rank.empty()) {
        term.rank = parts_.params[coefficient->second].name;
      } else {
        fail_factor(word);
      }
    }
    if (term.variable.empty())
      throw InputError(place, "a product of 'projection' has no dimension");
    used_.insert(term.rank);
    return term;
  }

  [[noreturn]] void fail_factor(const Yaml& word) const {
    std::vector<std::string> known;
    for (const auto& [source, rank] : result_.names.ranks) known.push_back(source);
    for (const auto& [source, position] : coefficients_) known.push_back(source);
    throw InputError(word.place, "'" + word.text + "' is no dimension, then perhaps a coefficient" +
                                     did_you_mean(word.text, known) + " (known: " + join(known) +
                                     ")");
  }

  /// The rank that r*W + p*S walks: (R - 1) * W + (P - 1) * S + 1 coordinates.
  std::string compound_rank(const einsum::Index& index, const Place& place) {
    std::string label;
    Expr size = number(1, place);
    for (const auto& term : index.terms) {
      const auto& rank = rank_of_variable_.at(term.variable);
      label += rank;
      auto extent = call("sub", name(rank, place), number(1, place), place);
      if (!term.rank.empty()) extent = call("mul", extent, name(term.rank, place), place);
      size = call("add", extent, size, place);
    }
    const auto rank = names_.rank(label);
    parts_.typicals.push_back({rank, size, place});
    return rank;
  }

  /// The output is the sum over what it lacks of the product of the inputs.
  einsum::Einsum einsum() {
    drop_unused_coefficients();
    Expr value{inputs_.front(), inputs_.front().place};
    for (std::size_t i = 1; i < inputs_.size(); ++i) {
      value = call("mul", value, {inputs_[i], inputs_[i].place}, inputs_[i].place);
    }
    return {outputs_.front(), value, std::nullopt, outputs_.front().place};
  }

  void drop_unused_coefficients() {
    auto& params = parts_.params;
    params.erase(
        std::remove_if(params.begin(), params.end(),
                       [&](const einsum::Param& param) { return !used_.contains(param.name); }),
        params.end());
  }

  YamlFields problem_;
  Losses& losses_;
  CascadeParts parts_;
  TimeloopProblem result_;
  NameMaker names_;
  std::map<std::string, std::size_t> coefficients_;  ///< to their positions in parts_.params
  std::map<std::string, std::string> rank_of_variable_;
  std::set<std::string> used_;
  std::vector<einsum::Access> inputs_;
  std::vector<einsum::Access> outputs_;
};

}  // namespace

TimeloopProblem read_timeloop_problem(const Yaml& section, const std::string& name,
                                      Losses& losses) {
  return Reader(section, name, losses).run();
}

}  // namespace attnsim::exchange
