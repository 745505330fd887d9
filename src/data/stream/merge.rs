//! Streams made of several: append, concat, combine, choose, and streams of
//! lists. Module Lwt_stream; calls the promises below.

use super::Stream;
use super::element::{Answer, Element, gather, list, shared_option};
use super::show::seen;
use super::source::Reply;
use super::walker::Found;
use crate::abi::{lwt_t, lwt_value};
use crate::exn::Exn;
use crate::promise::values::{lwt_values, take_raw};
use crate::promise::{Outcome, Promise, group};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// `Lwt_stream.append`: the elements of the first, then those of the second.
pub fn append(first: Rc<Stream>, second: Rc<Stream>) -> Rc<Stream> {
    let mut first = Some(first);
    let ended = Rc::new(Cell::new(false));
    Stream::asking(move || {
        if ended.get() {
            first = None;
        }
        if let Some(source) = first.clone() {
            match source.take_now() {
                Found::Element(element) => return Reply::Now(Ok(Some(element))),
                Found::Failed(exn) => return Reply::Now(Err(exn)),
                Found::Wait => {
                    let (second, ended) = (second.clone(), ended.clone());
                    return Reply::later(async move {
                        match source.take().await? {
                            Some(element) => Ok(Some(element)),
                            None => {
                                ended.set(true);
                                drop(source);
                                second.take().await
                            }
                        }
                    });
                }
                Found::End => first = None,
            }
        }
        match second.take_now() {
            Found::Element(element) => Reply::Now(Ok(Some(element))),
            Found::End => Reply::Now(Ok(None)),
            Found::Failed(exn) => Reply::Now(Err(exn)),
            Found::Wait => {
                let second = second.clone();
                Reply::later(async move { second.take().await })
            }
        }
    })
}

/// `Lwt_stream.concat`: the elements of the streams that `open` finds in the
/// elements of `sources`, one after the other.
pub fn concat(
    sources: Rc<Stream>,
    open: impl Fn(lwt_value) -> Result<Rc<Stream>, Exn> + 'static,
) -> Rc<Stream> {
    let open = Rc::new(open);
    let current: Rc<RefCell<Option<Rc<Stream>>>> = Rc::default();
    Stream::asking(move || {
        let (sources, open, current) = (sources.clone(), open.clone(), current.clone());
        Reply::later(async move {
            loop {
                let source = current.borrow().clone();
                if let Some(source) = source {
                    if let Some(element) = source.take().await? {
                        return Ok(Some(element));
                    }
                    let ended = current.take();
                    drop(ended);
                }
                let Some(element) = sources.take().await? else {
                    return Ok(None);
                };
                let opened = open(element.word())?;
                current.replace(Some(opened));
                drop(element);
            }
        })
    })
}

/// `Lwt_stream.combine`: pairs, until one of the two ends.
pub fn combine(first: Rc<Stream>, second: Rc<Stream>) -> Rc<Stream> {
    Stream::asking(move || {
        let (first, second) = (first.get(), second.get());
        Reply::later(async move {
            let one = seen(first).await?;
            let two = seen(second).await?;
            let (Some(one), Some(two)) = (shared_option(one), shared_option(two)) else {
                return Ok(None);
            };
            let mut pair = Vec::new();
            gather(&mut pair, one)?;
            gather(&mut pair, two)?;
            Ok(Some(Element::Sole(list(pair)?)))
        })
    })
}

/// One of the streams that are merged, and the read that is on its way.
struct Lane {
    stream: Rc<Stream>,
    read: Option<Promise>,
}

impl Drop for Lane {
    /// Nobody is left for what the read would give: it takes nothing.
    fn drop(&mut self) {
        if let Some(read) = self.read.take() {
            read.cancel();
        }
    }
}

/// `Lwt_stream.choose`: the elements of all, as they come. Where several have
/// one they take turns.
pub fn choose(streams: Vec<Rc<Stream>>) -> Rc<Stream> {
    let lane = |stream| Lane { stream, read: None };
    let lanes: Vec<Lane> = streams.into_iter().map(lane).collect();
    let lanes = Rc::new(RefCell::new(lanes));
    Stream::asking(move || {
        let lanes = lanes.clone();
        Reply::later(async move {
            loop {
                start(&lanes);
                if lanes.borrow().is_empty() {
                    return Ok(None);
                }
                if let Some(answer) = harvest(&lanes) {
                    return answer;
                }
                let reads: Vec<*mut lwt_t> = lanes
                    .borrow()
                    .iter()
                    .filter_map(|lane| lane.read.clone())
                    .map(Promise::into_raw)
                    .collect();
                // SAFETY: what choose returns is owned by its caller.
                let first = unsafe { Promise::from_bits(group::choose(&reads)) };
                // Which it was, and how it ended, the lanes tell.
                let _ = seen(first).await;
            }
        })
    })
}

