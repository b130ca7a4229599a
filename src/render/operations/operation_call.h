// An operation as a stack calls it.
//
// Values; no shared state.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include <boost/json/value.hpp>

#include "render/operations/option_value.h"

namespace rucola::render {

/// By the name of the option that is computed; strict formulas (stack/formula.h).
using Formulas = std::map<std::string, boost::json::value, std::less<>>;

struct OperationCall {
  std::string name;
  Options options{};       ///< only those given; defaults come from the table
  Formulas expressions{};  ///< they win over options
  std::set<std::string, std::less<>> expressions_of_url{};  ///< names of those that a URL has set
};

}  // namespace rucola::render
