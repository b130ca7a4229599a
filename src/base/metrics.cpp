#include "base/metrics.h"

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace rucola::metrics {
namespace {

prometheus::Registry& registry() {
  // Never destroyed: the log's thread counts until the process has ended.
  static auto& instance = *new prometheus::Registry(prometheus::Registry::InsertBehavior::Merge);
  return instance;
}

}  // namespace

prometheus::Counter& counter(const std::string& name, const std::string& help, const Labels& labels) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry()).Add(labels);
}

prometheus::Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry()).Add(labels);
}

const std::vector<double>& duration_buckets() {
  static const std::vector<double> buckets{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                           0.25,  0.5,    1,     2.5,  5,     10,   30};
  return buckets;
}

prometheus::Histogram& duration_seconds(const std::string& name, const std::string& help,
                                        const Labels& labels) {
  return prometheus::BuildHistogram()
      .Name(name)
      .Help(help)
      .Register(registry())
      .Add(labels, duration_buckets());
}

std::string expose() {
  return prometheus::TextSerializer().Serialize(registry().Collect());
}

}  // namespace rucola::metrics
