/// The versions of the OpenAPI Specification that are read.
package enum OpenAPIVersion: String, Sendable, Hashable, Comparable {
  case v3_0 = "3.0"
  case v3_1 = "3.1"

  /// Reads the value of the `openapi` field: `3.0.x` or `3.1.x`.
  package init?(field: String) {
    let parts = field.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "3", let version = OpenAPIVersion(rawValue: "3." + parts[1]) else { return nil }
    guard let first = parts[2].utf8.first, (0x30...0x39).contains(first) else { return nil }
    self = version
  }

  /// Orders by age.
  package static func < (left: OpenAPIVersion, right: OpenAPIVersion) -> Bool { left.rawValue < right.rawValue }
}
