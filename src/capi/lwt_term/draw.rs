//! `lwt_term.h`: drawing. Module Lwt_term.

use super::style::{borrowed as styled_of, lwt_styled};
use crate::abi::{LWT_OK, lwt_drop_fn, lwt_t};
use crate::capi::closure::null;
use crate::capi::lwt::{array, kind};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::{call, failed};
use crate::term::print;
use crate::term::zone::{Zone, lwt_term_point};
use crate::text::utf8::repaired;
use crate::value::Env;
use std::ffi::{c_char, c_int, c_void};
use std::ptr;
use std::rc::Rc;

/// A rectangle of a matrix of points, `Lwt_term.zone`. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_term_zone {
    _private: [u8; 0],
}

/// Changes a point.
pub type lwt_term_point_fn =
    Option<unsafe extern "C" fn(point: *mut lwt_term_point, env: *mut c_void)>;

fn borrowed(zone: *const lwt_term_zone, name: &str) -> Result<Rc<Zone>, Exn> {
    // SAFETY: every handle of this kind is made of a `Zone`.
    unsafe { object::get(Kind::Zone, zone.cast(), name) }
}

fn given(zone: Zone) -> *mut lwt_term_zone {
    object::new(Kind::Zone, Rc::new(zone)).cast()
}

/// What is done with a zone; what C is told of it.
fn with(zone: *const lwt_term_zone, name: &str, f: impl FnOnce(&Zone)) -> c_int {
    kind(borrowed(zone, name).map(|zone| f(&zone)))
}

/// A space that looks like nothing special, `Lwt_term.blank`. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_blank() -> lwt_term_point {
    lwt_term_point::BLANK
}

/// Returns a zone that is all of a new matrix of blank points, `Zone.make`, owned by the
/// caller: lwt_term_zone_release. NULL: a size is negative, there are more than 67108864
/// points, or memory ran out. On any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_zone_make(width: c_int, height: c_int) -> *mut lwt_term_zone {
    Zone::new(width, height).map_or(ptr::null_mut(), given)
}

/// One more reference to the same zone, owned by the caller. NULL: it is none of this
/// thread's.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_zone_retain(zone: *const lwt_term_zone) -> *mut lwt_term_zone {
    object::retain(Kind::Zone, zone.cast()).cast()
}

/// Gives up a reference. The matrix lives as long as a zone of it does. Does nothing if the
/// handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_zone_release(zone: *mut lwt_term_zone) {
    // SAFETY: every handle of this kind is made of a `Zone`.
    drop(unsafe { object::release::<Zone>(Kind::Zone, zone.cast(), "") });
}

/// Returns a part of a zone, `Zone.sub`, owned by the caller; `x` and `y` are the zone's own
/// coordinates, and the matrix is the same. Borrows `zone`. NULL: it is not inside the zone,
/// the handle is bad, or memory ran out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_zone_sub(
    zone: *const lwt_term_zone,
    x: c_int,
    y: c_int,
    width: c_int,
    height: c_int,
) -> *mut lwt_term_zone {
    let part = borrowed(zone, "lwt_term_zone_sub").and_then(|zone| zone.sub(x, y, width, height));
    part.map_or(ptr::null_mut(), given)
}

/// Returns the zone without the border of one point around it, `Zone.inner`, owned by the
/// caller; of one that is smaller nothing is left, and that is a zone too. NULL: the handle is
/// bad, or memory ran out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_zone_inner(zone: *const lwt_term_zone) -> *mut lwt_term_zone {
    let zone = borrowed(zone, "lwt_term_zone_inner");
    zone.map_or(ptr::null_mut(), |zone| given(zone.inner()))
}

/// The matrix that a zone is a part of, `Zone.points`: line by line, borrowed as long as a
/// zone of it lives. Its size is stored in `*columns` and `*lines`, each of which may be NULL.
/// It may be read and written; what is no character is shown as a space. NULL for a bad handle.
///
/// # Safety
/// `columns` and `lines` are NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_term_zone_points(
    zone: *const lwt_term_zone,
    columns: *mut c_int,
    lines: *mut c_int,
) -> *mut lwt_term_point {
    let Ok(zone) = borrowed(zone, "lwt_term_zone_points") else {
        return ptr::null_mut();
    };
    let size = zone.matrix().size();
    for (place, number) in [(columns, size.0), (lines, size.1)] {
        if !place.is_null() {
            // SAFETY: the caller's promise.
            unsafe { *place = number as c_int };
        }
    }
    zone.data()
}

fn number(zone: *const lwt_term_zone, name: &str, which: usize) -> c_int {
    borrowed(zone, name).map_or(0, |zone| zone.rectangle()[which] as c_int)
}

/// Where the zone begins in its matrix, `Zone.x`. 0 for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_zone_x(zone: *const lwt_term_zone) -> c_int {
    number(zone, "lwt_term_zone_x", 0)
}

/// Where the zone begins in its matrix, `Zone.y`. 0 for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_zone_y(zone: *const lwt_term_zone) -> c_int {
    number(zone, "lwt_term_zone_y", 1)
}

/// How many columns it has, `Zone.width`. 0 for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_zone_width(zone: *const lwt_term_zone) -> c_int {
    number(zone, "lwt_term_zone_width", 2)
}

/// How many lines it has, `Zone.height`. 0 for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_zone_height(zone: *const lwt_term_zone) -> c_int {
    number(zone, "lwt_term_zone_height", 3)
}

