#!/bin/sh
# Installs missing packages from Debian, builds firesieve in build/ and runs it; see usage below.
set -eu
cd "$(dirname "$0")/.."

BUILD_PACKAGES="gcc libc6-dev cmake ninja-build pkgconf libsimde-dev libxxhash-dev libjansson-dev libpopt-dev"
# Only on these two do kernels have CPU features to detect; Debian 12 has the library for few others.
case $(dpkg --print-architecture 2>/dev/null) in
'' | amd64 | arm64) BUILD_PACKAGES="$BUILD_PACKAGES libcpu-features-dev" ;;
esac
# man-db, zsh and fish check manual pages and completions; debootstrap makes the system in which packages are tried;
# GMP tells which numbers are prime.
TEST_PACKAGES="g++ libcriterion-dev python3 bsdutils gnuplot-nox cadical libopenmpi-dev openmpi-bin iproute2
    man-db zsh fish debootstrap dpkg-dev file libpython3-dev libgmp-dev"
# For tests/peers. Cython's extension needs Python.h, which the tests need anyway.
PEER_PACKAGES="pypy3 cython3 python3-numba"
WEB_PACKAGES="emscripten nodejs libsimde-dev libxxhash-dev cmake ninja-build"
CLANG_PACKAGES="clang libclang-rt-dev llvm"
MEMCHECK_PACKAGES="valgrind"
COVERAGE_PACKAGES="gcovr"
PACKAGE_PACKAGES="dpkg-dev file libopenmpi-dev python3 libpython3-dev"
LINT_PACKAGES="clang-format clang-tidy cppcheck shellcheck"
# The compiler looks for the arm64 libraries where Debian's multiarch puts them.
ARM64_PACKAGES="gcc-aarch64-linux-gnu libc6-dev-arm64-cross
    libcpu-features-dev:arm64 libjansson-dev:arm64 libpopt-dev:arm64"
# For tests/cross. The packages after ARM64_PACKAGES build what only needs libc; the last compiler must be refused.
CROSS_PACKAGES="qemu-user $ARM64_PACKAGES
    gcc-s390x-linux-gnu libc6-dev-s390x-cross gcc-riscv64-linux-gnu libc6-dev-riscv64-cross
    gcc-powerpc64le-linux-gnu libc6-dev-ppc64el-cross gcc-i686-linux-gnu"

usage()
{
    cat <<'END'
Usage: sh cmake/setup.sh solve           build the program and solve a firewall of a million layers
       sh cmake/setup.sh test [PRESET]   build everything and run the tests (PRESET: see cmake --list-presets)
       sh cmake/setup.sh peers           time firesieve and the programs of a Python talk on the same firewall
       sh cmake/setup.sh fuzz [SECONDS]  run each fuzz target for SECONDS (default 600)
       sh cmake/setup.sh portable        build the program as one static file, for this CPU and (on Debian) 64-bit ARM
       sh cmake/setup.sh web             build the page for browsers, one HTML file, with emscripten
       sh cmake/setup.sh tarball         pack the sources of the last commit
       sh cmake/setup.sh package         build Debian packages, and show where they are
       sh cmake/setup.sh test-packages   build Debian packages, and try them in a new Debian 12 (minutes)
       sh cmake/setup.sh lint            check format and code with clang-format, clang-tidy, cppcheck, shellcheck
       sh cmake/setup.sh regret          time every method on many firewalls, and fail if auto does not choose nearly
                                         the best (at most half an hour; nothing else should run)
       sh cmake/setup.sh memcheck        run the unit tests under valgrind (a quarter of an hour)
       sh cmake/setup.sh coverage        run the tests with gcov; show a table by folder, and write build/coverage/html
       sh cmake/setup.sh nightly         everything: tests as release, debug, for this CPU alone, with clang and its
                                         sanitizers, memcheck, coverage and regret (two hours)
       sh cmake/setup.sh help            show this help

Missing packages are installed with apt-get, as root or through sudo.
END
}

