//! Relative links in the documents lead somewhere.

use crate::support::root;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn relative_links_resolve() {
    let mut pages = vec![root().join("README.md"), root().join("CHANGELOG.md")];
    collect_pages(&root().join("docs"), &mut pages);
    let broken: Vec<String> = pages.iter().flat_map(|page| broken_links(page)).collect();
    assert!(pages.len() > 2 && broken.is_empty(), "{broken:#?}");
}

fn collect_pages(folder: &Path, pages: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_pages(&path, pages);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
}

fn broken_links(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets
        .map(|target| target.split('#').next().unwrap_or(""))
        .filter(|target| !target.is_empty() && !target.contains("://") && !target.contains(' '))
        .filter(|target| !page.parent().unwrap().join(target).exists())
        .map(|target| format!("{}: {target}", page.display()))
        .collect()
}
