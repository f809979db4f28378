//! Four states in the four words of each vector.
//!
//! The rounds are those of FIPS 202, sections 3.2 and 3.3, each step on all four states. Everything but the call of a function
//! whose instructions were detected is safe code.

#![expect(
    unsafe_code,
    reason = "a function for certain instructions may be called once they were detected"
)]

use crate::sponge::{SPONGES, STATE_WORDS, States};
use std::arch::x86_64::{
    __m256i, _mm256_andnot_si256, _mm256_extract_epi64, _mm256_or_si256, _mm256_set_epi64x,
    _mm256_set1_epi64x, _mm256_slli_epi64, _mm256_srli_epi64, _mm256_xor_si256,
};

/// The permutation, on a machine that has AVX2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Permutation(());

impl Permutation {
    /// It, if it can run here.
    pub(crate) fn detect() -> Option<Permutation> {
        is_x86_feature_detected!("avx2").then_some(Permutation(()))
    }

    /// Runs it on all states.
    pub(crate) fn apply(self, states: &mut States) {
        // SAFETY: `permute` needs AVX2, and `detect`, which alone makes this value, has found it.
        unsafe { permute(states) }
    }
}

/// What the first word is xored with in each round (FIPS 202, algorithm 5).
const ROUND_CONSTANTS: [u64; 24] = [
    0x0000_0000_0000_0001,
    0x0000_0000_0000_8082,
    0x8000_0000_0000_808a,
    0x8000_0000_8000_8000,
    0x0000_0000_0000_808b,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8009,
    0x0000_0000_0000_008a,
    0x0000_0000_0000_0088,
    0x0000_0000_8000_8009,
    0x0000_0000_8000_000a,
    0x0000_0000_8000_808b,
    0x8000_0000_0000_008b,
    0x8000_0000_0000_8089,
    0x8000_0000_0000_8003,
    0x8000_0000_0000_8002,
    0x8000_0000_0000_0080,
    0x0000_0000_0000_800a,
    0x8000_0000_8000_000a,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8080,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8008,
];

#[target_feature(enable = "avx2")]
fn permute(states: &mut States) {
    // No closures here: what calls them is not compiled for these instructions.
    let mut a = [_mm256_set1_epi64x(0); STATE_WORDS];
    for (vector, words) in a.iter_mut().zip(states.words) {
        *vector = load(words);
    }
    for constant in ROUND_CONSTANTS {
        // Theta.
        let c = [
            xor5(a[0], a[5], a[10], a[15], a[20]),
            xor5(a[1], a[6], a[11], a[16], a[21]),
            xor5(a[2], a[7], a[12], a[17], a[22]),
            xor5(a[3], a[8], a[13], a[18], a[23]),
            xor5(a[4], a[9], a[14], a[19], a[24]),
        ];
        let d = [
            xor(c[4], rotate::<1, 63>(c[1])),
            xor(c[0], rotate::<1, 63>(c[2])),
            xor(c[1], rotate::<1, 63>(c[3])),
            xor(c[2], rotate::<1, 63>(c[4])),
            xor(c[3], rotate::<1, 63>(c[0])),
        ];
        // Rho and pi.
        let b = [
            xor(a[0], d[0]),
            rotate::<44, 20>(xor(a[6], d[1])),
            rotate::<43, 21>(xor(a[12], d[2])),
            rotate::<21, 43>(xor(a[18], d[3])),
            rotate::<14, 50>(xor(a[24], d[4])),
            rotate::<28, 36>(xor(a[3], d[3])),
            rotate::<20, 44>(xor(a[9], d[4])),
            rotate::<3, 61>(xor(a[10], d[0])),
            rotate::<45, 19>(xor(a[16], d[1])),
            rotate::<61, 3>(xor(a[22], d[2])),
            rotate::<1, 63>(xor(a[1], d[1])),
            rotate::<6, 58>(xor(a[7], d[2])),
            rotate::<25, 39>(xor(a[13], d[3])),
            rotate::<8, 56>(xor(a[19], d[4])),
            rotate::<18, 46>(xor(a[20], d[0])),
            rotate::<27, 37>(xor(a[4], d[4])),
            rotate::<36, 28>(xor(a[5], d[0])),
            rotate::<10, 54>(xor(a[11], d[1])),
            rotate::<15, 49>(xor(a[17], d[2])),
            rotate::<56, 8>(xor(a[23], d[3])),
            rotate::<62, 2>(xor(a[2], d[2])),
            rotate::<55, 9>(xor(a[8], d[3])),
            rotate::<39, 25>(xor(a[14], d[4])),
            rotate::<41, 23>(xor(a[15], d[0])),
            rotate::<2, 62>(xor(a[21], d[1])),
        ];
        // Chi.
        let (rows, _) = b.as_chunks::<5>();
        let (new_rows, _) = a.as_chunks_mut::<5>();
        for (new, row) in new_rows.iter_mut().zip(rows) {
            *new = chi(*row);
        }
        // Iota.
        a[0] = xor(a[0], _mm256_set1_epi64x(constant.cast_signed()));
    }
    for (words, vector) in states.words.iter_mut().zip(a) {
        *words = store(vector);
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn load([one, two, three, four]: [u64; SPONGES]) -> __m256i {
    let (one, two) = (one.cast_signed(), two.cast_signed());
    let (three, four) = (three.cast_signed(), four.cast_signed());
    _mm256_set_epi64x(four, three, two, one)
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(vector: __m256i) -> [u64; SPONGES] {
    [
        _mm256_extract_epi64::<0>(vector).cast_unsigned(),
        _mm256_extract_epi64::<1>(vector).cast_unsigned(),
        _mm256_extract_epi64::<2>(vector).cast_unsigned(),
        _mm256_extract_epi64::<3>(vector).cast_unsigned(),
    ]
}

#[inline]
#[target_feature(enable = "avx2")]
fn xor(one: __m256i, other: __m256i) -> __m256i {
    _mm256_xor_si256(one, other)
}

#[inline]
#[target_feature(enable = "avx2")]
fn xor5(one: __m256i, two: __m256i, three: __m256i, four: __m256i, five: __m256i) -> __m256i {
    xor(xor(xor(one, two), xor(three, four)), five)
}

/// Rotates each word by so many bits to the left; the second number is what is missing from 64.
#[inline]
#[target_feature(enable = "avx2")]
fn rotate<const LEFT: i32, const RIGHT: i32>(vector: __m256i) -> __m256i {
    const { assert!(LEFT + RIGHT == 64, "a word has 64 bits") }
    _mm256_or_si256(_mm256_slli_epi64::<LEFT>(vector), _mm256_srli_epi64::<RIGHT>(vector))
}

/// The step of that name on one row.
#[inline]
#[target_feature(enable = "avx2")]
fn chi([one, two, three, four, five]: [__m256i; 5]) -> [__m256i; 5] {
    [
        xor(one, _mm256_andnot_si256(two, three)),
        xor(two, _mm256_andnot_si256(three, four)),
        xor(three, _mm256_andnot_si256(four, five)),
        xor(four, _mm256_andnot_si256(five, one)),
        xor(five, _mm256_andnot_si256(one, two)),
    ]
}
