/// The folder of one run: scratch data, sockets and the register of its processes; removed by the `Guardian`.
///
/// The path is kept short, since the path of a Unix socket has room for 107 bytes (unix(7)).
package struct RunFolder: Sendable, Hashable {
  /// Absolute path without a slash at its end.
  package let path: String

  /// Unique on this machine while the folder exists, safe in file names.
  package var id: String { String(path.split(separator: "/").last ?? "concord") }

  /// File that is there until the guardian closes the run.
  var openFile: String { path + "/open" }

  /// Where each living process of the run is registered.
  var processFolder: String { path + "/processes" }

  /// Free bytes that make it safe to keep scratch data in memory.
  static let memoryNeeded: UInt64 = 2 << 30

  /// Chooses a fresh name in `$TMPDIR`; when that is unset or too long for sockets, in memory if there is plenty, else
  /// in `/tmp`.
  ///
  /// Thousands of small files are copied for each run and removed at its end. ext4 does not hand out an inode again
  /// for a minute or more after it was freed and searches past all of them, so that run after run the copy takes ten
  /// times as long as in memory. The folder itself is made by the guardian, so that there is no moment in which it
  /// could be left behind.
  static func propose(
    environment: [String: String], using generator: inout some RandomNumberGenerator,
    freeMemory: (String) -> UInt64 = Files.freeMemory
  ) -> RunFolder {
    var parent = environment["TMPDIR"] ?? ""
    while parent.utf8.count > 1, parent.hasSuffix("/") { parent.removeLast() }
    if !parent.hasPrefix("/") || parent.utf8.count > 50 {
      parent = freeMemory("/dev/shm") >= memoryNeeded ? "/dev/shm" : "/tmp"
    }
    let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
    let name = String((0..<8).map { _ in letters[Int(generator.next(upperBound: UInt(letters.count)))] })
    return RunFolder(path: "\(parent)/concord-\(name)")
  }
}