say()
{
    printf '==> %s\n' "$*"
}

die()
{
    printf 'setup.sh: %s\n' "$*" >&2
    exit 1
}

# installed NAME[:ARCHITECTURE]. dpkg-query matches a bare name on every architecture, so pick the right one.
installed()
{
    case $1 in
    *:*) architecture=${1#*:} ;;
    *) architecture=$(dpkg --print-architecture) ;;
    esac
    dpkg-query -W -f '${Architecture} ${db:Status-Status}\n' "${1%:*}" 2>/dev/null |
        grep -Eqx "(all|$architecture) installed"
}

# require_cmake VERSION WHERE: older versions do not know presets, and would complain about a missing folder.
CMAKE_NEEDED=$(sed -n 's/^cmake_minimum_required(VERSION \([0-9.]*\)).*/\1/p' CMakeLists.txt)
require_cmake()
{
    older=$(printf '%s\n' "$CMAKE_NEEDED" "$1" | sort -V | head -n 1)
    [ "$older" = "$CMAKE_NEEDED" ] || die "firesieve needs CMake $CMAKE_NEEDED or newer; found CMake $1 ($2)"
}

# candidate NAME: the version that apt would install, without epoch and revision; empty if there is none.
candidate()
{
    LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: \([0-9]*:\)\{0,1\}\([0-9][^-+~]*\).*/\2/p'
}

as_root()
{
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# install_packages NAME[:ARCHITECTURE]...
install_packages()
{
    if command -v cmake >/dev/null; then
        require_cmake "$(cmake --version | sed -n 's/^cmake version \([0-9.]*\).*/\1/p')" "$(command -v cmake)"
    fi
    if ! command -v dpkg-query >/dev/null; then
        say "not a Debian system; these packages must already be installed: $*"
        return
    fi
    missing=
    for package; do
        installed "$package" || missing="$missing $package"
    done
    if [ -z "$missing" ]; then
        return
    fi
    add_architecture=
    case $missing in
    *:arm64*) dpkg --print-foreign-architectures | grep -qx arm64 || add_architecture="dpkg --add-architecture arm64" ;;
    esac
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        die "packages are missing, and neither root access nor sudo is available. Run as root:
    ${add_architecture:+$add_architecture && }apt-get update && apt-get install --no-install-recommends$missing"
    fi
    # Word splitting is intended.
    # shellcheck disable=SC2086
    {
        [ -z "$add_architecture" ] || as_root $add_architecture
        as_root apt-get -qq update
    }
    wanted=$missing
    missing=
    for package in $wanted; do
        version=$(candidate "$package")
        if [ -z "$version" ]; then
            say "this system has no package $package; whatever needs it is left out"
        else
            missing="$missing $package"
        fi
        [ "$package" != cmake ] || require_cmake "$version" "the package of this system"
    done
    [ -n "$missing" ] || return 0
    say "installing$missing"
    # shellcheck disable=SC2086
    {
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends $missing >/dev/null
    }
}

# Other distributions keep arm64 packages on other servers; with the architecture added, their updates would fail.
can_cross()
{
    command -v dpkg >/dev/null && [ "$(dpkg --print-architecture)" = amd64 ] && grep -qsx 'ID=debian' /etc/os-release
}

# build PRESET TESTS: TESTS is OFF if the packages for the tests may be missing, otherwise ON.
build()
{
    say "building preset $1"
    cmake --preset "$1" --log-level=NOTICE -DBUILD_TESTING="$2"
    cmake --build --preset "$1"
}

# The value of a member of a flat JSON object on standard input.
json_member()
{
    tr -d '\n' | sed -n "s/.*\"$1\": *\"\\{0,1\\}\\([^\",}]*\\).*/\\1/p"
}

