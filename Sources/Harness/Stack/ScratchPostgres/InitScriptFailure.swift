import YAMLSource

/// Turns what `psql` says about a failing script into an error at a line.
enum InitScriptFailure {
  /// The error for the output of a psql run with `ON_ERROR_STOP`.
  ///
  /// psql writes `psql:FILE:LINE: ERROR:  message`, LINE being where the statement ends, and below it the details.
  static func error(from output: [String], exit: ProcessExit, script: String) -> StackError {
    for (index, line) in output.enumerated() {
      guard let (file, number, message) = parse(line) else { continue }
      let details = output[index...].dropFirst().filter { parse($0) == nil }
      return StackError(
        .data, "the init script failed: \(message)", location: SourceLocation(file: file, line: number, column: 1),
        log: Array(details.prefix(6)),
        remedy: "the statement that ends on line \(number) was refused; run the file with psql to see it alone")
    }
    return StackError(
      .data, "the init script failed: psql ended with \(exit)",
      location: SourceLocation(file: script, line: 1, column: 1),
      log: output.suffix(10))
  }

  private static func parse(_ line: String) -> (file: String, line: Int, message: String)? {
    guard line.hasPrefix("psql:") else { return nil }
    let rest = line.dropFirst(5)
    for marker in [": ERROR:", ": FATAL:", ": error:"] {
      guard let range = rest.firstRange(of: marker) else { continue }
      let place = rest[..<range.lowerBound]
      guard let colon = place.lastIndex(of: ":"), let number = Int(place[place.index(after: colon)...]) else {
        continue
      }
      return (String(place[..<colon]), number, String(rest[range.upperBound...].drop { $0 == " " }))
    }
    return nil
  }
}
