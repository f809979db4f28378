//! Which runs are merged next.

use std::ops::Range;

/// How many runs of one size become one of the next, so a record's id is moved once for every
/// power of this in the log's length.
const FAN_IN: usize = 8;

/// The runs to merge, given how many records each has, oldest first. They lie side by side.
///
/// A run of 8^n to 8^(n+1) - 1 records is of tier n; one with a larger run behind it counts as of
/// that one's tier, so that tiers only fall from old to new. Eight runs of a tier become one. There
/// are then at most seven of each tier; should there be more than `runs_max` all the same, the
/// newer half becomes one.
pub(super) fn pick(records: &[u64], runs_max: usize) -> Option<Range<usize>> {
    let mut from = records.len();
    while let Some(newest) = from.checked_sub(1).and_then(|at| records.get(at)) {
        let end = from;
        // The tier's runs end before the newest run that is larger.
        from = records
            .iter()
            .take(end)
            .rposition(|other| tier(*other) > tier(*newest))
            .map_or(0, |at| at + 1);
        if end - from >= FAN_IN {
            return Some(from..end);
        }
    }
    (records.len() > runs_max).then_some(records.len() / 2..records.len())
}

fn tier(records: u64) -> u32 {
    records.max(1).ilog(FAN_IN as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settle(runs: &mut Vec<u64>, moved: &mut u64) {
        while let Some(range) = pick(runs, 64) {
            assert!(range.len() >= 2, "a merge makes runs fewer");
            let sum: u64 = runs[range.clone()].iter().sum();
            *moved += sum;
            runs.splice(range, [sum]);
        }
    }

    #[test]
    fn runs_stay_few_and_each_id_is_moved_seldom() {
        for block in [1, 7, 100, 65_536] {
            let (mut runs, mut moved, mut most) = (Vec::new(), 0, 0);
            for _ in 0..20_000 {
                runs.push(block);
                settle(&mut runs, &mut moved);
                most = most.max(runs.len());
            }
            assert_eq!(runs.iter().sum::<u64>(), 20_000 * block);
            assert!(most <= 7 * 5, "{most} runs");
            assert!(moved <= 5 * 20_000 * block, "{moved} moves");
        }
    }

    #[test]
    fn blocks_of_any_size_stay_few_as_well() {
        let (mut runs, mut moved) = (Vec::new(), 0);
        let mut number: u64 = 1;
        for _ in 0..20_000 {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            runs.push(1 + (number >> 33) % 8_u64.pow(u32::try_from(number >> 62).unwrap() * 2));
            settle(&mut runs, &mut moved);
            assert!(runs.len() <= 7 * 10, "{} runs", runs.len());
        }
        let sum = runs.iter().sum::<u64>();
        assert!(moved <= 20 * sum, "{moved} moves of {sum}");
    }

    #[test]
    fn a_large_run_is_not_moved_for_small_ones() {
        let mut runs = vec![1_000_000];
        runs.extend([10; 8]);
        assert_eq!(pick(&runs, 64), Some(1..9));
        assert_eq!(pick(&runs[..8], 64), None);
    }
}
