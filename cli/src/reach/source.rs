//! What can be read, wherever it comes from.

use super::agent;
use super::decide::{Errand, Reach, reach};
use super::pages::gather;
use super::search::{Found, Search};
use crate::args::Global;
use crate::error::Error;
use crate::node::Node;
use crate::reach::Link;
use crate::record_ref::RecordRef;
use crate::render::{Document, Out};
use crate::view::{At, View};
use serde_json::json;
use weft_commands::Target;
use weft_projections::{Pid, Seq, TreePath};
use weft_runtime::api::json::{
    Process, ProcessDetails, Resource, ResourceDetails, Standing, Status, Trace, WholeRecord,
};
use weft_runtime::api::queries::{self, Depth, Page, Resources, Rows, Which, Wish};

/// A node that is read.
pub(crate) enum Source {
    /// By its files.
    Files(Box<View>),
    /// By its kernel.
    Kernel(Box<Link>),
}

impl Source {
    /// Opens the node that the arguments and the environment name. The past is read from the files,
    /// whoever runs.
    ///
    /// # Errors
    /// Those of [`reach`] and [`View::open`]; [`Error::Usage`] when an agent asks for the past.
    pub(crate) fn open(global: &Global, out: &Out, at: &At) -> Result<Source, Error> {
        let by_files = |node| View::open(node, out, at).map(|view| Source::Files(Box::new(view)));
        if at.at.is_none() {
            return match reach(global, Errand::Read)? {
                Reach::Files(node) => by_files(node),
                Reach::Kernel(link) => Ok(Source::Kernel(link)),
            };
        }
        if agent::is_agent(global) {
            return Err(Error::Usage(
                "--at reads the files of a node, which an agent does not have".to_owned(),
            ));
        }
        by_files(Node::existing(global)?)
    }

    /// Processes by number.
    ///
    /// # Errors
    /// [`Error::Call`] when the kernel does not answer.
    pub(crate) fn processes(&mut self, which: Which) -> Result<Vec<Process>, Error> {
        gather(|from: Option<Pid>| {
            let Rows { processes, next } = match self {
                Source::Files(view) => queries::processes(view.sight().state, which, from),
                Source::Kernel(link) => {
                    let from = from.map(Pid::get);
                    let params = json!({ "all": which == Which::All, "from": from });
                    link.call("process.list", &params)?
                }
            };
            Ok((processes, next.and_then(Pid::new)))
        })
    }

