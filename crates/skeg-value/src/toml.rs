//! TOML, read and written as BurntSushi/toml does it.
