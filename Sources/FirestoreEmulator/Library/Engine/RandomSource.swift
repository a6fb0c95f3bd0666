/// Where ids, tokens and salts get their randomness; tests inject a repeatable one.
package protocol RandomSource: Sendable {
  /// Fresh random bytes.
  func bytes(_ count: Int) -> [UInt8]
}

/// Randomness of the system, fit for secrets.
package struct SystemRandomSource: RandomSource {
  /// Makes a source.
  package init() {}

  /// Fresh random bytes from the system's generator.
  package func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }
}

extension RandomSource {
  /// Random characters of `[A-Za-z0-9]`, evenly distributed: the form of Firestore's and Firebase's own ids.
  func identifier(length: Int) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    var output: [UInt8] = []
    while output.count < length {
      // 248 = 4 * 62: higher bytes would make some characters likelier.
      for byte in bytes(length) where byte < 248 && output.count < length { output.append(alphabet[Int(byte) % 62]) }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
