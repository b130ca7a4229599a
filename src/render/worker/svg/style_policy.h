// May a browser be given a piece of CSS, of a <style> element or of an attribute? Only where each function
// and each rule with an @ is known to load nothing. It is read as text, comments and strings too: a browser
// can't find a function where this finds none, but the other way round.
//
// Pure; hostile input is expected. Time is linear in the size.
#pragma once

#include <string_view>

namespace rucola::render::worker {

/// Escapes are refused as such: `\75rl(` is a function to a browser.
bool loads_nothing(std::string_view style);

/// Is it a place inside the file (#name), or a bitmap that is part of the address itself? Nothing is neither:
/// to a browser it is the address of the page. What follows the address may be given with it.
bool stays_inside(std::string_view address);

}  // namespace rucola::render::worker
