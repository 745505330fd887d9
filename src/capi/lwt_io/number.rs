//! `lwt_io.h`, numbers. Module Lwt_io.

use super::channel::lwt_io_channel;
use super::{input, output, promised};
use crate::abi::lwt_t;
use crate::io::{Number, Order, SYSTEM_ORDER};
use std::ffi::c_int;

/// The lowest byte of a number first, `Lwt_io.Little_endian`.
pub const LWT_IO_LITTLE_ENDIAN: c_int = 0;
/// The highest byte first, `Lwt_io.Big_endian`.
pub const LWT_IO_BIG_ENDIAN: c_int = 1;

/// The system's order of bytes, `Lwt_io.system_byte_order`: LWT_IO_LITTLE_ENDIAN or
/// LWT_IO_BIG_ENDIAN. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_system_byte_order() -> c_int {
    match SYSTEM_ORDER {
        Order::Little => LWT_IO_LITTLE_ENDIAN,
        Order::Big => LWT_IO_BIG_ENDIAN,
    }
}

fn read(channel: *const lwt_io_channel, name: &str, number: Number, order: Order) -> *mut lwt_t {
    promised(input(channel, name).map(|channel| channel.read_number(number, order)))
}

fn write(
    channel: *const lwt_io_channel,
    name: &str,
    (number, order): (Number, Order),
    word: i64,
) -> *mut lwt_t {
    promised(output(channel, name).map(|channel| channel.write_number(number, order, word)))
}

/// Reads four bytes with a sign, as an integer, in the system's order, `Lwt_io.read_int`. Borrows `channel`. Returns a
/// promise of the number, owned by the caller. It fails with LWT_END_OF_FILE if there are
/// fewer bytes, which stay; as lwt_io_read_line otherwise. Cancelling it loses nothing.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_read_int(channel: *const lwt_io_channel) -> *mut lwt_t {
    read(channel, "lwt_io_read_int", Number::Int32, SYSTEM_ORDER)
}

/// Reads two bytes with a sign, as an integer, in the system's order, `Lwt_io.read_int16`. As
/// lwt_io_read_int.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_read_int16(channel: *const lwt_io_channel) -> *mut lwt_t {
    read(channel, "lwt_io_read_int16", Number::Int16, SYSTEM_ORDER)
}

/// Reads four bytes with a sign, as an integer, in the system's order, `Lwt_io.read_int32`. As
/// lwt_io_read_int.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_read_int32(channel: *const lwt_io_channel) -> *mut lwt_t {
    read(channel, "lwt_io_read_int32", Number::Int32, SYSTEM_ORDER)
}

/// Reads eight bytes with a sign, as an integer, in the system's order, `Lwt_io.read_int64`. As
/// lwt_io_read_int.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_read_int64(channel: *const lwt_io_channel) -> *mut lwt_t {
    read(channel, "lwt_io_read_int64", Number::Int64, SYSTEM_ORDER)
}

/// Reads four bytes as a float: lwt_io_float32_of tells it from the value, in the system's order, `Lwt_io.read_float32`. As
/// lwt_io_read_int.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_read_float32(channel: *const lwt_io_channel) -> *mut lwt_t {
    read(
        channel,
        "lwt_io_read_float32",
        Number::Float32,
        SYSTEM_ORDER,
    )
}

/// Reads eight bytes as a double: lwt_io_float64_of tells it from the value, in the system's order, `Lwt_io.read_float64`. As
/// lwt_io_read_int.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_read_float64(channel: *const lwt_io_channel) -> *mut lwt_t {
    read(channel, "lwt_io_read_float64", Number::Int64, SYSTEM_ORDER)
}

/// Writes a number as four bytes, in the system's order, `Lwt_io.write_int`. As
/// lwt_io_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_write_int(channel: *const lwt_io_channel, number: i32) -> *mut lwt_t {
    let word = i64::from(number);
    write(
        channel,
        "lwt_io_write_int",
        (Number::Int32, SYSTEM_ORDER),
        word,
    )
}

/// Writes a number as two bytes, in the system's order, `Lwt_io.write_int16`. As
/// lwt_io_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_write_int16(channel: *const lwt_io_channel, number: i16) -> *mut lwt_t {
    let word = i64::from(number);
    write(
        channel,
        "lwt_io_write_int16",
        (Number::Int16, SYSTEM_ORDER),
        word,
    )
}

/// Writes a number as four bytes, in the system's order, `Lwt_io.write_int32`. As
/// lwt_io_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_write_int32(channel: *const lwt_io_channel, number: i32) -> *mut lwt_t {
    let word = i64::from(number);
    write(
        channel,
        "lwt_io_write_int32",
        (Number::Int32, SYSTEM_ORDER),
        word,
    )
}

