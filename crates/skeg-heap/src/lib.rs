//! A memory allocator for a program that lives for milliseconds and then leaves everything to the operating system.
//!
//! Blocks of up to [`LARGEST`] bytes are cut from regions that belong to the thread; freed ones go to the thread's list of
//! their size class and come back from there. Larger blocks are the system allocator's. Regions are never returned.
//!
//! # Why it exists, and why with unsafe code
//! A render touches some megabytes once. With glibc's allocator that costs a page fault for every 4 KiB and, off the main
//! thread, a call of `mprotect` besides: a quarter of the time of `template` on large charts, measured. Here memory is
//! asked for in steps that double up to [`LARGEST_STEP`], each mapped in one call, and by threads that have used
//! [`MODEST`] bytes in pages of 2 MiB, where the kernel has such. Allocators of the kind found ready made
//! (mimalloc, jemalloc) won the same time but doubled the memory. `GlobalAlloc` is an unsafe trait; all of that is in this
//! file, each block with its reason. Only the `skeg` program uses it; programs that embed the crates keep their own.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::ptr::{NonNull, null_mut};
use std::time::{Duration, Instant};

/// The largest block in bytes that is cut from a region.
pub const LARGEST: usize = 32 * 1024;

/// Every block's address is a multiple of this; what needs more is the system allocator's.
const ALIGN: usize = 16;

/// Bytes of a region: address space, of which only what is used takes memory. After some, a thread gets larger ones.
const REGION: usize = 4 << 20;
const SMALL_REGIONS: usize = 4;
const LARGE_REGION: usize = 64 << 20;

/// A thread that has used this much has its memory mapped in large pages. One of those is had in the time of some twenty
/// small ones, five hundred of which would take its place; to a thread that uses little it would be waste.
pub const MODEST: usize = 2 << 20;
const LARGE_PAGE: usize = 2 << 20;

/// A large page that takes longer was not to be had at once: its small ones were mapped, or memory was moved to make room.
const AT_ONCE: Duration = Duration::from_micros(400);

/// The first and the largest number of bytes that are mapped at once in small pages.
const FIRST_STEP: usize = 32 * 1024;
/// See [`FIRST_STEP`].
pub const LARGEST_STEP: usize = 128 * 1024;

/// Classes of up to this many bytes are [`ALIGN`] apart; above, there are four to each doubling.
const FINE: usize = 1024;
const CLASSES: usize = FINE / ALIGN + 4 * (LARGEST / FINE).ilog2() as usize;

/// The allocator: `#[global_allocator] static HEAP: Heap = Heap;`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Heap;

/// A freed block holds the address of the next one of its class.
struct Free {
    next: *mut Free,
}

/// What belongs to a thread.
struct Local {
    free: [*mut Free; CLASSES],
    /// The next unused byte of the region, its end, and up to where it is mapped.
    next: usize,
    end: usize,
    mapped: usize,
    step: usize,
    regions: usize,
    /// Up to where pages are small.
    modest: usize,
    /// Whether large pages are not to be had.
    only_small: bool,
}

thread_local! {
    // Constant and without a destructor: reaching it allocates nothing and works while a thread ends.
    static LOCAL: UnsafeCell<Local> = const {
        UnsafeCell::new(Local {
            free: [null_mut(); CLASSES],
            next: 0,
            end: 0,
            mapped: 0,
            step: FIRST_STEP,
            regions: 0,
            modest: 0,
            only_small: false,
        })
    };
}

/// The class of a size, at most [`LARGEST`].
const fn class_of(size: usize) -> usize {
    if size <= FINE {
        return size.saturating_sub(1) / ALIGN;
    }
    let doubling = (size - 1).ilog2() as usize;
    let quarter = ((size - 1) >> (doubling - 2)) & 3;
    FINE / ALIGN + 4 * (doubling - FINE.ilog2() as usize) + quarter
}

