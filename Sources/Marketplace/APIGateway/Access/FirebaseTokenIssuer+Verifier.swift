internal import FirebaseAuth
internal import GoogleIdentity
internal import HTTP
internal import RFC3339
internal import ServiceKit

extension FirebaseTokenIssuer {
  /// The one verifier that fits the issuer.
  func verifier(project: String, http: HTTPClient, clock: any WallClock = SystemWallClock()) -> any IDTokenVerifier {
    switch self {
    case .emulator:
      return EmulatorIDTokenVerifier(project: project, clock: clock)
    case .google(let url):
      let certificates = GoogleCertificates(http: http, url: url, clock: clock)
      return GoogleIDTokenVerifier(project: project, certificates: certificates, clock: clock)
    }
  }

  /// What the verifier needs before it can answer; nothing for the emulator's tokens.
  func readiness(of verifier: any IDTokenVerifier) -> [ReadinessCheck] {
    switch self {
    case .emulator: []
    case .google: [ReadinessCheck(TokensUnverifiable.dependency) { try await verifier.checkHealth() }]
    }
  }
}
