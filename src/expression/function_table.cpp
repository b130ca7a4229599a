#include "expression/function_table.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace rucola::expression {
namespace {

std::array<std::span<const Function>, 3> all_groups() {
  return {number_functions(), text_functions(), array_functions()};
}

std::vector<FunctionInfo> all_infos() {
  std::vector<FunctionInfo> infos;
  for (const std::span<const Function> group : all_groups()) {
    for (const Function& function : group)
      infos.push_back(function.info);
  }
  return infos;
}

}  // namespace

const Function* find_function(std::string_view name) {
  for (const std::span<const Function> group : all_groups()) {
    const auto found =
        std::ranges::find(group, name, [](const Function& function) { return function.info.name; });
    if (found != group.end()) return &*found;
  }
  return nullptr;
}

std::string function_names() {
  return joined(functions(), ", ", &FunctionInfo::name);
}

std::string wrong_count(const Function& function, std::size_t given) {
  if (given >= function.least && given <= function.most) return {};
  std::string taken = std::to_string(function.least);
  if (function.most == any_number) {
    taken += " or more";
  } else if (function.most != function.least) {
    taken += (function.most == function.least + 1 ? " or " : " to ") + std::to_string(function.most);
  }
  const bool is_one = function.least == 1 && function.most == 1;
  return std::string(function.info.name) + "() takes " + taken + (is_one ? " value" : " values") + ", not " +
         std::to_string(given) + ": " + std::string(function.info.usage);
}

std::span<const FunctionInfo> functions() {
  static const std::vector<FunctionInfo> infos = all_infos();
  return infos;
}

}  // namespace rucola::expression
