/// What the names of members, inputs, parameters and headers say about their values.
enum SecretNames {
  /// Endings of names whose values are secret, in lower case without separators.
  private static let endings = [
    "password", "passwd", "passphrase", "secret", "token", "apikey", "privatekey", "secretkey", "credential",
    "credentials",
  ]
  /// Names that end like a secret and are none: they say where a list goes on.
  private static let harmless = ["pagetoken", "continuationtoken", "synctoken", "nexttoken"]
  /// Headers whose values are secret, besides those with a telling name.
  private static let headers: Set<String> = [
    "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key",
  ]

  /// Whether values under this name are secret.
  static func isSecret(_ name: String) -> Bool {
    guard name.utf8.count >= 5 else { return false }
    let plain = name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != "." }
    let singular = plain.hasSuffix("s") ? String(plain.dropLast()) : plain
    guard !harmless.contains(where: singular.hasSuffix) else { return false }
    return endings.contains { plain.hasSuffix($0) || singular.hasSuffix($0) }
  }

  /// Whether values of this header are secret.
  static func isSecretHeader(_ name: String) -> Bool { headers.contains(name.lowercased()) || isSecret(name) }

  /// The name of a shell variable for a value: `id_token` becomes `ID_TOKEN`.
  static func variable(_ name: String) -> String {
    let text = String(name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    guard let first = text.first, !first.isNumber else { return "SECRET_" + text }
    return text
  }
}
