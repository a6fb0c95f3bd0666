/// The version of this build.
enum Version {
  /// As `concord --version` prints it (<https://semver.org>).
  static let text = "0.1.0"
}
