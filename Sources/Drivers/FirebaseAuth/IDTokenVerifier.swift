/// Decides whether an ID token proves who its bearer is.
///
/// One implementation per kind of issuer: the emulator's unsigned tokens here, Google's signed ones elsewhere. A
/// service must hold exactly one of them, chosen when it starts.
package protocol IDTokenVerifier: Sendable {
  /// Returns the token if it is genuine and valid now.
  ///
  /// Throws `keysUnavailable` when nobody can say; every other error says that the token is not good.
  func verify(_ token: String) async throws(IDTokenError) -> IDToken

  /// Throws `keysUnavailable` when no token could be verified now.
  func checkHealth() async throws(IDTokenError)
}

extension IDTokenVerifier {
  /// A verifier that needs nothing from outside can always verify.
  package func checkHealth() async throws(IDTokenError) {}
}
