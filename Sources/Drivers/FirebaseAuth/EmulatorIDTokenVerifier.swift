package import RFC3339

/// Verifies tokens of the Firebase Auth emulator, which are unsigned: anybody can make one.
///
/// Only for development and tests. It checks all that Firebase documents for real tokens except the signature, which
/// must be empty: a token that carries one is for another verifier.
package struct EmulatorIDTokenVerifier: IDTokenVerifier {
  private let project: String
  private let clock: any WallClock

  /// Accepts tokens of this project, judged by this clock.
  package init(project: String, clock: any WallClock = SystemWallClock()) {
    self.project = project
    self.clock = clock
  }

  /// Returns the token if it is one of the emulator's for this project and valid now.
  package func verify(_ token: String) throws(IDTokenError) -> IDToken {
    let token = try IDToken(parsing: token)
    guard token.algorithm == "none" else { throw .wrongAlgorithm }
    guard token.signature.isEmpty else { throw .wrongSignature }
    try token.checkClaims(project: project, at: clock.now())
    return token
  }
}
