//! Archives of charts: raw bytes, and bytes packed as gzip so that the fuzzer reaches the tar reader.
#![no_main]

use libfuzzer_sys::fuzz_target;
use skeg_chart::{archive, load};
use skeg_fuzz::on_big_stack;

fuzz_target!(|data: &[u8]| {
    on_big_stack(|| {
        let packed = stored(data);
        for bytes in [data, &packed] {
            let Ok(files) = archive::read(bytes) else { continue };
            for file in &files {
                assert!(
                    !file.name.starts_with('/') && !file.name.split('/').any(|part| part == ".."),
                    "{}",
                    file.name
                );
            }
            let _ = load::load_files(&files, &mut Vec::new());
        }
    });
});

/// `data` as a gzip stream of stored blocks.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut blocks = data.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        out.push(u8::from(blocks.peek().is_none()));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    let mut crc = u32::MAX;
    for byte in data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & 0u32.wrapping_sub(crc & 1));
        }
    }
    out.extend_from_slice(&(!crc).to_le_bytes());
    out.extend_from_slice(&(data.len() as u32).to_le_bytes());
    out
}
