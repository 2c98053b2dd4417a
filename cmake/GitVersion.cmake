# Run at build time: writes OUTPUT with the commit of SOURCE, only if it changed, so that a new
# commit recompiles one small file.
execute_process(COMMAND git -C ${SOURCE} rev-parse HEAD
                OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE
                RESULT_VARIABLE failed ERROR_QUIET)
execute_process(COMMAND git -C ${SOURCE} rev-parse --show-toplevel
                OUTPUT_VARIABLE toplevel OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(failed OR NOT toplevel STREQUAL SOURCE)
  set(commit unknown)
  set(state unknown)
else()
  execute_process(COMMAND git -C ${SOURCE} status --porcelain --untracked-files=no
                  OUTPUT_VARIABLE changes ERROR_QUIET)
  if(changes STREQUAL "")
    set(state clean)
  else()
    set(state dirty)
  endif()
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT
"#pragma once

inline constexpr char kGitCommit[] = \"${commit}\";
inline constexpr char kGitState[] = \"${state}\";
")
