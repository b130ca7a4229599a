set(RUCOLA_SANITIZE "" CACHE STRING "Sanitizers to build with, as in -fsanitize=: address,undefined or thread")
option(RUCOLA_FUZZ "Let the targets of tests/fuzz search (clang only); everything is compiled so that they see its branches")

add_library(rucola_options INTERFACE)
target_compile_options(rucola_options INTERFACE -Wall -Wextra -Wpedantic -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 sees uninitialised values inside <variant> and <optional> once it inlines them (GCC bugs 105562, 80635);
  # the sanitizer builds watch for the real ones.
  target_compile_options(rucola_options INTERFACE -Wno-maybe-uninitialized)
else()
  # libseccomp's macros are C99; a member that an initializer leaves out has its default, which g++ does not warn of;
  # and g++'s own library uses what it calls deprecated.
  target_compile_options(rucola_options INTERFACE -Wno-c99-extensions -Wno-missing-field-initializers
    -Wno-deprecated-declarations)
endif()
target_include_directories(rucola_options INTERFACE ${PROJECT_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)

if(RUCOLA_SANITIZE)
  target_compile_options(rucola_options INTERFACE -fsanitize=${RUCOLA_SANITIZE} -fno-omit-frame-pointer)
  # A finding ends the program: otherwise it would be a line that nobody reads. Whether an object is of the class that it is
  # used as is not looked at: the runtime reads its virtual table through a pipe, which a worker's sandbox refuses.
  target_compile_options(rucola_options INTERFACE -fno-sanitize-recover=all -fno-sanitize=vptr)
  target_compile_definitions(rucola_options INTERFACE RUCOLA_SANITIZED)  # g++ has a macro for it, clang another one
  target_link_options(rucola_options INTERFACE -fsanitize=${RUCOLA_SANITIZE})
endif()
if(RUCOLA_FUZZ)
  target_compile_options(rucola_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # What precompiled headers (cmake/precompiled.cmake) ask of ccache: not to look for __TIME__ and for macros in them.
  # Paths are hashed relative to this folder, so that clones and worktrees share what was compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=true ${CCACHE})
endif()