/// Stores the point at `x` and `y` of a zone in `*point`, `Draw.get`. Returns LWT_OK;
/// LWT_INVALID_ARGUMENT if that is outside of the zone, or `point` is NULL;
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle.
///
/// # Safety
/// `point` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_term_draw_get(
    zone: *const lwt_term_zone,
    x: c_int,
    y: c_int,
    point: *mut lwt_term_point,
) -> c_int {
    const NAME: &str = "lwt_term_draw_get";
    let outside = || Exn::invalid(&format!("{NAME}: outside of the zone"));
    let found = borrowed(zone, NAME).and_then(|zone| zone.get(x, y).ok_or_else(outside));
    match found {
        Err(exn) => exn.kind(),
        Ok(_) if point.is_null() => null(NAME).kind(),
        Ok(found) => {
            // SAFETY: the caller's promise.
            unsafe { point.write(found) };
            LWT_OK
        }
    }
}

/// Makes `*point` the one at `x` and `y` of a zone, `Draw.set`; outside of the zone nothing
/// happens. A character that takes two columns takes the point behind it too, and is a space
/// where there is none; where it overwrites a half of another, the other half becomes a space.
/// Returns LWT_OK; LWT_INVALID_ARGUMENT if `point` is NULL; LWT_INVALID_ARGUMENT or
/// LWT_WRONG_THREAD for a bad handle.
///
/// # Safety
/// `point` is NULL or may be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_term_draw_set(
    zone: *const lwt_term_zone,
    x: c_int,
    y: c_int,
    point: *const lwt_term_point,
) -> c_int {
    const NAME: &str = "lwt_term_draw_set";
    if point.is_null() {
        return null(NAME).kind();
    }
    // SAFETY: the caller's promise.
    let point = unsafe { point.read() };
    with(zone, NAME, |zone| zone.set(x, y, point))
}

/// Calls `f(point, env)` with the point at `x` and `y` of a zone, which becomes what `f` makes
/// of it, `Draw.map`; outside of the zone `f` is not called. `drop_env` runs once, before the
/// call returns. Returns LWT_OK; the kind of what `f` raises, and then nothing changes;
/// LWT_INVALID_ARGUMENT if `f` is NULL; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad
/// handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_draw_map(
    zone: *const lwt_term_zone,
    x: c_int,
    y: c_int,
    f: lwt_term_point_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    const NAME: &str = "lwt_term_draw_map";
    let env = Env::new(env, drop_env);
    let f = f.ok_or_else(|| null(NAME));
    let both = borrowed(zone, NAME).and_then(|zone| Ok((zone, f?)));
    kind(both.and_then(|(zone, f)| {
        let Some(mut point) = zone.get(x, y) else {
            return Ok(());
        };
        // SAFETY: the function and its environment came together from C.
        let call = || unsafe { f(&mut point, env.word()) };
        call::other_of(f as usize, call).1?;
        zone.set(x, y, point);
        Ok(())
    }))
}

/// Draws the `len` bytes at `text`, which are UTF-8, from `x` and `y` of a zone to the right,
/// `Draw.text`, as nothing special; what is outside of the zone is ignored. A character that
/// takes two columns takes two points, and one that takes none joins the one before it; control
/// characters are left out. Returns LWT_OK; LWT_INVALID_ARGUMENT if `text` is NULL and `len` is
/// not 0; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle.
///
/// # Safety
/// `text` is NULL or the start of `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_term_draw_text(
    zone: *const lwt_term_zone,
    x: c_int,
    y: c_int,
    text: *const c_char,
    len: usize,
) -> c_int {
    const NAME: &str = "lwt_term_draw_text";
    // SAFETY: the caller's promise.
    match unsafe { array(NAME, text.cast::<u8>(), len) } {
        Ok(text) => with(zone, NAME, |zone| zone.text(x, y, &repaired(text))),
        Err(exn) => exn.kind(),
    }
}

/// Draws a styled text in the same way, `Draw.textc`. Borrows both. Returns LWT_OK;
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_draw_textc(
    zone: *const lwt_term_zone,
    x: c_int,
    y: c_int,
    styled: *const lwt_styled,
) -> c_int {
    const NAME: &str = "lwt_term_draw_textc";
    match styled_of(styled, NAME) {
        Ok(styled) => with(zone, NAME, |zone| zone.styled(x, y, &styled)),
        Err(exn) => exn.kind(),
    }
}

/// Shows the matrix of a zone on the terminal that standard output is, from its top left
/// corner, `Lwt_term.render`; what does not fit is left out. The cursor stays behind what was
/// drawn last.
///
/// Borrows `zone`. Returns a promise of LWT_UNIT, owned by the caller; it fails as
/// lwt_text_write does, and with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle.
/// Cancelling it before the bytes were taken draws nothing. On the thread of the handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_render(zone: *const lwt_term_zone) -> *mut lwt_t {
    let zone = borrowed(zone, "lwt_term_render");
    zone.map_or_else(failed, |zone| print::show(zone.matrix(), None))
        .into_raw()
}

/// The same, where the terminal shows the matrix of `old`: only lines that are not the same
/// are drawn, `Lwt_term.render_update`; of a matrix that is not as wide all are. As
/// lwt_term_render.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_render_update(
    old: *const lwt_term_zone,
    zone: *const lwt_term_zone,
) -> *mut lwt_t {
    const NAME: &str = "lwt_term_render_update";
    let both = borrowed(old, NAME).and_then(|old| Ok((old, borrowed(zone, NAME)?)));
    both.map_or_else(failed, |(old, zone)| {
        print::show(zone.matrix(), Some(old.matrix()))
    })
    .into_raw()
}
