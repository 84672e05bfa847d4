//! Whether this processor can do what the program was built for.
//!
//! `.cargo/config.toml` has it built for x86-64 processors from 2013 on, level
//! x86-64-v3 of the System V ABI (x86-64 psABI, "Microarchitecture levels").
//! On an older one, or a virtual machine that stands for one, the system would
//! stop it in the middle with "illegal instruction" and no other word.

/// What is missing on this processor, and what to do about it; none when nothing is.
pub(super) fn fault() -> Option<String> {
    let missing = missing();
    (!missing.is_empty()).then(|| {
        format!(
            "error: this build of Meed needs a processor with {}\n\
             help: build it for this one: RUSTFLAGS=\"-C target-cpu=native\" cargo build --release",
            missing.join(", ")
        )
    })
}

#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
fn missing() -> Vec<&'static str> {
    use std::arch::x86_64::{__cpuid, __cpuid_count};

    let (most, most_extended) = (__cpuid(0).eax, __cpuid(0x8000_0000).eax);
    let seven = if most < 7 { 0 } else { __cpuid_count(7, 0).ebx };
    let extended = if most_extended < 0x8000_0001 { 0 } else { __cpuid(0x8000_0001).ecx };
    lacking(__cpuid(1).ecx, seven, extended)
}

#[cfg(not(all(target_arch = "x86_64", target_feature = "avx2")))]
fn missing() -> Vec<&'static str> {
    Vec::new()
}

/// What is not set in three words of `cpuid`: leaf 1, ECX; leaf 7, EBX; leaf 8000_0001h, ECX.
#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
fn lacking(one: u32, seven: u32, extended: u32) -> Vec<&'static str> {
    let needed = [
        ("FMA", one, 12),
        ("MOVBE", one, 22),
        ("OSXSAVE", one, 27),
        ("AVX", one, 28),
        ("F16C", one, 29),
        ("BMI1", seven, 3),
        ("AVX2", seven, 5),
        ("BMI2", seven, 8),
        ("LZCNT", extended, 5),
    ];
    needed.into_iter().filter(|(_, word, bit)| word >> bit & 1 == 0).map(|(name, ..)| name).collect()
}

#[cfg(all(test, target_arch = "x86_64", target_feature = "avx2"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(fault(), None);
        let (one, seven, extended) =
            (1 << 12 | 1 << 22 | 1 << 27 | 1 << 28 | 1 << 29, 1 << 3 | 1 << 5 | 1 << 8, 1 << 5);
        assert!(lacking(one, seven, extended).is_empty());
        assert_eq!(lacking(one, seven & !(1 << 5), extended), ["AVX2"]);
        assert_eq!(lacking(one & !(1 << 28), seven, 0), ["AVX", "LZCNT"]);
        assert_eq!(lacking(one, 0, extended), ["BMI1", "AVX2", "BMI2"]);
    }
}
