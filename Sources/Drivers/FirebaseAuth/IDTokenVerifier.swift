/// Decides whether an ID token proves who its bearer is.
///
/// One implementation per kind of issuer: the emulator's unsigned tokens here, Google's signed ones elsewhere. A
/// service must hold exactly one of them, chosen when it starts.
package protocol IDTokenVerifier: Sendable {
  /// Returns the token if it is genuine and valid now.
  func verify(_ token: String) throws(IDTokenError) -> IDToken
}
