//! The answer of `weft tree list`.

use super::Out;
use super::table::Columns;
use crate::error::Error;
use weft_runtime::api::json::Resource;

pub(crate) fn resources(out: &Out, found: &[Resource]) -> Result<(), Error> {
    if out.is_json() {
        return out.json(&found);
    }
    let mut columns = Columns::new(out, &["PATH", "KIND", "METADATA", "STORED"]);
    for resource in found {
        let Resource { path, kind, meta_keys, stored, .. } = resource;
        columns.row([path.clone(), kind.clone(), meta_keys.join(" "), format!("record {stored}")]);
    }
    columns.print(out)
}
