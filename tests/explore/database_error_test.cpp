#include <algorithm>
#include <array>
#include <csignal>
#include <functional>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "explore/database_fixture.h"
#include "explore/sqlite.h"

namespace attnsim::explore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class BrokenDatabase : public DatabaseTest {};

std::string complaint_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no complaint";
}

std::string complaint_of_reading(const std::string& path, const std::string& sweep = "") {
  return complaint_of([&] { static_cast<void>(Database::read(path, sweep)); });
}

std::string complaint_of_writing(const std::string& path) {
  return complaint_of([&] { const Database database(path); });
}

/// Neither a reader nor a sweep takes the file, both for the same reason, and it stays as it is.
std::string complaint_about(const std::string& path) {
  const auto before = bytes_of(path);
  const auto complaint = complaint_of_reading(path);
  EXPECT_EQ(complaint_of_writing(path), complaint);
  EXPECT_EQ(bytes_of(path), before);
  return complaint;
}

/// Runs `act` in a process of its own. @return its exit status, or 128 and the signal
int in_child(const std::function<int()>& act) {
  const auto child = ::fork();
  if (child == 0) ::_exit(act());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST_F(BrokenDatabase, ThatIsNotThereSaysSo) {
  EXPECT_EQ(complaint_of_reading(path_), path_ + ": cannot be opened (No such file or directory)");
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(BrokenDatabase, InAFolderThatIsNotThereSaysSo) {
  EXPECT_EQ(
      complaint_of_writing(folder_ / "none" / "r.sqlite"),
      (folder_ / "none" / "r.sqlite").string() + ": cannot be written (No such file or directory)");
}

TEST_F(BrokenDatabase, ThatIsAFolderOrAStreamSaysSo) {
  EXPECT_EQ(complaint_of_reading(folder_), folder_.string() + ": is a directory, not a file");
  EXPECT_EQ(complaint_of_writing(folder_), folder_.string() + ": is a directory, not a file");
  EXPECT_THAT(complaint_of_writing("-"), HasSubstr("is a stream"));
  EXPECT_THAT(complaint_of_reading(""), HasSubstr("is no file name"));
}

TEST_F(BrokenDatabase, ThatIsEmptyIsTakenByASweepOnly) {
  write_bytes(path_, "");
  EXPECT_EQ(complaint_of_reading(path_), path_ + ": is empty: no sweep was written to it");
  EXPECT_EQ(sweep_into(path_, 3), 3);
}

/// What a sweep leaves that is killed before its first commit.
TEST_F(BrokenDatabase, ThatIsAHeaderAloneIsAsGoodAsEmpty) {
  Connection(path_, Connection::Mode::write).execute("PRAGMA journal_mode = WAL");
  EXPECT_EQ(complaint_of_reading(path_), path_ + ": is empty: no sweep was written to it");
  EXPECT_EQ(sweep_into(path_, 3), 3);
}

TEST_F(BrokenDatabase, ThatIsTextIsLeftAlone) {
  write_bytes(path_, std::string(5000, 'x'));
  EXPECT_EQ(complaint_about(path_), path_ + ": is no database of attnsim sweep");
}

TEST_F(BrokenDatabase, OfAnotherProgramIsLeftAlone) {
  { Connection(path_, Connection::Mode::write).execute("CREATE TABLE point (x)"); }
  EXPECT_EQ(complaint_about(path_), path_ + ": is a database of another program than attnsim");
}

TEST_F(BrokenDatabase, OfANewerFormatIsLeftAlone) {
  sweep_into(path_, 3);
  { Connection(path_, Connection::Mode::write).execute("PRAGMA user_version = 99"); }
  EXPECT_THAT(complaint_about(path_), HasSubstr("is in format 99 of attnsim's databases, but this "
                                                "program knows format 1"));
}

TEST_F(BrokenDatabase, ThatIsCutOffIsFoundOnOpening) {
  sweep_into(path_, 200);
  const auto bytes = bytes_of(path_);
  for (const double share : {0.9, 0.5, 0.1}) {
    const auto kept = static_cast<std::size_t>(share * static_cast<double>(bytes.size()));
    write_bytes(path_, bytes.substr(0, kept));
    EXPECT_THAT(complaint_about(path_), AllOf(StartsWith(path_), HasSubstr("is damaged")));
  }
}

TEST_F(BrokenDatabase, WithGarbageInTheMiddleIsFoundOnOpening) {
  sweep_into(path_, 200);
  auto bytes = bytes_of(path_);
  bytes.replace(bytes.size() / 2 / 4096 * 4096, 4096, std::string(4096, '\xA5'));
  write_bytes(path_, bytes);
  EXPECT_THAT(complaint_about(path_), AllOf(StartsWith(path_), HasSubstr("is damaged")));
}

TEST_F(BrokenDatabase, WithADetailThatIsNoJsonNamesItsRow) {
  sweep_into(path_, 3);
  { Connection(path_, Connection::Mode::write).execute("UPDATE point SET details = '{'"); }
  EXPECT_THAT(complaint_of_reading(path_),
              AllOf(HasSubstr("is damaged: the row of point 000"), HasSubstr("parse error")));
}

TEST_F(BrokenDatabase, InAFolderThatTakesNoFilesSaysSo) {
  EXPECT_THAT(complaint_of_writing("/proc/r.sqlite"),
              StartsWith("/proc/r.sqlite: cannot be written ("));
}

TEST_F(BrokenDatabase, ThatMayOnlyBeReadIsReadAndNotWritten) {
  sweep_into(path_, 3);
  ::chmod(path_.c_str(), 0444);
  ::chmod(folder_.c_str(), 0555);
  const auto code = in_child([this] {
    if (::getuid() == 0 && ::setuid(65534) != 0) return 9;
    if (Database::read(path_).rows.size() != 3) return 1;
    return complaint_of_writing(path_) == path_ + ": cannot be written (Permission denied)" ? 0 : 2;
  });
  ::chmod(folder_.c_str(), 0755);
  EXPECT_EQ(code, 0);
}

TEST_F(BrokenDatabase, InAFolderOfOnesOwnMayStillBeReadOnly) {
  sweep_into(path_, 3);
  ::chmod(path_.c_str(), 0444);
  ::chmod(folder_.c_str(), 0777);
  const auto code = in_child([this] {
    if (::getuid() == 0 && ::setuid(65534) != 0) return 9;
    return complaint_of_writing(path_) == path_ + ": cannot be written: it is read-only" ? 0 : 2;
  });
  EXPECT_EQ(code, 0);
}

/// A limit on the size of files is to SQLite as a disk that is full.
TEST_F(BrokenDatabase, OnAFullDiskKeepsWhatWasPutAndIsResumed) {
  const auto code = in_child([this] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1500000, 1500000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    std::int64_t put = 0;
    const auto complaint = complaint_of([&] {
      Database database(path_);
      for (const auto& task : database.begin(example_info(), example_tasks(1000))) {
        database.put(task, example_record(task));
        ++put;
      }
    });
    const bool said = complaint.find("limit on the size of files") != std::string::npos ||
                      complaint.find("the disk is full") != std::string::npos;
    if (!said) return 255;
    return put > 5 && put < 1000 ? static_cast<int>(std::min<std::int64_t>(put, 250)) : 254;
  });
  ASSERT_GT(code, 5);
  ASSERT_LT(code, 251);
  const auto kept = static_cast<std::int64_t>(Database::read(path_).rows.size());
  EXPECT_GE(kept, code);

  EXPECT_EQ(sweep_into(path_, 1000), 1000 - kept);

  const auto other = folder_ / "roomy.sqlite";
  sweep_into(other, 1000);
  expect_equal_rows(path_, other);
}

TEST_F(BrokenDatabase, TakesOneSweepAtATime) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const auto other = ::fork();
  if (other == 0) {
    const Database database(path_);
    static_cast<void>(::write(ends[1], "x", 1));
    ::pause();
    ::_exit(0);
  }
  char ready = 0;
  ASSERT_EQ(::read(ends[0], &ready, 1), 1);
  EXPECT_EQ(complaint_of_writing(path_), path_ + ": is being written by another sweep (process " +
                                             std::to_string(other) +
                                             "): wait for it, or choose another file");
  ::kill(other, SIGKILL);
  ::waitpid(other, nullptr, 0);
  EXPECT_EQ(sweep_into(path_, 3), 3);  // the lock went with the process
}

