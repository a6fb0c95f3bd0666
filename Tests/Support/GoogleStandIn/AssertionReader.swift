internal import FirestoreModel
package import JSON
internal import JWTKit

/// Takes the assertion of a service account apart, as Google's token endpoint would.
package struct AssertionReader: Sendable {
  /// The header.
  package let header: JSONValue
  /// The claims.
  package let payload: JSONValue

  private let content: [UInt8]
  private let signature: [UInt8]

  /// What kept an assertion from being read.
  private struct Unreadable: Error {}

  /// Reads the three parts of an assertion in compact form.
  package init(_ parts: [String]) throws {
    guard parts.count == 3, let header = Base64.decode(parts[0]), let payload = Base64.decode(parts[1]),
      let signature = Base64.decode(parts[2])
    else { throw Unreadable() }
    self.header = try JSONValue(parsing: header)
    self.payload = try JSONValue(parsing: payload)
    self.signature = signature
    content = Array("\(parts[0]).\(parts[1])".utf8)
  }

  /// Whether the key signed it with RS256.
  package func isSigned(by key: SigningKey) async -> Bool {
    let algorithm = try? await JWTKeyCollection().add(rsa: key.key.publicKey, digestAlgorithm: .sha256).getKey()
    return (try? algorithm?.verify(signature, signs: content)) == true
  }
}