/// The bytes of the blocks of a class.
const fn size_of_class(class: usize) -> usize {
    if class < FINE / ALIGN {
        return (class + 1) * ALIGN;
    }
    let coarse = class - FINE / ALIGN;
    (FINE << (coarse / 4)) / 4 * (5 + coarse % 4)
}

/// Whether blocks of this layout are cut from regions; it depends on nothing else, so that freeing finds the same answer.
const fn is_ours(layout: Layout) -> bool {
    layout.size() <= LARGEST && layout.align() <= ALIGN
}

impl Local {
    #[inline]
    fn take(&mut self, class: usize) -> *mut u8 {
        let head = self.free[class];
        if head.is_null() {
            return self.cut(size_of_class(class));
        }
        // SAFETY: blocks on the list were freed and are at least 16 bytes, aligned to 16; `give` wrote a `Free` into them,
        // and nobody else holds them.
        self.free[class] = unsafe { (*head).next };
        head.cast()
    }

    /// Puts a block of a class on its list.
    ///
    /// # Safety
    /// The block came from [`Local::take`] with this class, on whatever thread, and nobody uses it any more.
    #[inline]
    unsafe fn give(&mut self, block: *mut u8, class: usize) {
        let block: *mut Free = block.cast();
        // SAFETY: the block has at least 16 bytes, aligned to 16, and is the caller's to give away.
        unsafe { block.write(Free { next: self.free[class] }) };
        self.free[class] = block;
    }

    /// A block that was never used before; null where there is no memory.
    fn cut(&mut self, size: usize) -> *mut u8 {
        if self.end - self.next < size && !self.grow() {
            return null_mut();
        }
        let block = self.next;
        self.next += size;
        if self.next > self.mapped {
            self.map();
        }
        block as *mut u8
    }

    /// Starts a new region; what is left of the old one, less than a block, is lost.
    #[cold]
    fn grow(&mut self) -> bool {
        const fn layout(size: usize, align: usize) -> Layout {
            match Layout::from_size_align(size, align) {
                Ok(layout) => layout,
                Err(_) => panic!("the constants make valid layouts"),
            }
        }
        const SMALL: Layout = layout(REGION, LARGE_PAGE);
        const LARGE: Layout = layout(LARGE_REGION, LARGE_PAGE);
        // SAFETY: the layouts' sizes are not zero.
        let region_of = |layout| NonNull::new(unsafe { System.alloc(layout) }).map(|region| (region, layout));
        let large = if self.regions >= SMALL_REGIONS {
            region_of(LARGE)
        } else {
            None
        };
        // Where address space is limited, a small one may still be had.
        let Some((region, layout)) = large.or_else(|| region_of(SMALL)) else {
            return false;
        };
        let start = region.as_ptr().expose_provenance();
        self.end = start + layout.size();
        self.next = start;
        self.modest = match (self.only_small, self.regions) {
            (true, _) => self.end,
            (false, 0) => start + MODEST,
            (false, _) => start,
        };
        self.mapped = self.next;
        self.regions += 1;
        true
    }

    /// Has the next step of the region mapped in one call instead of a page fault for each of its pages.
    #[cold]
    fn map(&mut self) {
        if self.mapped < self.modest {
            let wanted = (self.next + self.step).next_multiple_of(4096).min(self.modest);
            advise(self.mapped, wanted - self.mapped, Advice::MapNow);
            self.mapped = wanted;
            self.step = (self.step * 2).min(LARGEST_STEP);
        }
        if self.next > self.mapped {
            self.map_large();
        }
    }

    /// Has the large pages mapped that reach up to the next unused byte.
    fn map_large(&mut self) {
        // Only now: it makes work for the kernel, also when the program ends.
        if self.mapped == self.modest {
            advise(self.mapped, self.end - self.mapped, Advice::LargePages);
        }
        let wanted = self.next.next_multiple_of(LARGE_PAGE).min(self.end);
        let asked = Instant::now();
        advise(self.mapped, wanted - self.mapped, Advice::MapNow);
        self.mapped = wanted;
        if asked.elapsed() > AT_ONCE {
            self.only_small = true;
            self.modest = self.end;
            advise(wanted, self.end - wanted, Advice::SmallPages);
        }
    }
}

