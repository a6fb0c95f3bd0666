extension String {
  /// The text, or its beginning and what was left out; never longer than about `limit` characters.
  func shortened(to limit: Int) -> String {
    // Comparing indices instead of counting keeps this quick for a body of many megabytes.
    guard let end = index(startIndex, offsetBy: limit, limitedBy: endIndex), end != endIndex else { return self }
    return "\(self[..<end])… (\(utf8.count) bytes in all)"
  }

  /// The text on one line.
  var onOneLine: String { contains(where: \.isNewline) ? String(map { $0.isNewline ? " " : $0 }) : self }

  /// The text as a sentence: first letter upper case, full stop at the end.
  var capitalizedSentence: String {
    guard let first else { return self }
    return first.uppercased() + dropFirst() + (hasSuffix(".") ? "" : ".")
  }
}

extension Array {
  /// The first elements, and how many were left out.
  func bounded(to limit: Int) -> (shown: ArraySlice<Element>, beyond: Int) {
    (prefix(limit), Swift.max(0, count - limit))
  }
}

extension Int {
  /// The number with its noun: "1 case", "12,000 cases".
  func of(_ noun: String, _ plural: String? = nil) -> String {
    "\(grouped) \(self == 1 ? noun : plural ?? "\(noun)s")"
  }

  /// The number in groups of three digits.
  var grouped: String {
    let digits = String(magnitude)
    var result = self < 0 ? "-" : ""
    for (position, digit) in digits.enumerated() {
      if position > 0, (digits.count - position).isMultiple(of: 3) { result.append(",") }
      result.append(digit)
    }
    return result
  }
}
