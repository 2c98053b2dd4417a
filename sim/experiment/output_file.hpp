#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/compile.h>
#include <fmt/format.h>

#include "sim/base/sha256.hpp"

namespace aicmp {

/// A text file written front to back in whole records (lines). Bytes reach the file only at the end
/// of a record: when 64 KiB have gathered, when a second has passed, or on flush(); so a killed run
/// leaves whole lines (but for one that the kernel itself was cut off in). Not thread-safe.
/// Every failure (disk full, no permission) is an IoError that names the path.
class OutputFile {
 public:
  /// Creates the file, or empties it if it exists.
  explicit OutputFile(std::string path);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  /// Flushes and closes as far as possible; errors are lost, so call close() in the normal course.
  ~OutputFile();

  /// Adds to the present record.
  void append(std::string_view text) { buffer_ += text; }
  /// Adds formatted text; numbers by `{}` are the shortest that read back to the same bits.
  template <typename Format, typename... Args>
  void print(const Format& format, const Args&... args) {
    fmt::format_to(std::back_inserter(buffer_), format, args...);
  }
  void end_record();
  /// Adds whole records that bring their line ends along.
  void write(std::string_view records);

  /// Writes all whole records.
  void flush();
  void close();

  const std::string& path() const { return path_; }
  std::uint64_t bytes_written() const { return bytes_written_; }
  /// SHA-256 of what was written; only after close(), once.
  std::string sha256() { return hash_.hex(); }

 private:
  static std::chrono::seconds now();

  std::string path_;
  int descriptor_ = -1;
  std::string buffer_;
  std::size_t complete_ = 0;  // bytes of whole records at the front of the buffer
  std::uint64_t bytes_written_ = 0;
  std::chrono::seconds last_flush_;
  Sha256 hash_;
};

/// Comma-separated rows below a header (RFC 4180, line feeds only). Numbers that are not finite
/// become empty cells; text with commas, quotes or line breaks is quoted.
class CsvWriter {
 public:
  CsvWriter(OutputFile& file, std::initializer_list<std::string_view> columns);
  CsvWriter(OutputFile& file, const std::vector<std::string>& columns);

  /// One row; asserts one cell per column.
  template <typename... Cells>
  void row(const Cells&... cells) {
    (cell(cells), ...);
    end_row();
  }
  /// A row in pieces, for tables whose width is known only at run time.
  template <typename Integer>
  requires std::integral<Integer>
  void cell(Integer value) {
    separate();
    file_.print(FMT_COMPILE("{}"), value);
  }
  void cell(double value);
  void cell(std::string_view text);
  void end_row();

 private:
  void separate() {
    if (cells_++ > 0) file_.append(",");
  }

  OutputFile& file_;
  std::size_t columns_;
  std::size_t cells_ = 0;  // of the present row
};

}  // namespace aicmp
