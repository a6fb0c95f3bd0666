import FirestoreEmulator

enum RequestTargetReader {
  static func isRefused(_ uri: String) -> Bool { RequestTarget(uri) == nil }
}