    /// Everything of one process: the live one of that name, or else the last that had it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub(crate) fn process(&mut self, target: &Target) -> Result<ProcessDetails, Error> {
        let target = &self.settle(target)?;
        match self {
            Source::Files(view) => {
                queries::process(&view.sight(), target).map_err(view.explain("weft ps --all"))
            }
            Source::Kernel(link) => link
                .call("process.show", &json!({ "target": target.to_string() }))
                .map_err(|error| error.looking("weft ps --all")),
        }
    }

    /// A name that only processes had that have exited becomes the number of the last of them.
    ///
    /// # Errors
    /// As [`Source::processes`], unless the gate denies an agent to see others.
    pub(crate) fn settle(&mut self, target: &Target) -> Result<Target, Error> {
        let Target::Name(name) = target else { return Ok(target.clone()) };
        let found = match self.processes(Which::All) {
            Ok(found) => found,
            Err(Error::Call(call)) if call.error.exit() == 4 => return Ok(target.clone()),
            Err(error) => return Err(error),
        };
        let mut named = found.iter().filter(|process| process.name == name.as_str());
        let live = named.clone().find(|process| process.state != "exited");
        let pid = live.or_else(|| named.next_back()).and_then(|process| Pid::new(process.pid));
        Ok(pid.map_or_else(|| target.clone(), Target::Pid))
    }

    /// What is below a path.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub(crate) fn resources(
        &mut self,
        path: &TreePath,
        depth: Depth,
    ) -> Result<Vec<Resource>, Error> {
        const LOOK: &str = "weft tree list --recursive";
        gather(|after: Option<TreePath>| {
            let Resources { resources, next } = match self {
                Source::Files(view) => {
                    queries::resources(view.sight().state, path, depth, after.as_ref())
                        .map_err(view.explain(LOOK))?
                }
                Source::Kernel(link) => {
                    let (path, after) = (path.to_string(), after.map(|after| after.to_string()));
                    let recursive = depth == Depth::All;
                    let params = json!({ "path": path, "recursive": recursive, "after": after });
                    link.call("tree.list", &params).map_err(|error| error.looking(LOOK))?
                }
            };
            Ok((resources, next.and_then(|next| next.parse().ok())))
        })
    }

    /// One resource.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub(crate) fn resource(&mut self, path: &TreePath) -> Result<ResourceDetails, Error> {
        const LOOK: &str = "weft tree list --recursive";
        match self {
            Source::Files(view) => {
                queries::resource(&view.sight(), path).map_err(view.explain(LOOK))
            }
            Source::Kernel(link) => link
                .call("tree.show", &json!({ "path": path.to_string() }))
                .map_err(|error| error.looking(LOOK)),
        }
    }

    /// Everything of one record.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`].
    pub(crate) fn record(&mut self, reference: &RecordRef) -> Result<Document<WholeRecord>, Error> {
        match self {
            Source::Files(view) => {
                let seq = view.resolve(reference)?;
                let found = queries::record(&view.sight(), seq);
                found.map(Document::from).map_err(view.explain("weft log"))
            }
            Source::Kernel(link) => {
                let Seq(seq) = locate(link, reference)?;
                let sent = link.call_raw("log.show", &json!({ "record": seq }));
                sent.map(Document::Sent).map_err(|error| error.looking("weft log"))
            }
        }
    }

    /// What led to a record, and what it led to.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`].
    pub(crate) fn trace(
        &mut self,
        reference: &RecordRef,
        depth: u32,
    ) -> Result<Document<Trace>, Error> {
        match self {
            Source::Files(view) => {
                let wish = Wish { seq: view.resolve(reference)?, depth, only: None };
                let found = queries::trace(&view.sight(), wish);
                found.map(Document::from).map_err(view.explain("weft log"))
            }
            Source::Kernel(link) => {
                let Seq(seq) = locate(link, reference)?;
                let sent = link.call_raw("log.trace", &json!({ "record": seq, "depth": depth }));
                sent.map(Document::Sent).map_err(|error| error.looking("weft log"))
            }
        }
    }

    /// Reads records page by page: a function from a page to what is on it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no process ever had the name or number.
    pub(crate) fn reading<'a>(&'a mut self, search: &'a Search) -> Result<Box<Reading<'a>>, Error> {
        Ok(match self {
            Source::Files(view) => {
                let filter = search.filter(view)?;
                Box::new(move |page| Found::read(view, &filter, page))
            }
            Source::Kernel(link) => Box::new(|page| {
                let found = search.ask(link, page);
                found.map_err(|error| error.looking("weft log --kind process.spawn"))
            }),
        })
    }

    /// The last record in sight.
    ///
    /// # Errors
    /// [`Error::Call`] when the kernel does not answer.
    pub(crate) fn head(&mut self) -> Result<Seq, Error> {
        match self {
            Source::Files(view) => Ok(view.sight().head),
            Source::Kernel(link) => head(link),
        }
    }

    /// Where the log stands.
    ///
    /// # Errors
    /// [`Error::Node`] when the log cannot be read.
    pub(crate) fn standing(&mut self) -> Result<Standing, Error> {
        match self {
            Source::Files(view) => {
                let log = view.node().layout().log();
                queries::standing(&view.sight(), &log).map_err(view.explain("weft log"))
            }
            Source::Kernel(link) => link.call("chain.status", &json!({})),
        }
    }
}

/// From a page of records to what is on it.
pub(crate) type Reading<'a> = dyn FnMut(Page) -> Result<Found, Error> + 'a;

/// The position of a record, which the kernel is asked for unless it is named by that.
fn locate(link: &mut Link, reference: &RecordRef) -> Result<Seq, Error> {
    let last = match reference {
        RecordRef::Seq(seq) => *seq,
        RecordRef::Back(_) | RecordRef::Link(_) | RecordRef::Time(_) => head(link)?,
    };
    reference.resolve(link, last, None)
}

fn head(link: &mut Link) -> Result<Seq, Error> {
    let status: Status = link.call("kernel.status", &json!({}))?;
    Ok(Seq(status.head.seq))
}
