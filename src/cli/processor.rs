//! Whether this processor can do what the program was built for.
//!
//! `.cargo/config.toml` has it built for x86-64 processors from 2013 on, level
//! x86-64-v3 of the System V ABI (x86-64 psABI, "Microarchitecture levels").
//! On an older one, or a virtual machine that stands for one, the system would
//! stop it in the middle with "illegal instruction" and no other word. So this
//! is asked first, with nothing but single words, and said without formatting.

use std::io::{self, Write};

const MISSING: &str = "\
error: this build of Meed needs a processor of level x86-64-v3, from 2013 on (AVX2, BMI2, FMA, LZCNT, MOVBE, F16C)
help: build it for this one: RUSTFLAGS=\"-C target-cpu=native\" cargo build --release
";

/// Whether the processor has everything; otherwise it is said what to do.
#[inline(never)]
pub(super) fn suits() -> bool {
    let suits = has_all();
    if !suits {
        // What cannot be written has nowhere to be reported.
        let _ = io::stderr().write_all(MISSING.as_bytes());
    }
    suits
}

#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
#[inline(never)]
fn has_all() -> bool {
    use std::arch::x86_64::{__cpuid, __cpuid_count};

    if __cpuid(0).eax < 7 || __cpuid(0x8000_0000).eax < 0x8000_0001 {
        return false;
    }
    are_set(__cpuid(1).ecx, __cpuid_count(7, 0).ebx, __cpuid(0x8000_0001).ecx)
}

#[cfg(not(all(target_arch = "x86_64", target_feature = "avx2")))]
fn has_all() -> bool {
    true
}

/// Whether all is set in three words of `cpuid`: leaf 1, ECX; leaf 7, EBX; leaf 8000_0001h, ECX.
#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
fn are_set(one: u32, seven: u32, extended: u32) -> bool {
    const FMA_MOVBE_OSXSAVE_AVX_F16C: u32 = 1 << 12 | 1 << 22 | 1 << 27 | 1 << 28 | 1 << 29;
    const BMI1_AVX2_BMI2: u32 = 1 << 3 | 1 << 5 | 1 << 8;
    const LZCNT: u32 = 1 << 5;
    one & FMA_MOVBE_OSXSAVE_AVX_F16C == FMA_MOVBE_OSXSAVE_AVX_F16C
        && seven & BMI1_AVX2_BMI2 == BMI1_AVX2_BMI2
        && extended & LZCNT == LZCNT
}

#[cfg(all(test, target_arch = "x86_64", target_feature = "avx2"))]
mod tests {
    use super::*;

    #[test]
    fn nothing_may_be_missing() {
        assert!(suits());
        // As a Haswell of 2013 has them.
        let (one, seven, extended) = (0x7ffa_fbff, 0x0000_07ab, 0x21);
        assert!(are_set(one, seven, extended));
        for bit in [12, 22, 27, 28, 29] {
            assert!(!are_set(one & !(1 << bit), seven, extended));
        }
        for bit in [3, 5, 8] {
            assert!(!are_set(one, seven & !(1 << bit), extended));
        }
        assert!(!are_set(one, seven, 0x01));
    }
}
