// What a C library hands out, with one owner: `using Document = CHandle<xmlDoc, xmlFreeDoc>;`. Belongs to one
// thread at a time, as far as the library says nothing else.
#pragma once

#include <memory>

namespace rucola {

/// Frees with the library's own function; what that returns is of no use any more.
template <auto free_function>
struct FreedBy {
  template <class Handle>
  void operator()(Handle* handle) const {
    static_cast<void>(free_function(handle));
  }
};

template <class Handle, auto free_function>
using CHandle = std::unique_ptr<Handle, FreedBy<free_function>>;

}  // namespace rucola
