extension Duration {
  /// A duration for people: "431 ms", "2.31 s", "3 min 20 s".
  var display: String {
    let (seconds, attoseconds) = max(.zero, self).components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    switch milliseconds {
    case ..<1000: return "\(milliseconds) ms"
    case ..<60_000:
      let hundredths = milliseconds % 1000 / 10
      return "\(seconds).\(hundredths < 10 ? "0" : "")\(hundredths) s"
    default: return "\(seconds / 60) min \(seconds % 60) s"
    }
  }
}