/// Writes a number as eight bytes, in the system's order, `Lwt_io.write_int64`. As
/// lwt_io_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_write_int64(channel: *const lwt_io_channel, number: i64) -> *mut lwt_t {
    let word = number;
    write(
        channel,
        "lwt_io_write_int64",
        (Number::Int64, SYSTEM_ORDER),
        word,
    )
}

/// Writes a number as four bytes, in the system's order, `Lwt_io.write_float32`. As
/// lwt_io_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_write_float32(channel: *const lwt_io_channel, number: f32) -> *mut lwt_t {
    let word = i64::from(number.to_bits());
    write(
        channel,
        "lwt_io_write_float32",
        (Number::Float32, SYSTEM_ORDER),
        word,
    )
}

/// Writes a number as eight bytes, in the system's order, `Lwt_io.write_float64`. As
/// lwt_io_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_write_float64(channel: *const lwt_io_channel, number: f64) -> *mut lwt_t {
    let word = number.to_bits() as i64;
    write(
        channel,
        "lwt_io_write_float64",
        (Number::Int64, SYSTEM_ORDER),
        word,
    )
}

/// Reads four bytes with a sign, as an integer, the lowest byte first, `Lwt_io.LE.read_int`. As
/// lwt_io_read_int.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_le_read_int(channel: *const lwt_io_channel) -> *mut lwt_t {
    read(channel, "lwt_io_le_read_int", Number::Int32, Order::Little)
}

/// Reads two bytes with a sign, as an integer, the lowest byte first, `Lwt_io.LE.read_int16`. As
/// lwt_io_read_int.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_le_read_int16(channel: *const lwt_io_channel) -> *mut lwt_t {
    read(
        channel,
        "lwt_io_le_read_int16",
        Number::Int16,
        Order::Little,
    )
}

/// Reads four bytes with a sign, as an integer, the lowest byte first, `Lwt_io.LE.read_int32`. As
/// lwt_io_read_int.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_le_read_int32(channel: *const lwt_io_channel) -> *mut lwt_t {
    read(
        channel,
        "lwt_io_le_read_int32",
        Number::Int32,
        Order::Little,
    )
}

/// Reads eight bytes with a sign, as an integer, the lowest byte first, `Lwt_io.LE.read_int64`. As
/// lwt_io_read_int.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_le_read_int64(channel: *const lwt_io_channel) -> *mut lwt_t {
    read(
        channel,
        "lwt_io_le_read_int64",
        Number::Int64,
        Order::Little,
    )
}

/// Reads four bytes as a float: lwt_io_float32_of tells it from the value, the lowest byte first, `Lwt_io.LE.read_float32`. As
/// lwt_io_read_int.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_le_read_float32(channel: *const lwt_io_channel) -> *mut lwt_t {
    read(
        channel,
        "lwt_io_le_read_float32",
        Number::Float32,
        Order::Little,
    )
}

/// Reads eight bytes as a double: lwt_io_float64_of tells it from the value, the lowest byte first, `Lwt_io.LE.read_float64`. As
/// lwt_io_read_int.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_le_read_float64(channel: *const lwt_io_channel) -> *mut lwt_t {
    read(
        channel,
        "lwt_io_le_read_float64",
        Number::Int64,
        Order::Little,
    )
}

/// Writes a number as four bytes, the lowest byte first, `Lwt_io.LE.write_int`. As
/// lwt_io_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_le_write_int(channel: *const lwt_io_channel, number: i32) -> *mut lwt_t {
    let word = i64::from(number);
    write(
        channel,
        "lwt_io_le_write_int",
        (Number::Int32, Order::Little),
        word,
    )
}

/// Writes a number as two bytes, the lowest byte first, `Lwt_io.LE.write_int16`. As
/// lwt_io_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_le_write_int16(channel: *const lwt_io_channel, number: i16) -> *mut lwt_t {
    let word = i64::from(number);
    write(
        channel,
        "lwt_io_le_write_int16",
        (Number::Int16, Order::Little),
        word,
    )
}

/// Writes a number as four bytes, the lowest byte first, `Lwt_io.LE.write_int32`. As
/// lwt_io_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_le_write_int32(channel: *const lwt_io_channel, number: i32) -> *mut lwt_t {
    let word = i64::from(number);
    write(
        channel,
        "lwt_io_le_write_int32",
        (Number::Int32, Order::Little),
        word,
    )
}

/// Writes a number as eight bytes, the lowest byte first, `Lwt_io.LE.write_int64`. As
/// lwt_io_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_le_write_int64(channel: *const lwt_io_channel, number: i64) -> *mut lwt_t {
    let word = number;
    write(
        channel,
        "lwt_io_le_write_int64",
        (Number::Int64, Order::Little),
        word,
    )
}

/// Writes a number as four bytes, the lowest byte first, `Lwt_io.LE.write_float32`. As
/// lwt_io_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_le_write_float32(
    channel: *const lwt_io_channel,
    number: f32,
) -> *mut lwt_t {
    let word = i64::from(number.to_bits());
    write(
        channel,
        "lwt_io_le_write_float32",
        (Number::Float32, Order::Little),
        word,
    )
}

