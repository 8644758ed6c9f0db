# The house rules of every target of the project, in one place.
add_library(attnsim_options INTERFACE)
add_library(attnsim::options ALIAS attnsim_options)
target_compile_features(attnsim_options INTERFACE cxx_std_20)
target_compile_options(
  attnsim_options
  INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
            -Wnon-virtual-dtor -Woverloaded-virtual)

# attnsim_library(NAME [SOURCES ...] [DEPENDS ...]): the library attnsim::NAME of the folder NAME/,
# whose headers are included as "NAME/header.h".
function(attnsim_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
  add_library(attnsim_${name} STATIC ${arg_SOURCES})
  add_library(attnsim::${name} ALIAS attnsim_${name})
  target_include_directories(attnsim_${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_link_libraries(
    attnsim_${name}
    PUBLIC ${arg_DEPENDS}
    PRIVATE attnsim::options)
endfunction()

# attnsim_test(NAME SOURCES ... DEPENDS ... [LABELS ...] [TIMEOUT seconds]): one binary, one ctest
# per TEST(), named after it. ATTNSIM_SOURCE_DIR is the repository's root.
function(attnsim_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;DEPENDS;LABELS")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(${name} PRIVATE ATTNSIM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  # What is tested is optimized; of the tests themselves it would only take time.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  target_link_libraries(${name} PRIVATE attnsim_test_main ${arg_DEPENDS} attnsim::options)
  gtest_discover_tests(
    ${name}
    DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
endfunction()
