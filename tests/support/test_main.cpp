// The main() of every test binary. gtest_main will not do: libsystemc brings a main() of its own
// that can win at link time and would then run no test at all and report success.
#include <gmock/gmock.h>

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}

extern "C" int sc_main(int /*argc*/, char* /*argv*/[]) { return 1; }  // libsystemc refers to it
