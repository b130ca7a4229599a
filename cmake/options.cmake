set(RUCOLA_SANITIZE "" CACHE STRING "Sanitizers to build with, as in -fsanitize=: address,undefined or thread")

add_library(rucola_options INTERFACE)
target_compile_options(rucola_options INTERFACE -Wall -Wextra -Wpedantic -Werror)
target_include_directories(rucola_options INTERFACE ${PROJECT_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)

if(RUCOLA_SANITIZE)
  target_compile_options(rucola_options INTERFACE -fsanitize=${RUCOLA_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(rucola_options INTERFACE -fsanitize=${RUCOLA_SANITIZE})
  # The sanitizers' own instrumentation makes g++ 12 see uninitialised values in <optional> and <regex>.
  target_compile_options(rucola_options INTERFACE -Wno-maybe-uninitialized)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
