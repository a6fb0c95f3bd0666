// `initdb` and an init script take most of a second, a copy of their result a twentieth of that, so finished clusters
// are kept. Several runs may use the cache at once and any of them may be killed at any moment:
//
// - A template is built elsewhere, copied beside its place under a name that nobody reads, and renamed into place, so
//   what stands under its name is whole. What a killed run left half-copied is removed by the next one that builds.
// - Building one takes an exclusive lock, copying from it a shared one, so it is built once and never removed in use.
// - Its name is a hash of all that it was made of; a changed script makes a new template, never a stale one.

/// The folder of finished clusters that runs copy theirs from.
package struct ClusterCache: Sendable {
  /// Templates that are kept; the least recently used ones beyond are removed.
  static let capacity = 16

  let folder: String

  /// The cache in `CONCORD_CACHE`, `$XDG_CACHE_HOME/concord` or `~/.cache/concord`; nil when none of them is set.
  package init?(environment: [String: String]) {
    if let folder = environment["CONCORD_CACHE"], folder.hasPrefix("/") {
      self.folder = folder
    } else if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") {
      self.folder = folder + "/concord"
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      self.folder = home + "/.cache/concord"
    } else {
      return nil
    }
  }

  /// Puts a cluster for `scratch` into `target/data`: a copy of the template, or the one that the template is made of.
  ///
  /// - Parameter target: folder that exists and belongs to the account of the servers.
  func materialize(_ scratch: ScratchDatabase, in target: String, builder: ClusterBuilder) async throws(StackError) {
    let script = try scratch.readScript()
    // The name of a template cannot account for what else a script reads.
    guard !ScratchDatabase.readsOtherFiles(script) else { return try await builder.build(scratch, in: target) }
    let key = Self.key(scratch, script: script, version: builder.installation.version, account: builder.account)
    let template = "\(folder)/\(key)"
    do {
      try Files.makeFolder(folder)
      if let lock = try await sharedLock(on: template) {
        try await copy(template, to: "\(target)/data", builder)
        Files.touch(template)
        return withExtendedLifetime(lock) {}
      }
      let lock = try await FileLock.acquire("\(template).lock", .exclusive)
      if !Files.isFolder(template) {
        try await builder.build(scratch, in: target)
        try await store("\(target)/data", as: template, builder)
        await removeLeastUsed(but: key, builder)
      } else {
        try await copy(template, to: "\(target)/data", builder)
      }
      return withExtendedLifetime(lock) {}
    } catch let error as StackError {
      throw error
    } catch {
      throw StackError(.system, "\(error)", remedy: "set CONCORD_CACHE to a folder that can be written to")
    }
  }

  /// A shared lock on a finished template; nil when there is none to lock.
  private func sharedLock(on template: String) async throws(SystemFailure) -> FileLock? {
    guard Files.isFolder(template) else { return nil }
    let lock = try await FileLock.acquire("\(template).lock", .shared)
    return Files.isFolder(template) ? lock : nil
  }

  private func store(_ data: String, as template: String, _ builder: ClusterBuilder) async throws {
    let half = "\(template).half"
    try await remove(half, builder)
    try await copy(data, to: half, builder)
    try Files.move(half, to: template)
  }

  private func copy(_ source: String, to target: String, _ builder: ClusterBuilder) async throws {
    // cp rather than calls of our own: it knows reflinks, copy_file_range, owners and modes.
    try await builder.runTool(["cp", "--archive", "--reflink=auto", "--no-target-directory", "--", source, target])
  }

  private func remove(_ path: String, _ builder: ClusterBuilder) async throws {
    guard Files.isFolder(path) else { return }
    try await builder.runTool(["rm", "-rf", "--", path])
  }

  /// Removes templates beyond the capacity and halves that killed runs left, unless somebody is at work on them; what
  /// cannot be removed stays for the next time.
  private func removeLeastUsed(but key: String, _ builder: ClusterBuilder) async {
    let names = (try? Files.list(folder)) ?? []
    let templates = names.filter { !$0.contains(".") && $0 != key }
      .map { (name: $0, used: Files.modificationTime("\(folder)/\($0)") ?? 0) }
      .sorted { $0.used > $1.used }
      .map(\.name)
    let halves = names.filter { $0.hasSuffix(".half") }.map { String($0.dropLast(5)) }
    for name in templates.dropFirst(Self.capacity - 1) {
      await removeUnlocked(name, "\(folder)/\(name)", builder)
    }
    for name in halves where name != key { await removeUnlocked(name, "\(folder)/\(name).half", builder) }
  }

  private func removeUnlocked(_ key: String, _ path: String, _ builder: ClusterBuilder) async {
    guard let lock = try? FileLock.tryAcquire("\(folder)/\(key).lock", .exclusive) else { return }
    try? await remove(path, builder)
    withExtendedLifetime(lock) {}
  }

  /// Names a template by everything that it is made of.
  static func key(
    _ scratch: ScratchDatabase, script: [UInt8], version: String, account: ServerAccount
  ) -> String {
    var hash = FNV1a()
    for part in [
      ClusterBuilder.recipe, version, String(account.userID), scratch.database, scratch.user, scratch.password,
    ] { hash.combine(Array(part.utf8)) }
    hash.combine(script)
    return "postgresql-\(version.prefix { $0.isNumber })-\(hash.text)"
  }
}

/// The hash FNV-1a with 128 bits (RFC 9923): not against attackers, who have no way to the cache, but against chance.
struct FNV1a {
  private var state: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
  private static let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013b

  /// Adds a part; its length goes in too, so that "ab" and "c" differ from "a" and "bc".
  mutating func combine(_ bytes: [UInt8]) {
    add(bytes)
    add(withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { Array($0) })
  }

  mutating func add(_ bytes: [UInt8]) {
    for byte in bytes { state = (state ^ UInt128(byte)) &* Self.prime }
  }

  /// Hexadecimal, 32 digits.
  var text: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
  }
}
