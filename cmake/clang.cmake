# The sanitizer builds' compiler: clang 19, or what the distribution calls clang where that is at least as new.
find_program(RUCOLA_CLANG NAMES clang-19 clang REQUIRED)
find_program(RUCOLA_CLANGXX NAMES clang++-19 clang++ REQUIRED)
execute_process(COMMAND ${RUCOLA_CLANGXX} -dumpversion OUTPUT_VARIABLE version OUTPUT_STRIP_TRAILING_WHITESPACE)
if(version VERSION_LESS 19)
  message(FATAL_ERROR "${RUCOLA_CLANGXX} is version ${version}; the sanitizer builds need 19 (`make deps` installs it)")
endif()
set(CMAKE_C_COMPILER ${RUCOLA_CLANG})
set(CMAKE_CXX_COMPILER ${RUCOLA_CLANGXX})
