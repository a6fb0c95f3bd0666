extension ObjectReader {
  /// Reads a field that may be left out but not be null.
  package func change<T>(_ key: String, _ read: (String) -> T) -> T? {
    switch patch(key, read) {
    case .absent: return nil
    case .value(let value): return value
    case .null:
      violation(key, "must not be null")
      return nil
    }
  }
}
