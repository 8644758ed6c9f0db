#include "einsum/printer.h"
#include "report/pass_report.h"

namespace attnsim::report {
namespace {

/// Which traversal, or null for what happens between two of them.
Json pass_of(const std::vector<int>& half) {
  return half.back() % 2 == 0 ? Json(half.back() / 2) : Json(nullptr);
}

Json steps(const PassReport& report) {
  auto json = Json::array();
  for (std::size_t i = 0; i < report.analysis.steps.size(); ++i) {
    const auto& step = report.analysis.steps[i];
    auto passes = Json::array();
    for (const auto& half : step.traversals) {
      const auto pass = pass_of(half);
      if (passes.empty() || passes.back() != pass) passes.push_back(pass);
    }
    json.push_back({{"einsum", step.einsum},
                    {"text", einsum::to_text(report.cascade.einsums[i])},
                    {"passes", passes},
                    {"level", step.level},
                    {"avail", step.avail},
                    {"reduces_over", step.reduces},
                    {"waits_for", step.needs}});
  }
  return json;
}

/// The chain of Einsums that says why not fewer.
Json proof(const PassReport& report) {
  auto chain = Json::array();
  const auto barriers = report.analysis.barriers();
  for (std::size_t i = 0; i < barriers.size(); ++i) {
    const auto& name = report.analysis.proof[i];
    chain.push_back({{"einsum", name},
                     {"text", einsum::to_text(*report.cascade.find_einsum(name))},
                     {"next_needs_all_of", barriers[i]}});
  }
  return chain;
}

Json live(const PassReport& report) {
  auto tensors = Json::array();
  for (const auto& tensor : report.live.tensors) {
    tensors.push_back({{"tensor", tensor.name},
                       {"words", tensor.words.text()},
                       {"whole_fiber", tensor.whole},
                       {"made_in_pass", pass_of(tensor.made)},
                       {"last_read_in_pass", pass_of(tensor.last_read)}});
  }
  Json json{{"per", report.live.per},
            {"tensors", tensors},
            {"footprint", report.live.footprint.text()},
            {"footprint_without_overwriting", report.live.without_reuse.text()},
            {"state", report.live.state.text()},
            {"state_tensors", report.live.state_tensors}};
  if (report.shapes) {
    json["footprint_bytes"] = report.bytes(report.footprint_words());
    json["state_bytes"] = report.bytes(report.live.state.at(*report.shapes));
  }
  return json;
}

Json operations(const einsum::CascadeCounts& counts) {
  Json json{{"flops", counts.flops},
            {"exponentials", counts.exponentials},
            {"selection_comparisons", counts.selections},
            {"by_operator", counts.operations}};
  auto einsums = Json::object();
  for (const auto& [name, by_operator] : counts.einsums) einsums[name] = by_operator;
  json["einsums"] = einsums;
  return json;
}

Json traffic(const PassReport& report) {
  Json json{{"spilled", report.extra.spilled.text()},
            {"inputs_read_again", report.extra.read_again.text()},
            {"inputs", report.extra.inputs}};
  if (!report.counts) return json;
  json["compulsory_bytes"] = {{"inputs", report.bytes(report.counts->input_words)},
                              {"outputs", report.bytes(report.counts->output_words)}};
  json["extra_bytes"] = report.bytes(report.extra_words());
  json["flops_per_byte"] = {{"kept", report.intensity_kept()},
                            {"spilled", report.intensity_spilled()}};
  return json;
}

}  // namespace

Json to_json(const PassReport& report) {
  auto notes = Json::array();
  for (const auto& note : report.analysis.notes) {
    notes.push_back({{"at", to_string(note.place)}, {"text", note.text}});
  }
  Json json{{"cascade", report.cascade.name},
            {"rank", report.analysis.target.rank},
            {"class", report.class_text()},
            {"passes", report.analysis.passes},
            {"exact", report.analysis.notes.empty() && report.analysis.grows_with.empty()},
            {"proof", report.analysis.proof},
            {"proof_chain", proof(report)},
            {"gathered", report.gathered()},
            {"einsums", steps(report)},
            {"live", live(report)},
            {"traffic", traffic(report)},
            {"notes", notes}};
  if (!report.shapes) return json;
  json["shapes"] = *report.shapes;
  json["word_bits"] = report.word_bits;
  json["operations"] = operations(*report.counts);
  json["operations"]["exact"] = report.at_most().empty();
  json["operations"]["at_most_because"] = report.at_most();
  return json;
}

}  // namespace attnsim::report
