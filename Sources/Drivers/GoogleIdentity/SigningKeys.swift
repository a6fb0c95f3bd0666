internal import JSON
internal import JWTKit

/// The public keys with which Google signs, by the ids that tokens name.
struct SigningKeys: Sendable {
  private let algorithms: [String: any JWTAlgorithm]

  /// Reads the answer of a certificate endpoint: an object of key ids and certificates in PEM.
  ///
  /// A certificate that is broken, or whose key is not RSA of at least 2,048 bits, is left out, so that one that
  /// nobody here can use does not take the others with it. Nil when none is left, or when it is no such object.
  init?(parsing body: [UInt8]) async {
    var options = JSONParser.Options()
    options.duplicateKeys = .reject
    options.maximumDepth = 4
    guard let members = (try? JSONValue(parsing: body, options: options))?.objectValue else { return nil }
    var algorithms: [String: any JWTAlgorithm] = [:]
    for member in members {
      guard let pem = member.value.stringValue, let key = try? Insecure.RSA.PublicKey(certificatePEM: pem) else {
        continue
      }
      // One collection per key: a collection of many hands out its first key for an id that it does not know.
      algorithms[member.key] = try? await JWTKeyCollection().add(rsa: key, digestAlgorithm: .sha256).getKey()
    }
    guard !algorithms.isEmpty else { return nil }
    self.algorithms = algorithms
  }

  /// The RS256 verification with the key of this id; nil when there is none.
  subscript(id: String) -> (any JWTAlgorithm)? { algorithms[id] }
}
