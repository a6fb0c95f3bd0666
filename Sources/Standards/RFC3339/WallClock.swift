#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Tells the time of day; injected, so that a test decides what time it is.
package protocol WallClock: Sendable {
  /// The present instant.
  func now() -> Timestamp
}

/// The clock of the machine, in nanoseconds.
package struct SystemWallClock: WallClock {
  /// The clock of the machine.
  package init() {}

  /// The present instant by `clock_gettime(CLOCK_REALTIME)`, which cannot fail for this clock.
  package func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
  }
}
