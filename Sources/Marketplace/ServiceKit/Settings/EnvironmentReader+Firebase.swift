extension EnvironmentReader {
  /// The "host:port" of one of Google's emulators, which this version requires.
  ///
  /// A real project needs signed calls and RS256 tokens. Until both are there a service that is not pointed at an
  /// emulator refuses to start: half a verification would be worse than none.
  package func emulator(_ name: String, example: String) -> String {
    if optional(name) != nil { return hostAndPort(name) ?? "" }
    let isReal = optional("FIREBASE_PRIVATE_KEY") != nil || optional("FIREBASE_CLIENT_EMAIL") != nil
    problem(
      name,
      isReal
        ? "is required: a real Firebase project is configured, and RS256 verification is not part of this version"
        : "is required, such as \(example)")
    return ""
  }
}
