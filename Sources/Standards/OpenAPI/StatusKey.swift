/// The keys of a responses object: a code, a range of codes, or `default`.
enum StatusKey {
  /// Whether a key is one of them (`^[1-5](?:[0-9]{2}|XX)$` or `default`).
  static func isValid(_ key: String) -> Bool {
    if key == "default" { return true }
    let bytes = Array(key.utf8)
    guard bytes.count == 3, (0x31...0x35).contains(bytes[0]) else { return false }
    if key.hasSuffix("XX") { return true }
    return bytes[1...].allSatisfy { (0x30...0x39).contains($0) }
  }

  /// How closely a key names a status: 2 the code itself, 1 its range, 0 `default`; `nil` not at all.
  static func closeness(of key: String, to status: Int) -> Int? {
    if key == String(status) { return 2 }
    if key == "\(status / 100)XX" { return 1 }
    return key == "default" ? 0 : nil
  }
}