solve()
{
    # shellcheck disable=SC2086 # a list
    install_packages $BUILD_PACKAGES
    build release OFF
    program=build/release/firesieve
    firewall=build/release/million.firewall
    set -- generate uniform --layers 1000000 --min-range 3000 --max-range 90000 --seed 1
    say "$program $* > $firewall"
    "$program" "$@" >"$firewall"
    say "$program solve --json $firewall"
    result=$("$program" solve --json "$firewall")
    for member in layers delay kernel threads parse_s elapsed_s candidates; do
        printf '%s %s\n' $member "$(printf '%s' "$result" | json_member $member)"
    done | awk '
        { value[$1] = $2 }
        END {
            # The clock may be too coarse for such a short time.
            seconds = value["elapsed_s"] > 0 ? value["elapsed_s"] : 1e-9
            printf "layers:  %s, read in %.2f s\n", value["layers"], value["parse_s"]
            printf "answer:  %s, the smallest safe delay\n", value["delay"]
            printf "kernel:  %s, threads: %s\n", value["kernel"], value["threads"]
            printf "time:    %.3f s\n", seconds
            printf "rate:    %.3g delays decided a second, %.3g layer tests a second\n",
                value["candidates"] / seconds, value["candidates"] * value["layers"] / seconds
        }'
}

# The exit status is that of ctest.
run_tests()
{
    preset=$1
    crosses=yes
    packages="$BUILD_PACKAGES $TEST_PACKAGES"
    case $preset in
    # These instrument firesieve; instrumenting would show nothing new about the peers.
    asan | tsan) packages="$packages $CLANG_PACKAGES" ;;
    clang-release) packages="$packages $CLANG_PACKAGES $PEER_PACKAGES" ;;
    *)
        packages="$packages $PEER_PACKAGES"
        if can_cross; then
            packages="$packages $CROSS_PACKAGES"
        else
            crosses=no
        fi
        ;;
    esac
    # shellcheck disable=SC2086 # a list
    install_packages $packages
    [ $crosses = yes ] ||
        say "not Debian on amd64: tests/cross is skipped for every CPU without a compiler and an emulator"
    build "$preset" ON
    say "testing preset $preset"
    ctest --preset "$preset" -j "$(nproc)"
}

test_packages()
{
    # shellcheck disable=SC2086 # lists
    install_packages $BUILD_PACKAGES $TEST_PACKAGES
    cmake --preset "$1" --log-level=NOTICE -DBUILD_TESTING=ON # packages have a build of their own
    ctest --preset "$1" -C Long -L package
}

peers()
{
    # shellcheck disable=SC2086 # lists
    install_packages $BUILD_PACKAGES $TEST_PACKAGES $PEER_PACKAGES
    build release ON
    cmake --build --preset release --target peers
}

fuzz()
{
    # shellcheck disable=SC2086 # lists
    install_packages $BUILD_PACKAGES $TEST_PACKAGES $CLANG_PACKAGES
    say "building preset asan"
    cmake --preset asan --log-level=NOTICE
    FUZZ_SECONDS=$1 cmake --build --preset asan --target fuzz
}

# One static file for this CPU's architecture and, if Debian has the cross compiler, one for 64-bit ARM.
portable()
{
    # shellcheck disable=SC2086 # a list
    install_packages $BUILD_PACKAGES
    presets=portable
    if can_cross; then
        # shellcheck disable=SC2086 # a list
        install_packages $ARM64_PACKAGES
        presets="portable portable-aarch64"
    else
        say "not Debian on amd64: no build for 64-bit ARM"
    fi
    for preset in $presets; do
        build "$preset" OFF
    done
    say "each file runs on its own on Linux 3.2 or newer; copy it where you want it:"
    ls -l build/portable*/firesieve-*-linux-*
}

web()
{
    # shellcheck disable=SC2086 # a list
    install_packages $WEB_PACKAGES
    build web OFF
    say "open it in a browser, or serve it like any other file; it needs nothing else:"
    ls -l build/web/firesieve.html
}

