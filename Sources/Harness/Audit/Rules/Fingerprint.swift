// A baseline lives in a repository, so a fingerprint must be the same for years and on every machine, which rules out a
// secret key; and it must not give a personal value away, which rules out hashes that can be turned round. SHA-256
// cannot be; what it cannot prevent is that somebody who guesses a value checks the guess. So classified values enter
// it only where a row has nothing else to be known by.

internal import SecureHash

/// A violation's name that stays the same between runs and machines.
enum Fingerprint {
  /// The first 128 bits of SHA-256 over the parts, as 32 hexadecimal digits; nil, which stands for NULL, is a part too.
  static func of(_ parts: [String?]) -> String {
    var bytes: [UInt8] = []
    for part in parts {
      // The length goes first, so `["ab", "c"]` and `["a", "bc"]` differ; no text is so long as what stands for NULL.
      let length = part.map { UInt64($0.utf8.count) } ?? .max
      withUnsafeBytes(of: length.bigEndian) { bytes.append(contentsOf: $0) }
      bytes.append(contentsOf: part?.utf8.map { $0 } ?? [])
    }
    return SHA256.hash(bytes).prefix(16).map { byte in
      let digits = String(byte, radix: 16)
      return digits.utf8.count == 1 ? "0\(digits)" : digits
    }.joined()
  }
}
