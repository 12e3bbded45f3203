//! Time that this thread has worked: what else the machine does must not count against an input.

/// In microseconds.
#[cfg(target_os = "linux")]
pub fn spent_us() -> u64 {
    #[repr(C)]
    struct Timespec {
        seconds: i64,
        nanos: i64,
    }
    unsafe extern "C" {
        fn clock_gettime(clock: i32, time: *mut Timespec) -> i32;
    }
    const CLOCK_THREAD_CPUTIME_ID: i32 = 3;
    let mut time = Timespec { seconds: 0, nanos: 0 };
    // SAFETY: `time` has the shape of the system's `struct timespec` on 64-bit Linux, and lives through the call.
    let failed = unsafe { clock_gettime(CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    assert_eq!(failed, 0, "every Linux has this clock");
    time.seconds as u64 * 1_000_000 + time.nanos as u64 / 1_000
}

/// In microseconds; elsewhere, time that has passed.
#[cfg(not(target_os = "linux"))]
pub fn spent_us() -> u64 {
    use std::sync::LazyLock;
    use std::time::Instant;
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGAN.elapsed().as_micros() as u64
}