/// What the kernel is told of a part of a region.
#[derive(Clone, Copy)]
enum Advice {
    /// All of it is going to be written soon.
    MapNow,
    /// It may be mapped in pages of 2 MiB.
    LargePages,
    /// It is to be mapped in pages of 4 KiB.
    SmallPages,
}

/// Tells the kernel, which may not listen: the pages are then mapped one by one as they are touched.
fn advise(start: usize, length: usize, advice: Advice) {
    #[cfg(target_os = "linux")]
    {
        let advice = match advice {
            Advice::MapNow => libc::MADV_POPULATE_WRITE,
            Advice::LargePages => libc::MADV_HUGEPAGE,
            Advice::SmallPages => libc::MADV_NOHUGEPAGE,
        };
        // SAFETY: the range lies in a region of this thread, on page boundaries, and neither advice changes contents.
        unsafe { libc::madvise(start as *mut libc::c_void, length, advice) };
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (start, length, advice);
}

/// Has the system allocator keep to one arena, before any thread is started. glibc's makes another for each thread that asks it
/// for memory, as each does while it starts: four calls for 128 MiB of address space, of which a few large blocks are used.
pub fn keep_one_arena() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: sets a number of the allocator; blocks that were handed out stay as they are.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}

/// Calls with the thread's part of the heap.
#[inline]
fn with_local<R>(act: impl FnOnce(&mut Local) -> R) -> R {
    LOCAL.with(|local| {
        // SAFETY: the cell belongs to this thread, and nothing that runs inside `act` allocates: there is one reference.
        act(unsafe { &mut *local.get() })
    })
}

// SAFETY: blocks come from regions that live for ever or from the system allocator, are handed out once until they are freed,
// are as large and as aligned as their layout asks, and the allocator never unwinds: no code in it panics.
unsafe impl GlobalAlloc for Heap {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if is_ours(layout) {
            return with_local(|local| local.take(class_of(layout.size())));
        }
        // SAFETY: the caller's promises are those that the system allocator asks for.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if is_ours(layout) {
            // SAFETY: the caller got the block for this layout, so from `take` with this class, and is done with it.
            return with_local(|local| unsafe { local.give(block, class_of(layout.size())) });
        }
        // SAFETY: the block came from the system allocator with this layout.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if !is_ours(layout) {
            // SAFETY: as for `alloc`.
            return unsafe { System.alloc_zeroed(layout) };
        }
        // SAFETY: as for `alloc`.
        let block = unsafe { self.alloc(layout) };
        if !block.is_null() {
            // SAFETY: the block has `size` bytes.
            unsafe { block.write_bytes(0, layout.size()) };
        }
        block
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller promises that the new size, rounded up to the alignment, is no overflow.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        match (is_ours(layout), is_ours(wanted)) {
            // SAFETY: the block came from the system allocator with this layout.
            (false, false) => return unsafe { System.realloc(block, layout, size) },
            (true, true) if class_of(layout.size()) == class_of(size) => return block,
            _ => {}
        }
        // SAFETY: the new layout is valid, as said above.
        let moved = unsafe { self.alloc(wanted) };
        if !moved.is_null() {
            // SAFETY: both blocks have so many bytes, and the new one is nobody else's; the old one is the caller's to free.
            unsafe {
                block.copy_to_nonoverlapping(moved, layout.size().min(size));
                self.dealloc(block, layout);
            }
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_fits_its_class_and_no_smaller_one() {
        for size in 0..=LARGEST {
            let class = class_of(size);
            assert!(class < CLASSES, "{size}");
            assert!(size_of_class(class) >= size, "{size}");
            assert!(class == 0 || size_of_class(class - 1) < size, "{size}");
            assert_eq!(size_of_class(class) % ALIGN, 0, "{size}");
        }
    }
}
