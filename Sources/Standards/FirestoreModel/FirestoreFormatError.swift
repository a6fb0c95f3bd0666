/// Text or JSON that is not what Firestore's REST API v1 defines.
///
/// `location` follows the proto path that Google's own messages use (`writes[0].update.fields[name]`), so that a caller
/// can quote it unchanged. It is assembled only while an error travels outward: reading valid input never builds it.
package struct FirestoreFormatError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Whether the input is wrong, or right but beyond what this implementation understands.
  package enum Kind: Sendable, Hashable {
    case malformed
    /// A member that the message does not have.
    case unknownName
    case unsupported
  }

  package let kind: Kind
  /// Where in the request, as a proto path; empty for the value itself.
  package let location: String
  package let message: String

  /// Describes a fault; `location` is relative to the value being read.
  package init(_ message: String, at location: String = "", kind: Kind = .malformed) {
    self.kind = kind
    self.location = location
    self.message = message
  }

  /// The same error, seen from the object that contains the value under `name`.
  package func inside(_ name: String) -> FirestoreFormatError {
    let joined = location.isEmpty || location.hasPrefix("[") ? name + location : name + "." + location
    return FirestoreFormatError(message, at: joined, kind: kind)
  }

  /// The fault of an object with a member that it should not have.
  package static func unknownName(_ name: String) -> FirestoreFormatError {
    FirestoreFormatError("Unknown name \"\(name)\"", kind: .unknownName)
  }

  /// What Google's servers would say, as far as their texts are known.
  package var description: String {
    let place = location.isEmpty ? "" : " at '\(location)'"
    if kind == .unknownName { return "Invalid JSON payload received. \(message)\(place): Cannot find field." }
    return location.isEmpty ? message : "Invalid value\(place): \(message)"
  }
}