/// Sees to it that each lane has a read. Reading may run the user's code.
fn start(lanes: &RefCell<Vec<Lane>>) {
    for index in 0.. {
        let stream = match lanes.borrow().get(index) {
            None => return,
            Some(lane) if lane.read.is_some() => continue,
            Some(lane) => lane.stream.clone(),
        };
        let read = stream.get();
        if let Some(lane) = lanes.borrow_mut().get_mut(index) {
            lane.read = Some(read);
        }
    }
}

/// What the first read that is done gave; its lane goes to the end of the line.
/// Lanes that have ended are taken away. None: all wait, or none is left.
fn harvest(lanes: &RefCell<Vec<Lane>>) -> Option<Answer> {
    let mut index = 0;
    loop {
        let outcome = {
            let lanes = lanes.borrow();
            let lane = lanes.get(index)?;
            lane.read.as_ref().and_then(Promise::shared)
        };
        let Some(outcome) = outcome else {
            index += 1;
            continue;
        };
        let mut lane = lanes.borrow_mut().remove(index);
        let read = lane.read.take();
        drop(read);
        match outcome.map(shared_option) {
            Ok(None) => drop(lane),
            answer => {
                lanes.borrow_mut().push(lane);
                return Some(answer);
            }
        }
    }
}

/// A list that is being given out, element after element.
struct Rest {
    /// Keeps the list.
    _list: Element,
    list: *mut lwt_values,
    next: usize,
}

impl Rest {
    /// The error: it is none.
    fn new(list: Element, function: &str) -> Result<Rest, Exn> {
        let address = list.word().cast::<lwt_values>();
        if address.is_null() || list.word() == crate::abi::NONE || !address.is_aligned() {
            return Err(Exn::invalid(&format!("{function}: not a list")));
        }
        Ok(Rest {
            _list: list,
            list: address,
            next: 0,
        })
    }

    /// The next element. None: that was all.
    fn next(&mut self, function: &str) -> Option<Answer> {
        // SAFETY: whoever made the stream says that its elements are lists, and
        // this one is kept.
        if self.next >= unsafe { (*self.list).len } {
            return None;
        }
        // SAFETY: as above.
        let (word, drop) = unsafe { take_raw(self.list, self.next) };
        self.next += 1;
        Some(super::element::some(Value::new(word, drop), function))
    }
}

/// What is left of a list, for the next question.
type Kept = Rc<RefCell<Option<Rest>>>;

fn next_of(kept: &Kept, function: &str) -> Option<Answer> {
    let mut rest = kept.take()?;
    let next = rest.next(function);
    if next.is_some() {
        kept.replace(Some(rest));
    }
    next
}

impl Stream {
    /// `Lwt_stream.map_list`: many elements for one.
    pub fn map_list(self: Rc<Self>, f: impl Fn(lwt_value) -> Outcome + 'static) -> Rc<Stream> {
        const NAME: &str = "lwt_stream_map_list";
        let lists = self.sift(move |element| Ok(Some(Element::Sole(f(element.word())?))));
        lists.spread(NAME)
    }

    /// `Lwt_stream.map_list_s`
    pub fn map_list_s(self: Rc<Self>, f: impl Fn(lwt_value) -> Promise + 'static) -> Rc<Stream> {
        let lists = self.sift_s(f, |_, shared| Ok(Some(Element::Shared(shared))));
        lists.spread("lwt_stream_map_list_s")
    }

    /// `Lwt_stream.flatten`: the elements of the lists that are its elements.
    pub fn flatten(self: Rc<Self>) -> Rc<Stream> {
        self.spread("lwt_stream_flatten")
    }

    fn spread(self: Rc<Self>, name: &'static str) -> Rc<Stream> {
        let kept: Kept = Rc::default();
        Stream::asking(move || {
            loop {
                if let Some(answer) = next_of(&kept, name) {
                    return Reply::Now(answer);
                }
                let found = match self.take_now() {
                    Found::Element(list) => Rest::new(list, name),
                    Found::End => return Reply::Now(Ok(None)),
                    Found::Failed(exn) => return Reply::Now(Err(exn)),
                    Found::Wait => break,
                };
                match found {
                    Ok(rest) => kept.replace(Some(rest)),
                    Err(exn) => return Reply::Now(Err(exn)),
                };
            }
            let (source, kept) = (self.clone(), kept.clone());
            Reply::later(async move {
                while let Some(list) = source.take().await? {
                    kept.replace(Some(Rest::new(list, name)?));
                    if let Some(answer) = next_of(&kept, name) {
                        return answer;
                    }
                }
                Ok(None)
            })
        })
    }
}
