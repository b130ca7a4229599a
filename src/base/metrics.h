// Counters, gauges and histograms for GET /metrics, kept by prometheus-cpp.
//
// Threads: every function is safe from any thread. A counter's or gauge's Increment() takes no lock, a
// histogram's Observe() does.
// Ownership: the registry lives as long as the program; references handed out stay good.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

namespace rucola::metrics {

using Labels = std::map<std::string, std::string>;

/// Finds or makes the time series. Call once and keep the reference: the look-up takes a lock.
prometheus::Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
prometheus::Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
/// The upper bounds of duration_seconds()'s buckets, 1 ms to 30 s; for ObserveMultiple().
const std::vector<double>& duration_buckets();
/// Buckets from 1 ms to 30 s. Observe() takes a lock: who must not wait counts on its own and hands over with
/// ObserveMultiple().
prometheus::Histogram& duration_seconds(const std::string& name, const std::string& help,
                                        const Labels& labels = {});

/// The exposition text, version 0.0.4.
std::string expose();

}  // namespace rucola::metrics
