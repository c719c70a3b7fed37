//! Blocks are as large and as aligned as asked for, keep their contents, and belong to one owner at a time.

use std::alloc::{GlobalAlloc, Layout};

use skeg_heap::Heap;

/// A simple sequence of numbers that looks random.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }
}

struct Block {
    at: *mut u8,
    layout: Layout,
    mark: u8,
}

// SAFETY: a block has one owner, which moves with it.
unsafe impl Send for Block {}

impl Block {
    fn new(numbers: &mut Numbers) -> Block {
        let size = 1 << numbers.next(17);
        let layout = Layout::from_size_align(size + numbers.next(size), 1 << numbers.next(8)).unwrap();
        let is_zeroed = numbers.next(4) == 0;
        // SAFETY: the size is not zero.
        let at = unsafe {
            match is_zeroed {
                true => Heap.alloc_zeroed(layout),
                false => Heap.alloc(layout),
            }
        };
        assert!(!at.is_null());
        assert_eq!(at as usize % layout.align(), 0);
        let mut block = Block { at, layout, mark: 0 };
        if is_zeroed {
            block.check();
        }
        block.mark(numbers.next(255) as u8 + 1);
        block
    }

    fn mark(&mut self, mark: u8) {
        self.mark = mark;
        // SAFETY: the block has so many bytes.
        unsafe { self.at.write_bytes(mark, self.layout.size()) };
    }

    fn check(&self) {
        // SAFETY: the block has so many bytes, all written.
        let bytes = unsafe { std::slice::from_raw_parts(self.at, self.layout.size()) };
        assert!(bytes.iter().all(|&b| b == self.mark), "{:?}", self.layout);
    }

    fn resize(&mut self, numbers: &mut Numbers) {
        let size = 1 + numbers.next(100_000);
        let kept = size.min(self.layout.size());
        // SAFETY: the block came with this layout, and the size is not zero.
        self.at = unsafe { Heap.realloc(self.at, self.layout, size) };
        self.layout = Layout::from_size_align(kept, self.layout.align()).unwrap();
        self.check();
        self.layout = Layout::from_size_align(size, self.layout.align()).unwrap();
        self.mark(self.mark);
    }

    fn free(self) {
        self.check();
        // SAFETY: the block came with this layout and is forgotten here.
        unsafe { Heap.dealloc(self.at, self.layout) };
    }
}

fn churn(mut blocks: Vec<Block>, seed: u64) -> Vec<Block> {
    let mut numbers = Numbers(seed);
    for _ in 0..20_000 {
        match numbers.next(5) {
            0 | 1 => blocks.push(Block::new(&mut numbers)),
            2 if !blocks.is_empty() => {
                let at = numbers.next(blocks.len());
                blocks[at].resize(&mut numbers);
            }
            _ if !blocks.is_empty() => {
                let at = numbers.next(blocks.len());
                blocks.swap_remove(at).free();
            }
            _ => {}
        }
    }
    blocks
}

#[test]
fn blocks_keep_their_contents_on_one_thread_and_from_thread_to_thread() {
    let mut blocks = churn(Vec::new(), 1);
    for round in 2..5 {
        let other = std::thread::spawn(move || churn(blocks, round));
        let mine = churn(Vec::new(), round * 100);
        blocks = other.join().unwrap();
        blocks.extend(mine);
    }
    blocks.into_iter().for_each(Block::free);
}
