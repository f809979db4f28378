//! Landlock: the second fence, around the same things as the first and around signals and abstract
//! sockets, which no namespace of ours covers.

use super::grants::Grants;
use super::system::{DEVICES, ETC, FOLDERS, SCRATCH};
use landlock::{
    ABI, Access, AccessFs, BitFlags, CompatLevel, Compatible, LandlockStatus, PathBeneath, Ruleset,
    RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
    path_beneath_rules,
};

/// The version that was tested. A newer kernel enforces this one, an older one what it can.
const TESTED: ABI = ABI::V7;

/// Restricts this process, and whatever it starts, to its part of the system and to its grants.
/// Answers with the version of Landlock that holds; 0 for none.
pub(super) fn restrict(grants: &Grants, has_own_root: bool) -> Result<u32, RulesetError> {
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(TESTED))?
        .scope(Scope::from_all(TESTED))?
        .create()?;
    let ruleset = with_system(ruleset, has_own_root)?;
    let status = with_grants(ruleset, grants, has_own_root)?.restrict_self()?;
    let holds = status.ruleset != RulesetStatus::NotEnforced;
    match status.landlock {
        LandlockStatus::Available { effective_abi, .. } if holds => Ok(number(effective_abi)),
        LandlockStatus::Available { .. }
        | LandlockStatus::NotEnabled
        | LandlockStatus::NotImplemented => Ok(0),
    }
}

fn number(abi: ABI) -> u32 {
    // The discriminants are the versions.
    u32::try_from(abi as i32).unwrap_or(0)
}

/// A program that can be read can be run: from a copy, if not from there.
fn reading() -> BitFlags<AccessFs> {
    AccessFs::from_read(TESTED)
}

fn writing() -> BitFlags<AccessFs> {
    AccessFs::from_all(TESTED) & !BitFlags::from(AccessFs::IoctlDev)
}

fn device() -> BitFlags<AccessFs> {
    AccessFs::ReadFile | AccessFs::WriteFile | AccessFs::IoctlDev
}

fn with_system(
    ruleset: RulesetCreated,
    has_own_root: bool,
) -> Result<RulesetCreated, RulesetError> {
    let ruleset = ruleset
        .add_rules(path_beneath_rules(FOLDERS.into_iter().chain(ETC), reading()))?
        .add_rules(path_beneath_rules(DEVICES, device()))?;
    if !has_own_root {
        return Ok(ruleset);
    }
    // The names in a root of one's own are no secret, nor are one's own processes.
    ruleset
        .add_rules(path_beneath_rules(["/"], BitFlags::from(AccessFs::ReadDir)))?
        .add_rules(path_beneath_rules(["/proc"], reading()))?
        .add_rules(path_beneath_rules(SCRATCH, writing()))
}

fn with_grants(
    mut ruleset: RulesetCreated,
    grants: &Grants,
    has_own_root: bool,
) -> Result<RulesetCreated, RulesetError> {
    for file in &grants.files {
        // Landlock cannot take a part back: only a root of one's own hides what lies within.
        if file.hides && !has_own_root {
            continue;
        }
        let wanted = if file.is_writable { writing() } else { reading() };
        let access = if file.is_folder { wanted } else { wanted & AccessFs::from_file(TESTED) };
        ruleset = ruleset.add_rule(PathBeneath::new(&file.fd, access))?;
    }
    Ok(ruleset)
}
