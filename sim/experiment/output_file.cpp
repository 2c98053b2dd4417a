#include "sim/experiment/output_file.hpp"

#include <cerrno>
#include <cmath>
#include <cstring>

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

constexpr std::size_t kFlushBytes = std::size_t{64} << 10;

IoError failure(const std::string& path, const char* what) {
  return IoError(path, fmt::format("{}: {}", what, std::strerror(errno)));
}

}  // namespace

OutputFile::OutputFile(std::string path) : path_(std::move(path)), last_flush_(now()) {
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) throw failure(path_, "cannot be created");
}

OutputFile::~OutputFile() {
  if (descriptor_ < 0) return;
  try {
    flush();
  } catch (const IoError&) {
    // A destructor has nobody to tell; whoever cares calls close().
  }
  ::close(descriptor_);
}

std::chrono::seconds OutputFile::now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
  return std::chrono::seconds(time.tv_sec);
}

void OutputFile::end_record() {
  write("\n");
}

void OutputFile::write(std::string_view records) {
  buffer_ += records;
  complete_ = buffer_.size();
  if (buffer_.size() >= kFlushBytes || now() != last_flush_) flush();
}

void OutputFile::flush() {
  last_flush_ = now();
  std::size_t sent = 0;
  while (sent < complete_) {
    const ::ssize_t written = ::write(descriptor_, buffer_.data() + sent, complete_ - sent);
    if (written >= 0) {
      sent += static_cast<std::size_t>(written);
    } else if (errno != EINTR) {
      const IoError error = failure(path_, "cannot be written");
      // Back to the last whole record; what could not be written is not tried again.
      if (::ftruncate(descriptor_, static_cast<::off_t>(bytes_written_)) == 0) {
        ::lseek(descriptor_, static_cast<::off_t>(bytes_written_), SEEK_SET);
      }
      complete_ = 0;
      buffer_.clear();
      throw error;
    }
  }
  hash_.update({buffer_.data(), complete_});
  bytes_written_ += complete_;
  buffer_.erase(0, complete_);
  complete_ = 0;
}

void OutputFile::close() {
  if (descriptor_ < 0) return;
  flush();
  const int descriptor = descriptor_;
  descriptor_ = -1;
  if (::close(descriptor) != 0) throw failure(path_, "cannot be written");
}

CsvWriter::CsvWriter(OutputFile& file, std::initializer_list<std::string_view> columns)
    : file_(file), columns_(columns.size()) {
  for (const std::string_view column : columns) cell(column);
  end_row();
}

CsvWriter::CsvWriter(OutputFile& file, const std::vector<std::string>& columns)
    : file_(file), columns_(columns.size()) {
  for (const std::string& column : columns) cell(column);
  end_row();
}

void CsvWriter::cell(double value) {
  separate();
  if (std::isfinite(value)) file_.print(FMT_COMPILE("{}"), value);
}

void CsvWriter::cell(std::string_view text) {
  separate();
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) {
    file_.append(text);
    return;
  }
  file_.append("\"");
  for (const char c : text)
    file_.append(c == '"' ? std::string_view("\"\"") : std::string_view(&c, 1));
  file_.append("\"");
}

void CsvWriter::end_row() {
  AICMP_ASSERT(cells_ == columns_);
  cells_ = 0;
  file_.end_record();
}

}  // namespace aicmp
