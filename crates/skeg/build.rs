//! How the release program is linked: at a fixed address, with functions of the same code folded into one, without unwind
//! tables, and with those functions side by side that usual commands call.
//!
//! The first three make it smaller, the first one also quicker to start: half a megabyte of relocations would otherwise be
//! applied, and their pages written, at each start. What Go builds by default, Helm with it, has a fixed address too.
//! Nothing reads unwind tables, as a panic ends the program. The last one halves the memory of a short command, most of
//! which is code. Names on the list that are gone are passed over; `cargo xtask order` makes it anew.

use std::env;

const LIST: &str = "hot-functions.txt";
/// What the linker leaves out.
const DISCARDED: &str = "discarded.ld";
/// Where `cargo xtask order` wants to be told which function lies where.
const MAP: &str = "SKEG_LINK_MAP";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={LIST}");
    println!("cargo:rerun-if-changed={DISCARDED}");
    println!("cargo:rerun-if-env-changed={MAP}");
    let is = |name: &str, wanted: &str| env::var(name).is_ok_and(|value| value == wanted);
    // Where the linker is known: the one that comes with Rust on this target. Whoever names another one decides alone.
    let own_linker = is("TARGET", "x86_64-unknown-linux-gnu")
        && env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default().is_empty()
        && env::var("RUSTC_LINKER").map_or(true, |linker| linker.is_empty());
    if own_linker && is("PROFILE", "release") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
        println!("cargo:rustc-link-arg-bins=-Wl,--icf=all");
        println!("cargo:rustc-link-arg-bins=-Wl,--no-eh-frame-hdr");
        let folder = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        let map = env::var(MAP).ok().map(|path| format!("-Map={path}"));
        let options = [
            format!("--symbol-ordering-file={folder}/{LIST}"),
            "--no-warn-symbol-ordering".to_owned(),
            format!("--script={folder}/{DISCARDED}"),
        ];
        for option in options.into_iter().chain(map) {
            // Not as `-Wl,…`, which would split the path at commas.
            println!("cargo:rustc-link-arg-bins=-Xlinker");
            println!("cargo:rustc-link-arg-bins={option}");
        }
    }
}
