// The ordered table of operations. Everything that knows which operations there are asks here.
//
// Thread-safe; the table is immutable.
#pragma once

#include <span>
#include <string_view>

#include "render/operations/operation.h"

namespace rucola::render {

std::span<const Operation* const> operations();
const Operation* find_operation(std::string_view name);
std::vector<std::string_view> operation_names();

/// An operation of the public API that this version doesn't have.
bool is_later_operation(std::string_view name);

/// bad_request: there is no such operation, what was perhaps meant, and which there are.
Error unknown_operation(std::string_view name);
/// The option's row. Errors: bad_request: there is no such option, and which there are.
Result<const OptionSchema*> option_of(const Operation& operation, std::string_view name);
/// Are the required options there, as values or as expressions? Errors: bad_request, naming what is missing.
Result<void> check_complete(const Operation& operation, const OperationCall& call);
/// `operation "resize"`, as messages call it.
std::string title_of(const Operation& operation);

namespace operation {
const Operation& alpha();
const Operation& autorotate();
const Operation& blur();
const Operation& circlemask();
const Operation& composition();
const Operation& crop();
const Operation& dropshadow();
const Operation& face();
const Operation& glitch();
const Operation& grayscale();
const Operation& modulate();
const Operation& multiply();
const Operation& noop();
const Operation& primitive();
const Operation& resize();
const Operation& rotate();
const Operation& sepia();
const Operation& sharpen();
const Operation& svgdynamic();
const Operation& text();
const Operation& trim();
}  // namespace operation

}  // namespace rucola::render
