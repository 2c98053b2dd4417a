# One language level and one set of warnings for all of our code.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Most of a file's compile time is its headers and what they instantiate: eight files in one
# translation unit build three times faster. Names in anonymous namespaces are thus unique in a room;
# `cmake --preset debug` compiles file by file.
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(aicmp_options INTERFACE)
target_compile_options(aicmp_options INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
# GCC bug 105651: GCC 12 sees overlapping copies in std::string's operator+ where there are none.
target_compile_options(aicmp_options INTERFACE -Wno-restrict)
# Results must not depend on whether a compiler fuses a multiply and an add.
target_compile_options(aicmp_options INTERFACE -ffp-contract=off)
target_include_directories(aicmp_options INTERFACE ${CMAKE_SOURCE_DIR})
if(AICMP_SANITIZE)
  target_compile_options(aicmp_options INTERFACE -fsanitize=address,undefined
                                                 -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(aicmp_options INTERFACE -fsanitize=address,undefined)
  target_compile_definitions(aicmp_options INTERFACE _GLIBCXX_ASSERTIONS)
endif()

# aicmp_room(<name> SOURCES <files> DEPENDS <targets>): one static library per room of the tree.
function(aicmp_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(${name} PUBLIC aicmp_options ${ROOM_DEPENDS})
endfunction()

# aicmp_test(<name> SOURCES <files> DEPENDS <targets>): one doctest program per room.
function(aicmp_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} PRIVATE aicmp_test_main ${TEST_DEPENDS})
  # doctest's macros compile a third faster so, and what is tested is compiled in the rooms.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  add_test(NAME ${name} COMMAND ${name})
endfunction()
