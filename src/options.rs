//! Options that C gives as a structure with its size first, so that the structure
//! can grow. Owns how they are read. Calls nobody.

use crate::exn::Exn;

/// A structure of options, which begins with its size. None: it is NULL. The error:
/// the size is another one than that of `T`. `function` is the call at fault.
///
/// # Safety
/// `options` is NULL, or its first word, a `size_t`, tells how much of it there is.
pub unsafe fn read<T: Copy>(options: *const T, function: &str) -> Result<Option<T>, Exn> {
    if options.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    match unsafe { options.cast::<usize>().read() } == size_of::<T>() {
        // SAFETY: it is all there.
        true => Ok(Some(unsafe { *options })),
        false => Err(Exn::invalid(&format!(
            "{function}: the size of the options is not theirs"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::abi::LWT_INVALID_ARGUMENT;

    #[repr(C)]
    #[derive(Clone, Copy)]
    struct Sample {
        size: usize,
        backlog: i32,
    }

    #[test]
    fn options_are_read_only_if_their_size_is_known() {
        let size = size_of::<Sample>();
        // SAFETY: NULL, or as large as `size` says, or smaller than what is there.
        let backlog_of = |options: *const Sample| unsafe {
            let options = read(options, "test").map_err(|exn| exn.kind())?;
            Ok(options.map(|options| options.backlog))
        };
        assert_eq!(backlog_of(std::ptr::null()), Ok(None));
        let backlog = 7;
        assert_eq!(backlog_of(&Sample { size, backlog }), Ok(Some(7)));
        for size in [0, size_of::<usize>(), size - 1, size + 1, usize::MAX] {
            let wrong = backlog_of(&Sample { size, backlog });
            assert_eq!(wrong, Err(LWT_INVALID_ARGUMENT), "{size}");
        }
    }
}
