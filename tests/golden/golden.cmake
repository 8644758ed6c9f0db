cmake_minimum_required(VERSION 3.25)
# Runs PROGRAM with ARGUMENTS and compares what it prints with EXPECTED; with UPDATE, rewrites that.
separate_arguments(words UNIX_COMMAND "${ARGUMENTS}")
execute_process(
  COMMAND "${PROGRAM}" ${words}
  OUTPUT_VARIABLE printed
  RESULT_VARIABLE code)
if(code)
  message(FATAL_ERROR "attnsim ${ARGUMENTS}: exit status ${code}")
endif()
if(UPDATE)
  file(WRITE "${EXPECTED}" "${printed}")
  return()
endif()
string(RANDOM LENGTH 12 unique)
set(actual "/tmp/attnsim-golden-${unique}")
file(WRITE "${actual}" "${printed}")
execute_process(COMMAND diff -u "${EXPECTED}" "${actual}" RESULT_VARIABLE differs)
file(REMOVE "${actual}")
if(differs)
  message(FATAL_ERROR "If this is meant: build the target update-golden and review the diff.")
endif()
