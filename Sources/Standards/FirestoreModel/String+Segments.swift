extension String {
  /// The parts between slashes, empty ones included, at most `maxSplits` of them cut off before the rest.
  ///
  /// Cut by byte: before a combining mark a slash is part of another character, and would not be seen as one.
  package func pathSegments(maxSplits: Int = .max) -> [Substring] {
    utf8.split(separator: UInt8(ascii: "/"), maxSplits: maxSplits, omittingEmptySubsequences: false).map(Substring.init)
  }
}
