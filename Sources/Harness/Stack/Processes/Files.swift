import Glibc

/// A system call that failed.
package struct SystemFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was tried, as a verb phrase: "read /x/y".
  package let action: String
  /// The error number of the C library.
  package let number: Int32

  init(_ action: String, _ number: Int32) {
    self.action = action
    self.number = number
  }

  package var description: String { "cannot \(action): \(String(cString: strerror(number)))" }
}

/// The few file operations that a stack needs, with errors that say what was tried.
package enum Files {
  /// Reads a whole file of at most 64 MiB.
  package static func read(_ path: String) throws(SystemFailure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemFailure("read \(path)", errno) }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw SystemFailure("read \(path)", errno) }
      if count == 0 { return content }
      guard content.count + count <= 64 << 20 else { throw SystemFailure("read \(path)", EFBIG) }
      content.append(contentsOf: buffer[..<count])
    }
  }

  /// Names in a folder, sorted by their bytes, without `.` and `..`.
  package static func list(_ folder: String) throws(SystemFailure) -> [String] {
    guard let stream = opendir(folder) else { throw SystemFailure("list \(folder)", errno) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Writes a file anew; a new file is readable by its owner only.
  static func write(_ text: String, to path: String) throws(SystemFailure) {
    try put(text, into: path, flags: O_TRUNC)
  }

  static func append(_ text: String, to path: String) throws(SystemFailure) {
    try put(text, into: path, flags: O_APPEND)
  }

  private static func put(_ text: String, into path: String, flags: Int32) throws(SystemFailure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0o600)
    guard descriptor >= 0 else { throw SystemFailure("write \(path)", errno) }
    defer { close(descriptor) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw SystemFailure("write \(path)", errno) }
      rest = rest.dropFirst(count)
    }
  }

  /// Makes a folder that only its owner can enter, and the missing ones above it.
  static func makeFolder(_ path: String, owner: ServerAccount? = nil) throws(SystemFailure) {
    if mkdir(path, 0o700) != 0, errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try makeFolder(String(path[..<slash]))
      if mkdir(path, 0o700) != 0, errno != EEXIST { throw SystemFailure("make the folder \(path)", errno) }
    } else if !isFolder(path) {
      throw SystemFailure("make the folder \(path)", errno)
    }
    if let owner { try give(path, to: owner) }
  }

  /// Makes a file or folder belong to the account of a server; nothing to do unless we are root.
  static func give(_ path: String, to owner: ServerAccount) throws(SystemFailure) {
    guard owner.isForeign else { return }
    guard chown(path, owner.userID, owner.groupID) == 0 else {
      throw SystemFailure("give \(path) to \(owner.name)", errno)
    }
  }

  static func isFolder(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
  }

  static func isExecutable(_ path: String) -> Bool { !isFolder(path) && access(path, X_OK) == 0 }

  /// Seconds since 1970 when a file was last changed; nil when there is none.
  static func modificationTime(_ path: String) -> Int? {
    var info = stat()
    return stat(path, &info) == 0 ? info.st_mtim.tv_sec : nil
  }

  /// Free bytes of a file system in memory that we may write to; 0 for a folder that is not the root of one.
  static func freeMemory(_ folder: String) -> UInt64 {
    let mounts = String(decoding: (try? read("/proc/self/mounts")) ?? [], as: UTF8.self)
    let isInMemory = mounts.split(separator: "\n").contains { line in
      let fields = line.split(separator: " ")
      return fields.count > 2 && fields[1] == folder && fields[2] == "tmpfs"
    }
    var info = statvfs()
    guard isInMemory, access(folder, W_OK | X_OK) == 0, statvfs(folder, &info) == 0 else { return 0 }
    return UInt64(info.f_bavail) * UInt64(info.f_frsize)
  }

  /// Marks a file or folder as just used.
  static func touch(_ path: String) { utimensat(AT_FDCWD, path, nil, 0) }

  static func move(_ path: String, to target: String) throws(SystemFailure) {
    guard rename(path, target) == 0 else { throw SystemFailure("move \(path) to \(target)", errno) }
  }
}
