internal import JWTKit

/// A service account of Google Cloud: who a server is, and the key that proves it.
package struct ServiceAccount: Sendable {
  /// The account's address, such as "firebase-adminsdk-x@project.iam.gserviceaccount.com".
  package let email: String

  let key: Insecure.RSA.PrivateKey

  /// Reads a private key in PEM; nil when it is none of RSA with at least 2,048 bits.
  ///
  /// Environment variables often hold it in one line, with "\n" for each line break: both forms are read.
  package init?(email: String, privateKey: String) {
    guard let key = try? Insecure.RSA.PrivateKey(pem: privateKey.replacing("\\n", with: "\n")) else { return nil }
    self.email = email
    self.key = key
  }
}

extension ServiceAccount: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The address; never the key.
  package var description: String { email }

  /// The address; never the key.
  package var debugDescription: String { "ServiceAccount(\(email))" }

  /// Nothing that could reveal the key.
  package var customMirror: Mirror { Mirror(self, children: ["email": email]) }
}
