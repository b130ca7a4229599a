set(RUCOLA_SANITIZE "" CACHE STRING "Sanitizers to build with, as in -fsanitize=: address,undefined or thread")

add_library(rucola_options INTERFACE)
target_compile_options(rucola_options INTERFACE -Wall -Wextra -Wpedantic -Werror)
# g++ 12 sees uninitialised values inside <variant> and <optional> once it inlines them (GCC bugs 105562, 80635);
# the sanitizer builds watch for the real ones.
target_compile_options(rucola_options INTERFACE -Wno-maybe-uninitialized)
target_include_directories(rucola_options INTERFACE ${PROJECT_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)

if(RUCOLA_SANITIZE)
  target_compile_options(rucola_options INTERFACE -fsanitize=${RUCOLA_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(rucola_options INTERFACE -fsanitize=${RUCOLA_SANITIZE})
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
