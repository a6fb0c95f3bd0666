#if canImport(Glibc)
  private import Glibc
#else
  private import Musl
#endif

/// The environment of this process; read once by the executable, handed on as a value from there.
package enum ProcessEnvironment {
  /// All variables.
  package static var variables: [String: String] {
    var variables: [String: String] = [:]
    // `environ` changes only through setenv, which this program never calls.
    var entry = environ
    while let text = entry.pointee {
      let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
      entry += 1
    }
    return variables
  }
}
