# The sanitizer builds read once what nearly every file includes: of a small test's compilation gtest.h alone is four fifths.
# Not the release build, which so finds the files that include too little.
if(NOT RUCOLA_SANITIZE)
  function(rucola_precompiled target headers)
  endfunction()
  return()
endif()

set(rucola_common_headers <algorithm> <array> <atomic> <charconv> <chrono> <condition_variable> <cstdint> <deque> <expected>
  <filesystem> <functional> <iostream> <map> <memory> <mutex> <optional> <ranges> <set> <span> <sstream> <string> <string_view>
  <thread> <tuple> <unordered_map> <utility> <variant> <vector> <boost/json.hpp>)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/precompiled.cpp CONTENT "// There for the headers before it.\n")

# With other macros they would be other headers. -pthread is one, and only some libraries ask for it.
target_compile_options(rucola_options INTERFACE -pthread)
function(rucola_add_precompiled name)
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/generated/precompiled.cpp)
  target_link_libraries(${name} PRIVATE rucola_options ${ARGN})
  target_precompile_headers(${name} PRIVATE ${rucola_common_headers})
endfunction()
rucola_add_precompiled(rucola_precompiled_room Boost::json Threads::Threads)
find_package(GTest REQUIRED)
rucola_add_precompiled(rucola_precompiled_tests Boost::json Threads::Threads GTest::gmock)
target_precompile_headers(rucola_precompiled_tests PRIVATE <gmock/gmock.h> <gtest/gtest.h>)

# rucola_precompiled(TARGET room) or (TARGET tests).
function(rucola_precompiled target headers)
  target_precompile_headers(${target} REUSE_FROM rucola_precompiled_${headers})
endfunction()
