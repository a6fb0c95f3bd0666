internal import CryptoExtras
internal import FoundationEssentials
internal import JWTKit
internal import SwiftASN1
internal import X509

/// A key pair as Google has them, made afresh by every process, with a certificate signed by itself.
package struct SigningKey: Sendable {
  /// The id under which the certificate is published.
  package let id: String
  /// The certificate in PEM.
  package let certificate: String
  /// The private key in PEM.
  package let privateKey: String
  /// The public key in PEM.
  package let publicKey: String

  let key: JWTKit.Insecure.RSA.PrivateKey

  /// Three keys of 2,048 bits that all tests share, because making one takes a while.
  package static let first = SigningKey("first")
  /// Another one, for rotations.
  package static let second = SigningKey("second")
  /// One that Google does not have.
  package static let stranger = SigningKey("first")

  private init(_ id: String) {
    do {
      let pair = try _RSA.Signing.PrivateKey(keySize: .bits2048)
      let name = try DistinguishedName { CommonName("securetoken.system.gserviceaccount.com") }
      let certificate = try Certificate(
        version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(pair.publicKey),
        notValidBefore: Date(timeIntervalSince1970: 1_700_000_000),
        notValidAfter: Date(timeIntervalSince1970: 1_900_000_000), issuer: name, subject: name,
        signatureAlgorithm: .sha256WithRSAEncryption, extensions: Certificate.Extensions(),
        issuerPrivateKey: .init(pair))
      self.id = id
      self.certificate = try certificate.serializeAsPEM().pemString
      privateKey = pair.pkcs8PEMRepresentation
      publicKey = pair.publicKey.pemRepresentation
      key = try JWTKit.Insecure.RSA.PrivateKey(backing: pair)
    } catch {
      preconditionFailure("no key could be made: \(error)")
    }
  }

  /// A private key of a size that nobody should use any more.
  package static func weakPrivateKey() throws -> String {
    try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: 1_024)).pemRepresentation
  }
}
