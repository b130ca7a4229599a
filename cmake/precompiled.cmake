# The sanitizer builds read once what nearly every file includes: of a small test's compilation gtest.h alone is four fifths.
# Not the release build, which so finds the files that include too little.
#
# Not CMake's own target_precompile_headers: that names the headers by the folder of the build, and ccache then takes what
# another clone compiled for something else. This one is named relative to the folder that the compiler runs in, and made of
# /dev/null and the system's headers, so that no path of the project is in it.
if(NOT RUCOLA_SANITIZE)
  function(rucola_precompiled target headers)
  endfunction()
  return()
endif()

set(rucola_common_headers algorithm array atomic charconv chrono condition_variable cstdint deque expected filesystem functional
  iostream map memory mutex optional ranges set span sstream string string_view thread tuple unordered_map utility variant vector
  boost/json.hpp)

# With other macros they would be other headers. -pthread is one, and only some libraries ask for it.
target_compile_options(rucola_options INTERFACE -pthread)

# rucola_add_precompiled(NAME LINK libraries HEADERS headers): generated/NAME.pch.
function(rucola_add_precompiled name)
  cmake_parse_arguments(PCH "" "" "LINK;HEADERS" ${ARGN})
  set(flags "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_DEBUG} ${CMAKE_CXX23_STANDARD_COMPILE_OPTION}")
  separate_arguments(flags)
  foreach(header ${PCH_HEADERS})
    list(APPEND includes -include ${header})
  endforeach()
  set(definitions "")
  foreach(library rucola_options ${PCH_LINK})
    list(APPEND options "$<TARGET_PROPERTY:${library},INTERFACE_COMPILE_OPTIONS>")
    list(APPEND definitions "$<TARGET_PROPERTY:${library},INTERFACE_COMPILE_DEFINITIONS>")
  endforeach()
  set(definitions "$<REMOVE_DUPLICATES:$<FILTER:${definitions},EXCLUDE,^$>>")
  set(pch ${CMAKE_BINARY_DIR}/generated/${name}.pch)
  add_custom_command(OUTPUT ${pch}
    COMMAND ${CMAKE_CXX_COMPILER_LAUNCHER} ${CMAKE_CXX_COMPILER} ${flags} ${options} "-D$<JOIN:${definitions},;-D>" ${includes}
      -Xclang -fno-pch-timestamp -fpch-instantiate-templates -MD -MT generated/${name}.pch -MF generated/${name}.pch.d
      -x c++-header -c /dev/null -o generated/${name}.pch
    DEPFILE ${pch}.d WORKING_DIRECTORY ${CMAKE_BINARY_DIR} COMMAND_EXPAND_LISTS VERBATIM
    COMMENT "Precompiling the headers of generated/${name}.pch")
  add_custom_target(rucola_precompiled_${name} DEPENDS ${pch})
endfunction()
rucola_add_precompiled(room LINK Boost::json HEADERS ${rucola_common_headers})
find_package(GTest REQUIRED)
rucola_add_precompiled(tests LINK Boost::json GTest::gmock HEADERS ${rucola_common_headers} gmock/gmock.h gtest/gtest.h)

# rucola_precompiled(TARGET room) or (TARGET tests): for all its sources but those with SKIP_PRECOMPILE_HEADERS.
function(rucola_precompiled target headers)
  add_dependencies(${target} rucola_precompiled_${headers})
  # Once the folder is read: a target may get sources, and sources properties, after this.
  cmake_language(EVAL CODE "cmake_language(DEFER CALL rucola_include_precompiled ${target} ${headers})")
endfunction()

function(rucola_include_precompiled target headers)
  get_target_property(sources ${target} SOURCES)
  foreach(source ${sources})
    get_source_file_property(skip ${source} TARGET_DIRECTORY ${target} SKIP_PRECOMPILE_HEADERS)
    if(NOT skip)
      set_property(SOURCE ${source} TARGET_DIRECTORY ${target} APPEND PROPERTY
        COMPILE_OPTIONS -include-pch generated/${headers}.pch)
      set_property(SOURCE ${source} TARGET_DIRECTORY ${target} APPEND PROPERTY
        OBJECT_DEPENDS ${CMAKE_BINARY_DIR}/generated/${headers}.pch)
    endif()
  endforeach()
endfunction()
