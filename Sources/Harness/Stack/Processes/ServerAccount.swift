import Glibc

/// The account that database servers run under: our own, or an unprivileged one when we are root.
///
/// `initdb` and `postgres` refuse to run as root. The switch is made by `setpriv` or `runuser` and not by options of
/// the spawning library, whose path for them is not safe in a process with threads.
package struct ServerAccount: Sendable, Hashable {
  package let name: String
  package let userID: UInt32
  package let groupID: UInt32
  /// Whether the account is another one than our own.
  package let isForeign: Bool
  /// What goes before a command to run it under this account.
  package let prefix: [String]

  /// Chooses the account: `postgres` if the machine has it, else `nobody`.
  ///
  /// - Returns: nil when we are root and there is no account or no command to switch to it.
  package static func current() -> ServerAccount? {
    let own = geteuid()
    guard own == 0 else {
      return ServerAccount(name: "user \(own)", userID: own, groupID: getegid(), isForeign: false, prefix: [])
    }
    for name in ["postgres", "nobody"] {
      guard let (user, group) = ids(of: name), let prefix = prefix(name: name, user: user, group: group) else {
        continue
      }
      return ServerAccount(name: name, userID: user, groupID: group, isForeign: true, prefix: prefix)
    }
    return nil
  }

  private static func ids(of name: String) -> (user: UInt32, group: UInt32)? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16 << 10)
    guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
    return (entry.pw_uid, entry.pw_gid)
  }

  private static func prefix(name: String, user: UInt32, group: UInt32) -> [String]? {
    let folders = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"]
    // setpriv becomes the command; runuser stays as its parent and opens a PAM session.
    for folder in folders where Files.isExecutable("\(folder)/setpriv") {
      return ["\(folder)/setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups", "--"]
    }
    for folder in folders where Files.isExecutable("\(folder)/runuser") {
      return ["\(folder)/runuser", "-u", name, "--"]
    }
    return nil
  }
}
