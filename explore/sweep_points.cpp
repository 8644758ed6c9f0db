#include "explore/sweep_points.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/error.h"
#include "base/text_file.h"
#include "explore/architecture_values.h"
#include "explore/inputs.h"
#include "explore/key.h"
#include "workloads/model.h"

namespace attnsim::explore {
namespace {

using workloads::Shipped;

/// Runs `look`; what it says is wrong is wrong with the sweep at `place`.
template <class Look>
auto at_place(const Place& place, const Look& look) {
  try {
    return look();
  } catch (const InputError& error) {
    throw InputError(place, error.what());
  }
}

class Expander {
 public:
  Expander(const Sweep& sweep, const std::string& version, InputCache& cache)
      : sweep_(sweep), cache_(cache), keys_(cache, sweep.executor, version) {}

  SweepPoints expand() {
    for (const auto& base : sweep_.bases) {
      for (const auto& arch : base.archs) {
        for (const auto& mapping : base.mappings) {
          base_ = &base;
          task_.point.arch = named(Shipped::arch, arch, base.place);
          task_.point.mapping = named(Shipped::mapping, mapping, base.place);
          task_.point.cascade = named(Shipped::cascade, base.cascade, base.place);
          check_sets();
          vary(0);
        }
      }
    }
    return std::move(points_);
  }

 private:
  /// Paths start from the folder of the sweep's file; names stay as they are.
  std::string named(Shipped kind, const std::string& name, const Place& place) {
    if (name.empty()) return name;
    const bool path =
        name.find('/') != std::string::npos || name.ends_with(".xml") || name.ends_with(".cascade");
    const auto folder = std::filesystem::path(sweep_.path).parent_path();
    auto found = path ? (folder / name).lexically_normal().string() : name;
    static_cast<void>(at_place(place, [&] { return cache_.find(kind, found); }));
    return found;
  }

  /// Each set must be for one of the documents of each workload.
  void check_sets() {
    for (const auto& workload : sweep_.workloads) {
      for (const auto& model : workload.models) {
        std::vector<Document> documents{
            document(Shipped::arch, task_.point.arch, base_->place),
            document(Shipped::mapping, task_.point.mapping, base_->place)};
        const auto found = named(Shipped::model, model, workload.place);
        if (!found.empty()) documents.push_back(document(Shipped::model, found, workload.place));
        check_sets(sweep_.sets, documents);
        check_sets(base_->sets, documents);
      }
    }
  }

  Document document(Shipped kind, const std::string& name, const Place& place) {
    return at_place(place, [&] {
      auto path = cache_.find(kind, name);
      auto text = cache_.text(path);
      return Document{std::move(path), std::move(text), {}};
    });
  }

  static void check_sets(const std::vector<SweepSet>& sets, std::vector<Document>& documents) {
    std::vector<Document*> places;
    places.reserve(documents.size());
    for (auto& document : documents) places.push_back(&document);
    for (const auto& set : sets) {
      at_place(set.place, [&] {
        assign_overrides({set.path + "=..."}, places);
        return 0;
      });
    }
  }

  /// The axes from `axis` on, each value after the other.
  void vary(std::size_t axis) {
    if (axis == sweep_.axes.size()) return run_workloads();
    for (std::size_t i = 0; i < sweep_.axes[axis].front().values.size(); ++i) {
      for (const auto& parameter : sweep_.axes[axis]) {
        const auto& text = parameter.values[i];
        task_.parameters[parameter.name] = values_.texts[parameter.name] = text;
        values_.variables.numbers.erase(parameter.name);
        if (!parameter.numbers.empty()) {
          values_.variables.numbers[parameter.name] = parameter.numbers[i];
        }
      }
      vary(axis + 1);
    }
  }

  void run_workloads() {
    for (const auto& workload : sweep_.workloads) {
      for (const auto& model : workload.models) {
        for (const auto& length : workload.lengths) run(workload, model, length);
      }
    }
  }

  void run(const SweepWorkload& workload, const std::string& model, const std::string& length) {
    auto values = values_;
    task_.point.model = named(Shipped::model, model, workload.place);
    task_.point.seq = length;
    task_.point.causal = workload.causal;
    add_ranks(values, workload);
    for (const auto& let : sweep_.lets) {
      values.variables.numbers[let.name] = let.formula.evaluate(values.variables);
    }
    task_.point.parameters = workload.parameters.filled(values);
    task_.point.sets.clear();
    for (const auto* sets : {&sweep_.sets, &base_->sets}) {
      for (const auto& set : *sets) {
        task_.point.sets.push_back(set.path + "=" + set.value.filled(values));
      }
    }
    if (within_limits(std::move(values))) {
      keep();
    } else {
      ++points_.left_out;
    }
  }

  /// The model's ranks, P and M by the length, and those of the shape, which it may compute of
  /// them.
  void add_ranks(NamedValues& values, const SweepWorkload& workload) {
    auto& numbers = values.variables.numbers;
    const auto add = [&numbers](const workloads::Shapes& shapes) {
      for (const auto& [rank, shape] : shapes) numbers[rank] = static_cast<double>(shape);
    };
    if (!task_.point.model.empty()) add(model_shapes(workload));
    if (!task_.point.seq.empty()) {
      const auto length = workloads::parse_sequence_length(task_.point.seq);
      add({{"P", length}, {"M", length}});
    }
    task_.point.shape = workload.shape.filled(values);
    if (task_.point.shape.empty()) return;
    add(at_place(workload.place, [&] { return workloads::parse_shape(task_.point.shape); }));
  }

  /// As in the model's file, whatever is set there.
  workloads::Shapes model_shapes(const SweepWorkload& workload) {
    const auto found = models_.find(task_.point.model);
    if (found != models_.end()) return found->second;
    const auto file = document(Shipped::model, task_.point.model, workload.place);
    const auto model =
        workloads::read_model(XmlElement::parse(file.text, shown_path(file.path), "model"));
    return models_[task_.point.model] = model.shapes;
  }

  /// A point that does not load is for its row to say.
  bool within_limits(NamedValues values) {
    if (sweep_.limits.empty()) return true;
    try {
      add_values(load_unshaped(task_.point, cache_)->architecture, values.variables);
    } catch (const InputError&) {
      return true;
    }
    return std::all_of(sweep_.limits.begin(), sweep_.limits.end(), [&](const SweepLimit& limit) {
      const auto number = limit.formula.evaluate(values.variables);
      return !(number < limit.at_least.value_or(number)) &&
             !(number > limit.at_most.value_or(number));
    });
  }

  void keep() {
    task_.position = static_cast<std::int64_t>(points_.tasks.size());
    task_.key = keys_.key_of(task_.point);
    points_.tasks.push_back(task_);
  }

  const Sweep& sweep_;
  InputCache& cache_;
  PointKeys keys_;
  const SweepBase* base_ = nullptr;
  NamedValues values_;  ///< of the parameters
  std::map<std::string, workloads::Shapes> models_;
  Task task_;  ///< the point at hand
  SweepPoints points_;
};

}  // namespace

SweepPoints points_of(const Sweep& sweep, const std::string& version, InputCache& cache) {
  return Expander(sweep, version, cache).expand();
}

}  // namespace attnsim::explore