# The same commit gives the same bytes: file times are the commit's, and gzip -n leaves out the current time.
tarball()
{
    version=$(sed -n 's/^#define FIRESIEVE_VERSION "\(.*\)"/\1/p' include/firesieve/firesieve.h)
    mkdir -p build
    git archive --prefix="firesieve-$version/" HEAD | gzip -9n >"build/firesieve-$version.tar.gz"
    git diff --quiet HEAD || say "uncommitted changes are left out"
    ls "build/firesieve-$version.tar.gz"
}

package()
{
    # shellcheck disable=SC2086 # lists
    install_packages $BUILD_PACKAGES $PACKAGE_PACKAGES
    build package OFF
    rm -rf build/package/packages
    umask 022 # for the same packages whatever the user's umask
    cpack --preset package >build/package/cpack.log || {
        cat build/package/cpack.log >&2
        die "cpack failed"
    }
    say "install them with: apt-get install ./build/package/packages/*.deb"
    ls build/package/packages/*.deb
}

regret()
{
    # shellcheck disable=SC2086 # a list
    install_packages $BUILD_PACKAGES python3
    build "$1" OFF
    python3 tests/measure/regret.py "build/$1/firesieve" --median 1.05 --worst 2 --within 1800
}

memcheck()
{
    # shellcheck disable=SC2086 # lists
    install_packages $BUILD_PACKAGES $TEST_PACKAGES $MEMCHECK_PACKAGES
    build ci ON
    sh cmake/memcheck.sh 60 build/ci/tests/unit/test_unit build/ci/tests/bench/test_bench \
        build/ci/tests/trace/test_trace
}

coverage()
{
    # shellcheck disable=SC2086 # lists
    install_packages $BUILD_PACKAGES $TEST_PACKAGES $COVERAGE_PACKAGES
    build coverage ON
    find build/coverage -name '*.gcda' -delete # from earlier runs
    # Peers and other CPUs run other programs. Tests that fail in an unoptimised build still cover lines.
    ctest --preset coverage -E '^(peers|cross)' -j "$(nproc)" --output-on-failure --quiet || say "some tests failed"
    sh cmake/coverage.sh
}

# Runs everything, one step after another; fails at the end if any step did.
nightly()
{
    failed=
    # shellcheck disable=SC2086 # lists
    install_packages $CLANG_PACKAGES $WEB_PACKAGES
    for step in "test ci" test-packages "test debug" "test native" "test clang-release" "test asan" "test tsan" memcheck \
        coverage regret; do
        say "nightly: $step"
        # shellcheck disable=SC2086 # words
        sh cmake/setup.sh $step || failed="$failed
    sh cmake/setup.sh $step"
    done
    [ -z "$failed" ] || die "failed:$failed"
    say "nightly: all passed"
}

lint()
{
    # shellcheck disable=SC2086 # lists
    install_packages $BUILD_PACKAGES $TEST_PACKAGES $CLANG_PACKAGES $LINT_PACKAGES
    sh cmake/lint.sh
}

# CI treats warnings as errors; a newer compiler may warn about more, which must not keep users from testing.
default_preset=$([ "${CI-}" = true ] && echo ci || echo release)
case ${1-help} in
solve) solve ;;
test) run_tests "${2-$default_preset}" ;;
test-packages) test_packages "$default_preset" ;;
peers) peers ;;
fuzz) fuzz "${2-600}" ;;
portable) portable ;;
web) web ;;
tarball) tarball ;;
package) package ;;
regret) regret "$default_preset" ;;
memcheck) memcheck ;;
coverage) coverage ;;
nightly) nightly ;;
lint) lint ;;
help | -h | --help) usage ;;
*)
    printf 'setup.sh: unknown command: %s\n' "$1" >&2
    usage >&2
    exit 2
    ;;
esac