TEST_F(BrokenDatabase, WithoutASweepOrWithSeveralAsksForOne) {
  { const Database database(path_); }
  EXPECT_EQ(complaint_of_reading(path_), path_ + ": holds no sweep");

  sweep_into(path_, 3);
  EXPECT_EQ(complaint_of_reading(path_, "toi"),
            path_ + ": holds no sweep 'toi', did you mean 'toy'? (known: toy)");

  auto info = example_info();
  info.name = "other";
  sweep_into(path_, 3, info);
  EXPECT_EQ(complaint_of_reading(path_),
            path_ + ": holds several sweeps: choose one of toy, other");
}

TEST_F(BrokenDatabase, AQueryOnlyReads) {
  sweep_into(path_, 3);
  const auto complaint_of_query = [this](const std::string& sql) {
    return complaint_of([&] { static_cast<void>(query(path_, sql)); });
  };
  EXPECT_THAT(complaint_of_query("DELETE FROM point"), HasSubstr("a query only reads"));
  EXPECT_THAT(complaint_of_query("SELECT 1; SELECT 2"), HasSubstr("one statement at a time"));
  EXPECT_THAT(complaint_of_query(" "), HasSubstr("one statement at a time"));
  EXPECT_EQ(complaint_of_query("SELECT cyles FROM toy"), path_ + ": no such column: cyles");
  EXPECT_EQ(complaint_of_query("SELECT 1;"), "no complaint");
}

}  // namespace
}  // namespace attnsim::explore
