# The tools that the scripts need, each as a function that returns at once when the tool is there, installs it when it is
# not, and stops with advice when it cannot. What is there already is used as it is.
# Sourced after common.sh.

TRUNK_VERSION=0.21.14
BINARYEN_VERSION=132.0.0

# Ours go into the project and touch nobody else's tools. Point HEADWATER_TOOLS elsewhere to share them among checkouts.
TOOLS=${HEADWATER_TOOLS:-$PWD/.tools}
export PATH="$TOOLS/bin:$PATH"

need_rust() {
  has cargo || die "cargo is missing" "Install Rust with https://rustup.rs, then run this again."
}

# need_rust_component NAME COMMAND...: NAME is there if COMMAND succeeds.
need_rust_component() {
  local name=$1
  shift
  if "$@" >/dev/null 2>&1; then return; fi
  has rustup || die "$name is missing" "Install the $name of your Rust toolchain; with rustup: rustup component add $name"
  rustup component add "$name" || die "rustup could not add $name" "Is the network reachable? Try: rustup component add $name"
}

need_wasm_target() {
  local target=wasm32-unknown-unknown
  if [ -d "$(rustc --print target-libdir --target $target)" ]; then return; fi
  has rustup || die "the Rust target $target is missing" "Install Rust with https://rustup.rs, or your system's $target package."
  rustup target add $target || die "rustup could not add $target" "Is the network reachable? Try: rustup target add $target"
}

# The command-line tool and the crate speak a private protocol, so their versions must be equal.
wasm_bindgen_version() {
  awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' Cargo.lock
}

is_version() { [ "$("$1" --version 2>/dev/null)" = "$1 $2" ]; }

need_trunk_and_wasm_bindgen() {
  local bindgen missing
  bindgen=$(wasm_bindgen_version)
  missing=()
  case "$(trunk --version 2>/dev/null)" in "trunk 0.21."*) ;; *) missing+=("trunk@$TRUNK_VERSION") ;; esac
  if ! is_version wasm-bindgen "$bindgen" || ! is_version wasm-bindgen-test-runner "$bindgen"; then
    missing+=("wasm-bindgen-cli@$bindgen")
  fi
  [ ${#missing[@]} -eq 0 ] || cargo_install "${missing[@]}"
}

# One target folder for all of them, because they share most of what they are built from. It stays after a failure, so
# that the next attempt goes on where this one ended; cargo itself installs a program whole or not at all.
cargo_install() {
  say "Installing $* into $TOOLS (several minutes, once)"
  CARGO_TARGET_DIR="$TOOLS/build" cargo install --locked --root "$TOOLS" "$@" ||
    die "cargo install $* failed" "The reason is above. Mend it and run this again; what was built is kept."
  rm -rf "$TOOLS/build"
}

# install_wasm_opt: from npm's binaryen, whole or not at all. False if it cannot be had.
install_wasm_opt() (
  has npm || exit 1
  say "Installing wasm-opt (binaryen $BINARYEN_VERSION) into $TOOLS"
  mkdir -p "$TOOLS/bin"
  stage=$(mktemp -d "$TOOLS/binaryen.XXXXXX")
  trap 'rm -rf "$stage"' EXIT
  npm install --prefix "$stage" --no-save --no-audit --no-fund --loglevel=error "binaryen@$BINARYEN_VERSION" || exit 1
  rm -rf "$TOOLS/binaryen"
  mv "$stage" "$TOOLS/binaryen" && ln -sf ../binaryen/node_modules/.bin/wasm-opt "$TOOLS/bin/wasm-opt"
)

need_wasm_opt() {
  has wasm-opt || install_wasm_opt ||
    die "wasm-opt is missing and npm could not install it" "Install Node.js with npm, or your system's binaryen, and run this again."
}

# Ours, built like everything else; SPLITTER is where it lies.
need_splitter() {
  cargo build --quiet --release --locked --manifest-path scripts/split/Cargo.toml --target-dir "$TOOLS/split" ||
    die "scripts/split cannot be built" "The reason is above."
  SPLITTER=$TOOLS/split/release/split
}

# Serving does without: the page is then larger and a little slower.
want_wasm_opt() {
  has wasm-opt || install_wasm_opt || say "Going on without wasm-opt: the page is larger and slower than what scripts/build makes."
}

# Chromium and its driver, for tests only. CHROME and CHROMEDRIVER name others than those on the PATH.
need_browser() {
  find_browser && return
  if [ -r /etc/debian_version ] && grep -q '^ID=debian' /etc/os-release; then
    say "Installing chromium and chromium-driver with apt-get"
    as_root apt-get update -q &&
      as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium chromium-driver ||
      die "apt-get could not install chromium and chromium-driver" "The reason is above. Or set CHROME and CHROMEDRIVER to your own."
  fi
  find_browser || die "no Chromium with its ChromeDriver was found" \
    "Install both, of one version (macOS: brew install --cask chromium chromedriver), or set CHROME and CHROMEDRIVER to their paths."
}

find_browser() {
  local candidate
  for candidate in chromium chromium-browser google-chrome google-chrome-stable; do
    [ -n "${CHROME:-}" ] || CHROME=$(command -v "$candidate" || true)
  done
  CHROMEDRIVER=${CHROMEDRIVER:-$(command -v chromedriver || true)}
  export CHROME CHROMEDRIVER
  [ -x "$CHROME" ] && [ -x "$CHROMEDRIVER" ]
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif has sudo; then
    sudo "$@"
  else
    die "this needs root: $*" "Run it as root, then run this again."
  fi
}