/// Writes a number as eight bytes, the lowest byte first, `Lwt_io.LE.write_float64`. As
/// lwt_io_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_le_write_float64(
    channel: *const lwt_io_channel,
    number: f64,
) -> *mut lwt_t {
    let word = number.to_bits() as i64;
    write(
        channel,
        "lwt_io_le_write_float64",
        (Number::Int64, Order::Little),
        word,
    )
}

/// Reads four bytes with a sign, as an integer, the highest byte first, `Lwt_io.BE.read_int`. As
/// lwt_io_read_int.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_be_read_int(channel: *const lwt_io_channel) -> *mut lwt_t {
    read(channel, "lwt_io_be_read_int", Number::Int32, Order::Big)
}

/// Reads two bytes with a sign, as an integer, the highest byte first, `Lwt_io.BE.read_int16`. As
/// lwt_io_read_int.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_be_read_int16(channel: *const lwt_io_channel) -> *mut lwt_t {
    read(channel, "lwt_io_be_read_int16", Number::Int16, Order::Big)
}

/// Reads four bytes with a sign, as an integer, the highest byte first, `Lwt_io.BE.read_int32`. As
/// lwt_io_read_int.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_be_read_int32(channel: *const lwt_io_channel) -> *mut lwt_t {
    read(channel, "lwt_io_be_read_int32", Number::Int32, Order::Big)
}

/// Reads eight bytes with a sign, as an integer, the highest byte first, `Lwt_io.BE.read_int64`. As
/// lwt_io_read_int.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_be_read_int64(channel: *const lwt_io_channel) -> *mut lwt_t {
    read(channel, "lwt_io_be_read_int64", Number::Int64, Order::Big)
}

/// Reads four bytes as a float: lwt_io_float32_of tells it from the value, the highest byte first, `Lwt_io.BE.read_float32`. As
/// lwt_io_read_int.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_be_read_float32(channel: *const lwt_io_channel) -> *mut lwt_t {
    read(
        channel,
        "lwt_io_be_read_float32",
        Number::Float32,
        Order::Big,
    )
}

/// Reads eight bytes as a double: lwt_io_float64_of tells it from the value, the highest byte first, `Lwt_io.BE.read_float64`. As
/// lwt_io_read_int.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_be_read_float64(channel: *const lwt_io_channel) -> *mut lwt_t {
    read(channel, "lwt_io_be_read_float64", Number::Int64, Order::Big)
}

/// Writes a number as four bytes, the highest byte first, `Lwt_io.BE.write_int`. As
/// lwt_io_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_be_write_int(channel: *const lwt_io_channel, number: i32) -> *mut lwt_t {
    let word = i64::from(number);
    write(
        channel,
        "lwt_io_be_write_int",
        (Number::Int32, Order::Big),
        word,
    )
}

/// Writes a number as two bytes, the highest byte first, `Lwt_io.BE.write_int16`. As
/// lwt_io_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_be_write_int16(channel: *const lwt_io_channel, number: i16) -> *mut lwt_t {
    let word = i64::from(number);
    write(
        channel,
        "lwt_io_be_write_int16",
        (Number::Int16, Order::Big),
        word,
    )
}

/// Writes a number as four bytes, the highest byte first, `Lwt_io.BE.write_int32`. As
/// lwt_io_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_be_write_int32(channel: *const lwt_io_channel, number: i32) -> *mut lwt_t {
    let word = i64::from(number);
    write(
        channel,
        "lwt_io_be_write_int32",
        (Number::Int32, Order::Big),
        word,
    )
}

/// Writes a number as eight bytes, the highest byte first, `Lwt_io.BE.write_int64`. As
/// lwt_io_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_be_write_int64(channel: *const lwt_io_channel, number: i64) -> *mut lwt_t {
    let word = number;
    write(
        channel,
        "lwt_io_be_write_int64",
        (Number::Int64, Order::Big),
        word,
    )
}

/// Writes a number as four bytes, the highest byte first, `Lwt_io.BE.write_float32`. As
/// lwt_io_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_be_write_float32(
    channel: *const lwt_io_channel,
    number: f32,
) -> *mut lwt_t {
    let word = i64::from(number.to_bits());
    write(
        channel,
        "lwt_io_be_write_float32",
        (Number::Float32, Order::Big),
        word,
    )
}

/// Writes a number as eight bytes, the highest byte first, `Lwt_io.BE.write_float64`. As
/// lwt_io_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_be_write_float64(
    channel: *const lwt_io_channel,
    number: f64,
) -> *mut lwt_t {
    let word = number.to_bits() as i64;
    write(
        channel,
        "lwt_io_be_write_float64",
        (Number::Int64, Order::Big),
        word,
    )
}
